"""The thing that a clause asks for, in its own words: what is left when frame, cues and times are taken out."""

from __future__ import annotations

from collections.abc import Collection

from rag.clinical.lexicon import word_set
from rag.questions.lists import listed
from rag.questions.reading import Reading
from rag.questions.things import is_drug

_KEPT_UNLESS_USED = frozenset(
    {"moved", "course", "direction", "report", "normal", "history_of_values", "compare", "narrative", "worst", "summary", "times"}
)
_HEAD = "_head"
_EDGE_MARKS = frozenset("&=<>%")
_JOINTS = frozenset({"and", "or", "&", "plus", ",", "nor", "and/or", "/"})


def kept_places(reading: Reading, used: Collection[str] = ()) -> list[int]:
    """The tokens that make up the thing: displays, and open tokens on which no cue lies, or only one that the intent did not use."""
    taken: set[int] = set()
    for cue in reading.cues:
        if any(_takes(role, used) for role in cue.roles):
            taken.update(cue.places)
        elif cue.places[0] and reading.tokens[cue.places[0] - 1].display and any(role.endswith(_HEAD) for role in cue.roles):
            taken.update(cue.places)  # "the … preservative free immunization": the display is the whole name
    return [
        index
        for index, mark in enumerate(reading.marks)
        if mark == "thing" or (not mark and index not in taken and reading.words[index] not in {"?", "!"})
    ]


def _takes(role: str, used: Collection[str]) -> bool:
    """True where a cue with this role is not part of the thing."""
    if role.endswith(_HEAD):
        return False
    return role not in _KEPT_UNLESS_USED or role in used


def phrase_of(reading: Reading, places: list[int]) -> str:
    """The words at ``places``, edges without stop words, inner ones kept where they stand between kept words."""
    kept = list(places)
    while kept and _idle(reading, kept[0]):
        kept.pop(0)
    while kept and _idle(reading, kept[-1]):
        kept.pop()
    if all(_idle(reading, place) for place in kept):
        return ""
    return " ".join(reading.words[place] for place in kept)


def tidy(phrase: str) -> str:
    """The phrase without a verb or a word for treatment beside the thing itself ("alcohol drink", "warfarin therapy")."""
    words = phrase.split()
    if len(words) < 2:
        return phrase
    if words[-1] in listed("phrases", "treatment") and is_drug(" ".join(words[:-1])):
        return " ".join(words[:-1])
    if words[0] in listed("phrases", "habit_verbs") or words[-1] in listed("phrases", "habit_verbs") | listed("phrases", "rates"):
        rest = " ".join(word for word in words if word not in listed("phrases", "habit_verbs") | listed("phrases", "rates"))
        return rest if rest in word_set("question_things", "social") else phrase
    return phrase


def _idle(reading: Reading, place: int) -> bool:
    return reading.marks[place] != "thing" and (reading.words[place] in listed("phrases", "edge") or reading.words[place] in _EDGE_MARKS)


def groups(reading: Reading, places: list[int], kinds: Collection[int]) -> list[list[int]]:
    """Things joined by "and", "or" or a comma, each a list of places (kept tokens and words for whole kinds).

    One group where nothing is joined.
    """
    wanted = set(places) | set(kinds)
    found: list[list[int]] = [[]]
    for index, word in enumerate(reading.words):
        joint = reading.marks[index] in {"", "point"} and word in _JOINTS
        if joint and any(not _idle(reading, place) for place in found[-1]):
            found.append([])
        elif index in wanted and not (joint or reading.marks[index] == "point"):
            found[-1].append(index)
    full = [group for group in found if any(not _idle(reading, place) for place in group)]
    return full or [[]]


def shared_head(phrases: list[str]) -> list[str]:
    """ "systolic" and "diastolic blood pressure" are both of blood pressure: the head of the last is given to bare modifiers."""
    modifiers = word_set("question_things", "shared")
    last = phrases[-1].split()
    if len(phrases) < 2 or len(last) < 2 or last[0] not in modifiers:
        return phrases
    head = " ".join(last[1:])
    return [f"{phrase} {head}" if phrase in modifiers and phrase not in {"hdl", "ldl"} else phrase for phrase in phrases]
