"""Dates as written: found, reduced to their year, or moved with the form of writing kept.

A written date is cut into its parts (year, month, day), so that another date can be put into the same form:
"Mar 3rd, '21" moved by a week is "Mar 10th, '21". Calendar dates only; a clock time after a date is part of it, and so is
its weekday, which moves of whole weeks leave true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from rag.clinical.holidays import holiday_names
from rag.deidentification.date_forms import CLOCK, DAY, YEAR, alternatives, load_words, named_forms, numeric_forms
from rag.deidentification.date_parts import part_number
from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.yearless import find_yearless

_WINDOW_CHARS = 40  # longer than what stands before or behind the month's name or the sign between two numbers
_BIRTH_YEAR = re.compile(
    rf"(?<!\w)(?i:born|d\.?o\.?b\.?|birth\s?(?:date|day|year)?|date\s+of\s+birth|year\s+of\s+birth)[^.\n\d]{{0,20}}(?P<y>{YEAR})(?![-/.]?\d)"
)
_BIRTH_BEFORE = re.compile(r"(?i:\b(?:born|d\.?o\.?b\.?|birth\s?(?:date|day)?|date\s+of\s+birth))\W[^.\n\d]{0,24}\Z")
_BIRTH_WINDOW_CHARS = 48
_WORD = re.compile(r"[^\W\d_]{3,}")
_TOKEN = re.compile(r"[^\W_]+")
_LEAD_WORDS = "mo di mi do fr sa so the first second third last 1st 2nd 3rd 4th week wk w half part days early late mid"
_SIGNED = re.compile(r"[\dOolI][-/.](?=[\dOolIVXvix])|\d{8}|\d年")
_LISTED_DAYS = re.compile(rf"(?<![\w/.-])(?:{DAY}(?:st|nd|rd|th)?(?:\s?[-–,&]\s?(?:and\s)?|\s(?:and|to|or)\s))+\Z")
_MORE_DAYS = re.compile(
    rf"(?:(?:\s?[-–]\s?|,?\s(?:and|to|&)\s|,\s)(?P<d>{DAY}(?:st|nd|rd|th)?)(?![\w/%:]|\.\d|[-,]\d)(?!\s*(?:mg|mcg|ml|units|tab|year|y/o|yo|[A-Z]))(?=\W|\Z))(?:,?\s(?P<y>{YEAR})(?!\d))?"
)
_TEENS = r"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_ONES = r"one|two|three|four|five|six|seven|eight|nine"
_SPOKEN_YEAR = re.compile(
    rf"(?i),?\s(?:two\sthousand(?:\sand)?|nineteen|twenty)[\s-](?:oh[\s-])?(?:{_TEENS}|(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[\s-])?)?(?:{_ONES})?)(?=\W|\Z)"
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date at ``text[start:end]`` and where its parts stand in the text; absent parts are None.

    ``parts`` are "y", "m", "d", and "e" for each further day of the same month ("12, 19 and 26 October"). A date of no parts
    is of a calendar that is not moved, unless it is a ``holiday``.
    """

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None
    parts: tuple[tuple[str, int, int], ...]
    holiday: str | None = None


class DateDetector:
    """Dates in every written form that names more than a year, and birth years (whose age the policy judges)."""

    name = "dates"

    def find(self, text: str) -> Sequence[Finding]:
        """Linear; spans cover the whole date with its clock time and its weekday."""
        return [Finding(found.start, found.end, EntityType.DATE, self.name) for found in find_written_dates(text)]


def find_written_dates(text: str) -> list[WrittenDate]:
    """Every date in order of place; where forms overlap, the earlier form of the list (the fuller one) stays."""
    taken: list[WrittenDate] = []
    covered = bytearray(len(text) + 1)
    named = not load_words().month_of.keys().isdisjoint(_WORD.findall(text.lower()))
    for written in (*_full(text, named), *_yearless(text, named)):
        if not any(covered[written.start : written.end]):
            whole = _extended(text, written)
            covered[whole.start : whole.end] = b"\1" * (whole.end - whole.start)
            taken.append(whole)
    return sorted(taken, key=lambda w: w.start)


def parse_written_date(text: str) -> WrittenDate | None:
    """The date that ``text`` as a whole writes (ISO of any precision, or any found form), None where it writes none."""
    iso = re.fullmatch(rf"(?P<y>{YEAR})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d){CLOCK})?)?", text)
    if iso:
        return _written(iso)
    found = find_written_dates(text)
    if len(found) == 1 and found[0].start == 0 and found[0].end >= len(text.rstrip()):
        return found[0]
    return None


def is_birth_date(text: str, start: int) -> bool:
    """Whether the words just before ``start`` say that a birth date follows."""
    return _BIRTH_BEFORE.search(text[max(0, start - _BIRTH_WINDOW_CHARS) : start]) is not None


def _full(text: str, named: bool) -> Iterator[WrittenDate]:
    """``named`` says whether a month's name stands anywhere."""
    months = _month_hits(text) if named else iter(())
    for hits, forms in ((months, named_forms()), (_SIGNED.finditer(text), numeric_forms())):
        windows = _windows(text, hits)
        for pattern in forms:
            for start, end in windows:
                for match in pattern.finditer(text, start, end):
                    written = _written(match)
                    if written is not None:
                        yield written
    for match in _BIRTH_YEAR.finditer(text):
        yield WrittenDate(*match.span("y"), int(match["y"]), None, None, (("y", *match.span("y")),))


def _month_hits(text: str) -> Iterator[re.Match[str]]:
    months = load_words().month_of
    return (word for word in _WORD.finditer(text) if word[0].lower() in months)


def _windows(text: str, hits: Iterator[re.Match[str]]) -> list[tuple[int, int]]:
    """Stretches around the places where a date can be, disjoint and cut at white space."""
    windows: list[tuple[int, int]] = []
    for match in hits:
        start, end = max(0, match.start() - _WINDOW_CHARS), min(len(text), match.end() + _WINDOW_CHARS)
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end - 1].isalnum():
            end += 1
        if windows and start <= windows[-1][1]:
            start = windows.pop()[0]
        windows.append((start, end))
    return windows


def _yearless(text: str, named: bool) -> Iterator[WrittenDate]:
    for match, kind in find_yearless(text, named):
        if kind in ("month_day", "day_month"):
            month, day = ("a", "b") if kind == "month_day" else ("b", "a")
            parts = (("m", *match.span(month)), ("d", *match.span(day)))
            yield WrittenDate(match.start("a"), match.end(), None, int(match[month]), int(match[day]), parts)
        elif kind in ("holiday", "season"):
            year = re.search(YEAR, match[0])
            name = re.sub(rf"\s+(?:of\s+)?{YEAR}", "", match[0].lower()).replace("’", "'")
            yield WrittenDate(*match.span(), int(year[0]) if year else None, None, None, (), " ".join(name.split()))
        elif not match.re.groupindex:
            yield WrittenDate(*match.span(), None, None, None, ())
        else:
            written = _written(match)
            if written is not None:
                cued = kind in ("month", "dotted", "month_year", "labelled")
                start = min(part[1] for part in written.parts) if cued else match.start()
                yield replace(written, start=start, end=match.end())


def _written(match: re.Match[str]) -> WrittenDate | None:
    groups = match.re.groupindex
    parts = tuple((name, *match.span(name)) for name in ("y", "m", "d") if name in groups and match.span(name) != (-1, -1))
    values = {name: part_number(name, match.string[start:end]) for name, start, end in parts}
    try:
        date(values.get("y") or 2000, values.get("m") or 1, values.get("d") or 1)
    except ValueError:
        return None
    if None in values.values():
        return None
    return WrittenDate(match.start(), match.end(), values.get("y"), values.get("m"), values.get("d"), parts)


def _extended(text: str, written: WrittenDate) -> WrittenDate:
    """With its weekday, "week of", and the further days of a list that ends or begins with it."""
    start, end, parts, year = written.start, written.end, written.parts, written.year
    ordered = [name for name, *_ in sorted(parts, key=lambda part: part[1])]
    named = written.month is not None and any(text[a].isalpha() for name, a, _ in parts if name == "m")
    if named and ordered[0] == "d" and (listed := _LISTED_DAYS.search(text[max(0, start - _WINDOW_CHARS) : start])):
        start -= len(listed[0])
        parts += tuple(("e", start + m.start(), start + m.end()) for m in re.finditer(r"\d+(?:st|nd|rd|th)?", listed[0]))
    if named and ordered == ["m", "d"]:
        while more := _MORE_DAYS.match(text, end):
            parts += (("e", *more.span("d")),)
            if more["y"]:
                parts, year = (*parts, ("y", *more.span("y"))), int(more["y"])
            end = more.end()
    before, behind = _around()
    left = text[max(0, start - _WINDOW_CHARS) : start]
    if not _lead_words().isdisjoint(_TOKEN.findall(left.lower())) and (lead := before.search(left)):
        start -= len(lead[0])
    if tail := behind.match(text, end):
        end = tail.end()
    if named and (spoken := _SPOKEN_YEAR.match(text, end)):  # in words: not moved, so that all of it goes
        return WrittenDate(start, spoken.end(), None, None, None, ())
    return replace(written, start=start, end=end, parts=parts, year=year)


@cache
def _lead_words() -> frozenset[str]:
    """The first words of what belongs to a date before it, as :func:`_around` has them."""
    names = (form for name in (*load_words().lists["weekdays"], *holiday_names()) for form in name.lower().split("|"))
    first = {word for name in names for form in (name, name.replace("'", "")) for word in _TOKEN.findall(form)[:1]}
    return frozenset(first.union(_LEAD_WORDS.split()))


@cache
def _around() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What belongs to a date before it (a weekday, "week of", "the") and behind it (a weekday or a holiday in brackets)."""
    weekday, holiday = alternatives(load_words().lists["weekdays"]), alternatives(holiday_names())
    day = rf"(?:{weekday}|(?-i:Mo|Di|Mi|Do|Fr|Sa|So)\.)(?:[.,]{{0,2}}\s{{1,2}}(?:the\s)?|/)"
    which = r"(?:(?:the\s)?(?:first|second|third|last|1st|2nd|3rd|4th)\s)?"
    week = rf"{which}(?:week|wk|w/c|half|part|days)(?:\s(?:of|commencing|beginning|ending))?\s(?:the\s)?"
    lead = rf"(?i)(?<![\w-])(?:{holiday},?\s|{day}|{week}|(?:early|late|mid)[\s-])\Z"
    return re.compile(lead), re.compile(rf"(?i)\s?\((?:{weekday}|{holiday})\.?\)")
