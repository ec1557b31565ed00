"""Periods counted back from the as-of day: "the last six months", "three days ago", "this year", "last March"."""

from __future__ import annotations

import datetime
import re

from rag.questions.dates import MONTH
from rag.questions.days import COUNTS, Atom, back, counted, month_days, month_number, moved, season_days, unit_of

_N = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
_COUPLE = r"(?:a )?(?:of )?"
_UNIT = r"(?P<u>hours?|hrs?|h|days?|d|nights?|fortnights?|weeks?|wks?|wk|w|months?|mos?|m|years?|yrs?|yr|y|decades?)\b"
PERIODS = re.compile(
    rf"(?<![\w./-])(?:"
    rf"(?P<ago>(?:about |around |roughly |some )?{_N} ?{_COUPLE}{_UNIT}(?:-| )?(?:ago|back|prior|earlier)\b(?! to\b))"
    rf"|(?P<rolling>(?P<the>(?:in |over |during |within |for |throughout |across |through )?(?:the |these |her |his |their )?)(?:last"
    rf"|past|previous|prior|preceding|most recent|trailing)"
    rf"(?: |-)(?:{_N.replace('?P<n>', '?P<rn>')}(?: |-)?{_COUPLE})?{_UNIT.replace('?P<u>', '?P<ru>')})"
    rf"|(?P<over>(?:(?<!for )(?<!lasting )over (?:the )?|(?<![\w'-])in (?:a rolling )?|x ?)"
    rf"{_N.replace('?P<n>', '?P<on>(?!an? )')} ?{_UNIT.replace('?P<u>', '?P<ou>')}"
    rf"(?!-| ?(?:of\b|after|before|post|pre|prior|old|into|from|on\b|ago|out|later|since|time|following|in)))"
    rf"|(?P<hours>(?:in |over |during |within |for )?(?:the )?(?:last|past) (?P<hn>24|48|72|12|36))\b(?! ?(?:\w))"
    rf"|(?P<this>(?:earlier )?(?:this|the current) (?:calendar )?(?P<tu>year|month|week)|year to date|ytd|so far this year)\b"
    rf"|(?P<today>today|tonight|this morning|this mornin|this am|this a\.m\.|this pm|this p\.m\.|this noon"
    rf"|this arvo|this afternoon|this evening|yesterday|last night|last nite"
    rf"|last evening|day before yesterday|the night before last)\b(?:'s\b)?"
    rf"(?: (?:morning|mornin|am|pm|afternoon|evening|night|nite|lunchtime|noon)\b)?"
    rf"|(?P<last_month>(?:last|this past|this|past) (?P<lm>{MONTH})(?! \d))"
    rf"|(?P<last_season>(?:last|this past|this|past) (?P<ls>spring|summer|fall|autumn|winter))\b"
    rf")"
)
_DAYS_BACK = {"yesterday": 1, "last night": 1, "last nite": 1, "last evening": 1, "day before yesterday": 2, "the night before last": 2}
_TO_COME = re.compile(r"\b(?:due|appointments?|follow|scheduled|return|come back|see|next|expect|will|should|repeat|recheck|again|risk)\b")
_LONGEST_YEARS = 20
_NEAR_CHARS = 80


def read_period(match: re.Match[str], as_of: datetime.date) -> Atom | None:
    """The stretch of days that a match of ``PERIODS`` means."""
    start, end = match.span()
    if match.group("ago"):
        return _ago(match, as_of)
    if match.group("rolling"):
        return _rolling(match, as_of)
    if match.group("this"):
        unit = match.group("tu") or "year"
        first = {"year": as_of.replace(month=1, day=1), "month": as_of.replace(day=1), "week": moved(as_of, -as_of.weekday())}[unit]
        return Atom(start, end, first, as_of, "day" if unit == "week" else unit, relative=True)
    if words := match.group("today"):
        day = moved(as_of, -_DAYS_BACK.get(words, 0))
        return Atom(start, end, day, moved(day, 1) if "ni" in words and day < as_of else day, "day", relative=True)
    if match.group("over") or match.group("hours"):
        return _bare_stretch(match, as_of)
    if name := match.group("lm"):
        month = month_number(name)
        year = as_of.year if month < as_of.month or (month == as_of.month and not match.group().startswith("last")) else as_of.year - 1
        return Atom(start, end, *month_days(year, month), "month", relative=True)
    first, last = season_days(match.group("ls"), as_of.year)
    if first > as_of:
        first, last = season_days(match.group("ls"), as_of.year - 1)
    return Atom(start, end, first, last, "month", relative=True)


def _bare_stretch(match: re.Match[str], as_of: datetime.date) -> Atom | None:
    """ "Over six months" and "in 12 mo" end on the as-of day; what lies ahead ("due in 6 weeks") and an age ("over 65 years") are none."""
    if match.group("hours"):
        return Atom(match.start(), match.end(), back(as_of, int(match.group("hn")), "hour"), as_of, "day", relative=True)
    count, unit = counted(match.group("on")), unit_of(match.group("ou"))
    ahead = match.group("over").startswith("in ") and _TO_COME.search(
        match.string, max(match.start() - _NEAR_CHARS, 0), match.end() + _NEAR_CHARS
    )
    if ahead or (unit == "year" and count > _LONGEST_YEARS) or (unit == "decade"):
        return None
    return Atom(match.start(), match.end(), back(as_of, count, unit), as_of, "day", relative=True)


def _ago(match: re.Match[str], as_of: datetime.date) -> Atom:
    """ "Three months ago" is the day that long ago, give or take half a unit."""
    number, unit = counted(match.group("n")), unit_of(match.group("u"))
    middle = back(as_of, number, unit)
    slack = {"hour": 0, "day": 0, "week": 3, "fortnight": 5, "month": 15, "year": 182, "decade": 730}[unit]
    last = min(moved(middle, slack), as_of)
    return Atom(match.start(), match.end(), moved(middle, -slack), last, "day", relative=True, ago=True)


def _rolling(match: re.Match[str], as_of: datetime.date) -> Atom:
    """ "The last six months" end on the as-of day; "last year" and "last month" without article or number are the calendar's."""
    unit = unit_of(match.group("ru"))
    words, number = match.group("rolling"), match.group("rn")
    if number is None and words.startswith("last") and unit in {"year", "month"}:
        if unit == "year":
            year = as_of.year - 1
            return Atom(match.start(), match.end(), datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year", relative=True)
        first, last = month_days(*((as_of.year, as_of.month - 1) if as_of.month > 1 else (as_of.year - 1, 12)))
        return Atom(match.start(), match.end(), first, last, "month", relative=True)
    count = counted(number) if number else 3 if match.group("ru").endswith("s") else 1
    return Atom(match.start(), match.end(), back(as_of, count, unit), as_of, "day", relative=True)
