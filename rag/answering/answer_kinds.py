"""Which kind of answer a question wants and whether a sentence holds it: a number, a date, a length of time, a cause."""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.answering.note_dates import tells_when, without_times
from rag.answering.typed.compose import NUMERIC
from rag.answering.typed.events import WHEN
from rag.questions.understood import Intent, Understood

_CAUSES = (
    (
        1.0,
        r"because|due to|owing to|secondary to|caused by|attributed to|as a result of|reason|so that|to avoid|in view of|as (?:he|she|they)"
        r"|makes? (?:him|her)|prefers?|declin\w+|refus\w+|intoleran\w+|allerg\w+|says|ran out|running out|missed|forgot",
    ),
    (0.5, r"given|for|since|after|from|following"),
)
_CAUSE = tuple((weight, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for weight, words in _CAUSES)
_EFFECT = re.compile(r"\b(?:so|therefore|hence|thus|led to|leading to|caused|causing|resulting in|made|triggered)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\((?!prior|prev|was\b|from|ref|goal|range|normal|last|same|new\b)[^)]*[a-z]{4}[^)]*\)", re.IGNORECASE)
_FIGURE_NEXT = re.compile(r"\s*[\d(]")
_REACH_CHARS = 40
_LENGTH = re.compile(
    r"\d ?-?(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|h|days?|d|w(?:ee)?ks?|mo(?:nth)?s?|y(?:ea)?rs?)\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|several|many) (?:minutes?|hours?|days?|weeks?|months?|years?)\b"
    r"|\bsince\b|\bx ?\d",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|#\d{1,2})\s")
_COUNTED = re.compile(
    r"\d|\b(?:once|twice|one|two|three|four|five|six|seven|eight|nine|ten|no|none|zero|single|both|first|second|third)\b", re.I
)
_FIGURE_ASKED = re.compile(
    r"\bhow (?:many|big|large|wide|thick|heavy|tall|fast|high|low)\b"
    r"|\b(?:numbers?|values?|readings?|scores?|dimensions?|volumes?|size|percent(?:age)?|dosage|levels?)\b(?!s? of (?:care|consciousness))"
    r"|\bwhat (?:mg|mcg|dose)\b|\b(?:in|of) (?:mg|mcg|ml|cc|gy|cm|mm|units|kg|lbs?|liters?)\b|%",
    re.IGNORECASE,
)


_ATTRIBUTES = {
    re.compile(r"^(?:size|big|large|diameter|wide|width|thick\w*|long|length)$"): re.compile(
        r"\d ?-?(?:cm|mm|g|grams?|inch\w*|x ?\d|weeks?)\b", re.I
    ),
    re.compile(r"^(?:volume|amount|output|loss)$"): re.compile(r"\d ?(?:ml|cc|l|liters?|units?|mg|mcg|g)\b", re.IGNORECASE),
    re.compile(r"^(?:dose|dosage|strength)$"): re.compile(r"\d ?(?:mg|mcg|g|units?|ml|puffs?|tabs?)\b", re.IGNORECASE),
    re.compile(r"^(?:percent\w*|share|saturation)$"): re.compile(r"\d ?%"),
    re.compile(r"^(?:rate|level|value|number|total|score|reading|result|count|figure|measurement|volume|load)$"): re.compile(r"\d"),
    re.compile(r"^(?:duration|time)$"): _LENGTH,
}
"""Words for an attribute, and what a text writes that tells it without the word: a size in centimetres."""


def tells_attribute(word: str, text: str) -> bool:
    """Whether the word names an attribute that the text gives in figures."""
    return any(words.match(word.casefold()) and told.search(without_times(text)) for words, told in _ATTRIBUTES.items())


def asks_figure(question: str) -> bool:
    """Whether the words themselves ask for an amount, whatever the intent: "troponin number", "how many mg", "all three dimensions"."""
    return _FIGURE_ASKED.search(question) is not None


def holds_figure(text: str) -> bool:
    """Whether a text holds a figure, in digits or in words, that is no date, clock time or number of a list."""
    return _COUNTED.search(_NUMBERED.sub("", without_times(text))) is not None


def lacks_figure(asked: Understood, question: str, text: str) -> bool:
    """Whether an amount is asked for and a text holds none."""
    return (asks_figure(question) or is_measure(asked)) and not holds_figure(text)


def is_measure(asked: Understood) -> bool:
    """Whether the question wants a number: a value, a trend; not the latest word on an occupation."""
    if asked.intent in (Intent.DOSE, Intent.COUNT):
        return True
    if asked.intent is Intent.LATEST and not asked.kinds:
        return False  # "what does he walk with"
    return asked.intent in NUMERIC and asked.kinds <= {"observation", "medication"}


def is_strict(asked: Understood) -> bool:
    """Whether only a sentence that holds the kind of answer asked for can answer."""
    return is_measure(asked) or asked.intent in WHEN


def holds_kind(asked: Understood, text: str, written: str | None, names_thing: Callable[[str], bool]) -> float:
    """How surely the text holds the kind of answer asked for, 0 to 1; 0 where any sentence may be one.

    ``written`` is its note's date; ``names_thing`` tells whether a text names what is asked about: "for heart failure" gives no reason
    for the heart failure itself.
    """
    if asked.intent is Intent.DURATION:
        return float(_LENGTH.search(text) is not None)
    if asked.intent in WHEN:
        return float(tells_when(text, written))
    if asked.intent is Intent.COUNT:
        return float(holds_figure(text))
    if is_measure(asked):
        return float(_NUMBER.search(_NUMBERED.sub("", without_times(text))) is not None)
    if asked.intent is Intent.WHY:
        return _gives_cause(text, names_thing)
    return 0.0


def _gives_cause(text: str, names_thing: Callable[[str], bool]) -> float:
    """How surely the text gives a reason for the thing: a cause that follows a cue, or the thing as the effect of what stands before."""
    if any(names_thing(text[match.end() : match.end() + _REACH_CHARS]) for match in _EFFECT.finditer(text)):
        return 1.0
    for weight, pattern in _CAUSE:
        for match in pattern.finditer(text):
            following = text[match.end() : match.end() + _REACH_CHARS]
            if not names_thing(following) and not _FIGURE_NEXT.match(following):
                return weight
    return 0.7 if _ASIDE.search(text) else 0.0
