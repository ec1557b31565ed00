"""Dates without a year: "3/14", "the 14th", "in March", "10.3.", holidays. What stands around them decides.

A bare "a/b" is a date unless it may be a fraction (a at most b, b small) or stands beside a score, a dose, a setting or a unit;
a cue ("on", "LMP", a weekday, a time behind it, the start of an entry) makes a date of what may be a fraction, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rag.clinical.holidays import holiday_names
from rag.deidentification.date_forms import DAY, MONTH, alternatives, load_words, month_names

FRACTION_MOST = 10
_BEFORE_CHARS, _AFTER_CHARS = 60, 30
_BARE = re.compile(rf"(?<![\w/.,$+<>=°-])(?P<a>{DAY})/(?P<b>{DAY})(?![\d/%+]|[.,]\d|-\d\d?/\d\d?/|-(?!\d\d?/)\w)")
_RANGE_END = re.compile(rf"(?<=\d)\s?[-–]\s?(?P<a>{DAY})/(?P<b>{DAY})(?![\d/%]|\.\d)")
_DURATION_DENOMINATORS = (7, 12, 52)  # days, months and weeks as British notes write them: 5/7, 6/12
_AFTER_IS_TIME = re.compile(
    r"\s*,?\s*(?:@|at\s+\d|\d{1,2}:\d\d|\d{4}\b(?!\s*(?:m?[gl]|mcg|units|kcal|cc)\b)|\d{1,2}\s?[ap]\.?m\b)", re.IGNORECASE
)
_AFTER_IS_NO_DATE = re.compile(
    r"\s*-?(?:mg|mcg|ml|g\b|units?|tabs?\b|tablets?|caps?\b|strength|motor|power|pain|scale|score|systolic|diastolic|murmur|positive"
    r"|pos\b|nodes?|hpf|bilat|intensity|in\s+severity"
    r"|o?edema|pulses?|reflexes|cm|mm|%|of\b|inch|bottles?|sets?\b|times|doses?|x\b|sem\b|hsm\b|holosys|ns\b|normal|cup|tsp|pack|ppd"
    r"|pint|strong|throughout|intact|equal|sirs"
    r"|criteria|daily|bid|tid|qid|qd\b|po\b|prn|qhs|q\d|years?|months?|weeks?|wks?|days?|hours?|hrs?|fingers?|quadrants?|leads?"
    r"|vessels?|lobes?|ln\b|cores?|ratio|mix|breaths|l\b|amp)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:next|repeat|review|f/u|for|in|rv|r/v|tci|see|again|due)[\s:]{0,2}\Z", re.IGNORECASE
)  # "review 6/12": in six months
_WORD = re.compile(r"[^\W_]+")
_LINE_START = re.compile(r"(?:^|\n)[ \t|*•>-]*\Z")
_ENTRY = re.compile(r"\s*(?:[:–|]|-\s|\s{2,}\S|\d{3,4}\b)")
_MONTH_CUES = (
    r"(?:in|since|until|till?|last|this|next|early|late|mid|of|by|during|through|from|before|after|between|every|each|for|end\s+of"
    r"|beginning\s+of|start\s+of|around|approximately|and|to)"
)


_PARTS = ("cue", "test", "scores", "holiday")
_NAMED = ("month", "month_entry", "month_event")
_WITH_ORDINAL = ("weekday_ordinal", "the_ordinal", "ordinal_of", "ordinal_entry")
_ORDINAL = re.compile(r"\d(?:st|nd|rd|th)", re.IGNORECASE)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lists = load_words().lists
    weekday, follow = alternatives(lists["weekdays"]), alternatives(lists["may_follow_day"])
    holidays = alternatives((*holiday_names(), *lists["holidays_unmoved"]))
    unmoved = alternatives(lists["months_unmoved"])
    day_end = rf"(?=\s*(?:[.,;:)?!/\n–-]|\Z)|\s+(?:{follow}|\d)\b|\s*@)"
    cue = rf"(?:{alternatives(lists['cues'])}|{weekday}\.?,?|~)"
    full, lower = month_names(), r"(?:january|february|april|june|july|august|september|october|november|december)"
    patterns = {
        "cue": rf"(?<![\w/]){cue}[\s:,(]{{0,4}}(?:the\s)?\Z",
        "test": rf"(?<![\w/]){alternatives(lists['tests'])}(?:\s[a-z/]{{2,9}}){{0,2}}[\s(:]{{1,3}}\Z",
        "scores": rf"(?<![\w-])(?:{alternatives(lists['scores'])})(?![\w-])|\b10/10\b|\b5/5\b|\b20/\d",
        "month": (
            rf"(?<!\w)(?:{_MONTH_CUES}[\s-]|\()(?P<m>(?-i:{_capital(full)}|{lower}))(?![\w’'/]|\s+(?-i:[A-Z][a-z]+)\s+(?:hospital|center"
            rf"|centre|clinic))(?<!may(?=\s+(?:we|she|he|be|have|not|need)\b))"
        ),
        "weekday_ordinal": rf"(?<!\w){weekday}\.?,?\s+(?:the\s+)?(?P<d>{DAY}(?:st|nd|rd|th))(?!\w)",
        "the_ordinal": (
            rf"(?<!\w)the\s+(?P<d>{DAY}(?:st|nd|rd|th)){day_end}(?!\s+(?:and|or|to)\s+\d+(?:st|nd|rd|th)\s+(?!(?:{follow})\b)[a-z])"
        ),
        "ordinal_of": rf"(?<!\w)(?:the\s+)?(?P<d>{DAY}(?:st|nd|rd|th))\s+of\s+(?:the|this|last|next|each|every)\s+month\b",
        "month_entry": rf"(?m)^[ \t]*(?P<m>(?-i:{_capital(full)}))(?=\s*[:–]|\s-\s)",
        "month_event": (
            rf"(?<!\w)(?P<m>(?-i:{_capital(full)}))(?=\s+(?:labs?|bloods|visit|appointment|appt|admission|scan|mri|ct|surgery|clinic"
            rf"|infusion|results?|echo|hospitali[sz]ation|refill|follow)\b)"
        ),
        "ordinal_entry": rf"(?m)^[ \t]*(?P<d>{DAY}(?:st|nd|rd|th))(?=\s+[-–:]|:)",
        "dotted": rf"(?<![\w.])(?:from|on|since|until|to|vom|am|bis|seit|by)\s+(?P<d>{DAY})\.(?P<m>{MONTH})\.(?![\d.]\d|\d)",
        "month_year": (
            r"(?<![\w/.])(?:in|since|from|until|through|of|by|around|approximately|till?)\s+"
            r"(?P<m>0?[1-9]|1[0-2])/(?P<y>3[2-9]|4\d|5[013-9]|[6-9]\d)(?![\d/%]|\.\d)"
        ),
        "roman": r"(?<![\w.])(?P<d>[1-9]|[12]\d|3[01])\.(?P<m>viii|vii|iii|xii|iv|vi|ix|xi|ii)(?![\w.]\w|\w)",
        "holiday": (
            rf"(?<![\w'’])(?:{holidays})(?![\w])(?:\s+(?:of\s+)?(?:18|19|20)\d\d)?(?!\s+(?:disease|factor|tree|lil(?:y|ies)|seal|island"
            rf"|party|cactus|bunny))"
        ),
        "unmoved": rf"(?<![\w/])\d{{1,2}}\s+{unmoved}(?:\s+1[34]\d\d)?(?!\w)",
        "season": r"(?<!\w)(?:(?:early|late|mid)[\s-])?(?:spring|summer|fall|autumn|winter|q[1-4])(?:\s+of|,)?\s+(?:18|19|20)\d\d(?!\d)",
        "era": r"(?<![\w.])(?-i:[RHS])\d{1,2}\.(?:1[0-2]|0?[1-9])\.(?:0?[1-9]|[12]\d|3[01])(?![\w.])",
        "labelled": (
            rf"(?<!\w)(?:dob|d\.o\.b\.?|born|birth\s?date|date(?:\s+of\s+\w+)?|dos|doa|dod"
            rf"|adm)\s*[:.]?\s*(?P<m>{MONTH})\s(?P<d>{DAY})\s(?P<y>(?:19|20)\d\d)(?!\d)"
        ),
    }
    return {
        name: re.compile("(?i)" + pattern.removeprefix("(?m)"), re.MULTILINE if pattern.startswith("(?m)") else 0)
        for name, pattern in patterns.items()
    }


def find_yearless(text: str, named: bool) -> Iterator[tuple[re.Match[str], str]]:
    """Matches and what they are: "month_day", "day_month" (groups a and b), or the name of a form with groups d, m, y. Linear.

    ``named`` says whether a month's name stands anywhere in the text.
    """
    if "/" in text:
        yield from _bare(text)
    absent: tuple[str, ...] = () if named else _NAMED
    absent += () if _ORDINAL.search(text) else _WITH_ORDINAL
    for name, pattern in _patterns().items():
        if name not in _PARTS and name not in absent:
            yield from ((match, name) for match in pattern.finditer(text))
    holiday, first_words = _patterns()["holiday"], _holiday_first_words()
    for word in _WORD.finditer(text):
        if word[0].lower() in first_words and (match := holiday.match(text, word.start())):
            yield match, "holiday"


@cache
def _holiday_first_words() -> frozenset[str]:
    names = (*holiday_names(), *load_words().lists["holidays_unmoved"])
    return frozenset(_WORD.findall(name.split("'")[0])[0].lower() for name in names)


def _bare(text: str) -> Iterator[tuple[re.Match[str], str]]:
    day_first = _is_day_first(text)
    last_end = -1
    for match in sorted([*_BARE.finditer(text), *_RANGE_END.finditer(text)], key=lambda m: m.start("a")):
        continues = (
            text[last_end : match.start("a")].strip(" ") in ("-", "–", ",", "and", "to", "&", ", and", "into") if last_end > 0 else False
        )
        kind = _kind(text, match, day_first, continues)
        if kind:
            yield match, kind
            last_end = match.end()


def _kind(text: str, match: re.Match[str], day_first: bool, continues: bool) -> str | None:
    a, b = int(match["a"]), int(match["b"])
    kind = "day_month" if b <= 12 and (day_first or a > 12) else "month_day" if a <= 12 else None
    before = text[max(0, match.start("a") - _BEFORE_CHARS) : match.start("a")]
    clause = re.split(r"\n|[.;,](?=\s)", before)[-1]
    after = text[match.end() : match.end() + _AFTER_CHARS]
    ahead = re.split(r"\n|[.;,]", after)[0]
    scores = _patterns()["scores"]
    if kind is None or _AFTER_IS_NO_DATE.match(after):
        return None
    starts = _LINE_START.search(before) is not None and _ENTRY.match(after) is not None and "|" not in before[-3:]
    cued = _patterns()["cue"].search(before) is not None
    timed = _AFTER_IS_TIME.match(after) is not None
    cued = cued or _patterns()["test"].search(clause) is not None
    if (
        (scores.search(clause) or scores.search(ahead))
        and not timed
        and not (cued and not _may_be_fraction(a, b) and not scores.search(clause))
    ):
        return None
    if continues or timed or starts:
        return kind
    if day_first and b in _DURATION_DENOMINATORS and _LATER.search(clause):
        return None
    if cued:
        return kind
    if _may_be_fraction(a, b) or (a > 12 and not day_first) or (day_first and b in _DURATION_DENOMINATORS):
        return None
    return kind


def _may_be_fraction(a: int, b: int) -> bool:
    return a == b or (a < b <= FRACTION_MOST) or (a < b and b in (12, 15)) or (a > b and b in (5,) and a in (8, 10, 12))


def _is_day_first(text: str) -> bool:
    """Whether full dates of the text have their day first and none has its month first."""
    day = re.search(r"(?<![\d/.-])(?:1[3-9]|2\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:\d\d){1,2}(?!\d)", text)
    return day is not None and re.search(r"(?<![\d/.-])(?:0?[1-9]|1[0-2])[/-](?:1[3-9]|2\d|3[01])[/-](?:\d\d){1,2}(?!\d)", text) is None


def _capital(pattern: str) -> str:
    """The pattern's month names with a capital, and all in capitals."""
    names = [form for name in load_words().lists["months"] for form in name.split("|")]
    forms = sorted({f for name in names for f in (name.capitalize(), name.upper())}, key=len, reverse=True)
    return rf"(?:{'|'.join(forms)})\b"
