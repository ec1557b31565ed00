"""Facts of a raw document, carried over to the stored text: same statement, spans and date moved, free text left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.records import RawDocument, RawFact
from rag.normalization import normalise
from rag.types import Fact, Span

MAX_VALUE_CHARS = 100
"""Longer values are prose."""
_STATUS = re.compile(r"[a-z][a-z -]{0,39}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """How one document's facts move: spans to the stored ``text``, ISO dates to the policy's."""

    text: str
    move: Callable[[Span], Span]
    shift: Callable[[str], str | None]


def carry_facts(raw: RawDocument, doc_id: str, patient: str, carrier: Carrier) -> tuple[Fact, ...]:
    """The facts of ``raw``, holding only words that stand in their stored line.

    A display, value or unit that de-identification changed in the line, or that the line does not show, is left out: a fact never
    says more than the stored text. Prose (a conclusion, a narrative) is no value and is left to the line.
    """
    facts = []
    for fact in raw.facts:
        span = carrier.move(Span(fact.start, fact.end))
        line = carrier.text[span.start : span.end]
        short = fact.value if fact.value and len(fact.value) <= MAX_VALUE_CHARS else None
        facts.append(
            Fact(
                patient=patient,
                kind=fact.kind,
                code=fact.code,
                display=_shown(fact.display, line) or "",
                value=_shown(short, line),
                unit=_shown(fact.unit, line),
                time=carrier.shift(fact.time) if fact.time else None,
                status=_status(fact, raw.text, line),
                assertion=fact.assertion,
                doc_id=doc_id,
                start=span.start,
                end=span.end,
            )
        )
    return tuple(facts)


def _shown(words: str | None, line: str) -> str | None:
    shown = normalise(words).text if words else ""
    return shown if shown and shown in line else None


def _status(fact: RawFact, text: str, line: str) -> str:
    """The status code, but for one that is no code and one that de-identification took from the line."""
    changed = fact.status in text[fact.start : fact.end] and fact.status not in line
    return "" if changed or not _STATUS.fullmatch(fact.status) else fact.status
