"""The verifier: each statement of a response against the best sentences of its contexts, by slots, words and an entailment model."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.errors import ModelError
from rag.types import Verdict
from rag.verification.contrasts import contradicts
from rag.verification.evidence import Contexts, premise
from rag.verification.examination import Examined, examine
from rag.verification.reasons import reason
from rag.verification.verdicts import Claimed, JudgedStatement, Judgement
from rag.verification.weighing import Weighing, entailment_row, packaged_weighing

if TYPE_CHECKING:
    from rag.verification.entailment import Entailed

ADAPTER = Path(__file__).parents[1] / "adapters" / "verify"
VERBATIM_SCORE, UNFOUND_SCORE = 0.99, 0.02
"""Of a sentence of a context, word for word, and at most of a statement of which the contexts have no word."""
CLAIMS_AT_ONCE = 48


class EntailmentModel(Protocol):
    """Tells whether evidence supports a statement."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Entailed]:
        """What holds of each (evidence, statement) pair, in order.

        Raises:
            ModelError: the model is missing or damaged.
        """


class StatementVerifier:
    """The product's ``Verifier``. Holds the entailment model, if any, and the weights; thread-safe where the model is.

    Without an entailment model statements are judged by slots and words alone, and every reason says so.
    """

    def __init__(self, entailment: EntailmentModel | None = None, weighing: Weighing | None = None) -> None:
        self._entailment = entailment
        self._weighing = weighing or packaged_weighing("entailment" if entailment else "slots")

    def judge(self, claimed: Sequence[Claimed]) -> list[Judgement]:
        """One judgement per response, in order. The entailment model reads the statements of many at once, while the next ones are
        searched for evidence.

        Raises:
            ModelError: as ``Verifier``.
        """
        read: dict[tuple[str, ...], Contexts] = {}
        with ThreadPoolExecutor(max_workers=1) as reading:
            searched: list[list[list[Examined]]] = []
            held: list[Future[list[Entailed | None]]] = []
            for first in range(0, len(claimed), CLAIMS_AT_ONCE):
                searched.append([examine(claim, _read(claim.contexts, read)) for claim in claimed[first : first + CLAIMS_AT_ONCE]])
                held.append(reading.submit(self._held, [statement for statements in searched[-1] for statement in statements]))
            told = iter([entailed for future in held for entailed in future.result()])
        examined = [statements for batch in searched for statements in batch]
        return [
            Judgement(tuple(self._judged(statement, next(told), claim.response) for statement in statements))
            for claim, statements in zip(claimed, examined, strict=True)
        ]

    def _held(self, statements: Sequence[Examined]) -> list[Entailed | None]:
        """What the model holds of each statement; None for one that it need not read, and of all where there is no model."""
        if self._entailment is None:
            return [None] * len(statements)
        asked = [statement for statement in statements if not statement.verbatim]
        found = self._entailment.judge([(premise(s.contexts, s.found), s.text) for s in asked]) if asked else ()
        if len(found) != len(asked):
            raise ModelError(f"the entailment model judged {len(found)} of {len(asked)} statements")
        held = iter(found)
        return [None if statement.verbatim else next(held) for statement in statements]

    def _judged(self, statement: Examined, held: Entailed | None, response: str) -> JudgedStatement:
        score = self._score(statement, held)
        verdict = Verdict.SUPPORTED if score >= self._weighing.threshold else _unsupported(statement, held)
        span = statement.part.span
        why = reason(statement, held, verdict)
        return JudgedStatement(
            text=response[span.start : span.end],
            span=span,
            verdict=verdict,
            score=score,
            evidence=tuple(statement.contexts.sentences[index].place for index in statement.found.in_order),
            violations=statement.violations,
            reason=why if self._entailment else f"{why} (judged by words and slots, without an entailment model)",
        )

    def _score(self, statement: Examined, held: Entailed | None) -> float:
        if statement.verbatim:
            return VERBATIM_SCORE
        score = self._weighing.probability(statement.row if held is None else (*statement.row, *entailment_row(held)))
        return score if statement.found.best else min(score, UNFOUND_SCORE)


def _read(texts: tuple[str, ...], read: dict[tuple[str, ...], Contexts]) -> Contexts:
    """The contexts, read once for all responses that have them."""
    if texts not in read:
        read[texts] = Contexts(texts)
    return read[texts]


def _unsupported(statement: Examined, held: Entailed | None) -> Verdict:
    """Contradicted where a slot, a changed word or the model says so, else not enough information."""
    refuted = held is not None and held.contradicted > max(held.supported, held.not_enough_information)
    against = any(contradicts(violation, statement.text, statement.quotes) for violation in statement.violations)
    return Verdict.CONTRADICTED if statement.found.best and (refuted or against or statement.changed) else Verdict.NOT_ENOUGH_INFORMATION


def open_verifier(threads: int = 2) -> StatementVerifier:
    """The product's verifier: with the shipped entailment model, or by slots and words where none is shipped.

    Raises:
        ModelError: the adapter is there and damaged, or the weights are.
    """
    if not ADAPTER.is_dir():
        return StatementVerifier()
    from rag.verification.entailment import open_entailment

    return StatementVerifier(open_entailment(threads, ADAPTER))
