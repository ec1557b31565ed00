"""Days that a question calls by name: weekdays, weekends, "the 12th", "5/12", holidays, months and seasons without a year.

Each is the latest such day, or stretch of days, that began by the as-of day.
"""

from __future__ import annotations

import datetime
import re
from functools import cache

from rag.clinical.holidays import holiday_days, holiday_names
from rag.questions.dates import MONTH
from rag.questions.days import Atom, exact_day, month_days, month_number, moved, season_days
from rag.questions.lists import load_lists

_WEEK_DAYS = 7
_LONGEST_LEAD_CHARS = 40
_NEAR_CHARS = 80
_NIGHTS = frozenset({"night", "nite", "overnight", "bedtime"})
_LEAST_BARE_ORDINAL = 4
_END = r"(?=\s*(?:$|[?.,;!)\ue000]|and\b|or\b|to\b|through\b|thru\b|until\b|till\b|vs\b|versus\b|-|was\b|were\b|did\b|please\b))"
_AT = r"(?:on|since|from|until|till|by|between|before|after|and|to|through|thru|for|at|over|during|around|as of|dated|drawn|the|of)"


def _any(words: list[str] | tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _ordinals() -> tuple[str, ...]:
    return load_lists("named_days")["ordinals"]


@cache
def named_pattern() -> re.Pattern[str]:
    """Every kind of named day, each a group of its own."""
    lists = load_lists("named_days")
    part = rf"(?: (?P<{{0}}>{_any(lists['parts_of_day'])})\b(?:'s)?)"
    which = r"(?:(?:late |early )?(?P<which>last|this past|past|this|that|the past|the previous|previous) )?"
    not_after = rf"(?! (?:{_any(lists['not_weekday_before'])})\b)"
    spelled = _any(_ordinals())
    ordinal = rf"(?:(?P<od>\d{{1,2}})(?:st|nd|rd|th)|(?P<ow>{spelled}))"
    return re.compile(
        rf"(?<![\w./'-])(?:"
        rf"(?P<week_of>(?:the )?week (?:of|beginning|starting) (?:the )?(?P<wo>\d{{1,2}})(?:st|nd|rd|th){_END})"
        rf"|(?P<nth_week>(?:the )?(?P<nw>first|second|third|fourth|last|1st|2nd|3rd|4th) (?P<nu>week|half|part|days) of (?P<nm>{MONTH})"
        rf"(?:,? (?P<ny>(?:19|20)\d\d))?)"
        rf"|(?P<part_of>(?P<pw>early|mid|middle of|late"
        rf"|beginning of|start of|end of|the end of|the start of|the beginning of|the middle of)"
        rf"[ -](?P<pm>{MONTH})(?:,? (?P<py>(?:19|20)\d\d))?(?!\s?\d))"
        rf"|(?P<word_day>(?:the )?(?P<ws>{spelled}) of (?P<wm>{MONTH}))"
        rf"|(?P<holiday>(?:(?P<hw>last|this past|this) )?(?P<hd>{_any(holiday_names())})\b(?!'s)(?! disease| factor| tree)"
        rf"(?: (?P<hy>(?:19|20)\d\d))?)"
        rf"|(?P<weekend>(?:(?P<ww>last|this past|past|the past|this|the previous|the|that) )weekend\b)"
        rf"|(?P<weekday>{which}(?P<wd>{_any((*lists['weekdays'], *lists['weekdays_long']))})\b(?:'s\b)?{part.format('dp')}?)"
        rf"|(?P<short>(?P<sd>{_any(lists['weekdays_short'])})\b(?:'s\b)?{part.format('sp')})"
        rf"|(?P<bare>(?P<so>{_any(lists['weekdays_short'])}))\b{not_after}{_END}"
        rf"|(?P<ordinal>(?:the )?{ordinal}){_END}"
        rf"|(?P<month_day>(?P<mm>1[0-2]|0?[1-9])/(?P<md>3[01]|[12]\d|0?[1-9]))(?![\w/%]|\.\d|-\d| ?mm)"
        rf"|(?P<quarter>(?:(?P<qw>last|this|this past|past|the last|the past|the previous|the current) )?"
        rf"(?:q(?P<qn>[1-4])\b(?!\s?h)|(?P<qq>quarter\b)))"
        rf"|(?P<season>(?:the )?(?P<sn>spring|summer|winter|autumn)\b(?:time)?(?:'s)?"
        rf"(?= sometime|\s*(?:$|[?.,;!)]|and\b|or\b|to\b|until\b|vs\b|-)"
        rf"| (?:visit|clinic|scan|stay|admission|check|course|season|cycle"
        rf"|labs?|bloods|holidays?)))"
        rf"|(?P<overnight>overnight){_END}"
        rf")"
    )


def read_named(match: re.Match[str], low: str, as_of: datetime.date) -> Atom | None:
    """The stretch of days that a match of the named days means; None where the words around it say that it is none."""
    reader = next(reader for name, reader in _READERS if match.group(name) is not None)
    span = reader(match, low, as_of)
    return Atom(match.start(), match.end(), *span, relative=True, yearless=match.group("month_day") is not None) if span else None


def _before(match: re.Match[str], low: str) -> str:
    return low[max(match.start() - _LONGEST_LEAD_CHARS, 0) : match.start()]


_Span = tuple[datetime.date, datetime.date, str]


def _weekday(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    name = next(word for group in ("wd", "sd", "so") if (word := match.group(group)))
    shorts = load_lists("named_days")["weekdays_short"]
    number = shorts.index(name[:3])
    if match.group("bare") and not _stands_as_weekday(match, low):
        return None
    before = match.group("which") in {"last", "previous", "the previous"}
    back = (as_of.weekday() - number) % _WEEK_DAYS or (_WEEK_DAYS if before else 0)
    day = moved(as_of, -back)
    part = match.group("dp") or match.group("sp")
    return day, min(moved(day, 1), max(as_of, day)) if part in _NIGHTS else day, "day"


def _stands_as_weekday(match: re.Match[str], low: str) -> bool:
    """True for a short form behind a preposition, or beside another: "sat" is also a saturation, "wed" a verb."""
    shorts = "|".join(load_lists("named_days")["weekdays_short"])
    if re.search(rf"\b(?:on|by|since|until|till|after|before|from|(?:{shorts})\w* (?:to|thru|through|and)) $", _before(match, low)):
        return True
    return bool(re.match(rf" ?(?:to|thru|through|until|till|-) ?(?:{shorts})", low[match.end() : match.end() + _LONGEST_LEAD_CHARS]))


def _weekend(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    back = (as_of.weekday() - 5) % _WEEK_DAYS
    if match.group("ww") in {"last", "the previous"} and back < 2:
        back += _WEEK_DAYS
    saturday = moved(as_of, -back)
    return saturday, max(saturday, min(moved(saturday, 1), as_of)), "day"


def _ordinal(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    """ "The 12th" behind a preposition; spelled out only where it is not the second or third of something else."""
    number = int(match.group("od")) if match.group("od") else _ordinals().index(match.group("ow")) + 1
    bare = not match.group("ordinal").startswith("the ")
    if match.group("ow") and number < _LEAST_BARE_ORDINAL:
        return None
    before = re.search(rf"(?:\b{_AT}|overnight|night|-) ?$", _before(match, low))
    if before is None or (
        bare and not re.search(r"(?:overnight |\d(?:st|nd|rd|th) ?- ?|\d(?:st|nd|rd|th) (?:to|and|through) )$", _before(match, low))
    ):
        return None
    if number < _LEAST_BARE_ORDINAL and re.search(r"\b(?:after|before|for|at|during|of) $", _before(match, low)):
        return None
    day = _day_of_month(number, as_of)
    return (day, day, "day") if day else None


def _day_of_month(number: int, as_of: datetime.date) -> datetime.date | None:
    for back in range(3):
        year, month = (as_of.year * 12 + as_of.month - 1 - back) // 12, (as_of.month - 1 - back) % 12 + 1
        span = exact_day(year, month, number)
        if span and span[0] <= as_of:
            return span[0]
    return None


def _week_of(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    day = _day_of_month(int(match.group("wo")), as_of)
    return (day, moved(day, _WEEK_DAYS - 1), "day") if day else None


def _year_of(month: int, as_of: datetime.date, written: str | None) -> int:
    return int(written) if written else as_of.year if month <= as_of.month else as_of.year - 1


def _nth_week(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    month = month_number(match.group("nm"))
    first, last = month_days(_year_of(month, as_of, match.group("ny")), month)
    which, unit = match.group("nw"), match.group("nu")
    if unit != "week":
        middle = first.replace(day=15)
        return (first, middle, "day") if which in {"first", "1st"} else (moved(middle, 1), last, "day")
    if which == "last":
        return moved(last, 1 - _WEEK_DAYS), last, "day"
    number = ("first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th").index(which) % 4
    begin = moved(first, number * _WEEK_DAYS)
    return begin, moved(begin, _WEEK_DAYS - 1), "day"


def _part_of(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    month = month_number(match.group("pm"))
    first, last = month_days(_year_of(month, as_of, match.group("py")), month)
    words = match.group("pw")
    if "mid" in words:
        return first.replace(day=8), first.replace(day=22), "day"
    if words in {"early", "beginning of", "start of", "the start of", "the beginning of"}:
        return first, first.replace(day=12), "day"
    return first.replace(day=19), last, "day"


def _word_day(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    number, month = _ordinals().index(match.group("ws")) + 1, month_number(match.group("wm"))
    return _latest(month, number, as_of)


def _latest(month: int, number: int, as_of: datetime.date) -> _Span | None:
    span = exact_day(as_of.year, month, number)
    return span if span and span[0] <= as_of else exact_day(as_of.year - 1, month, number)


def _month_day(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    """ "5/12" behind a preposition, where nothing is told as one number over another."""
    lead = re.search(rf"\b(?:{_AT}|lab|labs|values?|result|report|bedtime|ct|echo|mri|note) $|(?:thru|to|-|[,(:]) ?$", _before(match, low))
    ranged = re.match(
        r" ?(?:to|thru|through|until|till|-) ?(?:1[0-2]|0?[1-9])/\d{1,2}(?![\w/])", low[match.end() : match.end() + _LONGEST_LEAD_CHARS]
    )
    if (lead is None and not ranged) or set(
        re.findall(r"[a-z]+", low[max(match.start() - _NEAR_CHARS, 0) : match.end() + _NEAR_CHARS])
    ) & set(load_lists("named_days")["not_dates_beside"]):
        return None
    return _latest(int(match.group("mm")), int(match.group("md")), as_of)


def _quarter(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    which = match.group("qw") or ""
    current = (as_of.month - 1) // 3
    index = as_of.year * 4 + current
    if number := match.group("qn"):
        if not which and not re.search(
            r"\b(?:in|for|since|during|over|of|from|through|until|by|vs|and|to|after|before) $", _before(match, low)
        ):
            return None
        back = (current - int(number) + 1) % 4
        index -= back or (4 if which == "last" else 0)
    elif not which:
        return None
    elif which not in {"this", "the current"}:
        index -= 1
    year, quarter = divmod(index, 4)
    return month_days(year, 3 * quarter + 1)[0], month_days(year, 3 * quarter + 3)[1], "month"


def _season(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    first, last = season_days(match.group("sn"), as_of.year)
    if first > as_of:
        first, last = season_days(match.group("sn"), as_of.year - 1)
    return first, last, "month"


def _overnight(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    return moved(as_of, -1), as_of, "day"


def _holiday(match: re.Match[str], low: str, as_of: datetime.date) -> _Span | None:
    if match.group("hy"):
        return (*holiday_days(match.group("hd"), int(match.group("hy"))), "day")
    for year in (as_of.year, as_of.year - 1, as_of.year - 2):
        first, last = holiday_days(match.group("hd"), year)
        if first <= as_of:
            return first, last, "day"
    return None


_READERS = (
    *((name, _weekday) for name in ("weekday", "short", "bare")),
    ("weekend", _weekend),
    ("ordinal", _ordinal),
    ("week_of", _week_of),
    ("nth_week", _nth_week),
    ("part_of", _part_of),
    ("word_day", _word_day),
    ("holiday", _holiday),
    ("month_day", _month_day),
    ("quarter", _quarter),
    ("season", _season),
    ("overnight", _overnight),
)
