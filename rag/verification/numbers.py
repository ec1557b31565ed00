"""The numbers and dates of a text, and whether one text's number or date is what another says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.clinical.conversion import convert, same_unit
from rag.clinical.dates import DateMention, find_dates
from rag.clinical.units import find_quantities
from rag.types import Span

SHOWN_DECIMALS = 2
SHOWN_DIGITS = 3
MAX_CONVERSION_ERROR = Decimal("0.025")
"""A converted number may be rounded by this share of itself at most ("70 kg" for 154 lb)."""
REMEMBERED_TEXTS = 4096
YEARS = range(1900, 2101)
DOSE_UNITS = frozenset(
    {
        *(
            "mg",
            "ug",
            "g",
            "ng",
            "mL",
            "U",
            "IU",
            "kU",
            "mEq",
            "tablet",
            "capsule",
            "puff",
            "drop",
            "spray",
            "patch",
            "vial",
            "ampule",
            "pill",
        ),
        *("dose", "teaspoon", "tablespoon", "mg/kg", "mg/day", "U/day", "U/kg", "mg/mL", "mg/hour", "ug/hour", "mL/hour", "U/hour"),
    }
)
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d,])|\d+")
_LONG = re.compile(r"(?<![\d.])(-?\d+\.\d{15})(\d+)")  # more digits than a quantity may have: cut, the end kept in its place
_DECIMALS = re.compile(r"\.\d+")
_NAME_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_CORE = re.compile(r"[a-z]?\d+[a-z]{0,2}")
_SQUEEZED = re.compile(r"(?<=[A-Za-z])[\s\-]+(?=\d)")
_LONE_UNIT = re.compile(r"[(\[]([^()\[\]\d\s]{1,14})[)\]]|\bin ([^\s,;.]{1,10})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b\.?"
)
_MONTH_DAY = re.compile(
    rf"\b{_MONTH}\s(\d\d?)(?:st|nd|rd|th)?\b(?![\d/%]|\.\d)|\b(\d\d?)(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}", re.IGNORECASE
)
_AGE_AFTER = re.compile(r"[\s-]?(?:yo\b|y/o|y\.o)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: ``span`` holds it with its unit; ``decimals`` are those shown; ``name`` is the word it is part of ("A1c")."""

    span: Span
    value: Decimal
    unit: str | None
    decimals: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day and month without a year."""

    span: Span
    month: int
    day: int


@lru_cache(maxsize=REMEMBERED_TEXTS)
def dates_of(text: str) -> tuple[DateMention, ...]:
    """The dates of a text that have a year."""
    return find_dates(text)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def days_of(text: str) -> tuple[PartialDate, ...]:
    """The days named by month and number that are no part of a date with a year."""
    whole = dates_of(text)
    found = []
    for match in _MONTH_DAY.finditer(text):
        if any(date.span.start < match.end() and match.start() < date.span.end for date in whole):
            continue
        month = _MONTHS.index((match[1] or match[4])[:3].lower()) + 1
        found.append(PartialDate(Span(*match.span()), month, int(match[2] or match[3])))
    return tuple(found)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def numbers_of(text: str) -> tuple[Number, ...]:
    """Every number outside dates, in order: with its unit where it has one, as part of a name where it stands in a word. Linear."""
    taken = [(span.start, span.end) for span in (*(date.span for date in dates_of(text)), *(day.span for day in days_of(text)))]
    found = []
    for quantity in find_quantities(_LONG.sub(lambda match: " " * len(match[2]) + match[1], text)):
        start, end = quantity.span.start, quantity.span.end
        if _overlaps(taken, start, end):
            continue
        written = _DECIMALS.search(text, start, end)
        unit = quantity.unit or ("year" if _AGE_AFTER.match(text, end) else None)
        found.append(Number(quantity.span, quantity.value, unit, len(written[0]) - 1 if written else 0))
        taken.append((start, end))
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        if _overlaps(taken, start, end) or (start >= 2 and text[start - 1] == "." and text[start - 2].isdigit()):
            continue
        found.append(_bare(text, match))
    return tuple(sorted(found, key=lambda number: number.span))


def _bare(text: str, match: re.Match[str]) -> Number:
    """A number that is no quantity: part of a word, of a clock time, of a list's numbering."""
    start, end = match.span()
    decimals = _DECIMALS.match(text, end)
    word = next((w for w in _NAME_WORD.finditer(text, max(0, start - 30)) if w.end() >= end), None)
    name = word[0] if word and word.start() <= start and not word[0].isdigit() else ""
    digits = match[0].replace(",", "") + (decimals[0] if decimals else "")
    return Number(Span(start, decimals.end() if decimals else end), Decimal(digits), None, len(decimals[0]) - 1 if decimals else 0, name)


def _overlaps(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in taken)


def shows(shown: Number, stored: Decimal) -> bool:
    """Whether ``shown`` is ``stored``, or ``stored`` rounded to two decimals or three digits, whichever is finer."""
    if shown.value == stored:
        return True
    if shown.decimals < max(SHOWN_DECIMALS, SHOWN_DIGITS - 1 - stored.adjusted() if stored else 0):
        return False
    return abs(shown.value - stored) * 2 <= Decimal(1).scaleb(-shown.decimals)


def converts(shown: Number, stored: Number, analytes: Sequence[str]) -> bool:
    """Whether ``shown`` is ``stored`` in another unit; ``analytes`` are names of what may have been measured."""
    if shown.unit is None or stored.unit is None or one_unit(shown.unit, stored.unit):
        return False
    for analyte in (None, *analytes):
        value = convert(stored.value, stored.unit, shown.unit, analyte)
        if value is not None:
            error = abs(shown.value - value)
            return error * 2 <= Decimal(1).scaleb(-shown.decimals) and error <= abs(value) * MAX_CONVERSION_ERROR
    return False


def one_unit(shown: str | None, stored: str | None) -> bool:
    """Whether a unit shown is the stored one; none shown is none claimed."""
    return shown is None or shown == stored or (stored is not None and same_unit(shown, stored))


def names_unit(text: str, unit: str) -> bool:
    """Whether a text names a unit by itself, away from the number: "Weight (kg): 62.3"."""
    return any(
        found.unit is not None and one_unit(unit, found.unit)
        for match in _LONE_UNIT.finditer(text)
        for found in find_quantities(f"1 {match[1] or match[2]}")
    )


@lru_cache(maxsize=REMEMBERED_TEXTS)
def squeezed(text: str) -> str:
    """The text, case folded, with nothing between a letter and the digit after it: "B-12" is "B12"."""
    return _SQUEEZED.sub("", text).casefold()


def names_the_same(name: str, text: str) -> bool:
    """Whether the letters and digits of a word with a number in it ("HbA1c": A1c) stand together in a text, in a word or alone."""
    cores = _CORE.findall(squeezed(name))
    return all(re.search(rf"(?<!\d){re.escape(core)}(?:(?<!\d)|(?!\d))", squeezed(text)) for core in cores)


def is_date_of(iso: str, others: Sequence[str]) -> bool:
    """Whether a date is one of ``others``, to its own precision: "2014-03" is "2014-03-02", not the other way round."""
    return any(other == iso or other.startswith(f"{iso}-") for other in others)


def is_day_of(day: PartialDate, others: Sequence[str]) -> bool:
    """Whether one of the ISO dates falls on that day and month."""
    return any(other[4:10] == f"-{day.month:02d}-{day.day:02d}" for other in others)
