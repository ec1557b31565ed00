"""Composed statements: their own words hold nothing of the patient, their slots are the quotes', their results are recomputed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from rag.clinical.conversion import convert, same_unit
from rag.types import Fact, Part
from rag.verification.numbers import Number, dates_of, numbers_of, shows
from rag.verification.saying import check_wording
from rag.verification.sides import sides_of
from rag.verification.slots import check_slots
from rag.verification.things import is_own, things_of
from rag.verification.violation import Violation

_TOLD = re.compile(r"(\d+) (day|week|month|year)s?")
MEAN_YEAR_DAYS = 365.2425
"""The mean Gregorian year: whole years may be counted by it as well as by the calendar."""


def check_composed(text: str, parts: Sequence[Part], quotes: Sequence[str], *, dates: Sequence[str] = ()) -> tuple[Violation, ...]:
    """As ``check_statement``, with what the parts tell: our words hold no slot, computed parts excuse their own numbers.

    An interval is recomputed from its ``time``; counts, means and differences need their facts: see ``recount``. The parts must make
    up the text: else one violation of the slot ``computed``.
    """
    if "".join(part.text for part in parts) != text:
        return (Violation("computed", text, "the parts do not make up the statement"),)
    computed = [part.text for part in parts if part.kind == "computed"]
    found = [violation for part in parts if part.kind == "words" for violation in _in_words(part.text)]
    found += check_slots(text, quotes, dates=dates, computed=computed)
    found += check_wording(" ".join(part.text for part in parts if part.kind == "slot"), quotes)
    found += [violation for part in parts if part.kind == "computed" and part.time and (violation := _interval(part, part.time))]
    return tuple(dict.fromkeys(found))


def _in_words(text: str) -> list[Violation]:
    """The slots that words of our own hold: there should be none."""
    why = "the composer's own words say it"
    found = [Violation("number", text[n.span.start : n.span.end], why) for n in numbers_of(text)]
    found += [Violation("date", text[d.span.start : d.span.end], why) for d in dates_of(text)]
    found += [Violation("laterality", text[s.span.start : s.span.end], why) for s in sides_of(text)]
    return found + [
        Violation("condition" if thing.kind == "condition" else "drug", thing.text, why)
        for thing in things_of(text)
        if thing.sure and not is_own(thing)
    ]


def _interval(part: Part, time: str) -> Violation | None:
    """Whether a distance in words is what lies between the ends of ``earlier/later``, in whole units, cut off, not rounded."""
    told = _TOLD.fullmatch(part.text)
    earlier, _, later = time.partition("/")
    if told is None or not later:
        return Violation("computed", part.text, "not an interval in whole units")
    least, most = (_first(later), _last(earlier)), (_last(later), _first(earlier))
    low, high = (_whole(told[2], start, end) for end, start in (least, most))
    by_mean_year = int((most[0] - most[1]).days / MEAN_YEAR_DAYS) if told[2] == "year" else high
    if min(low, by_mean_year) <= int(told[1]) <= high:
        return None
    return Violation("computed", part.text, "not the interval between its dates")


def _whole(unit: str, start: date, end: date) -> int:
    """How many whole units lie between two days."""
    if unit in ("day", "week"):
        return (end - start).days // (7 if unit == "week" else 1)
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return months if unit == "month" else months // 12


def _first(iso: str) -> date:
    parts = [int(part) for part in iso[:10].split("-")]
    return date(*[*parts, 1, 1][:3])


def _last(iso: str) -> date:
    parts = [int(part) for part in iso[:10].split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    return date(parts[0], parts[1], parts[2] if len(parts) > 2 else monthrange(parts[0], parts[1])[1])


@dataclass(frozen=True, slots=True)
class _Value:
    value: Decimal
    unit: str | None
    display: str


def recount(operation: str, shown: str, facts: Sequence[Fact]) -> Violation | None:
    """What is wrong with a computed number; None where it is right, or the operation is none of those known.

    ``count`` is the number of ``facts``; ``mean`` that of their values, ``difference`` between the first and the last of them without
    its sign, both in the last fact's unit, facts that cannot be converted left out; ``conversion`` the last fact's value in the unit
    shown. Numbers compare at the precision shown.
    """
    numbers = numbers_of(shown)
    if operation not in ("count", "mean", "difference", "conversion"):
        return None
    if len(numbers) != 1:
        return Violation("computed", shown, "not a number")
    right = _is_conversion(numbers[0], facts) if operation == "conversion" else _is_result(numbers[0], operation, facts)
    return None if right else Violation("computed", shown, f"not the {operation} of its facts")


def _is_result(number: Number, operation: str, facts: Sequence[Fact]) -> bool:
    expected: Decimal | None = Decimal(len(facts)) if operation == "count" else _result(operation, facts)
    return expected is not None and shows(number, expected)


def _is_conversion(number: Number, facts: Sequence[Fact]) -> bool:
    """Whether a number is the last fact's value in the number's unit, rounded at its last decimal and nowhere before."""
    value = _value(facts[-1]) if facts else None
    if value is None or value.unit is None or number.unit is None:
        return False
    expected = convert(value.value, value.unit, number.unit, value.display)
    return expected is not None and abs(number.value - expected) * 2 <= Decimal(1).scaleb(-number.decimals)


def _result(operation: str, facts: Sequence[Fact]) -> Decimal | None:
    values = _in_last_unit([value for fact in facts if (value := _value(fact))])
    if not values:
        return None
    return sum(values, Decimal(0)) / len(values) if operation == "mean" else abs(values[-1] - values[0])


def _value(fact: Fact) -> _Value | None:
    try:
        value = Decimal((fact.value or "").replace(",", ""))
    except InvalidOperation:
        return None
    return _Value(value, fact.unit, fact.display) if value.is_finite() else None


def _in_last_unit(values: Sequence[_Value]) -> list[Decimal]:
    if not values:
        return []
    unit = values[-1].unit
    found = [_converted(value, unit) for value in values]
    return [value for value in found if value is not None]


def _converted(value: _Value, unit: str | None) -> Decimal | None:
    if unit is None or value.unit is None or same_unit(value.unit, unit):
        return value.value
    return convert(value.value, value.unit, unit, value.display)
