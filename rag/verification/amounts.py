"""The numbers of a statement against those of its quotes: value, unit, and the drug that a dose belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.verification.numbers import (
    DOSE_UNITS,
    YEARS,
    Number,
    converts,
    names_the_same,
    names_unit,
    numbers_of,
    one_unit,
    shows,
)
from rag.verification.things import Thing, things_of
from rag.verification.violation import Violation

_NAME_BEFORE = re.compile(r"(?:^|[\d:]\s|;\s)([A-Za-z][^:;]{1,60}?)(?::|\s(?:was|is|of|rose|fell|went|from)\b|\s*$)")
_MAX_NAME_CHARS = 80


def check_numbers(text: str, quotes: Sequence[str], dates: Sequence[str], computed: Sequence[str]) -> Iterator[Violation]:
    """The numbers of ``text`` that no quote has, has in another unit, or has for another drug. ``dates`` are ISO: their years count."""
    excused = [numbers_of(item) for item in computed]
    for number in numbers_of(text):
        violation = _against(number, text, quotes, dates)
        if violation and not _excuse(number, excused, quotes):
            yield violation


def _against(number: Number, text: str, quotes: Sequence[str], dates: Sequence[str]) -> Violation | None:
    """What is wrong with one number; None where a quote has it."""
    written = text[number.span.start : number.span.end]
    slot = "dose" if number.unit in DOSE_UNITS else "number"
    if number.name:
        named = any(names_the_same(number.name, quote) for quote in quotes) or _named_otherwise(number, text, quotes)
        return None if named else Violation("number", number.name, "no quote has this name")
    if number.unit is None and number.value == int(number.value) and int(number.value) in YEARS and any(d[:4] == written for d in dates):
        return None
    same = [(quote, other) for quote in quotes for other in numbers_of(quote) if shows(number, other.value) and not other.name]
    fitting = [(quote, other) for quote, other in same if one_unit(number.unit, other.unit)]
    if fitting:
        return _of_other_drug(number, text, fitting)
    if number.unit and any(other.unit is None and names_unit(quote, number.unit) for quote, other in same):
        return None
    if number.unit and any(
        converts(number, other, _analytes(text, quote, number, other)) for quote in quotes for other in numbers_of(quote)
    ):
        return None
    if same:
        return Violation("dose" if slot == "dose" else "unit", written, "the quotes have this number with another unit, or none")
    if number.unit is None and number.value == int(number.value) and int(number.value) in YEARS:
        return Violation("date", written, "no quote and no cited document has this year")
    return Violation(slot, written, "no quote has this number")


def _excuse(number: Number, excused: list[tuple[Number, ...]], quotes: Sequence[str]) -> bool:
    """Whether a computed result is this number; each is used once. A unit that is not the result's own must be a quote's."""
    for item in excused:
        if len(item) != 1 or item[0].value != number.value or item[0].decimals != number.decimals:
            continue
        own = item[0].unit is not None and item[0].unit == number.unit
        if number.unit is None or own or any(one_unit(number.unit, other.unit) for quote in quotes for other in numbers_of(quote)):
            excused.remove(item)
            return True
    return False


def _analytes(text: str, quote: str, number: Number, other: Number) -> tuple[str, ...]:
    """Names of what may have been measured: the words before the number in the statement and in the quote."""
    found = []
    for source, span in ((quote, other.span), (text, number.span)):
        before = source[max(0, span.start - _MAX_NAME_CHARS) : span.start]
        found += [match[1].strip() for match in _NAME_BEFORE.finditer(before)]
    return tuple(dict.fromkeys(found))


def _named_otherwise(number: Number, text: str, quotes: Sequence[str]) -> bool:
    """Whether the number is part of the name of a thing that a quote names in another way."""
    for thing in things_of(text):
        if thing.span.start <= number.span.start < thing.span.end:
            return any(thing.names & other.names for quote in quotes for other in things_of(quote))
    return False


def _of_other_drug(number: Number, text: str, fitting: Sequence[tuple[str, Number]]) -> Violation | None:
    """A dose that the quotes have, but of another drug."""
    if number.unit not in DOSE_UNITS:
        return None
    drug = _drug_beside(number, text)
    if drug is None:
        return None
    owners = [_drug_beside(other, quote) for quote, other in fitting]
    if any(owner is None or owner.names & drug.names for owner in owners):
        return None
    return Violation("dose", text[number.span.start : number.span.end], "the quotes have this dose for another drug")


def _drug_beside(number: Number, text: str) -> Thing | None:
    """The drug that a dose belongs to: the one right after it ("10 mg of …"), else the nearest before, else the first after."""
    drugs = sorted((thing for thing in things_of(text) if thing.kind == "drug" and thing.sure), key=lambda thing: thing.span)
    after = next((thing for thing in drugs if thing.span.start >= number.span.end), None)
    before = next((thing for thing in reversed(drugs) if thing.span.end <= number.span.start), None)
    if after and re.fullmatch(r"\s(?:of\s)?", text[number.span.end : after.span.start]):
        return after
    return before or after
