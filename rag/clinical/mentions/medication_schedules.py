"""Route, frequency, duration, form and reason of a medication, from the words that follow or precede its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rag.clinical.lexicon import load_words
from rag.types import Span

_COUNT = (
    r"(?:once|twice|thrice|(?:\d{1,2}|one|two|three|four|five|six|an?|several|a[ ]few)(?:[ ]\([a-z]{3,5}\))?(?:[ ]?(?:-|–|to"
    r"|or)[ ]?(?:\d{1,2}"
    r"|two|three|four|five|six))?(?:[ ]?x|[ ]times?))"
)
_UNIT = r"(?:hours?|hrs?|h|days?|weeks?|wks?|months?|minutes?|mins?|years?)"
_NUMBER = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty|thirty|a|an|few|several|couple(?:[ ]of)?)"
_EVERY = rf"(?:every|each|q\.?)[ ]?(?:other[ ])?{_NUMBER}(?:[ ]?(?:-|–|to|or)[ ]?{_NUMBER})?[ ]?{_UNIT}(?![a-z])"
_TIMES = (
    rf"{_COUNT}(?:[ -](?:a|per|each|every)[ ]?(?:day|week|month|night|hour|year)|[ -]?(?:daily|weekly|monthly|nightly)"
    rf"|[ ]?/[ ]?(?:day|week|d|wk))?(?![a-z])"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?)?"
_DURATION = re.compile(
    rf"\b(?:for|x|over)[ ]?(?:the[ ]next[ ]|the[ ]past[ ]|another[ ]|a[ ]total[ ]of[ ]|at[ ]least[ ]|about[ ]|a[ ]full[ ]"
    rf"|the[ ]last[ ]|up[ ]to[ ])?{_NUMBER}(?:[ ]?(?:-|–|to)[ ]?{_NUMBER})?[ -]?(?:more[ ]|full[ ]|additional[ ])?"
    rf"(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|d|hours?)(?![a-z])|\b{_NUMBER}[ -](?:day|week|month|year)(?=[ ](?:course"
    rf"|taper|supply|regimen|trial|treatment))",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:for|to (?:treat|help with|help prevent|prevent|manage|control|reduce|relieve|lower)|(?P<cause>due to|because of"
    r"|secondary to)|indicated for|(?:prn|p\.r\.n\.)(?![ ](?:for|to)\b))[ ]+(?:(?:the|her|his|my|their|your|any|some"
    r"|treatment of|management of|prevention of"
    r"|prophylaxis of)[ ]+){0,2}"
    r"(?P<what>[a-z][a-z'’-]*(?:[ ][a-z0-9'’/-]+){0,4})",
    re.IGNORECASE,
)
_REASON_ENDS = re.compile(
    r"[ ](?:and|or|as|with|at|by|in|on|twice|once|every|daily|which|who|that|but|since|was|is|were|has|today|for|to|if|when"
    r"|until|provided|starting|she|he|we|due|while|so|prn|after|before|i|because)\b",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|was|were|has|had|came|comes|here|presents?|seen|scheduled|asked|checks?|looking)\b(?!\s+(?:been|being"
    r"|prescribed|started|given|used|taken|stopped|discontinued|held|increased|decreased))",
    re.IGNORECASE,
)
_NO_REASON = re.compile(
    r"(?:next|past|last|now|today|refill|example|instance|follow-?\s?ups?|follow|insurance|further|evaluation|many|several"
    r"|some|years?|months?|days?|weeks?|a|an|now|him|her|them|the|which|review|this|it|that|us|me|you|\d+|one|two|three|"
    r"four|five|six|seven|ten|life|approximately|about|over|at|better|more|completion|longer|up|as|another|both)\b",
    re.IGNORECASE,
)


@cache
def _pattern(key: str) -> re.Pattern[str]:
    phrases = sorted(load_words("medication_sig")[key], key=len, reverse=True)
    listed = "|".join(re.escape(phrase).replace(r"\ ", r"[ ]") for phrase in phrases)
    more = (
        rf"{_EVERY}|{_TIMES}|(?:every|each)[ ]{_DAY}|{_DAY}(?:[ ]?(?:,|/|and|,[ ]and|-)[ ]?{_DAY})+"
        rf"|q[ ]?\d{{1,2}}(?:[ ]?[-–][ ]?\d{{1,2}})?[ ]?h(?:rs?|ours?)?\b|"
        if key == "frequency"
        else ""
    )
    return re.compile(rf"(?<![\w-])(?:{more}{listed})(?![\w-])", re.IGNORECASE)


_NOT_OFTEN = re.compile(r"[ ](?:ago|prior|earlier|later|before|after)\b|[ ]of\b", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:in|within|for|about|over|after|past|last|almost|nearly)[ ](?:about[ ])?$", re.IGNORECASE)
_JOINED = re.compile(r"[ ]?(?:,?[ ]|[ ]?\(|,[ ]?|[ ]?\|[ ]?|[ ]?/[ ]?)?(?:and[ ]|or[ ]|on[ ])?")


def find_frequency(text: str, start: int, end: int) -> Span | None:
    """The first frequency in the range with what directly continues it: "twice daily as needed"."""
    first: int | None = None
    last = 0
    for match in _pattern("frequency").finditer(text, start, end):
        if _NOT_OFTEN.match(text, match.end()) or _WITHIN.search(text[max(start, match.start() - 16) : match.start()]):
            continue
        if first is None:
            first, last = match.start(), match.end()
        elif match.start() - last <= 6 and _JOINED.fullmatch(text, last, match.start()):
            last = match.end()
        else:
            break
    if first is None:
        return None
    if (
        text[first:last].lower() in {"once", "twice", "weekdays"}
        and last < end
        and re.match(r"[ ](?:she|he|the|we|i)\b", text[last:end][:8], re.IGNORECASE)
    ):
        return None
    return Span(first, last)


def find_listed(key: str, text: str, start: int, end: int) -> Span | None:
    """The first route or form of the word list in the range."""
    for match in _pattern(key).finditer(text, start, end):
        if not (match[0] == "ER" and text[max(0, match.start() - 4) : match.start()].endswith(("the ", "in ", "an "))):
            return Span(match.start(), match.end())
    return None


def find_duration(text: str, start: int, end: int) -> Span | None:
    """The first duration: "for 10 days", "x 7 days", "7-day" before "course"."""
    match = _DURATION.search(text, start, end)
    return Span(match.start(), match.end()) if match else None


def find_reason(text: str, start: int, end: int, *, causes: bool) -> Span | None:
    """What it is for, without the "for": "blood pressure"; with ``causes`` also why it was changed ("due to cough")."""
    for what in _reasons(text, start, end, causes=causes):
        return what
    return None


def _reasons(text: str, start: int, end: int, *, causes: bool) -> Iterator[Span]:
    for match in _REASON.finditer(text, start, end):
        if _NO_REASON.match(match["what"]) or (match["cause"] and not causes) or _VERB.search(text, start, match.start()):
            continue
        cut = _REASON_ENDS.search(match["what"])
        stop = match.start("what") + (cut.start() if cut else len(match["what"]))
        if stop > match.start("what"):
            yield Span(match.start("what"), stop)
