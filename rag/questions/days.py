"""Days, months and seasons as stretches of the calendar, and the counts and units that periods are told in."""

from __future__ import annotations

import datetime
from calendar import monthrange
from dataclasses import dataclass

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COUNTS = {
    **{
        word: number
        for number, word in enumerate(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
        )
    },
    "a": 1,
    "an": 1,
    "couple": 2,
    "few": 3,
    "several": 3,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "sixteen": 16,
    "forty": 40,
    "sixty": 60,
    "ninety": 90,
}
"""Counts in words, of the units of a period."""
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 14)}


@dataclass(frozen=True, slots=True)
class Atom:
    """A date or period found by itself: its place, its days, how fine it is, and whether it is counted from the as-of day.

    ``yearless``: it was written without its year, and the as-of day gave one.
    """

    start: int
    end: int
    first: datetime.date
    last: datetime.date
    finest: str
    relative: bool = False
    ago: bool = False
    yearless: bool = False


Span = tuple[datetime.date, datetime.date, str]


def exact_day(year: int, month: int, day: int) -> Span | None:
    """One day as a stretch, None where the calendar has none such."""
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    exact = datetime.date(year, month, day)
    return exact, exact, "day"


def full_year(year: int, as_of: datetime.date) -> int:
    """Two digits are the latest such year not after the as-of year."""
    if year > 99:
        return year
    century = as_of.year // 100 * 100
    return century + year if century + year <= as_of.year else century - 100 + year


def month_number(words: str) -> int:
    """The number, 1 to 12, of a month in letters, whole or short."""
    return _MONTHS.index(words.strip()[:3]) + 1


def month_days(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a month; months beyond 12 run into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return datetime.date(year, month, 1), datetime.date(year, month, monthrange(year, month)[1])


def season_days(name: str, year: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a season; winter ends in the next year."""
    first, last = _SEASONS[name]
    return month_days(year, first)[0], month_days(year, last)[1]


def counted(words: str) -> int:
    """A count in digits or letters."""
    return int(words) if words.isdigit() else COUNTS[words]


def unit_of(word: str) -> str:
    """hour, day, week, fortnight, month, year or decade, of any way to write one."""
    if word.startswith("dec"):
        return "decade"
    if word.startswith("f"):
        return "fortnight"
    return {"h": "hour", "d": "day", "n": "day", "w": "week", "m": "month", "y": "year"}[word[0]]


def back(day: datetime.date, count: int, unit: str) -> datetime.date:
    """That many units earlier: the same day of the month, or the month's last."""
    if unit in {"hour", "day", "week", "fortnight"}:
        return moved(day, -(-(-count // 24) if unit == "hour" else count * {"day": 1, "week": 7, "fortnight": 14}[unit]))
    months = count * {"month": 1, "year": 12, "decade": 120}[unit]
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    return datetime.date(year, month, min(day.day, monthrange(year, month)[1]))


def moved(day: datetime.date, days: int) -> datetime.date:
    """The day so many days later (earlier, where negative); the first or last day there is where the calendar ends."""
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return datetime.date.min if days < 0 else datetime.date.max
