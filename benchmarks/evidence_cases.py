"""Questions with known evidence, as evidence selection sees them: full-text trials, BioASQ snippets, rendered charts.

Each case carries its hits (from the same dense + BM25 fusion everywhere), the sentence vectors and which sentences are gold. A case
without gold is unanswerable by construction: the question was put to another article or chart, or its gold snippets were taken away.
"""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import pickle
import random
import re
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag.answering.lexical import profile_question, profile_sentence
from rag.numeric import Vector
from rag.types import Chunk, Document, ResourceSpan, ScoredChunk, Span

CANDIDATE_CHUNKS = 30  # The product's default of Settings.retrieve_chunks.
RRF_K = 20  # Source: best on SciFact in our own trials.


@dataclass(frozen=True, slots=True)
class Case:
    """One question; ``gold`` holds (chunk_id, sentence number). ``group`` keeps a source's questions on one side of the split."""

    domain: str
    group: str
    question: str
    query_vector: Vector
    hits: tuple[ScoredChunk, ...]
    vectors: Mapping[str, Vector]
    gold: frozenset[tuple[str, int]]


@dataclass(slots=True)
class Collection:
    """Embedded chunks to retrieve from."""

    chunks: list[Chunk] = field(default_factory=list)
    chunk_vectors: list[Vector] = field(default_factory=list)
    sentence_vectors: dict[str, Vector] = field(default_factory=dict)
    _index: Bm25 | None = None
    _matrix: Vector | None = None

    def add(self, chunks: Sequence[Chunk], vectors: Sequence[tuple[Vector, Vector]]) -> None:
        for chunk, (whole, sentences) in zip(chunks, vectors, strict=True):
            self.chunks.append(chunk)
            self.chunk_vectors.append(whole)
            self.sentence_vectors[chunk.chunk_id] = sentences
        self._index = self._matrix = None

    def search(
        self, question: str, query_vector: Vector, limit: int = CANDIDATE_CHUNKS, without: frozenset[str] = frozenset()
    ) -> tuple[ScoredChunk, ...]:
        """Reciprocal rank fusion of cosine and BM25 over the chunks, ``without`` some of their documents."""
        if self._index is None or self._matrix is None:
            self._index = Bm25([chunk.text for chunk in self.chunks])
            self._matrix = np.stack(self.chunk_vectors).astype(np.float32)
        scores = np.zeros(len(self.chunks))
        for side in (self._matrix @ query_vector, self._index.scores(question)):
            best = np.argsort(-side, kind="stable")[: 4 * limit]
            best = best[side[best] > 0]
            scores[best] += 1 / (RRF_K + 1 + np.arange(len(best)))
        order = [row for row in np.argsort(-scores, kind="stable") if scores[row] > 0 and self.chunks[row].doc_id not in without]
        return tuple(ScoredChunk(self.chunks[row], float(scores[row])) for row in order[:limit])


class Bm25:
    """Plain BM25 (k1 1.2, b 0.75) over content terms; for fusion here and, over sentences, the baseline."""

    def __init__(self, texts: Sequence[str]) -> None:
        profiles = [profile_sentence.__wrapped__(text) for text in texts]
        self._lengths = np.array([profile.length for profile in profiles], dtype=np.float32)
        self._postings: dict[str, tuple[list[int], list[int]]] = collections.defaultdict(lambda: ([], []))
        for row, profile in enumerate(profiles):
            for term, count in profile.terms.items():
                self._postings[term][0].append(row)
                self._postings[term][1].append(count)

    def scores(self, question: str) -> Vector:
        n, scores = len(self._lengths), np.zeros(len(self._lengths), dtype=np.float32)
        mean = max(float(self._lengths.mean()), 1e-6) if n else 1.0
        for term in profile_sentence(question).terms:
            if term in self._postings:
                rows, counts = (np.array(part) for part in self._postings[term])
                idf = np.log1p((n - len(rows) + 0.5) / (len(rows) + 0.5))
                scores[rows] += idf * counts * 2.2 / (counts + 1.2 * (0.25 + 0.75 * self._lengths[rows] / mean))
        return scores


def words(text: str) -> list[str]:
    """Lower-cased word characters, for overlap with an expert's evidence."""
    return re.findall(r"\w+", text.lower())


def shares_run(quote: str, evidence: str) -> bool:
    """Whether the two share a run of ten words, or of half the evidence (at least three) where that is shorter."""
    long, wanted = words(quote), words(evidence)
    size = min(10, max(3, len(wanted) // 2))
    runs = {tuple(wanted[at : at + size]) for at in range(len(wanted) - size + 1)}
    return any(tuple(long[at : at + size]) in runs for at in range(len(long) - size + 1))


def sentences_of(chunk: Chunk) -> list[str]:
    """The chunk's sentences as text."""
    return [chunk.text[span.start - chunk.start : span.end - chunk.start] for span in chunk.sentences]


class Encoder:
    """The product's chunker and embedder, with a cache of vectors by document text."""

    def __init__(self, cache: Path) -> None:
        from rag.embedding import open_embedder

        self._embedder = open_embedder(None, 2)
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def collection(self, documents: Sequence[Document]) -> Collection:
        """Chunks of documents with their vectors; from the cache where the same documents were embedded before."""
        from ingestion.chunking import chunk_document

        digest = hashlib.sha256(repr([(document.doc_id, document.sha256) for document in documents]).encode()).hexdigest()[:24]
        path = self._cache / f"{digest}.pickle"
        if not path.exists():
            chunks: list[Chunk] = []
            for document in documents:
                chunks += chunk_document(document, self._embedder.count_tokens)
            spans = [[Span(span.start - chunk.start, span.end - chunk.start) for span in chunk.sentences] for chunk in chunks]
            vectors = self._embedder.embed_chunks([chunk.text for chunk in chunks], spans)
            path.write_bytes(pickle.dumps((chunks, [(v.chunk, v.sentences) for v in vectors])))
        made = Collection()
        made.add(*pickle.loads(path.read_bytes()))
        return made

    def query(self, text: str) -> Vector:
        return self._embedder.embed_query(text)


def trial_cases(data: Path, encoder: Encoder, ask: Callable[[str, str, str], str], *, seed: int = 0) -> Iterable[Case]:
    """Evidence Inference: each prompt put to its own article; then, without gold, half to another article, half with another's outcome."""
    prompts: dict[tuple[str, str], _Prompt] = {}
    with gzip.open(data / "annotations.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row.get("Intervention") and (row.get("Annotations") or "").strip():
                key = (str(row["PMCID"]).removeprefix("PMC"), row["PromptID"])
                prompt = prompts.setdefault(key, _Prompt(row["Intervention"], row["Comparator"], row["Outcome"]))
                prompt.evidence.add(row["Annotations"])
    articles: dict[str, Collection] = {}
    with tarfile.open(data / "articles.tar.gz") as archive:
        wanted = {article for article, _ in prompts}
        for member in archive.getmembers():
            article = member.name.removeprefix("PMC").removesuffix(".txt")
            if article in wanted:
                handle = archive.extractfile(member)
                assert handle is not None
                articles[article] = encoder.collection([as_document(f"PMC{article}", handle.read().decode())])
    names, outcomes, rng = sorted(articles), sorted({prompt.outcome for prompt in prompts.values()}), random.Random(seed)
    for (article, _), prompt in sorted(prompts.items(), key=lambda item: item[0]):
        own, question = articles[article], ask(prompt.intervention, prompt.comparator, prompt.outcome)
        vector = encoder.query(question)
        hits = own.search(question, vector)
        gold = _where(hits, lambda text: any(shares_run(text, evidence) for evidence in prompt.evidence))  # noqa: B023, used at once
        if gold:
            yield as_case("trials", article, question, vector, hits, own, gold)
        if rng.random() < 0.5:
            other = articles[rng.choice([name for name in names if name != article])]
        else:
            other, foreign = own, _foreign(own, rng.sample(outcomes, len(outcomes)))
            question = ask(prompt.intervention, prompt.comparator, foreign)
            vector = encoder.query(question)
        yield as_case("trials", article, question, vector, other.search(question, vector), other, frozenset())


@dataclass(slots=True)
class _Prompt:
    intervention: str
    comparator: str
    outcome: str
    evidence: set[str] = field(default_factory=set)


def _foreign(collection: Collection, outcomes: Sequence[str]) -> str:
    """The first of ``outcomes`` of which no sentence of the collection holds all specific words."""
    held = [profile_sentence(text).terms.keys() for chunk in collection.chunks for text in sentences_of(chunk)]
    for outcome in outcomes:
        asked = profile_question(outcome)
        specific = {term for term, is_specific in zip(asked.terms, asked.specific, strict=True) if is_specific}
        if specific and not any(specific <= terms for terms in held):
            return outcome
    raise ValueError("every outcome is spoken of")


def _where(hits: Sequence[ScoredChunk], is_gold: Callable[[str], bool]) -> frozenset[tuple[str, int]]:
    return frozenset((hit.chunk.chunk_id, at) for hit in hits for at, text in enumerate(sentences_of(hit.chunk)) if is_gold(text))


def snippet_cases(data: Path, encoder: Encoder, *, questions: int, seed: int = 0) -> Iterable[Case]:
    """BioASQ: each question put to all snippets, and to the snippets without those of its gold articles (no gold)."""
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        collection = encoder.collection([as_document(row["_id"], row["text"]) for row in map(json.loads, lines)])
    gold_ids: dict[str, set[str]] = collections.defaultdict(set)
    for path in sorted((data / "qrels").iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            query, document, _ = line.split("\t")
            gold_ids[query].add(document)
    with gzip.open(data / "queries.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = sorted((row for row in map(json.loads, lines) if row["_id"] in gold_ids), key=lambda row: str(row["_id"]))
    articles = collections.defaultdict(set)
    for chunk in collection.chunks:
        articles[chunk.doc_id.split(":")[0]].add(chunk.doc_id)
    for row in random.Random(seed).sample(rows, min(questions, len(rows))):
        vector = encoder.query(row["text"])
        found = collection.search(row["text"], vector)
        gold = frozenset(
            (hit.chunk.chunk_id, at) for hit in found if hit.chunk.doc_id in gold_ids[row["_id"]] for at in range(len(hit.chunk.sentences))
        )
        if gold:
            yield as_case("snippets", row["_id"], row["text"], vector, found, collection, gold)
        related = frozenset().union(*(articles[name.split(":")[0]] for name in gold_ids[row["_id"]]))
        yield as_case(
            "snippets", row["_id"], row["text"], vector, collection.search(row["text"], vector, without=related), collection, frozenset()
        )


def as_case(
    domain: str,
    group: str,
    question: str,
    vector: Vector,
    hits: tuple[ScoredChunk, ...],
    source: Collection,
    gold: frozenset[tuple[str, int]],
) -> Case:
    vectors = {hit.chunk.chunk_id: source.sentence_vectors[hit.chunk.chunk_id] for hit in hits}
    return Case(domain, group, question, vector, hits, vectors, gold)


def as_document(name: str, text: str, resources: tuple[ResourceSpan, ...] = ()) -> Document:
    return Document(name, hashlib.sha256(text.encode()).hexdigest(), "bench", None, "document", name, None, name, text, resources)
