"""The numbers that the sentence scorer sees: one row per candidate sentence, one column per name in ``FEATURES``.

Every column is generic: similarity to the question, coverage of its terms and phrases, the sentence's form and section, and the form
again where the question asks for an effect or a quantity. IDF is that of the candidates, which is the scope of the question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.answering.candidates import Candidates
from rag.answering.lexical import FORM_FEATURES, SECTION_FEATURES, QuestionProfile, profile_sentence, section_flags
from rag.numeric import Vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
else:
    Mask = Any

BM25_K1 = 1.2  # Source: Robertson and Zaragoza 2009, the usual value.
BM25_B = 0.75  # Source: as above.
SIMILARITY_FEATURES = ("cosine", "chunk_cosine", "neighbour_cosine", "cosine_to_best", "cosine_z")
COVERAGE_FEATURES = (
    "coverage", "window_coverage", "chunk_coverage", "coverage_to_best", "bm25_to_best", "bm25_of_ideal",
    "phrase_min", "phrase_mean", "phrase_max", "phrases_held", "rarest_term", "terms_known",
    "specific_coverage", "specific_window", "specific_chunk", "specific_known", "specific_all", "specific_all_known",
)  # fmt: skip
FEATURES = (
    *SIMILARITY_FEATURES,
    *COVERAGE_FEATURES,
    "position",
    *FORM_FEATURES,
    *SECTION_FEATURES,
    "abstract_results",
    "abstract_conclusion",
    *(f"effect_{name}" for name in (*FORM_FEATURES, *SECTION_FEATURES, "abstract_results", "abstract_conclusion")),
    "quantity_numbers",
    "dated_specific",
    "dated_specific_known",
    "dated_specific_all",
    "dated_specific_all_known",
)

_NUMBERS, _DATED = FORM_FEATURES.index("numbers"), FORM_FEATURES.index("dated")
_SPECIFIC = [COVERAGE_FEATURES.index(name) for name in ("specific_coverage", "specific_known", "specific_all", "specific_all_known")]


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """``values`` is float32[n, len(FEATURES)]; ``held`` is bool[n, terms]: which question terms each sentence holds."""

    values: Vector
    held: Mask


def feature_table(question: QuestionProfile, query_vector: Vector, candidates: Candidates) -> FeatureTable:
    """Features of every candidate; about 5 ms for 250 sentences seen for the first time, 2 ms when their profiles are cached."""
    profiles = [profile_sentence(sentence.text) for sentence in candidates.sentences]
    counts = np.array([[profile.terms.get(term, 0) for term in question.terms] for profile in profiles], dtype=np.float32)
    counts = counts.reshape(len(profiles), len(question.terms))
    held = counts > 0
    lengths = np.array([profile.length for profile in profiles], dtype=np.float32)
    chunks = np.array([sentence.chunk for sentence in candidates.sentences])
    form = np.array([profile.form for profile in profiles], dtype=np.float32)
    sections = np.array([section_flags(sentence.heading) for sentence in candidates.sentences], dtype=np.float32)
    in_abstract = sections[:, 1:2] * sections[:, 2:4]
    shape = np.hstack([form, sections, in_abstract])
    coverage = _coverage(question, counts, held, lengths, chunks)
    columns = [
        _similarity(query_vector, candidates, chunks),
        coverage,
        np.array([[sentence.position] for sentence in candidates.sentences]),
        shape,
        shape * float(question.effect),
        form[:, [_NUMBERS]] * float(question.quantity),
        form[:, [_DATED]] * coverage[:, _SPECIFIC],
    ]
    return FeatureTable(np.hstack(columns).astype(np.float32), held)


def _similarity(query_vector: Vector, candidates: Candidates, chunks: Vector) -> Vector:
    cosine = candidates.vectors @ np.asarray(query_vector, dtype=np.float32)
    chunk_cosine = candidates.chunk_vectors @ np.asarray(query_vector, dtype=np.float32)
    beside = chunks[1:] == chunks[:-1]
    neighbour = np.zeros_like(cosine)
    neighbour[1:] = np.where(beside, cosine[:-1], 0)
    neighbour[:-1] = np.maximum(neighbour[:-1], np.where(beside, cosine[1:], 0))
    z = (cosine - cosine.mean()) / (cosine.std() + 1e-6)
    return np.column_stack([cosine, chunk_cosine, neighbour, cosine - cosine.max(), z])


def _coverage(question: QuestionProfile, counts: Vector, held: Mask, lengths: Vector, chunks: Vector) -> Vector:
    sentences, terms = counts.shape
    if terms == 0:
        return np.zeros((sentences, len(COVERAGE_FEATURES)), dtype=np.float32)
    idf = inverse_document_frequency(held)
    total = float(idf.sum())
    normaliser = counts + BM25_K1 * (1 - BM25_B + BM25_B * lengths[:, None] / max(float(lengths.mean()), 1e-6))
    bm25 = (idf * counts * (BM25_K1 + 1) / normaliser).sum(axis=1)
    coverage = held @ idf / total
    phrases = np.column_stack([held[:, phrase] @ idf[list(phrase)] / idf[list(phrase)].sum() for phrase in question.phrases])
    return np.column_stack([
        coverage,
        _window(held, chunks) @ idf / total,
        _per_chunk(held, chunks) @ idf / total,
        coverage - coverage.max(),
        bm25 / max(float(bm25.max()), 1e-6),
        bm25 / (total * (BM25_K1 + 1)),
        phrases.min(axis=1),
        phrases.mean(axis=1),
        phrases.max(axis=1),
        (phrases >= 0.5).mean(axis=1),
        (held * idf).max(axis=1) / float(idf.max()),
        np.full(sentences, held.any(axis=0).mean()),
        *_specific(question, idf, held, chunks),
    ])  # fmt: skip


def _specific(question: QuestionProfile, idf: Vector, held: Mask, chunks: Vector) -> list[Vector]:
    """Coverage of the question's specific terms alone: by the sentence, with its neighbours, by its chunk, and anywhere; then
    whether the sentence and whether all sentences together hold every one. 1 where the question has none."""
    specific = np.array(question.specific)
    if not specific.any():
        return [np.ones(len(held))] * 6
    weight, held = np.asarray(idf[specific]), held[:, specific]
    total = float(weight.sum())
    known = held.any(axis=0)
    return [
        held @ weight / total,
        _window(held, chunks) @ weight / total,
        _per_chunk(held, chunks) @ weight / total,
        np.full(len(held), float(known @ weight) / total),
        held.all(axis=1).astype(np.float32),
        np.full(len(held), float(known.all())),
    ]


def inverse_document_frequency(held: Mask) -> Vector:
    """BM25's IDF of each question term over the candidates, float32[terms], always above zero; a term nowhere found weighs most."""
    found = held.sum(axis=0)
    return np.asarray(np.log1p((len(held) - found + 0.5) / (found + 0.5)), dtype=np.float32)


def _window(held: Mask, chunks: Vector) -> Mask:
    """Terms held by a sentence or a neighbour of the same chunk."""
    window = held.copy()
    beside = (chunks[1:] == chunks[:-1])[:, None]
    window[1:] |= held[:-1] & beside
    window[:-1] |= held[1:] & beside
    return window


def _per_chunk(held: Mask, chunks: Vector) -> Mask:
    """Terms held anywhere in the sentence's chunk; chunks are contiguous runs."""
    starts = np.flatnonzero(np.r_[True, chunks[1:] != chunks[:-1]])
    owner = np.cumsum(np.r_[False, chunks[1:] != chunks[:-1]])
    return np.asarray(np.logical_or.reduceat(held, starts, axis=0)[owner])
