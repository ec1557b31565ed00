"""Numbers in text and what they are measured in: exact decimals, one name per unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from rag.clinical.dates import find_dates
from rag.clinical.lexicon import load_words
from rag.types import Span

_NUMBER = re.compile(
    r"(?<![\w.])(?<![A-Za-z][-–])(?P<sign>(?<![\w)\]])[-−](?=[\d.]))?"
    r"(?:(?P<half>[½¼¾])|(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?P<decimals>\.\d{1,15})?(?P<added>[½¼¾])?|(?P<bare>\.\d{1,15}))"
    r"(?![\d½¼¾])"
)
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD_VALUES = {
    **{word: n for n, word in enumerate(_SMALL, start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    "fifteen": 15,
}
_WORD_NUMBER = re.compile(rf"\b({'|'.join(_WORD_VALUES)})(?=[\s-])", re.IGNORECASE)
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_RANGE = re.compile(r"\s?(?:-|–|—|/|to|x|×|by|and|or)\s?(?=[\d.])", re.IGNORECASE)
_PER = re.compile(r"\s?/\s?|\s+per\s+|\s+an?\s+(?=day|week|month|year|hour)", re.IGNORECASE)
_GLUED = re.compile(r"-?[A-Za-z]")
_FRACTION = re.compile(r"(?<![\d/.])(?:(\d{1,2})[\s-])?([1-9])/([2-8])(?![\d/.])")
_WHOLE_THINGS = frozenset(
    {"tablet", "capsule", "pill", "teaspoon", "tablespoon", "inch", "hour", "year", "pack", "mile", "dose", "patch", "foot"}
)
_AFTER_RANGE_CHARS = 24


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit. ``unit`` is a name from ``words/units.yaml`` (joined with "/"), None where there is none."""

    span: Span
    value: Decimal
    unit: str | None


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every number that measures or counts, in order, disjoint; the span holds number and unit. Linear.

    Parts of dates and of names ("B12", "COVID-19", "25-hydroxy") are not quantities. The ends of a range, pair or product
    ("5-10 mg", "120/80 mmHg", "2 x 3 cm") are one quantity each, with the unit after the last. Number words count before a
    unit ("two weeks"); so do ½ and, before things that are halved, "1/2".
    """
    dates = find_dates(text)
    found: list[Quantity] = []
    next_date = 0
    for start, end, value in _numbers(text):
        while next_date < len(dates) and dates[next_date].span.end <= start:
            next_date += 1
        if next_date < len(dates) and dates[next_date].span.start < end:
            continue
        if found and start < found[-1].span.end:
            continue
        unit, unit_end = _unit(text, end)
        if unit is None and (text[start].isalpha() or _GLUED.match(text, end)):
            continue
        found.append(Quantity(Span(start, unit_end), value, unit))
    return tuple(_shared(text, found))


def _numbers(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Digits, fractions and number words in order of their starts."""
    found = [(*match.span(), _value(match)) for match in _NUMBER.finditer(text)]
    found += [(*match.span(1), Decimal(_WORD_VALUES[match[1].lower()])) for match in _WORD_NUMBER.finditer(text)]
    for match in _FRACTION.finditer(text):
        if _unit(text, match.end())[0] in _WHOLE_THINGS:
            value = int(match[1] or 0) + Decimal(match[2]) / Decimal(match[3])
            found.append((match.start(), match.end(), round(value, 3).normalize()))
    yield from sorted(found, key=lambda number: (number[0], -number[1]))


def _value(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return _FRACTIONS[match["half"]]
    value = Decimal(match["bare"] or match["whole"].replace(",", "") + (match["decimals"] or ""))
    if match["added"]:
        value += _FRACTIONS[match["added"]]
    return -value if match["sign"] else value


def _unit(text: str, at: int) -> tuple[str | None, int]:
    """The unit that stands at ``at``, after at most a space or hyphen, and where it ends."""
    pattern, names = _units()
    match = pattern.match(text, at + (text[at : at + 1] in (" ", "-", "\u00a0")))
    if not match:
        return None, at
    unit, end = names[match[0].lower()], match.end()
    while (per := _PER.match(text, end)) and (below := pattern.match(text, per.end())):
        unit, end = f"{unit}/{names[below[0].lower()]}", below.end()
    return unit, end


@cache
def _units() -> tuple[re.Pattern[str], dict[str, str]]:
    """All written forms, longest first, and the name of each. A form ends where no letter or digit follows."""
    names = {form.lower(): name for name, forms in load_words("units").items() for form in forms}
    forms = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, forms))})(?![A-Za-z0-9µμ²³])", re.IGNORECASE), names


def _shared(text: str, found: list[Quantity]) -> Iterator[Quantity]:
    """Give a number without a unit that of the next one, where the two make a range, pair or product."""
    following: Quantity | None = None
    result: list[Quantity] = []
    for quantity in reversed(found):
        between = _RANGE.match(text, quantity.span.end, quantity.span.end + _AFTER_RANGE_CHARS)
        if quantity.unit is None and following and following.unit and between and between.end() == following.span.start:
            following = Quantity(quantity.span, quantity.value, following.unit)
        else:
            following = quantity
        result.append(following)
    yield from reversed(result)
