"""The sentences of a text with their words and sections: what every finder reads, made once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from rag.clinical.assertions import Assertion, assess_all
from rag.clinical.dates import DateMention, find_dates
from rag.clinical.headings import kind_of_label
from rag.clinical.sections import section_at
from rag.clinical.sentences import split_sentences
from rag.types import Section, Span

_WORD = re.compile(r"[A-Za-z0-9À-ž]+(?:['’][A-Za-z]{1,2}\b)?")
_PARTIAL = re.compile(
    r"(?<![\d/.,-])(?P<numbers>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-9]|2\d|3[01]))(?![\d/%]|\.\d|\s?(?:mm|mg|cm|strength|systolic))"
    r"|\b(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s(?P<day>\d\d?)"
    r"(?:st|nd|rd|th)?\b(?![\d/%]|\.\d|,?\s(?:19|20)\d\d)"
    r"|(?:(?<=\bin )|(?<=\bsince )|(?<=\buntil )|(?<=\blast )|(?<=\bearly )|(?<=\blate )|(?<=\bby )|(?<=\bfrom )|(?<=\bduring ))"
    r"(?P<alone>(?-i:January|February|March|April|May|June|July|August|September|October|November|December))\b(?!\s?\d|,\s(?:19|20)\d)",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"[0-4]/4|[0-5]/5|[0-6]/6|\d\d?/10")
"""Pulses, strength, murmurs and pain are graded so: a day only behind a word that leads to one."""
_DAY_BEHIND = re.compile(r"\b(?:on|since|from|until|through|till|dated|before|after|last|starting|as of|prior:)\s$", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIGIT = re.compile(r"\d")
_MONTH_NAME = re.compile(
    r"\b(?:[Jj][AaUu][NnLl]|[Ff][Ee][Bb]|[Mm][Aa][RrYy]|[Aa][Pp][Rr]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc])"
)
_SLASHED = re.compile(r"\d/\d")
_TIMED = re.compile(
    r"\d|\b(?:ago|yesterday|today|childhood|child|birth|last|this|prior|(?:minute|min|hour|hr|day|night|week|wk|month|mo|year|yr|decade)s?)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s?$")
_PLURAL_ABBREVIATION = re.compile(r"[A-Z]{2,}s$")
_MIN_PLURAL_CHARS = 5
_FOLDED_WORDS = 20_000


class Word(NamedTuple):
    """A word and its place in the text; ``key`` is lower case, singular, without possessive. A tuple: a note has a thousand."""

    key: str
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A sentence, list line or table row; ``section`` is the kind of section it stands in, ``heading`` where a known heading ends in it."""

    text: str
    sentence: Span
    section: str
    heading: int

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the sentence, in order."""
        found = _WORD.finditer(self.text, self.sentence.start, self.sentence.end)
        return tuple(Word(fold(match[0]), match.start(), match.end()) for match in found)

    def said_of(self, names: Sequence[Span]) -> tuple[Assertion, ...]:
        """What the sentence says of each name; asked once for each set of names, though several finders ask."""
        key = tuple(names)
        if key not in self._said:
            self._said[key] = assess_all(self.text, self.sentence, key, self.section)
        return self._said[key]

    @cached_property
    def _said(self) -> dict[tuple[Span, ...], tuple[Assertion, ...]]:
        return {}

    @cached_property
    def timed(self) -> bool:
        """Whether the sentence may say a time: a cheap look before a close one."""
        start, end = self.sentence.start, self.sentence.end
        return bool(_TIMED.search(self.text, start, end) or _MONTH_NAME.search(self.text, start, end))

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        """The dates in the sentence, in order, offsets into the text; days without a year as ``--MM-DD``, months as ``--MM``."""
        start, end = self.sentence.start, self.sentence.end
        full: list[DateMention] = []
        if _DIGIT.search(self.text, start, end):
            found = find_dates(self.text[start:end])
            full = [DateMention(Span(start + date.span.start, start + date.span.end), date.iso, date.precision) for date in found]
        if not (_SLASHED.search(self.text, start, end) or _MONTH_NAME.search(self.text, start, end)):
            return tuple(full)
        taken = [date.span for date in full]
        days = [
            DateMention(Span(*match.span()), _month_day(match), "month" if match["alone"] else "day")
            for match in _PARTIAL.finditer(self.text, start, end)
            if not any(span.start < match.end() and match.start() < span.end for span in taken) and not _is_fraction(self.text, match)
        ]
        return tuple(sorted([*full, *days], key=lambda date: date.span))


def dates_in(passage: Passage, start: int, end: int) -> list[DateMention]:
    """The passage's dates that lie in ``[start, end)`` of the text, in order."""
    return [date for date in passage.dates if start <= date.span.start and date.span.end <= end]


def days_without_year(words: str) -> tuple[str, ...]:
    """The days and months without a year in a few words ("4/18", "May 3rd", "May"), as ``--MM-DD`` or ``--MM``, in order."""
    return tuple(_month_day(match) for match in _PARTIAL.finditer(f"in {words}"))


def _is_fraction(text: str, match: re.Match[str]) -> bool:
    """Whether numbers that may be a month and a day are rather a grade or a score ("2/6 murmur", "strength 4/5")."""
    return bool(
        match["numbers"]
        and _FRACTION.fullmatch(match["numbers"])
        and not _DAY_BEHIND.search(text[max(0, match.start() - 10) : match.start()])
    )


def _month_day(match: re.Match[str]) -> str:
    if match["alone"]:
        return f"--{_MONTHS.index(match['alone'][:3].lower()) + 1:02d}"
    if match["numbers"]:
        month, day = match["numbers"].split("/")
        return f"--{int(month):02d}-{int(day):02d}"
    return f"--{_MONTHS.index(match['month'][:3].lower()) + 1:02d}-{int(match['day']):02d}"


def passages(text: str, sections: Sequence[Section]) -> tuple[Passage, ...]:
    """The passages of ``text`` in order; those of the last text are kept, so that several finders read one splitting."""
    return _passages(text, tuple(sections))


@lru_cache(maxsize=1)
def _passages(text: str, sections: tuple[Section, ...]) -> tuple[Passage, ...]:
    found = []
    for sentence in split_sentences(text):
        section = section_at(sections, sentence.start)
        heading = section.start + len(section.title) if section and section.title and kind_of_label(section.title) else sentence.start
        found.append(Passage(text, sentence, section.kind if section else "other", heading))
    return tuple(found)


@lru_cache(maxsize=_FOLDED_WORDS)
def fold(word: str) -> str:
    """A word as phrases are compared: lower case, without possessive or plural ending ("Crohn's" → "crohn", "PEs" → "pe")."""
    bare = _POSSESSIVE.sub("", word)
    if _PLURAL_ABBREVIATION.match(bare):
        return bare[:-1].lower()
    low = bare.lower()
    if len(low) < _MIN_PLURAL_CHARS or low[-1] != "s" or low.endswith(("ss", "us", "is")):
        return low
    if low.endswith("ies"):
        return low[:-3] + "y"
    return low[:-2] if low.endswith(("sses", "shes", "ches", "xes")) else low[:-1]
