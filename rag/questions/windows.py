"""Time expressions of a question: what stretch of days each means, counted from the as-of day where it is relative.

Every date or relative period is first found by itself and replaced by a mark of the same length; the words around the marks
("since", "between … and …") then say how the window lies to it.
"""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from dataclasses import dataclass

from rag.questions.understood import Window

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov"
    r"|december|dec)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
_COUNTS = {
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
    "fifteen": 15,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_N = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_COUPLE = r"(?:a )?(?:of )?"
_UNIT = r"(?P<u>hours?|hrs?|h|days?|d|nights?|weeks?|wks?|wk|w|months?|mos?|m|years?|yrs?|yr|y|decades?)\b"
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 14)}
_DATES = re.compile(
    rf"(?<![\w./-])(?:"
    rf"(?P<iso>{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?:t[\d:.z+-]*)?(?![\w-])"
    rf"|(?P<iso_month>{_YEAR}-(?:0[1-9]|1[0-2]))(?![\w-])"
    rf"|(?P<num>\d{{1,2}}(?P<mark>[/.-])\d{{1,2}}(?P=mark)(?:{_YEAR}|\d\d))(?![\w/-])"
    rf"|(?P<num_month>(?:0?[1-9]|1[0-2])/{_YEAR})(?![\w/-])"
    rf"|(?P<word>{_MONTH}\s?(?:the )?(?P<word_day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s?(?:of )?(?P<word_year>{_YEAR}|'\d\d)\b)?)"
    rf"|(?P<word_month>{_MONTH},?\s?(?:of |in )?(?P<word_month_year>{_YEAR}|'\d\d))\b"
    rf"|(?P<day_word>(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s|-)?(?:day )?(?:of )?{_MONTH}(?:[\s,-]{{0,2}}(?P<day_year>{_YEAR}|'\d\d)\b)?)"
    rf"|(?P<season>(?:spring|summer|fall|autumn|winter)(?: of)? (?P<season_year>{_YEAR}))\b"
    rf"|(?P<quarter>q[1-4] ?(?P<quarter_year>{_YEAR})|(?:first|second|third|fourth|1st|2nd|3rd|4th) quarter of (?P<quarter_of>{_YEAR})"
    rf"|(?:first|second|1st|2nd) half of (?P<half_of>{_YEAR}))\b"
    rf"|(?P<part>(?:early|mid|late|the beginning of|the start of|the end of|beginning of|start of"
    rf"|end of)[ -](?P<part_year>{_YEAR}))\b(?![-/])"
    rf"|(?P<decade>(?:the )?(?:mid |early |late )?(?:(?:19|20)\d0'?s|'?[3-9]0'?s))(?!\w)"
    rf"|(?P<span>(?:years? )?(?P<span_first>{_YEAR}) ?[-/] ?(?P<span_last>{_YEAR}))(?![\w-])"
    rf"|(?P<year>(?:the )?(?:calendar )?(?:years? )?(?:of )?(?P<bare>{_YEAR}))(?![\w%]|/\d|[.,:]\d|-\d{{1,2}}(?!\d)|\s?(?:mg|mcg|ml"
    rf"|units?|iu|kcal|cells|copies|steps|g|cm|k)\b)"
    rf")"
)
_RELATIVE = re.compile(
    rf"(?<![\w./-])(?:"
    rf"(?P<ago>(?:about |around |roughly |some )?{_N} ?{_COUPLE}{_UNIT}(?:-| )?(?:ago|back|prior|earlier)\b(?! to\b))"
    rf"|(?P<rolling>(?P<the>(?:in |over |during |within |for |throughout |across |through )?(?:the |these |her |his |their )?)(?:last"
    rf"|past|previous|prior|preceding|most recent|trailing)"
    rf"(?: |-)(?:{_N.replace('?P<n>', '?P<rn>')}(?: |-)?{_COUPLE})?{_UNIT.replace('?P<u>', '?P<ru>')})"
    rf"|(?P<this>(?:earlier )?(?:this|the current) (?P<tu>year|month|week)|year to date|ytd|so far this year)\b"
    rf"|(?P<today>today|tonight|this morning|this afternoon|this evening|yesterday|overnight|last night|day before yesterday)\b(?!'s)"
    rf"|(?P<last_month>(?:last|this past|this|past) (?P<lm>{_MONTH})(?! \d))"
    rf"|(?P<last_season>(?:last|this past|this|past) (?P<ls>spring|summer|fall|autumn|winter))\b"
    rf")"
)
_BARE_MONTH = re.compile(rf"\b(?P<rel>in|by|since|until|till|after|before|from|through|during|between|to|and) (?P<m>{_MONTH})(?!\s?\d)")
_MARK = r"(?:the )?([\ue100-\uefff])\ue0ff*"
_ON = r"(?:in|on|during|for|from|dated|of|at|within|throughout|over|back|as|the|day|date|month|year|years|around|taken|only|done|recorded)"
_COUNT = rf"(?:{'|'.join(sorted(_COUNTS, key=len, reverse=True))}|\d{{1,3}})"
_STRETCH = (
    rf"(?:(?:in|during|over|for|within|from) )?(?:the )?(?:{_COUNT}(?: |-))?(?:days?|weeks?|months?|years?)"
    r" (?:just |right |immediately |directly )?"
)
_RANGE_OF = re.compile(rf"(?:\w+ )?(?:the )?(?:(?P<sn>{_COUNT})[ -])?(?P<su>day|week|month|year)s? ")
_PHRASES = re.compile(
    rf"(?<!\w)(?:"
    rf"(?P<range>(?:(?:between|from|in|during|over|for)\s+)?(?:the )?(?:years? |period |months? |dates? )?{_MARK}\s*(?:to|until|till"
    rf"|through|thru|up to|up until|-|/)\s*(?:the )?(?:years? )?{_MARK})"
    rf"|(?P<pair>(?:(?P<between>between)|in|from|for|during|on)?\s*(?:the )?(?:years? |period |months? )?{_MARK}\s*(?P<joint>,? ?and|&"
    rf"|,? ?versus|,? ?vs\.?|,? ?against|,? ?or|,? ?compared (?:to|with)|,? ?with)\s+(?:in |from |on |that of |those of "
    rf"|to )?(?:the )?(?:years? )?{_MARK})"
    rf"|(?P<since>(?:(?:ever |any ?time )?since|starting(?: in| from)?|beginning(?: in)?|from)\s+(?:the )?(?:year |start of "
    rf"|beginning of )?{_MARK}(?:\s+(?P<onward>onwards?|on(?! (?:file|record))|forward|until now|to now|to present|to date|till now"
    rf"|till date|to today|and later|and after|until today|up to now))?)"
    rf"|(?P<before>(?P<stretch>{_STRETCH})?(?:any ?time )?"
    rf"(?:before|prior to|preceding|earlier than|leading up to|pre)\s+(?:the )?(?:year |start of "
    rf"|end of )?{_MARK})"
    rf"|(?P<after>(?P<stretch_after>{_STRETCH})?(?:any ?time )?"
    rf"(?:after|following|later than|subsequent to|past|post)\s+(?:the )?(?:year |end of )?{_MARK})"
    rf"|(?P<until>(?:until|till|up to|up until|through|by(?: the end of)?|no later than|as of|as at|thru"
    rf"|up through)\s+(?:the )?(?:year |end of )?{_MARK})"
    rf"|(?P<near>(?:(?:on|at|in) )?(?:or )?(?:around|near(?:est)?(?: to)?|close(?:st)? to|about|approximately|circa|ca\.?|roughly"
    rf"|on or (?:about|around|near))\s+(?:the )?(?:year |date |date of |time of )?{_MARK})"
    rf"|(?P<in>(?:{_ON}\s+)*{_MARK})"
    rf")"
)


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression: its place, the window it means, and how: in, since, before, after, until, near, range, or compare.

    ``own`` is the window of its only date by itself and ``own_start`` that date's place, for dates that belong to an event's name.
    """

    start: int
    end: int
    window: Window
    relation: str
    second: Window | None = None
    own: Window | None = None
    own_start: int = 0


@dataclass(frozen=True, slots=True)
class _Atom:
    start: int
    end: int
    first: datetime.date
    last: datetime.date
    finest: str
    relative: bool = False
    ago: bool = False


def find_times(low: str, as_of: datetime.date) -> tuple[Time, ...]:
    """Every time expression of a lower-case text, in order, disjoint. Linear."""
    atoms = _atoms(low, as_of)
    if not atoms:
        return ()
    marked = list(low)
    for index, atom in enumerate(atoms):
        marked[atom.start : atom.end] = [chr(0xE100 + index)] + ["\ue0ff"] * (atom.end - atom.start - 1)
    return tuple(_time(match, atoms, low, as_of) for match in _PHRASES.finditer("".join(marked)))


def _time(match: re.Match[str], atoms: list[_Atom], low: str, as_of: datetime.date) -> Time:
    relation = next(name for name in ("range", "pair", "since", "before", "after", "until", "near", "in") if match.group(name) is not None)
    used = [atoms[ord(char) - 0xE100] for char in match.group() if "\ue100" <= char <= "\uefff"]
    start, end = match.span()
    words = low[start:end].strip()
    first, last = used[0], used[-1]
    if relation == "since" and match.group().startswith("from") and match.group("onward") is None:
        relation = "in"
    if relation == "range" or (relation == "pair" and match.group("between")):
        a, b = sorted((first, last), key=lambda atom: atom.first)
        kind = "range" if relation == "range" else "between"
        window = _window(a.first, b.last, words, a, b)
        return Time(start, end, window, kind, None)
    if relation == "pair":
        one, two = (_window(atom.first, atom.last, low[atom.start : atom.end], atom) for atom in (first, last))
        return Time(start, end, one, "compare", two)
    begin, finish = _bounds(relation, first, as_of)
    if relation == "in" and first.ago:
        relation = "near"
    bounded = (match.group("stretch") or match.group("stretch_after")) if relation in {"before", "after"} else None
    if bounded and (count := _RANGE_OF.match(bounded)):
        begin, finish = _stretched(count, relation, first, begin, finish)
    own = _window(first.first, first.last, low[first.start : first.end].strip(), first)
    return Time(start, end, _window(begin, finish, words, first), relation, None, own, first.start)


def _stretched(
    count: re.Match[str], relation: str, atom: _Atom, begin: datetime.date | None, finish: datetime.date | None
) -> tuple[datetime.date | None, datetime.date | None]:
    """ "In the two months before" a date reaches no further than that."""
    days, unit = _count(count.group("sn") or "one"), _unit(count.group("su"))
    if relation == "before":
        return _back(atom.first, days, unit), finish
    return begin, _back(atom.last, -days, unit)


def _bounds(relation: str, atom: _Atom, as_of: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    if relation == "since":
        return atom.first, None
    if relation == "before":
        return None, _moved(atom.first, -1)
    if relation == "after":
        return _moved(atom.last, 1), None
    if relation == "until":
        return None, atom.last
    return atom.first, atom.last


def _window(start: datetime.date | None, end: datetime.date | None, words: str, *atoms: _Atom) -> Window:
    finest = max((atom.finest for atom in atoms), key=("year", "month", "day").index)
    return Window(
        start.isoformat() if start else None, end.isoformat() if end else None, words, finest, any(atom.relative for atom in atoms)
    )


def _atoms(low: str, as_of: datetime.date) -> list[_Atom]:
    """Dates and relative periods, in order, disjoint, at most as many as there are marks."""
    found: list[_Atom] = []
    for match in _RELATIVE.finditer(low):
        if atom := _relative(match, as_of):
            found.append(atom)
    for match in _DATES.finditer(low):
        if (atom := _date(match, as_of)) and _free(found, match.start(), match.end()):
            found.append(atom)
    for match in _BARE_MONTH.finditer(low):
        if _free(found, match.start("m"), match.end("m")):
            found.append(_month_atom(match, as_of))
    return sorted(found, key=lambda atom: atom.start)[:1000]


def _free(found: list[_Atom], start: int, end: int) -> bool:
    return all(end <= atom.start or start >= atom.end for atom in found)


def _month_atom(match: re.Match[str], as_of: datetime.date) -> _Atom:
    month = _month_number(match.group("m"))
    year = as_of.year if month <= as_of.month else as_of.year - 1
    return _Atom(match.start("m"), match.end("m"), *_month_days(year, month), "month", relative=True)


def _date(match: re.Match[str], as_of: datetime.date) -> _Atom | None:
    for name, reader in _READERS:
        if match.group(name) is not None:
            span = reader(match, as_of)
            return _Atom(match.start(), match.end(), *span) if span else None
    return None


_Span = tuple[datetime.date, datetime.date, str]


def _read_iso(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    year, month, day = (int(part) for part in re.split(r"[-/.]", match.group("iso")))
    return _day(year, month, day)


def _read_iso_month(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    year, month = match.group("iso_month").split("-")
    return (*_month_days(int(year), int(month)), "month")


def _read_num(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    month, day, year = (int(part) for part in match.group("num").split(match.group("mark")))
    if month > 12 >= day:
        month, day = day, month
    return _day(_full(year, as_of), month, day)


def _read_num_month(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    month, year = match.group("num_month").split("/")
    return (*_month_days(int(year), int(month)), "month")


def _read_word(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    return _written(match.group("word"), match.group("word_year"), match.group("word_day"), as_of)


def _read_day_word(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    words = re.search(_MONTH, match.group("day_word"))
    return _written(words.group(), match.group("day_year"), match.group("day"), as_of) if words else None


def _read_word_month(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    year = _full(int(match.group("word_month_year").strip("'")), as_of)
    return (*_month_days(year, _month_number(match.group("word_month"))), "month")


def _read_season(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    return (*_season_days(match.group("season").split()[0], int(match.group("season_year"))), "month")


def _read_quarter(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    words = match.group("quarter")
    if half := match.group("half_of"):
        number = 1 if words.startswith(("first", "1st")) else 2
        return _month_days(int(half), 6 * number - 5)[0], _month_days(int(half), 6 * number)[1], "month"
    year = int(match.group("quarter_year") or match.group("quarter_of"))
    number = (
        int(words[1])
        if words[0] == "q"
        else 1 + ("first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th").index(words.split()[0]) % 4
    )
    return _month_days(year, 3 * number - 2)[0], _month_days(year, 3 * number)[1], "month"


def _read_part(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    year, words = int(match.group("part_year")), match.group("part")
    first = 5 if words.startswith("mid") else 1 if words.startswith(("early", "the beg", "the start", "beg", "start")) else 9
    return _month_days(year, first)[0], _month_days(year, first + 3)[1], "month"


def _read_decade(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    digits = re.search(r"\d{2,4}", match.group("decade"))
    year = int(digits.group()) if digits else 0
    year = year if year > 99 else 1900 + year
    return datetime.date(year, 1, 1), datetime.date(year + 9, 12, 31), "year"


def _read_span(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    first, last = sorted((int(match.group("span_first")), int(match.group("span_last"))))
    return datetime.date(first, 1, 1), datetime.date(last, 12, 31), "year"


def _read_year(match: re.Match[str], as_of: datetime.date) -> _Span | None:
    year = int(match.group("bare"))
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year"


_READERS = (
    ("iso", _read_iso),
    ("iso_month", _read_iso_month),
    ("num", _read_num),
    ("num_month", _read_num_month),
    ("word", _read_word),
    ("word_month", _read_word_month),
    ("day_word", _read_day_word),
    ("season", _read_season),
    ("quarter", _read_quarter),
    ("part", _read_part),
    ("decade", _read_decade),
    ("span", _read_span),
    ("year", _read_year),
)


def _written(words: str, year: str | None, day: str, as_of: datetime.date) -> _Span | None:
    """A day in words; without a year the latest such day not after the as-of day."""
    month = _month_number(words)
    if year:
        return _day(_full(int(year.strip("'")), as_of), month, int(day))
    span = _day(as_of.year, month, int(day))
    return span if span and span[0] <= as_of else _day(as_of.year - 1, month, int(day))


def _day(year: int, month: int, day: int) -> _Span | None:
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    exact = datetime.date(year, month, day)
    return exact, exact, "day"


def _full(year: int, as_of: datetime.date) -> int:
    """Two digits are the latest such year not after the as-of year."""
    if year > 99:
        return year
    century = as_of.year // 100 * 100
    return century + year if century + year <= as_of.year else century - 100 + year


def _month_number(words: str) -> int:
    return _MONTHS.index(words.strip()[:3]) + 1


def _month_days(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return datetime.date(year, month, 1), datetime.date(year, month, monthrange(year, month)[1])


def _season_days(name: str, year: int) -> tuple[datetime.date, datetime.date]:
    first, last = _SEASONS[name]
    return _month_days(year, first)[0], _month_days(year, last)[1]


def _relative(match: re.Match[str], as_of: datetime.date) -> _Atom | None:
    start, end = match.span()
    if match.group("ago"):
        return _ago(match, as_of)
    if match.group("rolling"):
        return _rolling(match, as_of)
    if match.group("this"):
        unit = match.group("tu") or "year"
        first = {"year": as_of.replace(month=1, day=1), "month": as_of.replace(day=1), "week": _moved(as_of, -as_of.weekday())}[unit]
        return _Atom(start, end, first, as_of, "day" if unit == "week" else unit, relative=True)
    if words := match.group("today"):
        back = {"yesterday": 1, "last night": 1, "overnight": 1, "day before yesterday": 2}.get(words, 0)
        day = _moved(as_of, -back)
        return _Atom(start, end, day, as_of if words in {"overnight", "last night"} else day, "day", relative=True)
    if name := match.group("lm"):
        month = _month_number(name)
        year = as_of.year if month < as_of.month or (month == as_of.month and not match.group().startswith("last")) else as_of.year - 1
        return _Atom(start, end, *_month_days(year, month), "month", relative=True)
    first, last = _season_days(match.group("ls"), as_of.year)
    if first > as_of:
        first, last = _season_days(match.group("ls"), as_of.year - 1)
    return _Atom(start, end, first, last, "month", relative=True)


def _ago(match: re.Match[str], as_of: datetime.date) -> _Atom:
    """ "Three months ago" is the day that long ago, give or take half a unit."""
    number, unit = _count(match.group("n")), _unit(match.group("u"))
    middle = _back(as_of, number, unit)
    slack = {"hour": 0, "day": 0, "week": 3, "month": 15, "year": 182, "decade": 730}[unit]
    last = min(_moved(middle, slack), as_of)
    return _Atom(match.start(), match.end(), _moved(middle, -slack), last, "day", relative=True, ago=True)


def _rolling(match: re.Match[str], as_of: datetime.date) -> _Atom:
    """ "The last six months" end on the as-of day; "last year" and "last month" without article or number are the calendar's."""
    unit = _unit(match.group("ru"))
    words, number = match.group("rolling"), match.group("rn")
    if number is None and words.startswith("last") and unit in {"year", "month"}:
        if unit == "year":
            year = as_of.year - 1
            return _Atom(match.start(), match.end(), datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year", relative=True)
        first, last = _month_days(*((as_of.year, as_of.month - 1) if as_of.month > 1 else (as_of.year - 1, 12)))
        return _Atom(match.start(), match.end(), first, last, "month", relative=True)
    count = _count(number) if number else 3 if match.group("ru").endswith("s") else 1
    return _Atom(match.start(), match.end(), _back(as_of, count, unit), as_of, "day", relative=True)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else _COUNTS[words]


def _unit(word: str) -> str:
    if word.startswith("dec"):
        return "decade"
    return {"h": "hour", "d": "day", "n": "day", "w": "week", "m": "month", "y": "year"}[word[0]]


def _back(day: datetime.date, count: int, unit: str) -> datetime.date:
    """That many units earlier: the same day of the month, or the month's last."""
    if unit in {"hour", "day", "week"}:
        return _moved(day, -(-(-count // 24) if unit == "hour" else count * (7 if unit == "week" else 1)))
    months = count * {"month": 1, "year": 12, "decade": 120}[unit]
    index = day.year * 12 + day.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    return datetime.date(year, month, min(day.day, monthrange(year, month)[1]))


def _moved(day: datetime.date, days: int) -> datetime.date:
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return datetime.date.min if days < 0 else datetime.date.max
