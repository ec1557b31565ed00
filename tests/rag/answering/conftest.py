"""A small stand-in for ingestion and retrieval: lines of text become hits with vectors that only know words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from rag.answering.evidence import Selection, select_evidence
from rag.clinical.terms import content_terms
from rag.numeric import Vector
from rag.types import Chunk, ScoredChunk, Span

DIMENSIONS = 384


def word_vector(text: str) -> Vector:
    """A unit vector that is the sum of one fixed random direction per content word: texts with the same words are close."""
    total = np.zeros(DIMENSIONS, dtype=np.float32)
    for term in content_terms(text) or ("",):
        seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:4], "big")
        total += np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return total / np.linalg.norm(total)


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval would hand over."""

    hits: tuple[ScoredChunk, ...]
    vectors: dict[str, Vector]


def found(*chunks: Sequence[str], section: str = "other", copied: Sequence[int] = (), documents: Sequence[str] | None = None) -> Found:
    """One hit per chunk, each given as its sentences; chunks share a document unless ``documents`` names one each."""
    hits, vectors, start = [], {}, 0
    for ordinal, sentences in enumerate(chunks):
        text = "\n".join(sentences)
        spans, at = [], start
        for sentence in sentences:
            spans.append(Span(at, at + len(sentence)))
            at += len(sentence) + 1
        doc_id = documents[ordinal] if documents else "d-1"
        origin = "c-origin" if ordinal in copied else None
        chunk = Chunk(f"c-{ordinal}", doc_id, "0" * 64, ordinal, start, start + len(text), text, section, tuple(spans), origin)
        hits.append(ScoredChunk(chunk, 1.0 / (ordinal + 1)))
        vectors[chunk.chunk_id] = np.stack([word_vector(sentence) for sentence in sentences]).astype(np.float16)
        start += len(text) + 2
    return Found(tuple(hits), vectors)


@pytest.fixture(scope="session")
def find() -> Callable[..., Found]:
    """``find(*chunks, …)``: see ``found``."""
    return found


@pytest.fixture(scope="session")
def encode() -> Callable[[str], Vector]:
    """``encode(text)``: see ``word_vector``."""
    return word_vector


@pytest.fixture(scope="session")
def select() -> Callable[..., Selection]:
    """``select(question, *chunks, **options)``: evidence selection over chunks given as lists of sentences."""

    def run(question: str, *chunks: Sequence[str], copied: Sequence[int] = (), **options: object) -> Selection:
        made = found(*chunks, copied=copied)
        return select_evidence(question, word_vector(question), made.hits, made.vectors, **options)  # type: ignore[arg-type]

    return run
