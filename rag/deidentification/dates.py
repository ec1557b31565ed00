"""Dates as written: found, reduced to their year, or moved with the form of writing kept.

A written date is cut into its parts (year, month, day), so that another date can be put into the same form:
"Mar 3rd, '21" moved by a week is "Mar 10th, '21". Calendar dates only; a clock time after a date is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.deidentification.findings import EntityType, Finding

PIVOT_TWO_DIGIT_YEAR = 35  # '35 is 2035, '36 is 1936: births are older than plans are far
MIDDLE_DAY = 15
MIDDLE_MONTH = 7
YEAR_OF_DATES_WITHOUT_ONE = 2001  # not a leap year; only the offset within the year shows

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_MONTHS_ANY_CASE = (
    rf"(?:{_MONTH}|JAN(?:UARY|\.)?|FEB(?:RUARY|\.)?|MAR(?:CH|\.)?|APR(?:IL|\.)?|MAY|JUNE?|JULY?|AUG(?:UST|\.)?|SEPT?(?:EMBER|\.)?"
    r"|OCT(?:OBER|\.)?|NOV(?:EMBER|\.)?|DEC(?:EMBER|\.)?|january|february|april|june|july|august|september|october|november|december)"
)
_YEAR = r"(?:18|19|20)\d\d"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_ORDINAL = rf"{_DAY}(?:st|nd|rd|th|ST|ND|RD|TH)?"
_CLOCK = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?[AaPp][Mm])?(?:Z|\s?[+-]\d{2}:?\d{2})?(?![\d:]))?"
_BEFORE_PARTIAL = (
    r"(?:d/c|f/u|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?|on|since|dated?|until|till?|through|thru|from|by|before|after|of|dos|admitted|admit|discharged|seen|visit|due|last|and|starting|started"
    r"|beginning|began|scheduled|for|between|to|week)"
)
_BEFORE_MONTH = (
    r"(?i:in|since|until|till|last|this|next|early|late|mid|of|by|during|through|from|before|after|between|every|end of|beginning of)"
)
_NOT_A_DATE_AFTER = (
    r"(?!\s*(?:strength|motor|power|pain|scale|score|systolic|diastolic|murmurs?|positive|nodes?|hpf|bilateral|intensity|in\s+severity|edema"
    r"|pulses?|reflexes|mg|mcg|ml|cm|mm|%|of\s+the|inch))"
)

# Tried in this order at each place; the first that fits wins.
_FORMS = (
    rf"(?P<y>{_YEAR})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<d>{_DAY})(?!\d){_CLOCK}",
    rf"(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?(?:\.\d{{1,4}})?(?:[+-]\d{{4}})?)?(?!\d)",
    rf"(?P<m>0?[1-9]|1[0-2])(?P<sep>[-/.])(?P<d>{_DAY})(?P=sep)(?P<y>{_YEAR})(?!\d){_CLOCK}",
    rf"(?P<d>{_DAY})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<y>{_YEAR})(?!\d){_CLOCK}",
    rf"(?:(?<!\d-)|(?=\d\d?/))(?P<m>0?[1-9]|1[0-2])(?P<sep>[-/])(?P<d>{_DAY})(?P=sep)(?P<y>\d\d)(?![\d/%-])(?!\.\d)(?!\s*(?:mg|mcg|ml|units|grams)\b){_CLOCK}",
    rf"(?P<d>{_DAY})(?P<sep>/)(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<y>\d\d)(?![\d/%-])(?!\.\d){_CLOCK}",
    r"(?P<m>0[1-9]|1[0-2])(?P<sep>\.)(?P<d>0[1-9]|[12]\d|3[01])(?P=sep)(?P<y>\d\d)(?![\d.])",
    rf"(?P<m>0?[1-9]|1[0-2])[/-](?P<y>{_YEAR})(?![\d/-])",
    rf"(?P<m>{_MONTHS_ANY_CASE})[\s./-]{{1,2}}(?:the\s+)?(?P<d>{_ORDINAL})(?:\s*,\s*|\s+|\s+of\s+|[/-]|\s*,?\s*(?='))(?P<y>{_YEAR}|'\d\d|(?<=[/-])\d\d)(?!\d){_CLOCK}",
    rf"(?P<d>{_ORDINAL})(?:\s+day)?(?:[\s./-]{{1,2}}|\s+of\s+)(?P<m>{_MONTHS_ANY_CASE})(?:[\s,./-]{{1,2}})(?P<y>{_YEAR}|'\d\d|(?<=[/-])\d\d)(?!\d){_CLOCK}",
    rf"(?P<m>{_MONTHS_ANY_CASE})(?:\s*,\s*|\s+of\s+|[\s./-]{{1,2}}(?:of\s+)?)(?P<y>{_YEAR}|'\d\d)(?!\d)",
    rf"(?P<y>{_YEAR})[\s-](?P<m>{_MONTHS_ANY_CASE})[\s-](?P<d>{_ORDINAL})(?![\d\w])",
    rf"(?P<m>{_MONTHS_ANY_CASE})[\s./-]{{1,2}}(?:the\s+)?(?P<d>{_ORDINAL})(?![\w%/]|\.\d|-\d{{3}})(?!\s*(?:mg|mcg|ml|units|tabs?|tablets?)\b)",
    rf"(?P<d>{_ORDINAL})(?:[\s-]|\s+of\s+)(?P<m>{_MONTHS_ANY_CASE})(?!\w)",
)
_PARTIAL_FORMS = (
    rf"(?<![\w/.])(?i:{_BEFORE_PARTIAL})\s+(?P<m>0?[1-9]|1[0-2])/(?P<d>{_DAY})(?![\d/%]|\.\d){_NOT_A_DATE_AFTER}",
    rf"(?<![\w/.])(?:0?[1-9]|1[0-2])/{_DAY}\s?[-–]\s?(?P<m>0?[1-9]|1[0-2])/(?P<d>{_DAY})(?![\d/%]|\.\d){_NOT_A_DATE_AFTER}",
    r"(?<![\w/.])(?i:in|since|from|until|through|of|by|around|approximately|till?)\s+(?P<m>0?[1-9]|1[0-2])/(?P<y>3[2-9]|[4-9]\d)(?![\d/%]|\.\d)",
    rf"(?m:^)[ \t]*(?P<m>0?[1-9]|1[0-2])/(?P<d>{_DAY})(?=\s*[:–-]\s)",
    rf"(?<!\w){_BEFORE_MONTH}[\s-](?P<m>{_MONTH})(?!\w|\s+(?:[A-Z][a-z]+\s+(?:Hospital|Center|Clinic)))",
    rf"(?<!\w)(?i:on)\s+the\s+(?P<d>{_DAY}(?:st|nd|rd|th))(?=\s*[.,;)]|\s+(?:and|at|for|with|she|he|when|due)\b)",
)
_SCORE_AROUND = re.compile(
    r"(?i)\b(?:pain|strength|motor|power|scale|scores?|rated?|rates|rating|severity|intensity|worst|reflex\w*|murmurs?|pulses?|edema|apgars?|extremit\w*|"
    r"grade|visual|vision|acuity|muscle|bilaterally|out\s+of)\b|\b10/10\b|\b5/5\b|\b20/\d"
)
_SCORE_WINDOW_CHARS = 60
_BIRTH_YEAR = re.compile(
    rf"(?<!\w)(?i:born|d\.?o\.?b\.?|birth\s?(?:date|day|year)?|date\s+of\s+birth|year\s+of\s+birth)[^.\n\d]{{0,20}}(?P<y>{_YEAR})(?![-/.]?\d)"
)
_BIRTH_BEFORE = re.compile(r"(?i:\b(?:born|d\.?o\.?b\.?|birth\s?(?:date|day)?|date\s+of\s+birth))\W[^.\n\d]{0,24}\Z")
_BIRTH_WINDOW_CHARS = 48


_WHOLE = tuple(re.compile(r"(?<![\w/.$])" + form) for form in _FORMS)
_PARTIAL = tuple(re.compile(form) for form in _PARTIAL_FORMS)
_NAMED = frozenset(pattern for pattern in (*_WHOLE, *_PARTIAL) if _MONTH in pattern.pattern or "on)" in pattern.pattern)
_COMPACT = _WHOLE[1]
_ANY_MONTH = re.compile(rf"{_MONTHS_ANY_CASE}|\bon\s+the\s+\d", re.IGNORECASE)
_ANY_SIGNED = re.compile(r"\d[-/.]\d")
_FRACTIONS = _PARTIAL[:2]


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date at ``text[start:end]`` and where its parts stand in the text; absent parts are None."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    parts: tuple[tuple[str, int, int], ...]


class DateDetector:
    """Dates in every written form that names more than a year, and birth years (whose age the policy judges)."""

    name = "dates"

    def find(self, text: str) -> Sequence[Finding]:
        """Linear; spans cover the whole date with its clock time."""
        return [Finding(found.start, found.end, EntityType.DATE, self.name) for found in find_written_dates(text)]


def find_written_dates(text: str) -> list[WrittenDate]:
    """Every date in order of place; where forms overlap, the earlier form of the list (the fuller one) stays."""
    taken: list[WrittenDate] = []
    covered = bytearray(len(text) + 1)
    for pattern in _worth_trying(text):
        for written in _matches(pattern, text):
            if not any(covered[written.start : written.end]):
                covered[written.start : written.end] = b"\1" * (written.end - written.start)
                taken.append(written)
    return sorted(taken, key=lambda w: w.start)


def _worth_trying(text: str) -> Iterator[re.Pattern[str]]:
    """The forms that can match at all: a month's name or two numbers with a sign between must stand somewhere."""
    named, signed = _ANY_MONTH.search(text) is not None, _ANY_SIGNED.search(text) is not None
    for pattern in (*_WHOLE, *_PARTIAL):
        if named if pattern in _NAMED else signed:
            yield pattern
    yield _COMPACT
    yield _BIRTH_YEAR


def parse_written_date(text: str) -> WrittenDate | None:
    """The date that ``text`` as a whole writes (ISO of any precision, or any found form), None where it writes none."""
    iso = re.fullmatch(rf"(?P<y>{_YEAR})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d){_CLOCK})?)?", text)
    if iso:
        return _written(iso)
    for pattern in _WHOLE:
        match = pattern.match(text)
        if match and match.end() >= len(text.rstrip()):
            return _written(match)
    return None


def is_birth_date(text: str, start: int) -> bool:
    """Whether the words just before ``start`` say that a birth date follows."""
    return _BIRTH_BEFORE.search(text[max(0, start - _BIRTH_WINDOW_CHARS) : start]) is not None


def shifted(text: str, written: WrittenDate, days: int, year: int | None = None) -> str | None:
    """``text[start:end]`` with the date moved by ``days`` in the same form; None where the calendar ends.

    A missing day counts as the middle of its month and a missing month as July, so that what is written moves only
    when most of the month or year does. ``year`` stands in for a missing one.
    """
    base_year = written.year or year or YEAR_OF_DATES_WITHOUT_ONE
    try:
        moved = date(base_year, written.month or MIDDLE_MONTH, written.day or MIDDLE_DAY) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    pieces: list[str] = []
    cursor = written.start
    ordered = sorted(written.parts, key=lambda part: part[1])
    padded = ordered[0][0] == "y" or any(text[start] == "0" for _, start, _ in ordered)
    for part, start, end in ordered:
        pieces += (text[cursor:start], _styled(part, text[start:end], moved, padded))
        cursor = end
    pieces.append(text[cursor : written.end])
    return "".join(pieces)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[WrittenDate]:
    for match in pattern.finditer(text):
        if pattern in _FRACTIONS and _SCORE_AROUND.search(
            text, max(0, match.start() - _SCORE_WINDOW_CHARS), match.end() + _SCORE_WINDOW_CHARS // 2
        ):
            continue
        written = _written(match)
        if written is not None:
            yield written


def _written(match: re.Match[str]) -> WrittenDate | None:
    groups = match.re.groupindex
    parts = tuple((name, *match.span(name)) for name in ("y", "m", "d") if name in groups and match.span(name) != (-1, -1))
    values = {name: _number(name, match.string[start:end]) for name, start, end in parts}
    try:
        date(values.get("y", 2000), values.get("m", 1), values.get("d", 1))
    except ValueError:
        return None
    # A cue before a partial date is not part of it.
    start = min(part[1] for part in parts) if match.re in _PARTIAL or match.re is _BIRTH_YEAR else match.start()
    return WrittenDate(start, match.end(), values.get("y"), values.get("m"), values.get("d"), parts)


def _number(part: str, written: str) -> int:
    digits = re.sub(r"\D", "", written)
    if part == "m" and not digits:
        return next(index for index, name in enumerate(_NAMES, 1) if name.startswith(written.lower()[:3]))
    number = int(digits)
    if part == "y" and len(digits) == 2:
        return number + (2000 if number <= PIVOT_TWO_DIGIT_YEAR else 1900)
    return number


def _styled(part: str, written: str, moved: date, padded: bool) -> str:
    if part == "y":
        digits = re.sub(r"\D", "", written)
        return written.replace(digits, f"{moved.year:04d}"[-len(digits) :])
    number = moved.month if part == "m" else moved.day
    if not written[0].isdigit():
        return _month_name(written, number)
    suffix = re.sub(r"\d", "", written)
    return f"{number:0{2 if padded else 1}d}" + (_ordinal_suffix(number, suffix) if suffix else "")


def _month_name(written: str, month: int) -> str:
    name = _NAMES[month - 1]
    bare = written.rstrip(".")
    if len(bare) <= 4 and bare.lower() != _NAMES[_number("m", written) - 1]:
        name = name[:3] + written[len(bare) :]
    elif bare.lower() == "may" and written != bare:
        name = name[:3] + "."
    return name.upper() if bare.isupper() else name if bare.islower() else name.capitalize()


def _ordinal_suffix(number: int, like: str) -> str:
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return suffix.upper() if like.isupper() else suffix
