"""Words that say how a time lies to an event, and how far it reaches: "before", "in the month before", "around", "at or after"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.lexicon import load_words
from rag.questions.days import COUNTS
from rag.questions.tokens import Token
from rag.questions.understood import Relation

_LONGEST_CUE_TOKENS = 6
_UNIT_DAYS = {"hour": 1, "hr": 1, "day": 1, "night": 1, "week": 7, "wk": 7, "month": 30, "mo": 30, "year": 365, "yr": 365, "decade": 3650}
_UNIT = re.compile(r"(?P<unit>hour|hr|day|night|week|wk|month|mo|year|yr|decade)s?$")
_LEADS = frozenset({"in", "during", "over", "for", "within", "from", "on", "across", "through", "throughout"})
_BESIDE = frozenset({"the", "of", "last", "final", "first", "immediately", "directly", "just", "right", "her", "his", "their"})
_SOON = frozenset({"right", "just", "shortly", "soon", "immediately", "directly"})
_WITHIN = "within days of"
_HOURS_A_DAY = 24
_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a window reaches from its event in days, None without bound, where its words begin, and whether the event's days count."""

    first: int
    days: int | None = None
    inclusive: bool = False


@cache
def _cues() -> dict[tuple[str, ...], tuple[str, Relation]]:
    """Every cue as its words, with its plain form and relation."""
    lists = load_words("question_relations")
    return {tuple(phrase.split()): (phrase, Relation(name.split("_")[0])) for name, phrases in lists.items() for phrase in phrases}


def relation_at(tokens: Sequence[Token], index: int) -> tuple[str, int, Relation] | None:
    """The longest relation cue that begins at ``index``: its words, its length in tokens and the relation; None where none does."""
    words = tuple(token.text for token in tokens[index : index + _LONGEST_CUE_TOKENS])
    if words and words[0] in _LEADS and (stretch := _stretch(words)):
        size, last = stretch
        return (_WITHIN, size, Relation.DURING) if last == "of" else None
    for size in range(len(words), 0, -1):
        if found := _cues().get(words[:size]):
            return found[0], size, found[1]
    return None


def _stretch(words: Sequence[str]) -> tuple[int, str] | None:
    """ "In the three months" with the word that follows it where that hangs it on an event, and the length up to there."""
    place = 1
    while place < len(words) and (words[place] in _BESIDE or words[place] in COUNTS or words[place].isdigit()):
        place += 1
    if place + 1 < len(words) and _UNIT.match(words[place]):
        follows = words[place + 1]
        if follows in {"before", "prior", "preceding", "leading", "after", "following", *_SOON} or (
            follows == "of" and words[0] == "within"
        ):
            return place + 2, follows
    return None


def bound_before(tokens: Sequence[Token], first: int, relation: Relation, cue: str) -> Bound:
    """What stands before a relation cue and bounds it ("in the eight months" before "before"); ``first`` is the cue's own place."""
    if cue.startswith(("at or", "on or", "at and", "on and")):
        return Bound(first, inclusive=True)
    if cue in load_words("question_relations")["during_near"]:
        return Bound(first, 7 if "time" in cue else 3)
    words = [token.text for token in tokens[:first]]
    if cue == _WITHIN and (stretch := _stretch([token.text for token in tokens[first : first + _LONGEST_CUE_TOKENS]])):
        return Bound(first, _days([token.text for token in tokens[first : first + stretch[0] - 1]])[0])
    soon = bool(words) and words[-1] in _SOON
    place = first - soon
    if relation is not Relation.DURING and place > 0 and _UNIT.match(words[place - 1]):
        days, begin = _days(words[:place])
        return Bound(begin, days)
    if soon and relation is not Relation.DURING:
        return Bound(place, _SOON_DAYS)
    return Bound(first)


def _days(words: Sequence[str]) -> tuple[int, int]:
    """The days of the stretch that ends these words ("in the eight months"), with where it begins."""
    match, place, count = _UNIT.match(words[-1]), len(words) - 2, 1
    if place >= 0 and (words[place].isdigit() or words[place] in COUNTS):
        count = int(words[place][:4]) if words[place].isdigit() else COUNTS[words[place]]
        place -= 1
    while place >= 0 and words[place] in _BESIDE | {"a"}:
        place -= 1
    unit = match.group("unit") if match else "day"
    days = -(-count // _HOURS_A_DAY) if unit in {"hour", "hr"} else count * _UNIT_DAYS[unit]
    return days, place if place >= 0 and words[place] in _LEADS else place + 1
