"""Events that a time is hung on: "before the surgery", "after starting metformin", "at the last admission"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.questions.events import CLAUSES, HAVING, LOOSE, SKIP, STAYS, came_in, event_anchor, setting_of
from rag.questions.lists import listed
from rag.questions.relations import Bound, bound_before, relation_at
from rag.questions.things import is_measured
from rag.questions.tokens import Token
from rag.questions.understood import Anchor, Relation

_SUBJECTS = frozenset({"he", "she", "they", "i", "we", "patient", "pt", "that"})
_QUESTION_ORDER = frozenset(["is", "are", "was", "were", "has", "have", "had", "did", "does", "do", "will", "should"])
_ONWARD = frozenset({"onward", "onwards", "on", "forward"})
_INNER = re.compile(r" (?:in|at|on|during|after|before) ")
_PART_OF_STAY = re.compile(r"(?:night|day|morning|evening|hour|week)\b|seen|admitted")
_AND = frozenset({"and", "&", "or"})
_MARKS = frozenset("?!;,:()")
_LONGEST_ANCHOR_TOKENS = 7


@dataclass(frozen=True, slots=True)
class AnchorFound:
    """An anchor and the range of tokens it was read from; ``words`` as asked."""

    first: int
    last: int
    anchor: Anchor
    words: str


def find_anchor(tokens: Sequence[Token], closed: Sequence[bool], begin: int = 0) -> AnchorFound | None:
    """The first anchor of a clause from ``begin`` on, None where no time hangs on an event. ``closed`` places belong to dates and
    thresholds.
    """
    for index in range(begin, len(tokens)):
        if closed[index] or tokens[index].thing or (found := relation_at(tokens, index)) is None:
            continue
        cue, size, relation = found
        if cue in CLAUSES and _asks_when(tokens, index, size, cue):
            continue
        if cue in LOOSE and _before(tokens, index) in listed("events", "staying"):
            continue
        if anchor := _read(tokens, closed, index, index + size, cue, relation):
            return anchor
    return None


def _asks_when(tokens: Sequence[Token], index: int, size: int, cue: str) -> bool:
    """True where "when" asks, and where "the day" is one like any other."""
    follows = tokens[index + size].text if index + size < len(tokens) else ""
    if cue in {"when", "while", "whilst"}:
        return follows in _QUESTION_ORDER or index == 0 or tokens[index - 1].text in {"and", ",", "know", "me", "of", "happens", "happened"}
    return follows not in _SUBJECTS and not (follows == "the" and any(token.text in _SUBJECTS for token in tokens[index + size + 1 :][:1]))


def _before(tokens: Sequence[Token], index: int) -> str:
    """The word before ``index``, words for the patient passed over."""
    index -= 1
    while index >= 0 and tokens[index].text in SKIP | listed("events", "determiners"):
        index -= 1
    return tokens[index].text if index >= 0 else ""


def _read(tokens: Sequence[Token], closed: Sequence[bool], first: int, begin: int, cue: str, relation: Relation) -> AnchorFound | None:
    """The event named from ``begin`` on, if there is one."""
    start, which = _after_determiners(tokens, begin)
    if start < len(tokens) and tokens[start].text == "time" and cue in {"at", "when"}:
        return None
    end = _event_end(tokens, closed, start, cue)
    while end > start and tokens[end - 1].text in listed("events", "hanging"):
        end -= 1
    onward = end > start and tokens[end - 1].text in _ONWARD
    words = " ".join(part.text for part in tokens[start : end - onward] if part.text and not (part.text.isdigit() and len(part.text) == 4))
    part = _PART_OF_STAY.match(words) and STAYS.search(words)
    if (
        not any(char.isalpha() for char in words)
        or words in listed("events", "not_events")
        or set(words.split()) <= listed("events", "pointing")
        or (not part and HAVING.sub("", words + " ").split(" ")[0] in listed("events", "not_events") | {""})
    ):
        return None
    if cue in LOOSE and (inner := _INNER.search(words)) and STAYS.search(words[inner.end() :]) and not _PART_OF_STAY.match(words):
        return None
    spoken = any(token.text in _SUBJECTS for token in tokens[begin:end])
    built = event_anchor(words, cue, relation, which, spoken=spoken)
    if built is None and cue in LOOSE and _measured_before(tokens, first):
        built = setting_of(words, cue, which)
    if built is None:
        return None
    if cue in {"since", "ever since"} and built.kind == "encounter" and built.event != "stop":
        built = replace(built, inclusive=True)
    if onward and cue == "from":
        built = replace(built, relation=Relation.AFTER, inclusive=True)
    bound = bound_before(tokens, first, relation, cue)
    return AnchorFound(bound.first, end, _bounded(built, bound, cue, words), _as_asked(tokens[bound.first : end]))


def _as_asked(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens if token.text)


def other_anchor(tokens: Sequence[Token], closed: Sequence[bool], found: AnchorFound) -> AnchorFound | None:
    """The event that stands beside the first: "on admission vs discharge", "before and after the transfusion", "and the day after"."""
    begin = found.first
    if (
        found.anchor.relation is Relation.AFTER
        and begin > 1
        and tokens[begin - 1].text in _AND
        and tokens[begin - 2].text in {"before", "pre"}
    ):
        return AnchorFound(begin - 2, begin, replace(found.anchor, relation=Relation.BEFORE, event=found.anchor.event), "before")
    index = found.last
    if index + 1 >= len(tokens) or tokens[index].text not in _AND | {"with", "vs", "versus", "compared", ",", "to", "against"}:
        return None
    place = index + 1
    while place < len(tokens) and (tokens[place].text in _AND | {"with", "to", "that", "those"}):
        place += 1
    words = _as_asked(
        [token for token in tokens[place : place + 3] if token.text not in listed("events", "determiners") and token.text != "?"]
    )
    if re.fullmatch(r"(?:next|following) day|day after", words):
        after = replace(found.anchor, relation=Relation.AFTER, span_days=1, margin_days=0, event=found.anchor.event or "start")
        return AnchorFound(index, min(place + 3, len(tokens)), after, words)
    if place < len(tokens) and relation_at(tokens, place) is None and found.anchor.kind == "encounter":
        cue = tokens[found.first].text  # "at the first visit and the last"
        last = _read(tokens, closed, index, place, cue, found.anchor.relation) or _elliptic(tokens, place, found)
        return replace(last, first=index) if last else None
    other = find_anchor(tokens, closed, place)
    return replace(other, first=index) if other and other.first <= place + 1 else None


def _stops() -> frozenset[str]:
    """Words and marks at which the name of an event ends."""
    return listed("events", "stop_words") | _MARKS


def _elliptic(tokens: Sequence[Token], place: int, found: AnchorFound) -> AnchorFound | None:
    """ "The last" after "at the first visit": the same kind of event."""
    start, which = _after_determiners(tokens, place)
    if which and (start >= len(tokens) or tokens[start].text in _stops() | {"one"}):
        return AnchorFound(place, min(start + 1, len(tokens)), replace(found.anchor, which=which), which)
    return None


def _after_determiners(tokens: Sequence[Token], begin: int) -> tuple[int, str]:
    """Where the event's own words begin, and which of several is meant."""
    end, which = begin, ""
    while end < len(tokens) and tokens[end].text in listed("events", "determiners") | SKIP and not tokens[end].thing:
        which = "last" if tokens[end].text == "this" else which
        end += 1
    if which and not (end < len(tokens) and STAYS.match(tokens[end].text)):
        which = ""
    for size in (2, 1):
        words = " ".join(part.text for part in tokens[end : end + size])
        if words in listed("events", "which_last") | listed("events", "which_first"):
            return end + size, "last" if words in listed("events", "which_last") else "first"
    return end, which


def _event_end(tokens: Sequence[Token], closed: Sequence[bool], start: int, cue: str) -> int:
    """Where the words of the event end: at a mark, a word that asks, another relation, or after seven words."""
    end, inside_clause = start, True
    while end < len(tokens) and end - start < _LONGEST_ANCHOR_TOKENS and not closed[end]:
        text = tokens[end].text
        if text in _stops() and not (inside_clause and text in {"was", "were", "is", "has"}):
            break
        linked = end > start and tokens[end - 1].text in listed("events", "links")
        if end > start and text in listed("events", "determiners") and not linked and not inside_clause and cue not in CLAUSES:
            break
        follows = " ".join(token.text for token in tokens[end + 1 : end + 3])
        if end > start and text in {"with", "to"} and re.match(r"(?:the|her|his) (?:last|first|latest|next|most|final|one|day)", follows):
            break
        if end > start and text in {"from", "at", "in"} and STAYS.search(tokens[end - 1].text) and text == "at":
            break
        inside_clause = inside_clause and text in SKIP | {"was", "were", "is", "has", "had", "being"}
        end += 1
    return end


def _measured_before(tokens: Sequence[Token], place: int) -> bool:
    """True where a measured thing, of one word or two, stands before a place."""
    words = [token.text if token.text != "pt" else "" for token in tokens[:place]]
    return any(is_measured(word) or (index > 0 and is_measured(f"{words[index - 1]} {word}")) for index, word in enumerate(words))


def _bounded(anchor: Anchor, bound: Bound, cue: str, words: str) -> Anchor:
    """The anchor with how far its window reaches."""
    if anchor.relation is Relation.DURING:
        margin = bound.days if bound.days is not None else 0
        return replace(anchor, margin_days=margin, event=anchor.event) if margin else anchor
    if anchor.relation is Relation.AFTER and bound.days and anchor.kind == "encounter" and not anchor.which and came_in(words):
        anchor = replace(anchor, event="start")  # "two days after admission" counts from the arrival
    return replace(anchor, span_days=bound.days, inclusive=anchor.inclusive or bound.inclusive)
