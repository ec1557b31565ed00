"""Near misses for the receipt of an abstention: the mentions closest to what was asked, and why they are no evidence."""

from __future__ import annotations

from rag.answering.evidence import Selection
from rag.answering.lexical import profile_sentence
from rag.answering.polarity import Asked, Stance, stance, understand
from rag.types import Evidence

MAX_NEAR_MISSES = 3
RELATED_SHARE = 0.5  # Share of the question's content words from which a sentence is shown as related.
_KINDS = {Stance.NEGATED: "negated", Stance.FAMILY: "family"}


def find_near_misses(question: str, selection: Selection, limit: int = MAX_NEAR_MISSES) -> tuple[tuple[str, Evidence], ...]:
    """Up to ``limit`` pairs of a kind (negated, family, related) and its evidence: explicit ones first, then in order of score.

    Sentences that hold less than half of the question's content words are not shown: they would only seem to be about it.
    """
    asked = understand(question)
    found = [(kind, evidence) for evidence in selection.evidence if (kind := _kind(asked, evidence)) is not None]
    return tuple(sorted(found, key=lambda pair: pair[0] == "related")[:limit])


def _kind(asked: Asked, evidence: Evidence) -> str | None:
    said = stance(asked, evidence)
    if said in _KINDS:
        return _KINDS[said]
    held = asked.concept & profile_sentence(evidence.quote).terms.keys()
    return "related" if asked.concept and len(held) / len(asked.concept) >= RELATED_SHARE else None
