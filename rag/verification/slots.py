"""The slot contract: what a statement says of numbers, units, doses, dates, sides, negation, person, certainty, drugs and conditions
equals what its quotes say (law 2 of the design). A check of words alone, for composed and for generated statements.

It finds what contradicts or goes beyond the quotes in these slots; that the rest follows is for entailment to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verification.amounts import check_numbers
from rag.verification.numbers import dates_of, days_of, is_date_of, is_day_of
from rag.verification.saying import check_things, check_wording
from rag.verification.sides import sides_of, supported
from rag.verification.violation import Violation

_LEAD = re.compile(r"\s*(?P<word>yes|no)\b(?:\s*[:,.]\s*|\s+(?=\d{4}))", re.IGNORECASE)
_DATED = re.compile(r"\d{4}(?:-\d\d){0,2}:\s+(?=\S)")


def check_statement(text: str, quotes: Sequence[str], *, dates: Sequence[str] = (), computed: Sequence[str] = ()) -> tuple[Violation, ...]:
    """What ``text`` says beyond or against its ``quotes``, in reading order of the checks; empty where all slots are theirs.

    ``dates`` are the ISO dates of the cited documents, ``computed`` the results of counting, means and intervals as written in the
    text ("14 months", "5"): each excuses one number that no quote has; its unit, where it stands outside, must still be a quote's.
    A statement that is one of its quotes word for word passes. Without quotes every slot is a violation. Linear; 0.3 ms over
    chart lines, some 1.4 ms over three long sentences of notes read for the first time (texts are remembered), 2.5 ms over sixty lines.
    """
    found = check_slots(text, quotes, dates=dates, computed=computed)
    body, _ = _body(text)
    if not is_verbatim(body, quotes):
        found = (*found, *check_wording(body, quotes))
    return tuple(dict.fromkeys(found))


def check_slots(text: str, quotes: Sequence[str], *, dates: Sequence[str] = (), computed: Sequence[str] = ()) -> tuple[Violation, ...]:
    """As ``check_statement``, without the words that deny or tell a result of nothing known by name."""
    body, lead = _body(text)
    stated = [*dates, *(date.iso for quote in quotes for date in dates_of(quote))]
    found = list(_dates(text, quotes, stated))
    if is_verbatim(body, quotes):
        return (*found, *check_numbers(text[: len(text) - len(body)], (), stated, ()))
    found += check_numbers(text, quotes, stated, computed)
    found += _sides(text, quotes)
    found += check_things(body, quotes, refuted_ok=lead == "no")
    return tuple(found)


def is_verbatim(text: str, quotes: Sequence[str]) -> bool:
    """Whether a text is one of the quotes, white space apart."""
    folded = " ".join(text.split())
    return any(folded == " ".join(quote.split()) for quote in quotes)


def _body(text: str) -> tuple[str, str]:
    """The statement after "Yes:" or "No:" and the date of a note, and that word in lower case."""
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead else text
    dated = _DATED.match(rest)
    return rest[dated.end() :] if dated else rest, lead["word"].lower() if lead else ""


def _dates(text: str, quotes: Sequence[str], stated: Sequence[str]) -> Iterator[Violation]:
    for date in dates_of(text):
        if not is_date_of(date.iso, stated):
            yield Violation("date", text[date.span.start : date.span.end], "no quote and no cited document has this date")
    for day in days_of(text):
        written = text[day.span.start : day.span.end]
        if not is_day_of(day, stated) and not any((day.month, day.day) == (d.month, d.day) for quote in quotes for d in days_of(quote)):
            yield Violation("date", written, "no quote and no cited document has this day")


def _sides(text: str, quotes: Sequence[str]) -> Iterator[Violation]:
    for side in sides_of(text):
        if not supported(side, quotes):
            yield Violation("laterality", text[side.span.start : side.span.end], "no quote says this side of it")
