"""The values that follow a measured thing in its sentence: numbers with units, dates and words, read from left to right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from rag.clinical.dates import DateMention
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.mention import MentionSlot
from rag.clinical.mentions.passages import Passage, dates_in
from rag.clinical.units import find_quantities
from rag.types import Span

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,7})(?:\.\d{1,40})?|\.\d{1,40}"
_VALUE = re.compile(
    rf"(?P<less>[<>≤≥]=?\s?)?(?P<low>{_NUMBER})(?:(?:-\d{{2,3}})?s?(?P<pair>\s?/\s?)(?P<over>\d{{1,3}}(?:-\d{{2,3}})?s?\b)(?![\d/])"
    rf"|s?\s?(?:-|–|to)\s?(?P<high>{_NUMBER})(?:s\b)?|s\b)?"
    r"(?![\d:/+]|[A-Za-z]{3,}\d|[wd]\d|,?(?:st|nd|rd|th)\b|\s?[xX](?:\s?\d|\b)|\.\d|-\d+\s?[xX]\b|['’]\s?\d)"
)
_STEP = re.compile(r"[\s:=,|~*]+|->|→|--?>?|\(|\)|\[|\]|;|–")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_SPAN_OF_TIME = re.compile(
    r"(?:over|in|for|during|within)\s(?:the\s)?(?:last|past|next)?\s?(?:\d{1,3}|two|three|four|five|six|several|few)\s(?:hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}:\d\d(?:\s?[ap]\.?m\b\.?)?|\d{4}(?=\s?h(?:rs?|ours)?\b)", re.IGNORECASE)
_UNIT_IN_BRACKETS = re.compile(r"\(\s?([^()\d]{1,16}(?:\d{1,2}[^()]{0,8})?)\s?\)")
_RANGE = re.compile(
    rf"[\[(]\s?(?:(?:normal|reference|ref|nl)\.?(?: range)?:?\s?)?"
    rf"(?P<range>(?:[<>]\s?)?(?:{_NUMBER})(?:\s?(?:-|–|to)\s?(?:{_NUMBER}))?)[^()\[\]]{{0,15}}[\])]",
    re.IGNORECASE,
)
_LEVEL = re.compile(r"[-–]\d")
"""What follows the name of a vertebra: "C4-5" is no complement."""
_NEXT_VALUE = re.compile(r"[\s:=]{0,3}\d")
_TODAY = re.compile(r"today|this (?:morning|am|visit)|yesterday", re.IGNORECASE)
_FLAG = re.compile(r"\(?\b(?P<flag>HH?|LL?)\b\)?(?!\s?[\d/-])")
_OR_BEYOND = re.compile(r"[^.;,()]{0,24}?\bor\s(?:less|more|greater|higher|lower|fewer|above|below|older|over|under)\b", re.IGNORECASE)
_OUT_OF = frozenset({"10", "15", "21", "27", "30", "100"})
"""What scores are given out of: pain 10, coma 15, anxiety 21, depression 27, cognition 30."""
_MAX_STEPS = 14
_UNIT_WINDOW_CHARS = 26


@dataclass(slots=True)
class Reading:
    """A value as it is read: spans into the text, None for what is not said."""

    value: Span
    unit: Span | None = None
    pair: tuple[Span, Span] | None = None
    date: DateMention | None = None
    words: list[str] = field(default_factory=list)
    slots: list[MentionSlot] = field(default_factory=list)
    threshold: bool = False
    earlier: bool = False
    beyond: bool = False

    def is_score(self, text: str) -> bool:
        """Whether the pair is a score and what it is out of ("14/30"), not two values."""
        return self.pair is not None and text[self.pair[1].start : self.pair[1].end] in _OUT_OF


@dataclass(slots=True)
class _Walk:
    """Where the reading of one series stands."""

    at: int
    unit: Span | None = None
    date: DateMention | None = None
    words: list[str] = field(default_factory=list)
    threshold: int | None = None
    interpretation: Span | None = None


def readings_of(passage: Passage, name: Span, last: int) -> Iterator[Reading]:
    """The values told of the thing named, in order, each with what is said of it."""
    walk = _Walk(name.end)
    reading: Reading | None = None
    text = passage.text
    if _LEVEL.match(text, name.end):
        return
    dates = {date.span.start: date for date in dates_in(passage, name.end, last)}
    steps = 0
    while walk.at < last and steps < _MAX_STEPS:
        steps += 1
        at = walk.at
        if reading and (bounds := _RANGE.match(text, at, last)) and _is_range(bounds):
            reading.slots.append(MentionSlot("range", Span(*bounds.span("range"))))
            walk.at = bounds.end()
        elif date := dates.get(at):
            walk.at = date.span.end
            if reading and reading.date is None and not _NEXT_VALUE.match(text, walk.at, last):
                reading.date = date
            else:
                walk.date = date
        elif skipped := _SPAN_OF_TIME.match(text, at, last) or _CLOCK.match(text, at, last):
            walk.at = skipped.end()
        elif not reading and (unit := _bracketed_unit(text, at, last)):
            walk.unit, walk.at = unit, text.index(")", unit.end) + 1
        elif (value := _value(text, at, last, walk)) and not text[at - 1].isalnum():
            new = None if walk.words[-1:] == ["the"] else _reading(text, value, last, walk)
            if new is None or (reading and not _same_series(text, reading, new)):
                break
            if reading:
                new.earlier = _tells_earlier(text, name, reading, new)
                yield reading
            reading, walk = (
                new,
                _Walk((new.unit or new.value).end if new.unit is None or new.unit.start > new.value.start else new.value.end),
            )
            steps = 0
        elif (step := _STEP.match(text, at, last)) and step.end() > at:
            if ";" in step[0] and reading:
                break
            walk.at = step.end()
        elif not _word(text, walk, reading, last):
            break
    if reading:
        yield reading
    elif walk.interpretation:
        yield Reading(Span(name.end, name.end), slots=[MentionSlot("interpretation", walk.interpretation)], words=walk.words)


def _value(text: str, at: int, last: int, walk: _Walk) -> re.Match[str] | None:
    """The number at the walk's place; "8420 to 2960" is a range, but not behind "fell from"."""
    found = _VALUE.match(text, at, last)
    if found and found["high"] and word_set("mention_measurements", "moves") & set(walk.words) and re.search(r"\sto\s", found[0]):
        return _VALUE.match(text, at, found.end("low"))
    return found


def _tells_earlier(text: str, name: Span, reading: Reading, new: Reading) -> bool:
    """Whether the new value of two is the older; marks the first one where it is ("from 7.4 to 8.2", "3.9 -> 2.4")."""
    between = text[(reading.unit or reading.value).end : new.value.start]
    if re.search(r"\bto\b|->|→|-->", between) and new.date is None:
        reading.earlier = True
        return False
    peak = bool(word_set("mention_measurements", "peaks") & set(reading.words))
    reading.earlier = reading.earlier or (peak and "was" in new.words)
    if peak or "and" in new.words:
        return False
    around = text[name.end : new.value.start]
    bracketed = around.count("(") > around.count(")")
    return bracketed or bool(word_set("mention_measurements", "earlier") & set(new.words))


def _is_range(match: re.Match[str]) -> bool:
    return (
        "-" in match["range"]
        or "–" in match["range"]
        or "to" in match["range"]
        or "normal" in match[0].lower()
        or "ref" in match[0].lower()
    )


def _bracketed_unit(text: str, at: int, last: int) -> Span | None:
    """The unit in "Potassium (mmol/L)", where it is one."""
    match = _UNIT_IN_BRACKETS.match(text, at, last)
    if not match or not is_unit(match[1].strip()):
        return None
    start = match.start(1)
    return Span(start, start + len(match[1].rstrip()))


def is_unit(words: str) -> bool:
    """Whether the words are a unit and nothing else."""
    found = find_quantities(f"1 {words}\n")
    return len(found) == 1 and found[0].unit is not None and found[0].span.end == len(words) + 2


def _reading(text: str, match: re.Match[str], last: int, walk: _Walk) -> Reading | None:
    """The value with its unit; None where the unit is a time or a dose form, or the number is only said to be normal or a goal."""
    start = match.start() if walk.threshold is None else walk.threshold
    window = text[match.start("low") : min(last, match.end() + _UNIT_WINDOW_CHARS)]
    unit: Span | None = None
    width = match.end() - match.start("low")
    for quantity in find_quantities(window + "\n"):
        if quantity.span.start >= width:
            break
        if quantity.unit and quantity.span.end > width:
            if quantity.unit in word_set("mention_measurements", "never_units"):
                return None
            inner = window[width : quantity.span.end]
            offset = match.start("low") + width + len(inner) - len(inner.lstrip(" -"))
            unit = Span(offset, match.start("low") + quantity.span.end)
    pair = None
    if match["over"]:
        first = Span(match.start("low"), match.start("pair"))
        pair = (first, Span(*match.span("over")))
    beyond = bool(_OR_BEYOND.match(text, match.end(), min(last, match.end() + _UNIT_WINDOW_CHARS)))
    reading = Reading(
        Span(start, match.end()), unit or walk.unit, pair, walk.date, walk.words, [], walk.threshold is not None, beyond=beyond
    )
    if walk.interpretation:
        reading.slots.append(MentionSlot("interpretation", walk.interpretation))
    return reading


def _same_series(text: str, first: Reading, new: Reading) -> bool:
    """Whether a further number is a further value of the same thing: same unit (or none), same shape."""
    if (first.pair is None) != (new.pair is None):
        return False
    if first.unit and new.unit:
        return text[first.unit.start : first.unit.end].lower() == text[new.unit.start : new.unit.end].lower()
    if new.unit and not first.unit:
        return "to" in new.words or "from" in first.words or bool(re.search(r"[/%]", text[new.unit.start : new.unit.end]))
    return True


def _word(text: str, walk: _Walk, reading: Reading | None, last: int) -> bool:
    """Take the word at the walk's place; whether it may stand between a thing and its value."""
    at = walk.at
    if found := _match_any("thresholds", text, at, last):
        walk.threshold, walk.at = at, found
        return True
    for list_name in ("polarity", "interpretation"):
        if found := _match_any(list_name, text, at, last):
            span = Span(at, found)
            if reading and not any(slot.name == "interpretation" for slot in reading.slots):
                reading.slots.append(MentionSlot("interpretation", span))
            walk.interpretation, walk.at = span, found
            walk.words.append(text[at:found].lower())
            return True
    if reading and (flag := _FLAG.match(text, at, last)):
        reading.slots.append(MentionSlot("interpretation", Span(*flag.span("flag"))))
        walk.at = flag.end()
        return True
    if reading and reading.date is None and (today := _TODAY.match(text, at, last)):
        walk.at = today.end()
        return True
    match = _WORD.match(text, at, last)
    if not match or match[0].lower() not in word_set("mention_measurements", "between"):
        return False
    walk.words.append(match[0].lower())
    walk.at = match.end()
    return True


def _match_any(name: str, text: str, at: int, last: int) -> int | None:
    match = _pattern(name).match(text, at, last)
    return match.end() if match else None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    phrases = sorted(load_words("mention_measurements")[name], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(re.escape(phrase) for phrase in phrases)})(?![\w-])", re.IGNORECASE)


def is_polarity(words: str) -> bool:
    """Whether the words are a result by themselves: "negative", "detected"."""
    return bool(_pattern("polarity").fullmatch(words))
