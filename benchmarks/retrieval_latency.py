"""Hybrid search over generated charts of 10,000 and 100,000 chunks: latency, memory, and what building them takes.

Vectors and words are generated (embedding 100,000 chunks takes half an hour); everything else is the engine's own path: the query is
encoded, both searches run, the ranking is fused, every hit is checked in SQL and the sentence vectors of the best chunks are read.

    python -m benchmarks.retrieval_latency [--sizes 10000 100000] [--queries 200] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import psutil

from rag.citations import text_sha256
from rag.embedding import open_embedder
from rag.index.edge import open_edge
from rag.index.sync import replay_outbox
from rag.retrieval.retriever import Retriever
from rag.store.database import Database, open_database
from rag.store.documents import sentence_vectors, write_documents
from rag.store.records import DocumentRecord
from rag.types import NO_PATIENT, Chunk, ChunkVectors, Document, Scope, Span

DIMENSIONS = 384
CHUNKS_PER_DOCUMENT = 10
SENTENCES_PER_CHUNK = 6
WORDS_PER_SENTENCE = 14
DOCUMENTS_PER_PATIENT = 25
DOCUMENTS_PER_WRITE = 100
HITS = 30
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Latency:
    """One scope's measurements: milliseconds per question, encoding included, and of the encoding alone."""

    chunks: int
    scope: str
    queries: int
    p50_ms: float
    p95_ms: float
    encode_p50_ms: float


@dataclass(frozen=True, slots=True)
class Size:
    """What a store and index of some size cost. ``memory_mib`` is the resident set after the queries, code and encoder included."""

    chunks: int
    build_seconds: float
    optimize_seconds: float
    reopen_seconds: float
    store_mib: float
    index_mib: float
    memory_mib: float


def vocabulary() -> np.ndarray:
    """4,608 made-up words of the length of English ones."""
    parts = ("b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t"), ("al", "er", "in", "os", "um", "ia", "ec", "ot")
    ends = ("al", "in", "ic", "oma")
    return np.array([a + b + c + d + e for a in parts[0] for b in parts[1] for c in parts[0] for d in ends[:1] for e in ends])


def generated(count: int, corpus: str, patients: bool) -> Iterator[DocumentRecord]:
    """``count`` chunks in documents of ten: words by Zipf's law, vectors around 500 topics."""
    random, words = np.random.default_rng(SEED), vocabulary()
    topics = random.standard_normal((500, DIMENSIONS)).astype(np.float32)
    for number in range(count // CHUNKS_PER_DOCUMENT):
        doc_id = f"d-{corpus}-{number}"
        drawn = words[np.minimum(random.zipf(1.3, CHUNKS_PER_DOCUMENT * SENTENCES_PER_CHUNK * WORDS_PER_SENTENCE) - 1, len(words) - 1)]
        drawn = drawn.reshape(CHUNKS_PER_DOCUMENT, SENTENCES_PER_CHUNK, WORDS_PER_SENTENCE)
        lines = [[" ".join(sentence) + "." for sentence in chunk] for chunk in drawn]
        text = "\n".join(" ".join(line) for line in lines)
        sha256 = text_sha256(text)
        chunks, start = [], 0
        for ordinal, line in enumerate(lines):
            at, spans = start, []
            for sentence in line:
                spans.append(Span(at, at + len(sentence)))
                at += len(sentence) + 1
            chunk_id = str(uuid5(NAMESPACE_OID, f"{doc_id}:{ordinal}"))
            chunks.append(Chunk(chunk_id, doc_id, sha256, ordinal, start, at - 1, text[start : at - 1], "other", tuple(spans)))
            start = at
        patient = f"p-{number // DOCUMENTS_PER_PATIENT}" if patients else None
        document = Document(doc_id, sha256, corpus, patient, "note", "Note", "2024", f"{number}.txt", text)
        noise = random.standard_normal((CHUNKS_PER_DOCUMENT, SENTENCES_PER_CHUNK, DIMENSIONS)).astype(np.float32)
        sentences = noise + topics[random.integers(len(topics), size=CHUNKS_PER_DOCUMENT)][:, None, :]
        sentences /= np.linalg.norm(sentences, axis=-1, keepdims=True)
        means = sentences.mean(axis=1)
        means /= np.linalg.norm(means, axis=-1, keepdims=True)
        vectors = tuple(ChunkVectors(mean, rows.astype(np.float16)) for mean, rows in zip(means, sentences, strict=True))
        yield DocumentRecord(f"k{number}", "s", document, tuple(chunks), vectors, (), b"")


def build(folder: Path, count: int) -> tuple[float, float]:
    """Fill a workspace with half guidelines, half charts; gives the seconds for writing and for optimising."""
    with open_database(f"sqlite:///{folder / 'store.sqlite'}") as database, open_edge(folder, DIMENSIONS) as index:
        started = time.perf_counter()
        window: list[DocumentRecord] = []
        for record in (*generated(count // 2, "papers", False), *generated(count // 2, "charts", True)):
            window.append(record)
            if len(window) == DOCUMENTS_PER_WRITE:
                write_documents(database, window, "bench")
                replay_outbox(database, index)
                window = []
        write_documents(database, window, "bench")
        replay_outbox(database, index)
        written = time.perf_counter()
        index.optimize()
        return written - started, time.perf_counter() - written


def scopes() -> dict[str, Scope]:
    """A question to the guidelines, and one about a single patient."""
    return {
        "guidelines": Scope(frozenset({"papers"}), frozenset({NO_PATIENT})),
        "one patient": Scope(frozenset({"charts"}), frozenset({"p-3"})),
    }


def measure(folder: Path, count: int, queries: int) -> tuple[Size, list[Latency]]:
    """Latencies over a workspace that is opened afresh."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:  # so that its memory is not counted
        building, optimizing = pool.submit(build, folder, count).result()
    random, words = np.random.default_rng(SEED + 1), vocabulary()
    with ExitStack() as stack:
        started = time.perf_counter()
        database = stack.enter_context(open_database(f"sqlite:///{folder / 'store.sqlite'}"))
        index = stack.enter_context(open_edge(folder, DIMENSIONS))
        reopening = time.perf_counter() - started
        embedder = stack.enter_context(open_embedder())
        retriever = Retriever(database, index, embedder)
        latencies = []
        for name, scope in scopes().items():
            asked = [" ".join(words[np.minimum(random.zipf(1.3, 10) - 1, len(words) - 1)]) + "?" for _ in range(queries + 10)]
            times, encoding = [], []
            for question in asked:
                begun = time.perf_counter()
                vector = embedder.embed_query(question)
                encoding.append(time.perf_counter() - begun)
                _read(database, retriever, question, scope, vector)
                times.append(time.perf_counter() - begun)
            p50, p95 = np.percentile(times[10:], [50, 95]) * 1000
            latencies.append(Latency(count, name, queries, round(p50, 2), round(p95, 2), round(float(np.median(encoding[10:])) * 1000, 2)))
        memory = psutil.Process().memory_info().rss
    size = Size(
        chunks=count,
        build_seconds=round(building, 2),
        optimize_seconds=round(optimizing, 2),
        reopen_seconds=round(reopening, 2),
        store_mib=_mib(folder.glob("store.sqlite*")),
        index_mib=_mib((folder / "index").rglob("*")),
        memory_mib=round(memory / 2**20, 1),
    )
    return size, latencies


def _read(database: Database, retriever: Retriever, question: str, scope: Scope, vector: np.ndarray) -> None:
    hits = retriever.retrieve(question, scope, HITS, query_vector=vector)
    found = sentence_vectors(database, [hit.chunk.chunk_id for hit in hits])
    if len(found) != HITS:
        raise SystemExit(f"expected {HITS} chunks, found {len(found)}")


def _mib(paths: Iterator[Path]) -> float:
    return round(sum(path.stat().st_blocks * 512 for path in paths if path.is_file()) / 2**20, 1)


def measure_sizes(sizes: Sequence[int], queries: int) -> list[dict[str, object]]:
    """Each size in a process of its own, so that memory is that size's: ``{"size": …, "latencies": […]}``."""
    results: list[dict[str, object]] = []
    for count in sizes:
        command = [sys.executable, "-m", "benchmarks.retrieval_latency", "--alone", "--sizes", str(count), "--queries", str(queries)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        results += json.loads(done.stdout)
    return results


def main() -> int:
    """Print the measurements as JSON, and write them if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--alone", action="store_true", help="measure in this process")
    arguments = parser.parse_args()
    if arguments.alone:
        with tempfile.TemporaryDirectory() as folder:
            size, latencies = measure(Path(folder), arguments.sizes[0], arguments.queries)
        results: list[dict[str, object]] = [{"size": asdict(size), "latencies": [asdict(latency) for latency in latencies]}]
    else:
        results = measure_sizes(arguments.sizes, arguments.queries)
    print(json.dumps(results, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
