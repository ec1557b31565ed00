"""The sentences of the retrieved chunks, laid out once with their vectors: what selection chooses among."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.clinical.headings import kind_of_heading
from rag.errors import ModelError
from rag.numeric import Vector
from rag.types import Chunk, ScoredChunk, SourceSpan

MAX_HEADING_WORDS = 6
_HEADING = re.compile(r"^[^\W\d_].{0,78}:$|^[^a-z\d]{3,60}$|^#{1,6} .{1,78}$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence that may be evidence.

    ``chunk`` numbers the chunks laid out, ``position`` is how deep in its document's found part it stands (0 to 1),
    ``copied`` whether its chunk repeats an earlier one.
    """

    span: SourceSpan
    text: str
    section: str
    heading: str
    chunk: int
    position: float
    copied: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sentences grouped by chunk, in document order inside a chunk.

    ``vectors`` is float32[n, d], one row per sentence; ``chunk_vectors``, of the same shape, repeats each chunk's.
    """

    sentences: tuple[Candidate, ...]
    vectors: Vector
    chunk_vectors: Vector


def lay_out(hits: Sequence[ScoredChunk], sentence_vectors: Mapping[str, Vector]) -> Candidates:
    """All sentences of ``hits`` (each chunk once) with their vectors.

    A chunk's vector is the normalised mean of its sentences' vectors. ``heading`` is the nearest heading line of a known kind
    before the sentence in an unbroken run of found chunks, else the chunk's section.

    Raises:
        ModelError: a chunk has no vectors, or not one per sentence; names ids and sizes only.
    """
    chunks = {hit.chunk.chunk_id: hit.chunk for hit in hits}
    ordered = sorted(chunks.values(), key=lambda chunk: (chunk.doc_id, chunk.ordinal))
    last = {chunk.doc_id: chunk.ordinal for chunk in ordered}
    sentences: list[Candidate] = []
    rows: list[Vector] = []
    means: list[Vector] = []
    heading, before = "", ("", -1)
    for number, chunk in enumerate(ordered):
        vectors = _vectors_of(chunk, sentence_vectors)
        if before != (chunk.doc_id, chunk.ordinal - 1):
            heading = ""
        before = (chunk.doc_id, chunk.ordinal)
        depth, copied = chunk.ordinal / (last[chunk.doc_id] + 1), chunk.copied_from is not None
        for span in chunk.sentences:
            text = chunk.text[span.start - chunk.start : span.end - chunk.start]
            if is_heading(text) and kind_of_heading(text.strip(" :#")):
                heading = text
            where = SourceSpan(chunk.doc_id, chunk.doc_sha256, span.start, span.end)
            sentences.append(Candidate(where, text, chunk.section, heading or chunk.section, number, depth, copied))
        if len(vectors):
            rows.append(vectors)
            means.append(np.repeat(_unit(vectors.mean(axis=0, keepdims=True)), len(vectors), axis=0))
    if not rows:
        empty = np.zeros((0, 0), dtype=np.float32)
        return Candidates((), empty, empty)
    return Candidates(tuple(sentences), np.concatenate(rows), np.concatenate(means))


def is_heading(text: str) -> bool:
    """Whether a sentence is a heading line: at most 80 characters, and a colon at its end, capitals alone, or a ``#`` before it."""
    return len(text) <= 80 and _HEADING.match(text) is not None


def is_bare(text: str) -> bool:
    """Whether a sentence is a heading that says nothing itself: one that ends with a colon, or few words after a ``#``."""
    marked = text.startswith("#") and len(text.split()) <= MAX_HEADING_WORDS and not any(c.isdigit() or c == ":" for c in text)
    return is_heading(text) and (text.endswith(":") or marked)


def _vectors_of(chunk: Chunk, sentence_vectors: Mapping[str, Vector]) -> Vector:
    vectors = sentence_vectors.get(chunk.chunk_id)
    if vectors is None or len(vectors) != len(chunk.sentences):
        have = "none" if vectors is None else str(len(vectors))
        raise ModelError(f"chunk {chunk.chunk_id}: {len(chunk.sentences)} sentences, sentence vectors: {have}")
    return np.asarray(vectors, dtype=np.float32)


def _unit(rows: Vector) -> Vector:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))
