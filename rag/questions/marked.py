"""What a question's words were marked as by the question reader: the record that ``rag.question_reader`` makes and restating reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.questions.understood import Intent
from rag.types import Span

KINDS = ("obs", "cond", "med", "allergy", "proc", "imm", "enc", "rep", "fam", "soc", "dev", "plan", "any")
FLAGS = ("yesno", "past", "now", "neg", "relative", "several")


@dataclass(frozen=True, slots=True)
class Marked:
    """A question with its marks. ``things``, ``times`` and ``thresholds`` are code points of ``text``; probabilities are in [0, 1].

    ``kind`` is the sort of thing (one of ``KINDS``); ``flags`` are those of ``FLAGS`` more likely than not: ``yesno``, ``past``, ``now``,
    ``neg``, ``relative`` (asked of a relative) and ``several`` (more than one question).
    """

    text: str
    intent: Intent
    intent_probability: float
    kind: str
    kind_probability: float
    things: tuple[Span, ...]
    times: tuple[Span, ...]
    thresholds: tuple[Span, ...]
    flags: frozenset[str]

    def words(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The text of each span."""
        return tuple(self.text[span.start : span.end] for span in spans)
