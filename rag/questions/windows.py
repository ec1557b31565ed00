"""Time expressions of a question: what stretch of days each means, counted from the as-of day where it is relative.

Every date or relative period is first found by itself and replaced by a mark of the same length; the words around the marks
("since", "between … and …") then say how the window lies to it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from rag.questions.dates import BARE_MONTH, DATES, LOOSE_MONTH, read_bare_month, read_date
from rag.questions.days import COUNTS, Atom, back, counted, exact_day, month_days, moved, unit_of
from rag.questions.named_days import named_pattern, read_named
from rag.questions.periods import PERIODS, read_period
from rag.questions.understood import Window

_WEEK_DAYS = 7
_MONTH_DAYS = 31
_MARK = r"(?:the )?([\ue100-\uefff])\ue0ff*"
_ON = r"(?:in|on|during|for|from|dated|of|at|within|throughout|over|back|as|the|day|date|month|year|years|around|taken|only|done|recorded)"
_COUNT = rf"(?:{'|'.join(sorted(COUNTS, key=len, reverse=True))}|\d{{1,3}})"
_STRETCH = (
    rf"(?:(?:in|during|over|for|within|from) )?(?:the )?(?:{_COUNT}(?: |-))?(?:days?|weeks?|months?|years?)"
    r" (?:just |right |immediately |directly )?"
)
_RANGE_OF = re.compile(rf"(?:\w+ )?(?:the )?(?:(?P<sn>{_COUNT})[ -])?(?P<su>day|week|month|year)s? ")
_PHRASES = re.compile(
    rf"(?<!\w)(?:"
    rf"(?P<range>(?:(?:between|from|in|on|during|over|for)\s+)?(?:the )?(?:years? |period |months? |dates? )?{_MARK}\s*(?:to|until|till"
    rf"|through|thru|up to|up until|into|->|-|/)\s*(?:the )?(?:years? )?{_MARK})"
    rf"|(?P<pair>(?:(?P<between>between)|in|from|for|during|on)?\s*(?:the )?(?:years? |period |months? )?{_MARK}\s*(?P<joint>,? ?and|&"
    rf"|,? ?versus|,? ?vs\.?|,? ?against|,? ?or|,? ?compared (?:to|with)|,? ?with)\s+(?:in |from |on |that of |those of "
    rf"|to )?(?:the )?(?:years? )?{_MARK})"
    rf"|(?P<since>(?:(?:ever |any ?time )?since|starting(?: in| from)?|beginning(?: in)?|from)\s+(?:the )?(?:year |start of "
    rf"|beginning of )?{_MARK}(?:\s+(?P<onward>onwards?|on(?! (?:file|record))|forward|until now|to now|to present|to date|till now"
    rf"|till date|to today|and later|and after|until today|up to now))?)"
    rf"|(?P<before>(?P<stretch>{_STRETCH})?(?:any ?time )?"
    rf"(?:before|prior to|preceding|earlier than|leading up to|pre)\s+(?:the |her |his |their )?(?:year |start of "
    rf"|end of )?{_MARK})"
    rf"|(?P<after>(?P<stretch_after>{_STRETCH})?(?:any ?time )?"
    rf"(?:after|following|later than|subsequent to|past|post)\s+(?:the |her |his |their )?(?:year |end of )?{_MARK})"
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


def find_times(low: str, as_of: datetime.date) -> tuple[Time, ...]:
    """Every time expression of a lower-case text, in order, disjoint. Linear."""
    atoms = _atoms(low, as_of)
    if not atoms:
        return ()
    marked = list(low)
    for index, atom in enumerate(atoms):
        marked[atom.start : atom.end] = [chr(0xE100 + index)] + ["\ue0ff"] * (atom.end - atom.start - 1)
    return tuple(_time(match, atoms, low, as_of) for match in _PHRASES.finditer("".join(marked)))


def _time(match: re.Match[str], atoms: list[Atom], low: str, as_of: datetime.date) -> Time:
    relation = next(name for name in ("range", "pair", "since", "before", "after", "until", "near", "in") if match.group(name) is not None)
    used = [atoms[ord(char) - 0xE100] for char in match.group() if "\ue100" <= char <= "\uefff"]
    start, end = match.span()
    words = low[start:end].strip()
    first, last = used[0], used[-1]
    if relation == "since" and match.group().startswith("from") and match.group("onward") is None:
        relation = "in"
    if relation in {"range", "pair"}:
        first, last = _in_order(*_of_one_year(first, last)) if relation == "range" or match.group("between") else _of_one_year(first, last)
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


def _of_one_year(first: Atom, last: Atom) -> tuple[Atom, Atom]:
    """ "Between March and October 2023": the year that only one of two dates bears holds for the other, counted forward in time."""
    if first.yearless == last.yearless or first.relative is last.relative is True:
        return first, last
    if first.yearless:
        return _in_year(first, last.first.year - (first.first.replace(year=2000) > last.first.replace(year=2000))), last
    return first, _in_year(last, first.first.year + (last.first.replace(year=2000) < first.first.replace(year=2000)))


def _in_order(first: Atom, last: Atom) -> tuple[Atom, Atom]:
    """ "June through August", asked in June: the first of two days or months without years lies before the second."""
    if first.relative and last.relative and first.first > last.first and not (first.ago or last.ago):
        return _in_year(first, first.first.year - 1) if first.finest == "month" and first.yearless else _earlier(first, last), last
    return first, last


def _earlier(first: Atom, last: Atom) -> Atom:
    """A weekday or a day of the month moved back before the other, by weeks or by months or years."""
    apart = (first.first - last.first).days
    if apart < _WEEK_DAYS:
        return replace(first, first=moved(first.first, -_WEEK_DAYS), last=moved(first.last, -_WEEK_DAYS))
    months = 1 if apart < _MONTH_DAYS else 12
    return replace(first, first=back(first.first, months, "month"), last=back(first.last, months, "month"))


def _in_year(atom: Atom, year: int) -> Atom:
    if atom.finest == "month":
        begin, end = month_days(year, atom.first.month)
        return replace(atom, first=begin, last=end, relative=False)
    span = exact_day(year, atom.first.month, atom.first.day)
    return replace(atom, first=span[0], last=span[1], relative=False) if span else atom


def _stretched(
    count: re.Match[str], relation: str, atom: Atom, begin: datetime.date | None, finish: datetime.date | None
) -> tuple[datetime.date | None, datetime.date | None]:
    """ "In the two months before" a date reaches no further than that."""
    days, unit = counted(count.group("sn") or "one"), unit_of(count.group("su"))
    if relation == "before":
        return back(atom.first, days, unit), finish
    return begin, back(atom.last, -days, unit)


def _bounds(relation: str, atom: Atom, as_of: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    if relation == "since":
        return atom.first, None
    if relation == "before":
        return None, moved(atom.first, -1)
    if relation == "after":
        return moved(atom.last, 1), None
    if relation == "until":
        return None, atom.last
    return atom.first, atom.last


def _window(start: datetime.date | None, end: datetime.date | None, words: str, *atoms: Atom) -> Window:
    finest = max((atom.finest for atom in atoms), key=("year", "month", "day").index)
    return Window(
        start.isoformat() if start else None, end.isoformat() if end else None, words, finest, any(atom.relative for atom in atoms)
    )


def _atoms(low: str, as_of: datetime.date) -> list[Atom]:
    """Dates and relative periods, in order, disjoint, at most as many as there are marks."""
    found: list[Atom] = []
    for match in PERIODS.finditer(low):
        if atom := read_period(match, as_of):
            found.append(atom)
    for match in named_pattern().finditer(low):
        if (match["hy"] or match["ny"] or match["py"]) and (atom := read_named(match, low, as_of)):  # with a year of its own
            found.append(atom)
    for match in DATES.finditer(low):
        if (atom := read_date(match, as_of)) and _free(found, match.start(), match.end()):
            found.append(atom)
    for match in named_pattern().finditer(low):
        if _free(found, match.start(), match.end()) and (atom := read_named(match, low, as_of)):
            found.append(atom)
    for match in BARE_MONTH.finditer(low):
        name = "m" if match.group("m") else "mv"
        if _free(found, match.start(name), match.end(name)):
            found.append(read_bare_month(match, as_of))
    for match in LOOSE_MONTH.finditer(low):
        if _free(found, match.start(), match.end()):
            found.append(read_bare_month(match, as_of))
    return sorted(found, key=lambda atom: atom.start)[:1000]


def _free(found: list[Atom], start: int, end: int) -> bool:
    return all(end <= atom.start or start >= atom.end for atom in found)
