"""Holidays and the days on which they fall in a year, from the rules of the word list."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path

from rag.clinical.lexicon import read_word_lists

HOLIDAYS_PATH = Path(__file__).with_name("data") / "holidays.yaml"
_RULE = re.compile(r"(?P<month>\d\d)-(?:(?P<day>\d\d)|(?P<weekday>\d)-(?P<nth>-?\d))(?P<more>\+\d+)?$")
_EASTER = re.compile(r"easter(?P<off>-\d+|\+\d+(?=$))?(?P<more>\+\d+)?$")


@cache
def _rules() -> dict[str, str]:
    return {name: rule for rule, names in read_word_lists(HOLIDAYS_PATH).items() for name in names}


def holiday_names() -> tuple[str, ...]:
    """Every name of a holiday, lower case."""
    return tuple(_rules())


def holiday_days(name: str, year: int) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a holiday in a year."""
    rule = _rules()[name]
    if match := _EASTER.match(rule):
        first = _easter(year) + datetime.timedelta(int(match["off"] or 0))
        return first, first + datetime.timedelta(int(match["more"] or 0))
    match = _RULE.match(rule)
    if match is None:
        raise ValueError(f"no rule of a holiday: {rule}")
    month, more = int(match["month"]), int(match["more"] or 0)
    first = datetime.date(year, month, int(match["day"])) if match["day"] else _nth(year, month, int(match["weekday"]), int(match["nth"]))
    try:
        return first, first + datetime.timedelta(more)
    except OverflowError:
        return first, datetime.date.max


def _nth(year: int, month: int, weekday: int, nth: int) -> datetime.date:
    """The first, second … or, with -1, the last such weekday of a month."""
    if nth < 0:
        last = datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)
        return last - datetime.timedelta((last.weekday() - weekday) % 7)
    first = datetime.date(year, month, 1)
    return first + datetime.timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> datetime.date:
    """Easter Sunday by the Gregorian computus (Meeus, Astronomical Algorithms, 1991, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)
