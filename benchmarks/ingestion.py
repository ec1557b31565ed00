"""Ingestion against the plain LlamaIndex pipeline, on the same notes, in the same run, in turn.

    python -m benchmarks.ingestion [--characters 300000] [--rounds 3] [--workers 2] [--threads 2] [--json FILE]

Ours is the whole of ``ingest``: reading in a limited child process, normalising, de-identifying under ``date_shift``, sectioning,
chunking by sentences, embedding chunks and sentences, the SQL store, the Edge index, starting its worker processes included.
The peer is ``SentenceSplitter`` → ``HuggingFaceEmbedding`` → ``QdrantVectorStore`` over qdrant-client's local mode, with their
defaults but for the chunk size and an overlap of 0, and no de-identification. Both have the encoder loaded when the clock starts.
``llamaindex-passive`` is the same peer with OpenMP threads that sleep while they wait, as ours do: beside other busy processes the
default, to spin, slows the peer down, and that is the machine's doing, not LlamaIndex's.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child import Cost, run_python

TOKENS_PER_CHUNK = 256
SEED = 11
OURS, PLAIN, PASSIVE = SIDES = ("chartcite", "llamaindex", "llamaindex-passive")
WARM_UP = "Warm up the encoder."


@dataclass(frozen=True, slots=True)
class Run:
    """One side's run over the notes. ``seconds`` and ``cpu_seconds`` leave out imports and loading the encoder, the process's do not."""

    side: str
    characters: int
    chunks: int
    seconds: float
    cpu_seconds: float
    process_seconds: float
    process_cpu_seconds: float

    @property
    def speed(self) -> float:
        """Characters a second."""
        return self.characters / self.seconds


def write_notes(folder: Path, characters: int) -> int:
    """``notes.jsonl`` with at least so many characters of synthetic notes, and its manifest; gives the characters written."""
    written = 0
    with (folder / "notes.jsonl").open("w", encoding="utf-8") as file:
        for note in _notes():
            if written >= characters:
                break
            written += len(note["text"])
            file.write(json.dumps(note) + "\n")
    (folder / "manifest.yaml").write_text(
        'name: bench-notes\nversion: "1"\nlicense: Apache-2.0\ncontains_phi: true\ndeidentification: {policy: date_shift}\n'
        "sources:\n  - {format: notes-jsonl, path: notes.jsonl}\n"
    )
    return written


def _notes() -> Iterator[dict[str, str]]:
    from ingestion.demo.synthetic import generate_patients

    bundles: Iterator[Any] = generate_patients(1_000_000, SEED)
    for bundle in bundles:
        for entry in bundle["entry"]:
            resource = entry["resource"]
            if resource["resourceType"] == "DocumentReference":
                text = base64.b64decode(resource["content"][0]["attachment"]["data"]).decode()
                patient, date = resource["subject"]["reference"].split("/")[1], resource["date"][:10]
                yield {"id": resource["id"], "patient": patient, "text": text, "date": date, "type": "progress note"}


def ingest_ours(folder: Path, workers: int, threads: int) -> dict[str, float]:
    """Ingest the manifest of ``folder`` into a workspace beside it."""
    from api.opening import open_owner
    from api.progress import Counters
    from ingestion.pipeline import ingest
    from rag.settings import Settings
    from rag.types import Span

    settings = Settings(workspace=folder / "workspace", workers=workers, threads=threads, max_tokens_per_chunk=TOKENS_PER_CHUNK)
    with open_owner(settings, create=True) as owner, Counters() as progress:
        owner.embedder.embed_chunks([WARM_UP], [[Span(0, len(WARM_UP))]])
        began, cpu = time.perf_counter(), _cpu_seconds()
        report = ingest(owner.workspace, owner.index, owner.embedder, [folder / "manifest.yaml"], progress)
        spent, cpu = time.perf_counter() - began, _cpu_seconds() - cpu
        [corpus] = report.corpora
        lost = corpus.accounts.prepare.taken - corpus.accounts.prepare.passed
        if report.failed or lost:
            raise SystemExit(f"{lost} notes were not ingested: {report.as_json()}")
        return {"seconds": spent, "cpu_seconds": cpu, "chunks": owner.index.count()}


def ingest_plain(folder: Path) -> dict[str, float]:
    """Run LlamaIndex's pipeline over the texts of ``folder``'s notes into a local Qdrant beside them."""
    from llama_index.core import Document
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    from rag.encoder.checkpoint import find_checkpoint

    encoder = HuggingFaceEmbedding(model_name=str(find_checkpoint(None).folder), device="cpu")
    encoder.get_text_embedding(WARM_UP)
    client = QdrantClient(path=str(folder / "qdrant"))
    splitter = SentenceSplitter(chunk_size=TOKENS_PER_CHUNK, chunk_overlap=0, tokenizer=encoder._model.tokenizer.tokenize)
    pipeline = IngestionPipeline(
        transformations=[splitter, encoder], vector_store=QdrantVectorStore(client=client, collection_name="bench"), disable_cache=True
    )
    began, cpu = time.perf_counter(), _cpu_seconds()
    lines = (folder / "notes.jsonl").read_text(encoding="utf-8").splitlines()
    nodes = pipeline.run(documents=[Document(text=json.loads(line)["text"]) for line in lines])
    spent, cpu = time.perf_counter() - began, _cpu_seconds() - cpu
    client.close()
    return {"seconds": spent, "cpu_seconds": cpu, "chunks": len(nodes)}


def _cpu_seconds() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measure(characters: int, rounds: int, workers: int, threads: int) -> list[Run]:
    """``rounds`` runs of every side, in turn, each in a fresh process with a fresh store."""
    runs = []
    for number in range(rounds):
        for side in SIDES:
            with tempfile.TemporaryDirectory() as name:
                written = write_notes(Path(name), characters)
                options = ["--side", side, "--folder", name, "--workers", str(workers), "--threads", str(threads)]
                environment = {"OMP_WAIT_POLICY": "passive"} if side == PASSIVE else {}
                runs.append(_run(side, written, run_python(["-m", "benchmarks.ingestion", *options], environment)))
            print(f"ingestion round {number + 1} of {rounds}, {side}: {runs[-1].speed:,.0f} characters/s", file=sys.stderr)
    return runs


def _run(side: str, characters: int, cost: Cost) -> Run:
    inside = cost.result
    times = (inside["seconds"], inside["cpu_seconds"], cost.wall_seconds, cost.cpu_seconds)
    return Run(side, characters, int(inside["chunks"]), *(round(value, 2) for value in times))


def summary(runs: list[Run]) -> dict[str, object]:
    """Medians per side, and ours over each peer round by round: the figures of the table."""
    by_side = {side: [run for run in runs if run.side == side] for side in SIDES}
    return {
        "characters": runs[0].characters,
        "chunks": {side: found[0].chunks for side, found in by_side.items()},
        "characters_per_second": {side: round(median(run.speed for run in found)) for side, found in by_side.items()},
        "ratios": {peer: _ratios(by_side[OURS], by_side[peer]) for peer in (PLAIN, PASSIVE)},
    }


def _ratios(ours: list[Run], peer: list[Run]) -> dict[str, object]:
    """How many times the peer's time ours goes into: ingesting alone, the whole process, and processor time."""
    pairs = list(zip(ours, peer, strict=True))
    rounds = [other.seconds / one.seconds for one, other in pairs]
    return {
        "rounds": [round(ratio, 2) for ratio in rounds],
        "median": round(median(rounds), 2),
        "whole_process": round(median(other.process_seconds / one.process_seconds for one, other in pairs), 2),
        "processor_time": round(median(other.cpu_seconds / one.cpu_seconds for one, other in pairs), 2),
    }


def main() -> int:
    """Measure both sides in turn and print the figures; with ``--side``, be one of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side is not None:
        ours = arguments.side == OURS
        print(json.dumps(ingest_ours(arguments.folder, arguments.workers, arguments.threads) if ours else ingest_plain(arguments.folder)))
        return 0
    runs = measure(arguments.characters, arguments.rounds, arguments.workers, arguments.threads)
    settings = {"workers": arguments.workers, "threads": arguments.threads, "tokens_per_chunk": TOKENS_PER_CHUNK}
    report = {"settings": settings, "summary": summary(runs), "runs": [asdict(run) for run in runs]}
    print(json.dumps(report["summary"], indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
