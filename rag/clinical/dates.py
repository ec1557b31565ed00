"""Calendar dates in text, as written: found, read to ISO 8601 at the precision given, never moved or converted."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Span

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_AFTER = r"(?![\d]|[/-]\d|\.\d)"
_BEFORE_YEAR = (
    *("in", "since", "until", "of", "from", "by", "during", "year", "early", "late", "mid", "around", "before", "after", "to", "through"),
    *("about", "circa", "on"),
)
_DATE = re.compile(
    rf"(?<![\w/.-])(?:"
    rf"(?P<iso_year>{_YEAR})(?:-(?P<iso_month>\d\d)(?:-(?P<iso_day>\d\d))?(?=\D|$)(?!-\d)|/(?P<slash_month>\d\d?)/(?P<slash_day>\d\d?)(?!\d))"
    rf"|(?P<first>\d\d?)(?P<mark>[/.-])(?P<second>\d\d?)(?P=mark)(?P<short_year>{_YEAR}|\d\d){_AFTER}"
    rf"|(?P<only_month>0?[1-9]|1[0-2])/(?P<month_year>{_YEAR}){_AFTER}"
    rf"|(?P<name>{_MONTH})\s?(?:(?P<name_day>\d\d?)(?:st|nd|rd|th)?(?:,\s?|\s)|of\s|,\s?)?(?P<name_year>{_YEAR}){_AFTER}"
    rf"|(?P<day>\d\d?)(?:st|nd|rd|th)?[\s-]?(?:of\s)?(?P<day_name>{_MONTH})[\s,-]{{0,2}}(?P<day_year>{_YEAR}|(?<=-)\d\d){_AFTER}"
    rf"|(?:{'|'.join(f'(?<={word}{chr(92)}s)' for word in _BEFORE_YEAR)}|(?<=[(:]\s)|(?<=\()|(?<=:)|(?<=\n)|^)(?P<year>{_YEAR})"
    rf"(?![\w%/]|[-.,]\d|\s?(?:mg|mcg|ml|units?|kcal|cells|copies|steps|g)\b)"
    rf")",
    re.IGNORECASE | re.MULTILINE,
)
_ANCHOR = re.compile(r"[12]\d\d\d|\d[/.-]\d\d?[/.-]\d|-\d\d")
_BEFORE_ANCHOR_CHARS = 24  # "30th of September, "
_AFTER_ANCHOR_CHARS = 12  # "-12-31" and what must not follow
_CENTURY_PIVOT_YEAR = 40  # two digits: 00-39 are 20xx, 40-99 are 19xx; a birth in '45 is commoner in charts than a plan for 2045


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text. ``iso`` is "2024", "2024-03" or "2024-03-01"; ``precision`` is year, month or day."""

    span: Span
    iso: str
    precision: str


def find_dates(text: str) -> tuple[DateMention, ...]:
    """Every date with a year, in order, disjoint; impossible ones (31 February) are left out. Linear.

    Numbers are month/day/year unless only day/month/year is possible. A bare year counts only after a word such as "in" or
    "since", after a colon or bracket, or at the start of a line. A time that follows is not part of the span.
    """
    return tuple(
        DateMention(Span(match.start(), match.end()), iso, ("year", "month", "day")[iso.count("-")])
        for start, end in _windows(text)
        for match in _DATE.finditer(text, start, end)
        if (iso := _iso(*_parts(match)))
    )


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """The neighbourhoods of digits that a date must hold, joined where they meet: most of a text need not be read closely."""
    start = end = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() - _BEFORE_ANCHOR_CHARS > end:
            if end:
                yield start, end
            start = max(0, anchor.start() - _BEFORE_ANCHOR_CHARS)
        end = anchor.end() + _AFTER_ANCHOR_CHARS
    if end:
        yield start, min(end, len(text))


def _parts(match: re.Match[str]) -> tuple[int, int | None, int | None]:
    """Year, month and day of whichever form matched."""
    groups = match.groupdict()
    if year := groups["iso_year"]:
        return int(year), _number(groups["iso_month"] or groups["slash_month"]), _number(groups["iso_day"] or groups["slash_day"])
    if groups["first"]:
        month, day = int(groups["first"]), int(groups["second"])
        if month > 12 >= day:
            month, day = day, month
        return _full_year(groups["short_year"]), month, day
    if groups["only_month"]:
        return int(groups["month_year"]), int(groups["only_month"]), None
    if name := groups["name"]:
        return int(groups["name_year"]), _month(name), _number(groups["name_day"])
    if name := groups["day_name"]:
        return _full_year(groups["day_year"]), _month(name), int(groups["day"])
    return int(groups["year"]), None, None


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month.startswith(name[:3].lower()))


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _CENTURY_PIVOT_YEAR else 1900)


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    """ISO 8601 of the parts given, None where there is no such day."""
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= monthrange(year, month)[1] else None
