"""Events that a time is hung on: "before the surgery", "after starting metformin", "at the last admission"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.questions.counted_days import counted_days
from rag.questions.events import CLAUSES, HAVING, LOOSE, SKIP, STAYS, came_in, event_anchor
from rag.questions.lists import listed, load_lists
from rag.questions.relations import Bound, bound_before, relation_at
from rag.questions.settings import befallen, beside_operation, happening, is_age_or_hour, named_setting, setting_of
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
_LONGEST_CUE_TOKENS = 5
_NEAR_TOKENS = 30
_KEPT_IN_COUNTS = frozenset({"after"})
_SINCE = frozenset({"since", "after", "following", "before", "until", "till", "past", "post"})
_POINTING = frozenset({"this", "that", "last", "latest", "current"})
_BEFORE_COUNTS = frozenset({"over", "within", "during", "around", "by", "for", "on", "through", "since", "after"})
_LOOSE_RELATIONS = {
    "before": Relation.BEFORE,
    "before_on": Relation.BEFORE,
    "after": Relation.AFTER,
    "during": Relation.DURING,
}


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
        if closed[index] or tokens[index].thing:
            continue
        if counted := _counted_from(tokens, closed, index, begin):
            return counted
        if bare := _without_cue(tokens, closed, index):
            return bare
        if (found := _cue_at(tokens, index)) is None:
            continue
        cue, size, relation = found
        if cue in CLAUSES and _asks_when(tokens, index, size, cue):
            continue
        if cue in LOOSE and _before(tokens, index) in listed("events", "staying"):
            continue
        if anchor := _read(tokens, closed, index, index + size, cue, relation):
            return anchor
    return None


def _cue_at(tokens: Sequence[Token], index: int) -> tuple[str, int, Relation] | None:
    """The cue at ``index``: one of the relations, or a looser one that only a listed setting, a stay or a drug may follow."""
    found = relation_at(tokens, index)
    words = [token.text for token in tokens[index : index + _LONGEST_CUE_TOKENS]]
    for size in range(len(words), found[1] if found else 0, -1):
        phrase = " ".join(words[:size])
        for name, relation in _LOOSE_RELATIONS.items():
            if phrase in load_lists("settings")[name]:
                return phrase, size, relation
    return found


def _counted_from(tokens: Sequence[Token], closed: Sequence[bool], index: int, begin: int) -> AnchorFound | None:
    """Days counted from an event at ``index`` or behind the prepositions and articles that stand there."""
    leads = LOOSE | _BEFORE_COUNTS
    for place in range(index, min(index + 3, len(tokens))):
        if closed[place]:
            return None
        if found := _counted(tokens, closed, place, begin):
            return found
        if tokens[index].text not in leads or tokens[place].text not in leads | listed("events", "determiners"):
            return None
    return None


def _counted(tokens: Sequence[Token], closed: Sequence[bool], index: int, begin: int) -> AnchorFound | None:
    """Days counted from an event ("POD 3"), with the preposition before them."""
    end = index
    while (
        end < len(tokens)
        and end - index < _LONGEST_ANCHOR_TOKENS
        and not closed[end]
        and tokens[end].text not in _stops() - _KEPT_IN_COUNTS
    ):
        end += 1
    if tokens[index].text in listed("events", "determiners") | {""}:
        return None
    text, ends = "", []
    for place in range(index, end):
        if tokens[place].text not in listed("events", "determiners") or place == index:
            text += (" " if text else "") + tokens[place].text
        ends.append(len(text))
    if not (found := counted_days(text.replace("post-", "post "))):
        return None
    lead = next((tokens[place].text for place in range(index - 1, -1, -1) if tokens[place].text not in listed("events", "determiners")), "")
    anchor = found.anchor
    if lead in _SINCE:
        if anchor.offset_days is None or lead not in {"since", "after"}:
            return None
        anchor = replace(anchor, relation=Relation.AFTER, inclusive=True)
    last = next(place for place, length in enumerate(ends, start=index) if length >= found.length) + 1
    first = index
    while first > begin and tokens[first - 1].text in listed("events", "determiners") | LOOSE | _BEFORE_COUNTS:
        first -= 1
    return AnchorFound(first, last, anchor, _as_asked(tokens[first:last]))


def _without_cue(tokens: Sequence[Token], closed: Sequence[bool], index: int) -> AnchorFound | None:
    """An event behind a measured thing at the end of its clause, without a preposition ("this pregnancy", "pre-biologic")."""
    if tokens[index].text not in _POINTING and not tokens[index].text.startswith(("pre", "post")):
        return None
    end = index
    while end < len(tokens) and end - index <= _LONGEST_ANCHOR_TOKENS and tokens[end].text not in _stops() and not closed[end]:
        end += 1
    words = [token.text for token in tokens[index:end]]
    if not words or not _measured_before(tokens, index):
        return None
    if anchor := beside_operation(words[0]) if len(words) == 1 else None:
        return AnchorFound(index, end, anchor, words[0])
    if len(words) < 2 or words[0] not in _POINTING or relation_at(tokens, index) or tokens[index - 1].text in LOOSE | _loose_cues():
        return None
    which = "first" if words[0] == "first" else "last"
    anchor = named_setting(" ".join(words[1:]), which)
    return AnchorFound(index, end, anchor, " ".join(words)) if anchor else None


def _asks_when(tokens: Sequence[Token], index: int, size: int, cue: str) -> bool:
    """True where "when" asks, and where "the day" is one like any other."""
    follows = tokens[index + size].text if index + size < len(tokens) else ""
    if cue in {"when", "while", "whilst"}:
        return follows in _QUESTION_ORDER or index == 0 or tokens[index - 1].text in {"and", ",", "know", "me", "of", "happens", "happened"}
    if {token.text for token in tokens[index + size + 1 : index + size + 5]} & set(load_lists("settings")["befell"]):
        return False
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
    spoken = any(token.text in _SUBJECTS - {"that"} for token in tokens[begin:start])
    end = _event_end(tokens, closed, start, "while" if spoken else cue)
    end = _with_verb(tokens, closed, start, end)
    while end > start and tokens[end - 1].text in listed("events", "hanging"):
        end -= 1
    onward = end > start and tokens[end - 1].text in _ONWARD
    words = " ".join(part.text for part in tokens[start : end - onward] if part.text and not (part.text.isdigit() and len(part.text) == 4))
    if not words and cue in {"at", "by"} and start + 1 == end and is_age_or_hour(tokens[start].text):
        words = tokens[start].text
    part = _PART_OF_STAY.match(words) and STAYS.search(words)
    if (
        (not any(char.isalpha() for char in words) and not (cue in {"at", "by"} and is_age_or_hour(words)))
        or words in listed("events", "not_events")
        or set(words.split()) <= listed("events", "pointing")
        or (not part and HAVING.sub("", words + " ").split(" ")[0] in listed("events", "not_events") | {""})
    ):
        return None
    if cue in LOOSE and (inner := _INNER.search(words)) and STAYS.search(words[inner.end() :]) and not _PART_OF_STAY.match(words):
        return None
    spoken = spoken or any(token.text in _SUBJECTS for token in tokens[begin:end])
    built = befallen(words, cue, relation, which) if cue not in LOOSE | CLAUSES else None
    built = built or event_anchor(words, cue, relation, which, spoken=spoken)
    if (built is None or cue in _loose_cues()) and (cue in LOOSE | CLAUSES | _loose_cues()) and _measured_before(tokens, first):
        built = (
            setting_of(words, cue, which, relation)
            if cue not in CLAUSES
            else happening(words, relation, alone=cue in {"while", "whilst"} and not spoken)
        )
    if built is None or (cue in _loose_cues() and not _measured_before(tokens, first)):
        return None
    while first > 0 and tokens[first - 1].text in LOOSE | {"for"} and not closed[first - 1]:
        first -= 1  # "in at the visit": the first of two prepositions says nothing more
    if cue in {"since", "ever since"} and built.kind == "encounter" and built.event != "stop":
        built = replace(built, inclusive=True)
    if cue in load_lists("settings")["before_on"]:
        built = replace(built, relation=Relation.BEFORE, inclusive=True)
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


def _with_verb(tokens: Sequence[Token], closed: Sequence[bool], start: int, end: int) -> int:
    """Where an event ends with the verb that says what befell it: "since the glimepiride was cut"."""
    place = end
    while (
        place < len(tokens) and place - end < 2 and not closed[place] and tokens[place].text in {"was", "were", "got", "been", "had", "is"}
    ):
        place += 1
    if start < end < place < len(tokens) and not closed[place] and tokens[place].text in load_lists("settings")["befell"]:
        place += 1
        return place + (place < len(tokens) and tokens[place].text in {"in", "out", "up", "down", "on", "off"} and not closed[place])
    return end


@cache
def _loose_cues() -> frozenset[str]:
    return frozenset(phrase for name in _LOOSE_RELATIONS for phrase in load_lists("settings")[name])


def _measured_before(tokens: Sequence[Token], place: int) -> bool:
    """True where a measured thing, of one word or two, stands before a place."""
    words = [token.text if token.text != "pt" else "" for token in tokens[max(place - _NEAR_TOKENS, 0) : place]]
    return any(is_measured(word) or (index > 0 and is_measured(f"{words[index - 1]} {word}")) for index, word in enumerate(words))


def _bounded(anchor: Anchor, bound: Bound, cue: str, words: str) -> Anchor:
    """The anchor with how far its window reaches."""
    if anchor.relation is Relation.DURING:
        margin = bound.days if bound.days is not None else 0
        return replace(anchor, margin_days=margin, event=anchor.event) if margin else anchor
    if anchor.relation is Relation.AFTER and bound.days and anchor.kind == "encounter" and not anchor.which and came_in(words):
        anchor = replace(anchor, event="start")  # "two days after admission" counts from the arrival
    return replace(anchor, span_days=bound.days, inclusive=anchor.inclusive or bound.inclusive)
