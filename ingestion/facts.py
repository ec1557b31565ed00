"""Facts of a raw document, carried over to the stored text: same statement, spans and date moved, free text left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ingestion.records import RawDocument, RawFact
from rag.types import Fact, Span

_DECIMAL = re.compile(r"[<>≤≥=~]{0,2}\s*[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def carry_facts(
    raw: RawDocument, doc_id: str, patient: str, move: Callable[[Span], Span], shift: Callable[[str], str | None]
) -> tuple[Fact, ...]:
    """The facts of ``raw`` with spans taken through ``move`` and dates through ``shift``.

    A value that is neither a decimal nor inside a ``clear`` span of its line may be free text with a name in it:
    it is left to the line, and the fact's value is None.
    """
    facts = []
    for fact in raw.facts:
        span = move(Span(fact.start, fact.end))
        facts.append(
            Fact(
                patient=patient,
                kind=fact.kind,
                code=fact.code,
                display=fact.display,
                value=fact.value if _is_coded(fact, raw.text, raw.clear) else None,
                unit=fact.unit,
                time=shift(fact.time) if fact.time else None,
                status=fact.status,
                assertion=fact.assertion,
                doc_id=doc_id,
                start=span.start,
                end=span.end,
            )
        )
    return tuple(facts)


def _is_coded(fact: RawFact, text: str, clear: Sequence[Span]) -> bool:
    if fact.value is None or _DECIMAL.fullmatch(fact.value):
        return True
    return any(fact.value in text[span.start : span.end] for span in clear if fact.start <= span.start and span.end <= fact.end)
