"""Dates as written in a question: ISO, in numbers, in words, months, seasons, quarters, decades and years."""

from __future__ import annotations

import datetime
import re

from rag.questions.days import Atom, Span, exact_day, full_year, month_days, month_number, season_days

MONTH = (
    r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|october|oct|november|nov"
    r"|december|dec)\b\.?"
)
_YEAR = r"(?:19|20)\d\d"
DATES = re.compile(
    rf"(?<![\w./-])(?:"
    rf"(?P<iso>{_YEAR}[-/.]\d{{1,2}}[-/.]\d{{1,2}})(?:t[\d:.z+-]*)?(?![\w-])"
    rf"|(?P<iso_month>{_YEAR}-(?:0[1-9]|1[0-2]))(?![\w-])"
    rf"|(?P<num>\d{{1,2}}(?P<mark>[/.-])\d{{1,2}}(?P=mark)(?:{_YEAR}|\d\d))(?![\w/-])"
    rf"|(?P<num_month>(?:0?[1-9]|1[0-2])/{_YEAR})(?![\w/-])"
    rf"|(?P<word>{MONTH}\s?(?:the )?(?P<word_day>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s?(?:of )?(?P<word_year>{_YEAR}|'\d\d)\b)?)"
    rf"|(?P<word_month>{MONTH},?\s?(?:of |in )?(?P<word_month_year>{_YEAR}|'\d\d))\b"
    rf"|(?P<day_word>(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s|-)?(?:day )?(?:of )?{MONTH}(?:[\s,-]{{0,2}}(?P<day_year>{_YEAR}|'\d\d)\b)?)"
    rf"|(?P<season>(?:spring|summer|fall|autumn|winter)(?: of)? (?P<season_year>{_YEAR}))\b"
    rf"|(?P<quarter>q[1-4] ?(?P<quarter_year>{_YEAR})|(?:first|second|third|fourth|1st|2nd|3rd|4th) quarter of (?P<quarter_of>{_YEAR})"
    rf"|(?:first|second|1st|2nd) half of (?P<half_of>{_YEAR}))\b"
    rf"|(?P<part>(?:early|mid|late|the beginning of|the start of|the end of|beginning of|start of"
    rf"|end of)[ -](?P<part_year>{_YEAR}))\b(?![-/])"
    rf"|(?P<decade>(?:the )?(?:mid |early |late )?(?:(?:19|20)\d0'?s|'?[3-9]0'?s))(?!\w)"
    rf"|(?P<span>(?:years? )?(?P<span_first>{_YEAR}) ?[-/] ?(?P<span_last>{_YEAR}|(?P<span_short>(?<=\d[-/])(?:1[3-9]|[2-9]\d))))(?![\w-])"
    rf"|(?P<season_span>(?P<ss_first>(?:20)?[012]\d)[-/](?P<ss_last>[012]\d) "
    rf"(?=flu |respiratory |rsv |school |benefit |plan |season|winter|hay))"
    rf"|(?P<short_year>(?<![\w'])'(?P<sy>\d\d)(?!\d|s\b))"
    rf"|(?P<year>(?:the )?(?:calendar )?(?:years? )?(?:of )?(?P<bare>{_YEAR}))(?![\w%]|/\d|[.,:]\d|-\d{{1,2}}(?!\d)|\s?(?:mg|mcg|ml"
    rf"|units?|iu|kcal|cells|copies|steps|g|cm|k)\b)"
    rf")"
)
BARE_MONTH = re.compile(
    rf"\b(?:(?P<rel>in|by|since|until|till|after|before|from|through|during|between|to|and) (?P<m>{MONTH})(?!\s?\d)"
    rf"|(?:the|her|his|their) (?P<mv>(?!may\b|mar\b){MONTH})"
    rf"(?= (?:visit|clinic|appointment|admission|check-?up|follow-?up|labs?|bloods|scan|call)))"
)

_NOT_NAMES = r"(?:january|jan|february|feb|march|july|september|sept|october|oct|november|nov|december|dec)"
LOOSE_MONTH = re.compile(
    rf"(?<![\w./'-])(?:(?P<ms>{_NOT_NAMES})'s\b|(?P<ma>(?!may\b|mar\b|sep\b|dec\b){MONTH})"
    rf"(?=\s*(?:$|[?;!)]|to\b|through\b|thru\b|until\b|till\b|-|\bvs\b))"
    rf"|(?<=\bfor )(?P<mf>{MONTH})(?:'s)?(?=\s*$|[?;!)]| \w+$)|(?<=\bof )(?P<mo>(?!may\b|mar\b){MONTH})(?=\s*(?:$|[?;!),]))"
    rf"|(?<=\bover )(?P<mv2>{MONTH})(?=\s*(?:$|[?;!),]))|(?<=[a-z] )(?P<me>may|mar|sep|dec)(?=\s*\??$)"
    rf"|(?<=\bthe )(?P<mn>(?!may\b|mar\b){MONTH})(?= (?:one|stay|ward|ct|mri|echo|scan|labs?|bloods|visit|admit|admission|clinic|flare"
    rf"|meeting|download|delivery|physical|skin|exam|x-?ray|panel|check|draw|result|value|reading|report|note"
    rf"|biopsy|colonoscopy|infusion|dose|cycle|film|study|urine|test|ultrasound|surgery|op)\b)"
    rf"|(?P<ml>(?!may\b|mar\b){MONTH})(?= (?:ct|mri|echo|scan|labs|bloods|x-?ray)\b)"
    rf")"
)
"""A month without a year and without a preposition of time: at the end of the question, before a stay or a test, or with 's."""


def read_bare_month(match: re.Match[str], as_of: datetime.date) -> Atom:
    """A month without a year: the latest that began by the as-of day."""
    name = next(name for name, words in match.groupdict().items() if words and name != "rel")
    month = month_number(match.group(name))
    year = as_of.year if month <= as_of.month else as_of.year - 1
    return Atom(match.start(name), match.end(name), *month_days(year, month), "month", relative=True, yearless=True)


def read_date(match: re.Match[str], as_of: datetime.date) -> Atom | None:
    """The stretch of days that a match of ``DATES`` means, None where there is no such day."""
    for name, reader in _READERS:
        if match.group(name) is not None:
            span = reader(match, as_of)
            return Atom(match.start(), match.end(), *span, yearless=_is_yearless(match)) if span else None
    return None


def _is_yearless(match: re.Match[str]) -> bool:
    """True for a day in words that has no year of its own ("8 March")."""
    word, day_word = match.group("word"), match.group("day_word")
    return bool(word and not match.group("word_year")) or bool(day_word and not match.group("day_year"))


def _read_iso(match: re.Match[str], as_of: datetime.date) -> Span | None:
    year, month, day = (int(part) for part in re.split(r"[-/.]", match.group("iso")))
    return exact_day(year, month, day)


def _read_iso_month(match: re.Match[str], as_of: datetime.date) -> Span | None:
    year, month = match.group("iso_month").split("-")
    return (*month_days(int(year), int(month)), "month")


def _read_num(match: re.Match[str], as_of: datetime.date) -> Span | None:
    month, day, year = (int(part) for part in match.group("num").split(match.group("mark")))
    if month > 12 >= day:
        month, day = day, month
    return exact_day(full_year(year, as_of), month, day)


def _read_num_month(match: re.Match[str], as_of: datetime.date) -> Span | None:
    month, year = match.group("num_month").split("/")
    return (*month_days(int(year), int(month)), "month")


def _read_word(match: re.Match[str], as_of: datetime.date) -> Span | None:
    return _written(match.group("word"), match.group("word_year"), match.group("word_day"), as_of)


def _read_day_word(match: re.Match[str], as_of: datetime.date) -> Span | None:
    words = re.search(MONTH, match.group("day_word"))
    return _written(words.group(), match.group("day_year"), match.group("day"), as_of) if words else None


def _read_word_month(match: re.Match[str], as_of: datetime.date) -> Span | None:
    year = full_year(int(match.group("word_month_year").strip("'")), as_of)
    return (*month_days(year, month_number(match.group("word_month"))), "month")


def _read_season(match: re.Match[str], as_of: datetime.date) -> Span | None:
    return (*season_days(match.group("season").split()[0], int(match.group("season_year"))), "month")


def _read_quarter(match: re.Match[str], as_of: datetime.date) -> Span | None:
    words = match.group("quarter")
    if half := match.group("half_of"):
        number = 1 if words.startswith(("first", "1st")) else 2
        return month_days(int(half), 6 * number - 5)[0], month_days(int(half), 6 * number)[1], "month"
    year = int(match.group("quarter_year") or match.group("quarter_of"))
    number = (
        int(words[1])
        if words[0] == "q"
        else 1 + ("first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th").index(words.split()[0]) % 4
    )
    return month_days(year, 3 * number - 2)[0], month_days(year, 3 * number)[1], "month"


def _read_part(match: re.Match[str], as_of: datetime.date) -> Span | None:
    year, words = int(match.group("part_year")), match.group("part")
    first = 5 if words.startswith("mid") else 1 if words.startswith(("early", "the beg", "the start", "beg", "start")) else 9
    return month_days(year, first)[0], month_days(year, first + 3)[1], "month"


def _read_decade(match: re.Match[str], as_of: datetime.date) -> Span | None:
    digits = re.search(r"\d{2,4}", match.group("decade"))
    year = int(digits.group()) if digits else 0
    year = year if year > 99 else 1900 + year
    return datetime.date(year, 1, 1), datetime.date(year + 9, 12, 31), "year"


def _read_span(match: re.Match[str], as_of: datetime.date) -> Span | None:
    first, last = int(match.group("span_first")), int(match.group("span_last"))
    if match.group("span_short"):
        last += first // 100 * 100
        if last != first + 1:
            return None
    first, last = sorted((first, last))
    return datetime.date(first, 1, 1), datetime.date(last, 12, 31), "year"


def _read_season_span(match: re.Match[str], as_of: datetime.date) -> Span | None:
    """A season over the turn of the year: July to June."""
    first, last = int(match.group("ss_first")[-2:]), int(match.group("ss_last"))
    if last != first + 1:
        return None
    return datetime.date(2000 + first, 7, 1), datetime.date(2000 + last, 6, 30), "month"


def _read_short_year(match: re.Match[str], as_of: datetime.date) -> Span | None:
    year = full_year(int(match.group("sy")), as_of)
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year"


def _read_year(match: re.Match[str], as_of: datetime.date) -> Span | None:
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
    ("season_span", _read_season_span),
    ("short_year", _read_short_year),
    ("year", _read_year),
)


def _written(words: str, year: str | None, day: str, as_of: datetime.date) -> Span | None:
    """A day in words; without a year the latest such day not after the as-of day."""
    month = month_number(words)
    if year:
        return exact_day(full_year(int(year.strip("'")), as_of), month, int(day))
    span = exact_day(as_of.year, month, int(day))
    return span if span and span[0] <= as_of else exact_day(as_of.year - 1, month, int(day))
