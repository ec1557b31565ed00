"""A patient's value in a question against the ranges that a guideline names: an INR of 7 stands in "INR 4.6 to 10.0" alone."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.answering.units_asked import KNOWN_WEIGHT, Unit, held_by, units_of

MAX_NAME_WORDS = 5
MAX_WINDOW_CHARS = 90
"""How far before a number the name of what is measured may stand: words in a question, characters in a guideline."""
ALTERNATIVE_CHARS = 28
"""Within how many characters after a range an "or" makes it one of several conditions: "over 70, eGFR below 45, or frail"."""
_STEP = 1e-6
_HOURS = {"minute": 1 / 60, "min": 1 / 60, "hour": 1, "hr": 1, "day": 24, "week": 168, "wk": 168, "month": 730, "year": 8760, "yr": 8760}
"""Hours of the units of time, so that lengths compare; a month is a twelfth of a year."""
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
}  # fmt: skip
_N = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|(?:{'|'.join(_WORDS)})\b)"
_AGE_AFTER = r"\s?-?(?:y/?o\b|yrs?\s?old|years?[\s-]old|year[\s-]olds?)"
_TIME = r"minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|yrs?"
_UNIT = re.compile(
    rf"(?P<age>{_AGE_AFTER})|\s?-?(?:(?P<mme>mme\b|morphine milligram)|(?P<kg>kg\b(?!/)|kilos?\b)|(?P<percent>%|percent\b)"
    rf"|(?P<time>(?:{_TIME})\b))",
    re.IGNORECASE,
)
_ASKED = re.compile(rf"(?<![\w./%-])(?P<n>{_N})(?![\d]*[/:]\d)(?!-)", re.IGNORECASE)
_MORE = re.compile(
    r"(?:above|over|more than|greater than|exceed\w*|past|beyond|longer than|>|older than)\s*(?:the age of\s)?$", re.IGNORECASE
)
_LESS = re.compile(r"(?:below|under|less than|lower than|fewer than|shorter than|<|younger than)\s*(?:the age of\s)?$", re.IGNORECASE)
_LEAST = re.compile(r"(?:at least|at or above|reach(?:es)?|≥|>=)\s*$", re.IGNORECASE)
_MOST = re.compile(r"(?:at most|no more than|up to|≤|<=)\s*$", re.IGNORECASE)
_THROUGH = re.compile(rf"\s?(?:%|[a-z/]+)?\s?(?:to|-|–|and)\s?(?P<n>{_N})", re.IGNORECASE)
_AFTER = r"(?:\s?[%\w/²().]+){0,5}?\s?or "
_OR_MORE = re.compile(rf"{_AFTER}(?:more|older|above|higher|greater|longer)\b", re.IGNORECASE)
_OR_LESS = re.compile(rf"{_AFTER}(?:less|younger|below|lower|fewer|shorter)\b", re.IGNORECASE)
_OR_BEFORE = re.compile(r"\bor\s[^;.]{0,40}$", re.IGNORECASE)
_OR_AFTER = re.compile(
    rf"[^;.]{{0,{ALTERNATIVE_CHARS}}}?\bor\s(?!more|less|older|younger|above|below|higher|lower|greater|longer|shorter)", re.IGNORECASE
)
_AGED = re.compile(r"\b(?:age[ds]?|older|younger)\b[^.;|\d]{0,20}$|\bpatients (?:over|under|above|below)\s$", re.IGNORECASE)
_OF_AGE = re.compile(r"\s?(?:years?)?\s?(?:or (?:older|younger)|of age|old)\b", re.IGNORECASE)
_BOUNDARY = re.compile(r"[.;,|\n](?=\s|$)")
_ASKED_BOUNDARY = re.compile(r"[,;:?!]|\s[-–]\s|\b(?:and|with|despite|but|plus|is)\b", re.IGNORECASE)
_SELF_NAMED = frozenset({"age", "mme", "kg"})
"""Dimensions that say by themselves what is measured."""


@dataclass(frozen=True, slots=True)
class Value:
    """A number of a question with what it measures: its dimension where its unit tells, the units of meaning of the words before it."""

    amount: float
    dimension: str | None
    names: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A range of a passage, both ends included; ``named`` are the atoms of what stands before it.

    ``sole``: nothing else lets the passage apply; not so for one of several conditions, nor for one added after a semicolon.
    """

    low: float
    high: float
    dimension: str | None
    named: frozenset[str]
    sole: bool


@lru_cache(maxsize=1_024)
def values_in(question: str) -> tuple[Value, ...]:
    """The values that a question tells of a patient, in order: "INR 7", "84 yo", "60 MME"."""
    found = []
    for match in _ASKED.finditer(question):
        before, after = question[: match.start()], question[match.end() :]
        dimension, amount = _measured(match["n"], before, after)
        if match["n"][0].isalpha() and dimension is None:
            continue  # "the first one"
        if _MORE.search(before):
            amount += _STEP
        elif _LESS.search(before):
            amount -= _STEP
        names = _names(before)
        found.append(Value(amount, dimension, names))
    return tuple(found)


def without_values(question: str) -> str:
    """The question without the numbers that values are, which would be looked for as words."""
    spans = [match.span() for match in _ASKED.finditer(question) if question[match.start()].isdigit()]
    for start, end in reversed(spans):
        question = question[:start] + " " + question[end:]
    return question


def _measured(number: str, before: str, after: str) -> tuple[str | None, float]:
    """The dimension of a number and its amount, of a time in hours."""
    amount = float(_WORDS.get(number.casefold(), 0) or number.replace(",", ""))
    unit = _UNIT.match(after)
    if (unit and unit["age"]) or _AGED.search(before) or _OF_AGE.match(after):
        return "age", amount
    if unit is None:
        return None, amount
    if unit["time"]:
        return "time", amount * _HOURS[unit["time"].casefold().rstrip("s")]
    return unit.lastgroup, amount


def _names(before: str) -> tuple[Unit, ...]:
    """What the words next before a number name, in the same clause."""
    clause = _ASKED_BOUNDARY.split(before)[-1].split()[-MAX_NAME_WORDS:]
    units = tuple(unit for unit in units_of(" ".join(clause).casefold()) if not unit.words[:1].isdigit())
    return tuple(unit for unit in units if unit.weight >= 1.0) or units


@lru_cache(maxsize=8_192)
def ranges_in(text: str, columns: str = "") -> tuple[Range, ...]:
    """The ranges a passage names: "below 54 mg/dL", "4.6 to 10.0", "60 kg or less"; ``columns`` is the head of its table."""
    found: list[Range] = []
    taken = 0
    for match in _ASKED.finditer(text):
        if match.start() < taken:
            continue
        before, after = text[: match.start()], text[match.end() :]
        dimension, amount = _measured(match["n"], before, after)
        through = _THROUGH.match(after)
        if through:
            taken = match.end() + through.end()
            end_dimension, end = _measured(through["n"], before, text[taken:])
            low, high, dimension = (amount if end_dimension != "time" else amount * _scale(text[taken:])), end, end_dimension
        else:
            low, high = _bounds(amount, before, after)
        if (low, high) != (amount, amount) or through:
            rest = text[max(taken, match.end()) :]
            sole = ";" not in before and not _OR_BEFORE.search(before) and not _OR_AFTER.match(rest)
            found.append(Range(low, high, dimension, _window(before, columns), sole))
    return tuple(found)


def _scale(after: str) -> float:
    unit = _UNIT.match(after)
    return _HOURS[unit["time"].casefold().rstrip("s")] if unit and unit["time"] else 1.0


def _bounds(amount: float, before: str, after: str) -> tuple[float, float]:
    if _OR_MORE.match(after) or _LEAST.search(before):
        return amount, math.inf
    if _OR_LESS.match(after) or _MOST.search(before):
        return -math.inf, amount
    if _MORE.search(before):
        return amount + _STEP / 2, math.inf
    if _LESS.search(before):
        return -math.inf, amount - _STEP / 2
    return amount, amount


def _window(before: str, columns: str) -> frozenset[str]:
    """What is said to be measured: the words before the number in its clause, and the head of its column."""
    clause = _BOUNDARY.split(before[-MAX_WINDOW_CHARS:])[-1]
    heads = columns.split(" | ")
    at = before.count(" | ")
    return held_by(f"{clause} {heads[at]}" if columns and at < len(heads) else clause)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many values stand in a range that a passage names for their thing, how many only outside of such ranges, and how close a value
    inside comes to an end of its range, 1 at the end: "90 or more" is closer to 100 than "50 or more"."""

    inside: int
    outside: int
    close: float


def compare(values: Sequence[Value], text: str, columns: str = "") -> Comparison:
    """The values of a question against the ranges of a passage; ``columns`` is the head of its table. Linear in the text, then cached."""
    inside = outside = 0
    close = 0.0
    for value in values:
        near = [span for span in ranges_in(text, columns) if _comparable(value, span)]
        around = [span for span in near if span.low <= value.amount <= span.high]
        inside += bool(around)
        outside += any(span.sole for span in near) and not around
        close = max([close, *(_closeness(value.amount, span) for span in around)])
    return Comparison(inside, outside, close)


def _closeness(amount: float, span: Range) -> float:
    nearest = min(abs(amount - end) for end in (span.low, span.high))
    return max(0.0, 1.0 - nearest / abs(amount)) if amount else 0.0


def _comparable(value: Value, span: Range) -> bool:
    """Whether both are of one thing; a bare number is compared only where the range begins or ends with it."""
    if value.dimension in _SELF_NAMED or span.dimension in _SELF_NAMED:
        bare = value.dimension is None and not _is_named(value)
        return value.dimension == span.dimension or (bare and _is_end(value, span))
    if value.dimension != span.dimension and None not in (value.dimension, span.dimension):
        return False
    if value.dimension == "time" or span.dimension == "time":
        return False
    if not _is_named(value) and _is_end(value, span):
        return True
    return any(unit.stands_in(span.named) for unit in value.names)


def _is_named(value: Value) -> bool:
    """Whether the words before the number name something known that may be measured."""
    return any(unit.weight >= KNOWN_WEIGHT for unit in value.names)


def _is_end(value: Value, span: Range) -> bool:
    return min(abs(value.amount - span.low), abs(value.amount - span.high)) <= 2 * _STEP
