"""The answer of guidelines: the passages that answer most surely, verbatim, a list with its lead; nothing where none does."""

from __future__ import annotations

from rag.answering.composed import Composed, Draft
from rag.answering.evidence import Selection, near_duplicates
from rag.answering.guideline_features import Passage, Piece
from rag.answering.guideline_ranking import Ranked, answering, rank
from rag.answering.guideline_reading import judged_passages
from rag.answering.passages import Found, PassageReader
from rag.store.guidelines import document_titles
from rag.types import Evidence

MAX_SHOWN = 8
"""Passages kept as evidence, for the near misses of an abstention."""


def answer_passages(question: str, found: Found, reader: PassageReader, about: frozenset[str] = frozenset()) -> tuple[Composed, Selection]:
    """What the guidelines found say on the question, and the passages weighed. Where ``about`` is given, only passages about that."""
    titles = document_titles(reader.database, {hit.chunk.doc_id for hit in found.hits})
    judged = judged_passages(question, found, titles, about)
    ranked = rank(judged)
    shown = tuple(_evidence(passage, share) for passage, share in zip(ranked.passages, ranked.shares, strict=True))[:MAX_SHOWN]
    selection = Selection(shown, len(judged), ranked.sure)
    said = _said(ranked, reader.settings.max_statements)
    return Composed("", tuple(Draft(one.quote, (at,)) for at, one in enumerate(said)), tuple(said)), selection


def _said(ranked: Ranked, limit: int) -> list[Evidence]:
    """The evidence said, best first, without repeats; an item after the sentence that leads to it."""
    said: list[Evidence] = []
    for at in answering(ranked, limit):
        passage, share = ranked.passages[at], ranked.shares[at]
        lead = [_of(passage.lead, share, passage)] if passage.lead else []
        for evidence in (*lead, _evidence(passage, share)):
            if not any(near_duplicates(evidence.quote, other.quote) for other in said):
                said.append(evidence)
    return said[: limit + 1]


def _evidence(passage: Passage, share: float) -> Evidence:
    piece = passage.whole or Piece(passage.candidate.span, passage.candidate.text)
    return _of(piece, share, passage)


def _of(piece: Piece, share: float, passage: Passage) -> Evidence:
    return Evidence(piece.span, piece.text, share, passage.candidate.section)
