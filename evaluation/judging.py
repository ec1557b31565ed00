"""Statements and what is said of them: judged at evaluation, apart from the guard that judged them at run time.

A composed statement is held against its spans slot by slot, a verbatim one against its quotes; whatever else a build says goes to the
verifier. Texts here are de-identified, as stored.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from evaluation.items import Data
from evaluation.scores import Tally
from rag.clinical.dates import find_dates
from rag.types import Answer, Citation, Part, SourceSpan, Statement, Verdict
from rag.verification.composed import check_composed
from rag.verification.slots import is_verbatim
from rag.verification.verdicts import Claimed, JudgedStatement, Judgement, Verifier
from rag.verification.violation import Violation

NOT_STATED = "states nothing"
CITES_NOTHING = "cites nothing"
GUARD_DID_NOT = "released though the run-time guard did not find it supported"
_AGAINST = frozenset({"negation", "laterality", "experiencer", "certainty"})
"""Slots that can only differ by being against the quotes; others may be beyond them."""


class EvidenceRecord(Data):
    """``contexts[context][start:end]``, of the contexts that stand beside it."""

    context: int
    start: int
    end: int


class StatementRecord(Data):
    """One statement with its verdict. ``score`` None: the verifier gave none, or no finite number."""

    text: str
    verdict: Verdict
    score: float | None
    slots: tuple[str, ...] = ()
    reason: str = ""
    evidence: tuple[EvidenceRecord, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether the evidence carries it."""
        return self.verdict is Verdict.SUPPORTED


def record(judged: JudgedStatement) -> StatementRecord:
    """A verifier's statement as it is recorded; a score that is no finite number is no score."""
    evidence = tuple(EvidenceRecord(context=one.context, start=one.span.start, end=one.span.end) for one in judged.evidence)
    score = judged.score if judged.score is not None and math.isfinite(judged.score) else None
    slots = tuple(dict.fromkeys(violation.slot for violation in judged.violations))
    return StatementRecord(text=judged.text, verdict=judged.verdict, score=score, slots=slots, reason=judged.reason, evidence=evidence)


def judge_answer(answer: Answer, verifier: Verifier) -> tuple[tuple[StatementRecord, ...], tuple[str, ...]]:
    """The answer's statements judged against the quotes that they cite, and those quotes in the order of the answer's citations."""
    quotes = tuple(citation.quote for citation in answer.citations)
    place = {citation.n: at for at, citation in enumerate(answer.citations)}
    records: list[StatementRecord | None] = []
    waiting: list[tuple[int, Statement, list[int]]] = []
    for statement in answer.statements:
        cited = [place[n] for n in statement.citations if n in place]
        if not cited:
            records.append(_nothing(statement, CITES_NOTHING))
            continue
        found = _by_slots(statement, [answer.citations[at] for at in cited])
        if found is None:
            waiting.append((len(records), statement, cited))
        records.append(None if found is None else _own(statement, found, cited, quotes))
    judgements = verifier.judge([Claimed(statement.text, tuple(quotes[at] for at in cited)) for _, statement, cited in waiting])
    for (at, statement, cited), judgement in zip(waiting, judgements, strict=True):
        records[at] = _whole(statement, judgement, cited)
    return tuple(_as_released(one, statement) for one, statement in zip(records, answer.statements, strict=True) if one), quotes


def _by_slots(statement: Statement, cited: Sequence[Citation]) -> tuple[Violation, ...] | None:
    """The violations where slots suffice to judge; None where the verifier is asked."""
    quotes = [citation.quote for citation in cited]
    if statement.parts:
        dates = [citation.date for citation in cited if citation.date] + _completed(statement.parts, cited)
        return check_composed(statement.text, statement.parts, quotes, dates=dates)
    return () if is_verbatim(statement.text, [*quotes, " ".join(quotes)]) else None


def _completed(parts: Sequence[Part], cited: Sequence[Citation]) -> list[str]:
    """Date parts at a place of a quote that names no whole date: a year alone, or a day that takes its year from the document.

    A date part that says no place is one where a quote has it, figure for figure.
    """
    found = []
    for part in parts:
        if part.kind == "date" and part.span is not None:
            written = next((text for citation in cited if (text := _written(citation, part.span))), "")
            if written and (written == part.text or not find_dates(written)):
                found.append(part.text)
        elif part.kind == "date" and any(re.search(rf"(?<!\d){re.escape(part.text)}(?!\d)", citation.quote) for citation in cited):
            found.append(part.text)
    return found


def _written(citation: Citation, span: SourceSpan) -> str:
    """What a citation's quote says at a span; nothing where the span lies outside it."""
    of = citation.span
    if (of.doc_id, of.doc_sha256) != (span.doc_id, span.doc_sha256) or not of.start <= span.start < span.end <= of.end:
        return ""
    return citation.quote[span.start - of.start : span.end - of.start]


def _own(statement: Statement, violations: Sequence[Violation], cited: Sequence[int], quotes: Sequence[str]) -> StatementRecord:
    slots = tuple(dict.fromkeys(violation.slot for violation in violations))
    verdict = Verdict.SUPPORTED
    if violations:
        verdict = Verdict.CONTRADICTED if _AGAINST.intersection(slots) else Verdict.NOT_ENOUGH_INFORMATION
    reason = "; ".join(f"{violation.slot} “{violation.found}”: {violation.why}" for violation in violations)
    evidence = tuple(EvidenceRecord(context=at, start=0, end=len(quotes[at])) for at in cited)
    return StatementRecord(
        text=statement.text, verdict=verdict, score=0.0 if violations else 1.0, slots=slots, reason=reason, evidence=evidence
    )


def _whole(statement: Statement, judgement: Judgement, cited: Sequence[int]) -> StatementRecord:
    """One record for a statement that a verifier may have split: the worst of its parts, evidence by the answer's citations."""
    records = [record(part) for part in judgement.statements]
    if not records:
        return _nothing(statement, NOT_STATED)
    order = (Verdict.CONTRADICTED, Verdict.NOT_ENOUGH_INFORMATION, Verdict.SUPPORTED)
    worst = min(records, key=lambda one: (order.index(one.verdict), -1.0 if one.score is None else one.score))
    scores = [one.score for one in records if one.score is not None]
    return StatementRecord(
        text=statement.text,
        verdict=worst.verdict,
        score=min(scores) if len(scores) == len(records) else None,
        slots=tuple(dict.fromkeys(slot for one in records for slot in one.slots)),
        reason="; ".join(one.reason for one in records if not one.supported and one.reason) or worst.reason,
        evidence=tuple(e.model_copy(update={"context": cited[e.context]}) for one in records for e in one.evidence),
    )


def _nothing(statement: Statement, reason: str) -> StatementRecord:
    """A statement with nothing to judge it by: not supported."""
    return StatementRecord(text=statement.text, verdict=Verdict.NOT_ENOUGH_INFORMATION, score=0.0, reason=reason)


def _as_released(one: StatementRecord, statement: Statement) -> StatementRecord:
    """What the guard itself did not find supported is not supported here either."""
    if one.supported and statement.verdict is not Verdict.SUPPORTED:
        return one.model_copy(update={"verdict": statement.verdict, "reason": GUARD_DID_NOT})
    return one


def statement_tallies(records: Sequence[StatementRecord]) -> dict[str, Tally]:
    """The metrics that every kind with statements has."""
    n, verdicts = len(records), Counter(one.verdict for one in records)
    good = verdicts[Verdict.SUPPORTED]
    return {
        "faithfulness": Tally(good, n),
        "hallucinations_per_100": Tally(n - good, n),
        "unsupported_per_100": Tally(verdicts[Verdict.NOT_ENOUGH_INFORMATION], n),
        "contradicted_per_100": Tally(verdicts[Verdict.CONTRADICTED], n),
    }


def by_slot(records: Sequence[StatementRecord]) -> Mapping[str, Tally]:
    """Statements not supported by the slot that differs; ``none`` where no slot does."""
    slots = Counter(slot for one in records if not one.supported for slot in (one.slots or ("none",)))
    return {slot: Tally(count, len(records)) for slot, count in sorted(slots.items())}


def faults_of(records: Sequence[StatementRecord]) -> tuple[str, ...]:
    """Which statements are not supported, by number, verdict and slot, without their text."""
    return tuple(
        f"statement {number} of {len(records)}: {one.verdict.value.replace('_', ' ')}{_slots(one)}"
        for number, one in enumerate(records, 1)
        if not one.supported
    )


def _slots(one: StatementRecord) -> str:
    return f" ({', '.join(one.slots)})" if one.slots else ""


def unscored(records: Sequence[StatementRecord]) -> str | None:
    """Why the statements have no score, where one of them has none."""
    missing = sum(one.score is None for one in records)
    return f"{missing} of {len(records)} statements have no score" if missing else None
