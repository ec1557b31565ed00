"""The forms in which dates are written, as patterns with the groups ``y``, ``m`` and ``d``; words from ``data/dates.yaml``.

Digits may be letters that scanners confuse with them (O, l, I) where the rest of the form leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORDS_PATH = Path(__file__).with_name("data") / "dates.yaml"
YEAR = r"(?:18|19|20)\d\d"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
ORDINAL = rf"{DAY}(?:st|nd|rd|th|ST|ND|RD|TH)?"
CLOCK = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?[AaPp][Mm])?(?:Z|\s?[+-]\d{2}:?\d{2})?(?![\d:]))?"
_ROMAN = r"(?:viii|vii|iii|xii|iv|vi|ix|xi|ii|i|v|x|VIII|VII|III|XII|IV|VI|IX|XI|II|I|V|X)"
_NO_UNIT = r"(?![\w%/]|\.\d|-\d{3})(?!\s*(?:mg|mcg|ml|units|tabs?|tablets?|x|times|days?|weeks?|months?|hours?|years?)\b)"


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of dates: months by name (of every language), and the lists that patterns are made of."""

    month_of: dict[str, int]
    languages: tuple[tuple[str, ...], ...]
    lists: dict[str, tuple[str, ...]]


@cache
def load_words() -> DateWords:
    """The lists of the file, lower case; read once per process."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(WORDS_PATH.read_bytes())
    languages = tuple(_list(line) for line in (data["months"], *data["months_foreign"]))
    month_of = {form: number for names in reversed(languages) for number, forms in enumerate(names, 1) for form in forms.split("|")}
    lists = {key: _list(value) for key, value in data.items() if isinstance(value, str)}
    return DateWords(month_of, languages, lists)


def alternatives(words: tuple[str, ...]) -> str:
    """An alternation of words and of their forms, longest first."""
    forms = {form for word in words for form in word.split("|")}
    return "(?:" + "|".join(sorted(map(re.escape, forms), key=len, reverse=True)).replace(r"\ ", r"\s+").replace("'", "['’]?") + ")"


@cache
def month_names() -> str:
    """English months, short or long, in any case where the pattern ignores it."""
    return rf"(?:{alternatives(load_words().languages[0])}\.?)"


@cache
def foreign_months() -> str:
    """Months of the other languages."""
    return rf"(?:{alternatives(tuple(name for names in load_words().languages[1:] for name in names))}\.?)"


@cache
def numeric_forms() -> tuple[re.Pattern[str], ...]:
    """Dates of numbers; tried in this order at each place, the first that fits wins."""
    o, ocr_year = "[0-9OolI]", r"(?:[l1I]\s?[89]|2\s?[0OoQ])\s?[0-9OolI]\s?[0-9OolI]"
    forms = (
        rf"(?P<y>{YEAR})(?P<sep>[-/.])(?P<m>0?[1-9]|1[0-2])(?P=sep)(?P<d>{DAY})(?!\d){CLOCK}",
        rf"(?P<y>{YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?(?:\.\d{{1,4}})?(?:[+-]\d{{4}})?)?(?!\d)",
        rf"(?P<m>{MONTH})(?P<sep>[-/.])(?P<d>{DAY})(?P=sep)(?P<y>{YEAR})(?!\d){CLOCK}",
        rf"(?P<d>{DAY})(?P<sep>[-/.])(?P<m>{MONTH})(?P=sep)(?P<y>{YEAR})(?!\d){CLOCK}",
        rf"(?:(?<!\d-)|(?=\d\d?/))(?P<m>{MONTH})(?P<sep>[-/])(?P<d>{DAY})(?P=sep)(?P<y>\d\d)(?![\d/%-])(?!\.\d)(?!\s*(?:mg|mcg|ml|units|grams)\b){CLOCK}",
        rf"(?P<d>{DAY})(?P<sep>/)(?P<m>{MONTH})(?P=sep)(?P<y>\d\d)(?![\d/%-])(?!\.\d){CLOCK}",
        r"(?P<m>0[1-9]|1[0-2])(?P<sep>\.)(?P<d>0[1-9]|[12]\d|3[01])(?P=sep)(?P<y>\d\d)(?![\d.])",
        r"(?P<d>0[1-9]|[12]\d|3[01])(?P<sep>\.)(?P<m>0[1-9]|1[0-2])(?P=sep)(?P<y>\d\d)(?!\d|\.\d)",
        rf"(?P<d>{DAY})/(?P<m>{MONTH})-(?P<y>{YEAR})(?!\d)",
        rf"(?P<m>{MONTH})[/-](?P<y>{YEAR})(?![\d/-])",
        r"(?P<m>[1-9]|1[0-2])(?P<sep>\.)(?P<d>1[3-9]|2\d|3[01])(?P=sep)(?P<y>\d\d)(?!\d|\.\d)",
        r"(?P<d>1[3-9]|2\d|3[01])(?P<sep>\.)(?P<m>[1-9]|1[0-2])(?P=sep)(?P<y>\d\d)(?!\d|\.\d)",
        rf"(?P<y>{YEAR})年(?P<m>{MONTH})月(?:(?P<d>{DAY})日)?",
        rf"(?P<d>{DAY})(?P<sep>[./-])(?P<m>{_ROMAN})(?P=sep)(?P<y>{YEAR})(?!\d)",
        rf"(?=[\d/-]*[OolI])(?P<m>{o}{{1,2}})(?P<sep>[-/])(?P<d>{o}{{1,2}})(?P=sep)(?P<y>{ocr_year}|{o}\d|\d{o})(?!\w)",
    )
    return tuple(re.compile(r"(?<![\w/.$])" + form) for form in forms)


@cache
def named_forms() -> tuple[re.Pattern[str], ...]:
    """Dates with the name of a month; fuller forms first."""
    month, foreign = month_names(), foreign_months()
    day_words = alternatives(tuple(word.replace("-", " ") for word in load_words().lists["ordinals"])).replace(r"\s+", r"[\s-]+")
    ocr = r"[0-9OolI](?:\s?[0-9OolI])?"
    year = rf"(?P<y>{YEAR}|['’]\d\d|(?<=[/-])\d\d)(?!\d)"
    forms = (
        rf"(?P<m>{month})[\s./-]{{1,2}}(?:the\s+)?(?P<d>{ORDINAL})(?:\s*,\s*|\s+|\s+of\s+|[/-]|\s*,?\s*(?=['’])){year}{CLOCK}",
        rf"(?:the\s+)?(?P<d>{ORDINAL})(?:\s+day)?(?:[\s./-]{{1,2}}|\s+of\s+)(?P<m>{month})(?:[\s,./-]{{1,2}}){year}{CLOCK}",
        rf"(?:the\s+)?(?P<d>{day_words})(?:\s+day)?\s+(?:of\s+)?(?P<m>{month})(?!\w)(?:,?\s+(?P<y>{YEAR}))?",
        rf"(?P<m>{month})\s+(?:the\s+)?(?P<d>{day_words})(?!\w)(?:,?\s+(?P<y>{YEAR}))?",
        rf"(?P<d>\d\d?)\s?(?P<m>(?-i:{month.upper()}))\s?(?P<y>\d\d)(?![\w:/.-])",
        rf"(?P<d>{DAY})(?P<m>(?-i:{month.upper()}))(?!\w)",
        rf"(?P<d>{DAY})(?:\.?\s+(?:de\s+)?|\.)(?P<m>{foreign})\s*(?:de[l]?\s+)?(?P<y>{YEAR})(?!\d)",
        rf"(?P<d>{DAY})(?:\.\s?|\s+de\s+)(?P<m>{foreign})(?!\w)",
        rf"(?=[\w.,\s]*?[\d\s][OolI]|\w+\W+[OolI]|\w+\W+\d\s\d)(?P<m>{month})[\s./-]{{1,2}}(?P<d>{ocr})\s*,?\s+(?P<y>(?:[l1I]\s?9|2\s?[0O])\s?[0-9OolI]\s?[0-9OolI])(?!\w)",
        rf"(?:{DAY}\s+)?(?P<m>{month})(?:\s*,\s*|\s+of\s+|[\s./-]{{1,2}}(?:of\s+)?)(?P<y>{YEAR}|['’]\d\d)(?!\d)",
        rf"(?P<y>{YEAR})[\s-](?P<m>{month})[\s-](?P<d>{ORDINAL})(?![\d\w])",
        rf"(?P<m>{month})[\s./-]{{1,2}}(?:the\s+)?(?P<d>{ORDINAL}){_NO_UNIT}",
        rf"(?:the\s+)?(?P<d>{ORDINAL})(?:[\s-]|\s+of\s+)(?P<m>{month})(?!\w)(?!\s+\d+\s*mg)",
    )
    return tuple(re.compile(r"(?i)(?<![\w/.$])" + form) for form in forms)


def _list(line: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in line.split(";"))
