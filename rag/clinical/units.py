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
    r"(?P<half>[½¼¾])|(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?P<decimals>\.\d{1,40})?(?P<added>[½¼¾])?(?![\d½¼¾])",
)
_SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD_VALUES = {
    **{word: n for n, word in enumerate(_SMALL, start=1)},
    **{word: 10 * n for n, word in enumerate(_TENS, start=2)},
    "fifteen": 15,
}
_WORD_NUMBER = re.compile(r"[efnostEFNOST][a-z]{2,6}(?=[\s-])")
_REFERENCE_START = re.compile(r"\[[\d,\-– ]{0,20}$")
_REFERENCE_END = re.compile(r"[\d,\-– ]{0,20}\]")
_AFTER_ITEM_NUMBER = re.compile(r"[.)]\s{1,9}[A-Z]")
_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_RANGE = re.compile(r"\s{0,2}(?:-|–|—|/|to|x|×|by|and|or)\s?(?=[\d.])", re.IGNORECASE)
_PER = re.compile(r"\s?/\s?|\s+per\s+|\s+an?\s+(?=day|week|month|year|hour)", re.IGNORECASE)
_GLUED = re.compile(r"-?[A-Za-z]")
_FRACTION = re.compile(r"[1-9]/[2-8](?![\d/.])")
_WHOLE_BEFORE_FRACTION = re.compile(r"(?<![\w./])(\d{1,2})[\s-]$")
_WHOLE_THINGS = frozenset(
    {"tablet", "capsule", "pill", "teaspoon", "tablespoon", "inch", "hour", "year", "pack", "mile", "dose", "patch", "foot"}
)
# Bare letters that are units only for such numbers: body and room temperatures.
_LETTER_RANGES = {"F": (90, 110), "f": (90, 110), "C": (15, 45), "c": (15, 45), "M": (1, 0)}


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
    found: list[Quantity] = []
    dates = iter(find_dates(text))
    date = next(dates, None)
    for start, end, value in _numbers(text):
        while date and date.span.end <= start:
            date = next(dates, None)
        if (date and date.span.start < end) or (found and start < found[-1].span.end) or _numbers_an_item(text, start, end):
            continue
        unit, unit_end = _unit(text, end)
        if unit and not _plausible(text[end:unit_end], value):
            unit, unit_end = None, end
        if unit is None and (text[start].isalpha() or _GLUED.match(text, end)):
            continue
        found.append(Quantity(Span(start, unit_end), value, unit))
    return _shared(text, found)


def _numbers(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Digits, fractions and number words in order of their starts."""
    found = [number for match in _NUMBER.finditer(text) if (number := _number(text, match))]
    for match in _WORD_NUMBER.finditer(text):
        value = _WORD_VALUES.get(match[0].lower())
        if value and not text[match.start() - 1 : match.start()].isalnum():
            found.append((*match.span(), Decimal(value)))
    for match in _FRACTION.finditer(text):
        if text[match.start() - 1 : match.start()] not in ("/", ".") and _unit(text, match.end())[0] in _WHOLE_THINGS:
            whole = _WHOLE_BEFORE_FRACTION.search(text, max(0, match.start() - 4), match.start())
            parts = (int(whole[1]) if whole else 0) + Decimal(match[0][0]) / Decimal(match[0][2])
            found.append((whole.start() if whole else match.start(), match.end(), round(parts, 3).normalize()))
    yield from sorted(found, key=lambda number: (number[0], -number[1]))


def _numbers_an_item(text: str, start: int, end: int) -> bool:
    """Whether the number only counts the items of a list ("2. Gout") or points at a reference ("[3,4]")."""
    if end - start <= 2 and _AFTER_ITEM_NUMBER.match(text, end):
        before = text[max(0, start - 10) : start].rstrip(" \t(")
        return not before or before[-1] in "\n.;:"
    return text.find("[", max(0, start - 20), start) >= 0 and bool(
        _REFERENCE_START.search(text[max(0, start - 20) : start]) and _REFERENCE_END.match(text, end)
    )


def _number(text: str, match: re.Match[str]) -> tuple[int, int, Decimal] | None:
    """Start, end and value of a number, with the sign or point before it; None where it is part of a word or of a longer number."""
    start, end = match.span()
    before, further = text[max(0, start - 1) : start], text[max(0, start - 2) : max(0, start - 1)]
    if (
        before.isalnum()
        or before == "_"
        or (before == "." and (further.isalnum() or further == "."))
        or (before in ("-", "–") and further.isalpha())
    ):
        return None
    if match["half"]:
        return start, end, _FRACTIONS[match["half"]]
    digits = match["whole"].replace(",", "") + (match["decimals"] or "")
    if before == ".":
        return (start - 1, end, Decimal("0." + digits)) if digits.isdigit() else None
    value = Decimal(digits) + (_FRACTIONS[match["added"]] if match["added"] else 0)
    signed = before in ("-", "−") and not (further.isalnum() or further in (")", "]", "."))
    return (start - 1, end, -value) if signed else (start, end, value)


def _plausible(form: str, value: Decimal) -> bool:
    """Whether a lone letter is a unit here: "98.6 F" is, "67 M" (a man), "45 F" (a woman) and "60s" (an age) are not."""
    low, high = _LETTER_RANGES.get(form.strip(), (None, None))
    if low is None or high is None:
        return form != "s"
    return low <= value <= high


def _unit(text: str, at: int) -> tuple[str | None, int]:
    """The unit that stands at ``at``, after at most a space or hyphen, and where it ends."""
    unit, end = _unit_at(text, at + (text[at : at + 1] in (" ", "-")))
    if unit is None:
        return None, at
    while per := _PER.match(text, end):
        below, below_end = _unit_at(text, per.end())
        if below is None:
            break
        unit, end = f"{unit}/{below}", below_end
    return unit, end


def _unit_at(text: str, at: int) -> tuple[str | None, int]:
    """The longest written form of a unit that begins at ``at`` and is followed by no letter or digit."""
    names, lengths = _units()
    for length in lengths.get(text[at : at + 1].lower(), ()):
        end = at + length
        if end > len(text):
            continue
        name = names.get(text[at:end].lower())
        if name and not (text[end : end + 1].isalnum() and text[end : end + 1] not in "½¼¾"):
            return name, end
    return None, at


@cache
def _units() -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Written form → name, and first letter → the lengths of its forms, longest first."""
    names = {form.lower(): name for name, forms in load_words("units").items() for form in forms}
    lengths = {first: {len(form) for form in names if form[0] == first} for first in {form[0] for form in names}}
    return names, {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def _shared(text: str, found: list[Quantity]) -> tuple[Quantity, ...]:
    """Give a number without a unit that of the next one, where the two make a range, pair or product."""
    result: list[Quantity] = []
    for quantity in reversed(found):
        following = result[-1] if result else None
        if quantity.unit is None and following and following.unit:
            between = _RANGE.match(text, quantity.span.end)
            if between and between.end() == following.span.start:
                quantity = Quantity(quantity.span, quantity.value, following.unit)
        result.append(quantity)
    return tuple(reversed(result))
