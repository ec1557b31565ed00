"""Facts of a raw document, carried over to the stored text: same statement, spans and date moved, free text left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.records import RawDocument, RawFact
from rag.normalization import normalise
from rag.types import Fact, FactSlot, Span

MAX_VALUE_CHARS = 100
"""Longer values are prose."""
MAX_DISPLAY_CHARS = 200
"""Longer names are prose. Source: the longest LOINC long common names and goals of Synthea."""
_CLOCK = re.compile(r"T[\d:.]{2,20}(?:Z|[+-]\d\d:?\d\d)?")
_STATUS = re.compile(r"[a-z][a-z -]{0,39}")


@dataclass(frozen=True, slots=True)
class Carrier:
    """How one document's facts move: spans to the stored ``text``, ISO dates to the policy's."""

    text: str
    move: Callable[[Span], Span]
    shift: Callable[[str], str | None]


def carry_facts(raw: RawDocument, doc_id: str, patient: str, carrier: Carrier) -> tuple[Fact, ...]:
    """The facts of ``raw``, holding only words that stand in their stored line.

    A value or unit that de-identification changed in the line, or that the line does not show, is left out: a fact never says more
    than the stored text. A display that no code came with, or that changed, is what the line shows in its place. Prose (a conclusion,
    a narrative) is neither display nor value and is left to the line.
    """
    facts = []
    for fact in raw.facts:
        span = carrier.move(Span(fact.start, fact.end))
        line = carrier.text[span.start : span.end]
        short = fact.value if fact.value and len(fact.value) <= MAX_VALUE_CHARS else None
        slots = _slots(fact, carrier, span)
        named = next((slot.text for slot in slots if slot.name == "name" and len(slot.text) <= MAX_DISPLAY_CHARS), "")
        facts.append(
            Fact(
                patient=patient,
                kind=fact.kind,
                code=fact.code,
                display=_shown(fact.display, line) or named,
                value=_shown(short, line),
                unit=_shown(fact.unit, line),
                time=carrier.shift(fact.time) if fact.time else None,
                status=_status(fact, raw.text, line),
                assertion=fact.assertion,
                doc_id=doc_id,
                start=span.start,
                end=span.end,
                clock=fact.clock if _CLOCK.fullmatch(fact.clock) else "",
                end_time=carrier.shift(fact.end_time) if fact.end_time else None,
                experiencer=fact.experiencer if fact.experiencer == "patient" or _shown(fact.experiencer, line.lower()) else "relative",
                slots=slots,
            )
        )
    return tuple(facts)


def _slots(fact: RawFact, carrier: Carrier, line: Span) -> tuple[FactSlot, ...]:
    """The parts that still stand in the line, each with its own characters: one that de-identification emptied, or joined with what
    stands beside it, is left out.
    """
    slots = []
    for slot in fact.slots:
        span = carrier.move(Span(slot.start, slot.end))
        text = carrier.text[span.start : span.end]
        before, after = (carrier.move(Span(max(at - 1, 0), at)) for at in (slot.start, slot.end + 1))
        if text.strip() and before.end <= span.start and span.end <= after.start and line.start <= span.start and span.end <= line.end:
            slots.append(FactSlot(slot.name, span.start, span.end, text, carrier.shift(slot.date) if slot.date else None))
    return tuple(slots)


def _shown(words: str | None, line: str) -> str | None:
    shown = normalise(words).text if words else ""
    return shown if shown and shown in line else None


def _status(fact: RawFact, text: str, line: str) -> str:
    """The status code, but for one that is no code and one that de-identification took from the line."""
    changed = fact.status in text[fact.start : fact.end] and fact.status not in line
    return "" if changed or not _STATUS.fullmatch(fact.status) else fact.status
