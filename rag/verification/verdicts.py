"""What a verifier says of a response: each of its statements with a verdict, a score and the evidence it rests on.

Verifiers differ in how they judge; the command line, the run-time guard, the suites and the RAGAS judge see them only so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.types import Span, Verdict
from rag.verification.violation import Violation


@dataclass(frozen=True, slots=True)
class Claimed:
    """A response and the contexts that it is to rest on, each a text of its own."""

    response: str
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContextSpan:
    """``contexts[context][span]``: a sentence of evidence."""

    context: int
    span: Span


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """One statement of a response, at ``response[span]``.

    ``score`` is the calibrated probability, between 0 and 1, that the evidence supports it. ``evidence`` comes strongest first;
    ``violations`` are the slots that differ from it; ``reason`` says in words what decided. It may hold text of the chart.
    """

    text: str
    span: Span
    verdict: Verdict
    score: float
    evidence: tuple[ContextSpan, ...]
    violations: tuple[Violation, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """A response as judged. ``score`` is the least of its statements' scores; a response that states nothing is not supported."""

    statements: tuple[JudgedStatement, ...]

    @property
    def score(self) -> float:
        """The least score of a statement, 0 where there is none."""
        return min((statement.score for statement in self.statements), default=0.0)

    @property
    def supported(self) -> bool:
        """Whether there are statements and all are supported."""
        return bool(self.statements) and all(statement.verdict is Verdict.SUPPORTED for statement in self.statements)


class Verifier(Protocol):
    """Judges responses against their contexts. Give many at once: they share batches."""

    def judge(self, claimed: Sequence[Claimed]) -> list[Judgement]:
        """One judgement per response, in order.

        Raises:
            ModelError: the adapter or the encoder is missing or damaged, or gave numbers that are not finite: nothing may be released.
        """
