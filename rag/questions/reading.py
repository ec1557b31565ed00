"""What stands in one clause of a question: its tokens, each with what it was read as, and the cues found."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.clinical.lexicon import load_words
from rag.questions.anchors import find_anchor, other_anchor
from rag.questions.cues import Cue, find_cues
from rag.questions.events import is_event
from rag.questions.lists import listed
from rag.questions.persons import mark_persons
from rag.questions.thresholds import find_threshold, find_unit
from rag.questions.tokens import Token, tokenise
from rag.questions.understood import Anchor, Threshold
from rag.questions.windows import Time, find_times

_MARKS = frozenset("?!,;:()")


@dataclass(frozen=True, slots=True)
class Reading:
    """One clause read. ``marks`` says per token what it is: thing, threshold, time, unit, anchor, person, article, soft, point or
    ``""`` (open); ``words`` are the tokens with typing errors in cue words put right; ``cues`` lie on open tokens.
    """

    text: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    marks: tuple[str, ...]
    cues: tuple[Cue, ...]
    times: tuple[Time, ...]
    threshold: Threshold | None
    unit: str | None
    anchor: Anchor | None
    anchor_words: str
    other: Anchor | None = None

    @property
    def roles(self) -> frozenset[str]:
        """Every role of every cue."""
        return frozenset(role for cue in self.cues for role in cue.roles)

    def places(self, *roles: str) -> frozenset[int]:
        """The tokens of cues that play one of the roles."""
        wanted = set(roles)
        return frozenset(place for cue in self.cues if cue.roles & wanted for place in cue.places)


def read(text: str, low: str, as_of: datetime.date, names: Collection[str], common: Collection[str]) -> Reading:
    """The clause read in this order: displays, comparisons, times, units, persons, anchors, cues."""
    tokens = tokenise(low, names, common)
    marks = ["thing" if token.thing else "point" if token.text in _MARKS else "" for token in tokens]
    for index in range(len(tokens) - 2):
        first, tag, last = (token.text for token in tokens[index : index + 3])
        if first == "(" and tag in listed("persons", "semantic_tags") and last == ")" and not marks[index + 1]:
            marks[index + 1] = "point"
    masked = _blank(low, [(token.start, token.end) for token in tokens if token.thing])
    threshold = find_threshold(masked)
    if threshold:
        _mark(tokens, marks, threshold[1], threshold[2], "threshold")
        masked = _blank(masked, [threshold[1:]])
    times = find_times(masked, as_of)
    for time in times:
        _mark(tokens, marks, time.start, time.end, "time")
    _free_event_dates(tokens, marks, times)
    if unit := find_unit(_blank(masked, [(time.start, time.end) for time in times])):
        _mark(tokens, marks, unit[1], unit[2], "unit")
    words = [token.text for token in tokens]
    for index, word in enumerate(words[:-2]):
        if word == "dose" and (
            words[index + 1] in {"he", "she", "they"} or words[index + 1 : index + 3] in (["the", "patient"], ["the", "pt"])
        ):
            words[index] = "does"
    mark_persons(text, tokens, words, marks)
    anchor, anchor_words, other = _anchors(tokens, words, marks)
    cues = _cues(words, marks)
    return Reading(
        text,
        tokens,
        tuple(words),
        tuple(marks),
        cues,
        times,
        threshold[0] if threshold else None,
        unit[0] if unit else None,
        anchor,
        anchor_words,
        other,
    )


def _anchors(tokens: Sequence[Token], words: Sequence[str], marks: list[str]) -> tuple[Anchor | None, str, Anchor | None]:
    """The event that times hang on, its words, and the one beside it, their tokens marked."""
    seen = _with(tokens, ["" if mark == "year" else word for word, mark in zip(words, marks, strict=True)])
    closed = [mark in {"threshold", "unit", "time"} for mark in marks]
    found = find_anchor(seen, closed)
    if found is None:
        return None, "", None
    other = other_anchor(seen, closed, found)
    for mark, one in (("anchor", found), ("other", other)):
        for index in range(one.first, one.last) if one else ():
            marks[index] = mark
    if other is None:  # a second event hung on the first ("in the ER after the fall") names no other thing
        nested = find_anchor(seen, closed, found.last)
        if nested and nested.first == found.last:
            for index in range(nested.first, nested.last):
                marks[index] = "anchor"
    return found.anchor, found.words, other.anchor if other else None


def with_anchor(reading: Reading, *, other: bool) -> Reading:
    """The reading with one of its two events, the words of the other hidden."""
    hidden = "anchor" if other else "other"
    marks = tuple("hidden" if mark == hidden else "anchor" if mark == "other" else mark for mark in reading.marks)
    return replace(reading, marks=marks, anchor=reading.other if other else reading.anchor, other=None)


def apart(reading: Reading, hidden: Collection[int]) -> Reading:
    """The reading without the tokens of ``hidden`` and the cues on them."""
    marks = tuple("hidden" if index in hidden else mark for index, mark in enumerate(reading.marks))
    return replace(reading, marks=marks, cues=tuple(cue for cue in reading.cues if not set(cue.places) & set(hidden)))


def _with(tokens: Sequence[Token], words: Sequence[str]) -> tuple[Token, ...]:
    return tuple(replace(token, text=word) if word != token.text else token for token, word in zip(tokens, words, strict=True))


def _blank(low: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        low = low[:start] + "\ue000" * (end - start) + low[end:]
    return low


def _mark(tokens: Sequence[Token], marks: list[str], start: int, end: int, mark: str) -> None:
    for index, token in enumerate(tokens):
        if token.start < end and start < token.end and marks[index] != "thing":
            marks[index] = mark


def _free_event_dates(tokens: Sequence[Token], marks: list[str], times: Sequence[Time]) -> None:
    """ "At the August 2024 visit" is at the visit: the words before the date go back to the anchor, the date only narrows it."""
    for time in times:
        inside = [index for index, token in enumerate(tokens) if token.start < time.end and time.start < token.end]
        if time.own is None or len(inside) < 2 or tokens[inside[0]].start >= time.own_start:
            continue
        after = [token.text for token, mark in zip(tokens[inside[-1] + 1 :], marks[inside[-1] + 1 :], strict=True) if not mark][:4]
        adjacent = inside[-1] + 1 < len(tokens) and not marks[inside[-1] + 1]
        if not (adjacent and after and after[0][0].isalpha() and after[0] not in listed("persons", "not_events")):
            continue
        article = any(token.text in {"the", "her", "his", "their", "that", "this"} for token in tokens[inside[0] : inside[-1]])
        if (article and (time.own.finest != "year" or tokens[inside[-2]].text == "the")) or _names_event(after):
            for place in inside:
                marks[place] = "" if tokens[place].start < time.own_start else "year"


def _names_event(words: Sequence[str]) -> bool:
    """True where the run of words up to the next verb or joint names an event."""
    run: list[str] = []
    for word in words:
        if word in listed("persons", "not_events"):
            break
        run.append(word)
    return is_event(" ".join(run))


def _cues(words: Sequence[str], marks: Sequence[str]) -> tuple[Cue, ...]:
    """Cues over the open places; persons, articles and softeners are passed over, anything else ends a phrase."""
    shown = [word if not mark or mark == "free" else "" for word, mark in zip(words, marks, strict=True)]
    return find_cues(shown, [index for index, mark in enumerate(marks) if mark not in {"person", "article", "soft"}])


def number_word(word: str) -> int | None:
    """A count in digits or letters, None for anything else."""
    if word.isdigit() and len(word) < 4:
        return int(word)
    listed = load_words("question_things")["number_words"]
    if word in listed:
        return listed.index(word) + 1
    return {"couple": 2, "few": 3}.get(word)
