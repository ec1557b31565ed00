"""The dates that a sentence of a note gives itself, years filled in from the note's: "4/18", "Feb 16", "in November"."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.clinical.dates import find_dates

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|ember|tember|ober)?"
_SLASHED = re.compile(
    r"(?:\b(?:on|since|until|til|till|by|from|to|after|before|through|thru|and|prior|previous|last|lmp|of|was)\b:? |[(,;–-] ?|^)"
    r"(?P<month>1[0-2]|0?[1-9])/(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/])",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b{_NAME}\.? (?P<day>3[01]|[12]\d|0?[1-9])(?!\d)(?!,? \d{{4}})", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(?P<day>3[01]|[12]\d|0?[1-9]) {_NAME}\b(?!,? \d{{4}})", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:in|since|until|last|early|late|mid|by|of|from) {_NAME}\b(?! \d)", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3]):[0-5]\d\b|\b(?:1[0-2]|[1-9]) ?[ap]\.?m\b", re.IGNORECASE)
_RELATIVE = re.compile(
    r"\b(?:yesterday|today|tonight|this (?:am|morning|week)|\w+ (?:days?|d|wks?|weeks?|mos?|months?|yrs?|years?|hours?)"
    r" (?:ago|earlier|prior)"
    r"|(?:hospital|post-?op(?:erative)?) day \d+|pod ?\d+|last (?:week|month|year|night|spring|summer|fall|winter))\b",
    re.IGNORECASE,
)
_FULL = re.compile(r"\b\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)\b|\b\d{4}-\d\d-\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@lru_cache(maxsize=16_384)
def dates_in(text: str, written: str | None) -> tuple[str, ...]:
    """ISO days, months or years that the text gives. A date without its year is the last such date up to ``written``, the note's date."""
    found = [mention.iso for mention in find_dates(text)]
    if written:
        found += [_placed(int(match["month"]), int(match["day"]), written) for match in _SLASHED.finditer(text)]
        for pattern in (_NAMED, _DAY_FIRST):
            found += [_placed(_number(match["name"]), int(match["day"]), written) for match in pattern.finditer(text)]
        found += [_placed(_number(match["name"]), None, written) for match in _MONTH.finditer(text)]
    return tuple(found)


def tells_when(text: str, written: str | None) -> bool:
    """Whether the text says when something was: a date, a year, a time of day, or a time counted from another."""
    return bool(dates_in(text, written or "0000-12-31") or _YEAR.search(text) or _CLOCK.search(text) or _RELATIVE.search(text))


def without_times(text: str) -> str:
    """The text with dates and times of day blanked: what numbers of another kind stand in."""
    for pattern in (_FULL, _CLOCK, _SLASHED, _NAMED, _DAY_FIRST, _YEAR):
        text = pattern.sub(" ", text)
    return text


def _number(name: str) -> int:
    return _MONTHS.index(name[:3].casefold()) + 1


def _placed(month: int, day: int | None, written: str) -> str:
    tail = f"{month:02d}" if day is None else f"{month:02d}-{day:02d}"
    year = int(written[:4])
    before = f"{year:04d}-{tail}" <= written if len(written) > 7 else True
    return f"{year if before else year - 1:04d}-{tail}"
