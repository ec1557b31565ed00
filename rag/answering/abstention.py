"""When evidence is too weak to answer: a threshold on the calibrated probability that the question is answered at all.

The thresholds ship with the scorer's weights and were chosen on answerable questions against the same questions put to
sources that do not hold the answer; the curve and the figures are in ``docs/abstention.md``.
"""

from __future__ import annotations

from rag.answering.evidence import Selection
from rag.answering.scorer import Scorer, packaged_scorer
from rag.types import Evidence


def strong_enough(selection: Selection, scorer: Scorer | None = None) -> tuple[Evidence, ...]:
    """The evidence an answer may rest on, in order; nothing where the question itself is below ``answer_threshold``."""
    scorer = packaged_scorer() if scorer is None else scorer
    if selection.answerable < scorer.answer_threshold:
        return ()
    return tuple(evidence for evidence in selection.evidence if evidence.score >= scorer.support_threshold)
