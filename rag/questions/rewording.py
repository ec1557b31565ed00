"""Turns of phrase read as the plain words that mean the same: "how much taller", "pre-op film", "3 to 9 February"."""

from __future__ import annotations

import re
from functools import cache

from rag.questions.dates import MONTH
from rag.questions.events import is_event
from rag.questions.lists import load_lists

_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_TO = r" ?(?:-|–|to|through|thru|until|till|and) ?"
_YEAR = r"(,? ?(?:of )?(?:19|20)\d\d)?"
_DAYS_MONTH = re.compile(rf"\b(?:between |from )?(?:the )?{_DAY}{_TO}(?:the )?{_DAY}(?: of)? ({MONTH}){_YEAR}(?![\d/])", re.IGNORECASE)
_MONTH_DAYS = re.compile(rf"\b(?:between |from )?({MONTH}) {_DAY}{_TO}{_DAY}(?![\d/:%.])\b{_YEAR}", re.IGNORECASE)
_SIDE = re.compile(
    r"\b(?P<side>pre|post)-?\s?op(?:erative|eratively)?(?!\w) (?P<thing>(?!visit|check|clinic|clearance|appointment|day|course|note|follow)"
    r"(?:[\w/.-]+)(?: (?!in|on|at|for|from|was|is|and|of)[\w/.-]+){0,3})",
    re.IGNORECASE,
)
_SAW = re.compile(
    r"\b(?:when|(?:at )?the (?:very )?(?P<which>first|last) time) (?:the )?(?P<team>(?!i\b|we\b|you\b|he\b|she\b|they\b|who\b)[a-z]+)"
    r" (?:first |last )?saw (?:him|her|them|the patient)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\b(?:between|from) (?:the |her |his )?(?P<first>[\w' -]{3,40}?) (?:and|to|until|till) (?:the |her |his )?"
    r"(?P<last>[\w' -]{3,40}?)(?=\s*[?.!,;]|$)",
    re.IGNORECASE,
)


_NTH = re.compile(r"(?:\d+-(?:year|month|week|day)(?:-old)?|first|second|third|\d(?:st|nd|rd|th))", re.IGNORECASE)


def reworded(text: str) -> str:
    """The question with its turns of phrase in plain words. Linear.

    Two events that a change is asked between become two times ("at A and at B"), so that both values are told.
    """
    rest = _plainly().sub(lambda match: _plain_words()[match.group().lower()], text)
    rest = _MONTH_DAYS.sub(r"from \1 \2\4 to \1 \3\4", _DAYS_MONTH.sub(r"from \1 \3\4 to \2 \3\4", rest))
    rest = _SAW.sub(lambda match: f"at the {match['which'] or ''} {match['team']} visit".replace("  ", " "), rest)
    rest = _SIDE.sub(_at_side, rest)
    return _BETWEEN.sub(_at_both, rest)


def _at_side(match: re.Match[str]) -> str:
    relation = "before" if match["side"].lower() == "pre" else "after"
    return f"{match['thing']} {relation} the surgery"


def _at_both(match: re.Match[str]) -> str:
    last = _named_event(match["last"])
    shared = f"{match['first']} {match['last'].split()[-1]}" if _NTH.fullmatch(match["first"]) else match["first"]
    first = _named_event(shared)
    return f"at the {first} and at the {last}" if first and last else match.group()


def _named_event(words: str) -> str:
    return words if is_event(words.lower()) and not re.search(r"\d{3}|\d[/:]", words) else ""


@cache
def _plain_words() -> dict[str, str]:
    return {phrase: plain for plain, phrases in load_lists("rewording").items() for phrase in phrases}


@cache
def _plainly() -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase) for phrase in sorted(_plain_words(), key=len, reverse=True))
    return re.compile(rf"(?<![\w'-])(?:{phrases})(?![\w'-])", re.IGNORECASE)
