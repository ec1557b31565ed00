"""What stands in one clause of a question: its tokens, each with what it was read as, and the cues found."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.clinical.concepts.lexicon import known_words
from rag.clinical.lexicon import load_words, word_set
from rag.questions.anchors import find_anchor, is_event, other_anchor
from rag.questions.cues import Cue, corrected, cue_words, find_cues, skipped_words
from rag.questions.things import is_known
from rag.questions.thresholds import find_threshold, find_unit
from rag.questions.tokens import Token, tokenise
from rag.questions.understood import Anchor, Threshold
from rag.questions.windows import Time, find_times

_SELECTING = frozenset(
    [
        "last",
        "latest",
        "most",
        "first",
        "recent",
        "current",
        "highest",
        "lowest",
        "average",
        "initial",
        "baseline",
        "medications",
        "meds",
        "allergies",
        "problems",
        "earliest",
        "peak",
    ]
)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mister", "madam", "dr"})
_HAVING = frozenset(
    {"have", "had", "take", "takes", "taken", "smoke", "drink", "get", "receive", "undergo", "need", "suffer", "use", "develop"}
)
_ASKING = frozenset({"does", "did", "has", "had", "is", "was"})
_GIVING = frozenset({"give", "gave", "given", "giving"})
_POSSESSED = re.compile(r"^[A-Z][a-z]+'s$")
_NOT_EVENTS = frozenset(
    [
        "and",
        "or",
        "was",
        "were",
        "is",
        "are",
        "has",
        "had",
        "did",
        "does",
        "do",
        "what",
        "when",
        "how",
        "to",
        "through",
        "until",
        "in",
        "for",
        "with",
        "please",
        "he",
        "she",
        "they",
        "the",
        "it",
    ]
)
_SEMANTIC = frozenset(
    {"finding", "procedure", "disorder", "situation", "event", "substance", "product", "regime/therapy", "person", "observable", "record"}
)
_MARKS = frozenset("?!,;:()")
_ID = re.compile(r"^(?=.*\d)[\w-]+$")


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
        if tokens[index].text == "(" and tokens[index + 1].text in _SEMANTIC and tokens[index + 2].text == ")" and not marks[index + 1]:
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
    words = [token.text if mark else corrected(token.text) for token, mark in zip(tokens, marks, strict=True)]
    for index, word in enumerate(words[:-2]):
        if word == "dose" and (
            words[index + 1] in {"he", "she", "they"} or words[index + 1 : index + 3] in (["the", "patient"], ["the", "pt"])
        ):
            words[index] = "does"
    _persons(text, tokens, words, marks)
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
        if not (adjacent and after and after[0][0].isalpha() and after[0] not in _NOT_EVENTS):
            continue
        article = any(token.text in {"the", "her", "his", "their", "that", "this"} for token in tokens[inside[0] : inside[-1]])
        if (article and (time.own.finest != "year" or tokens[inside[-2]].text == "the")) or _names_event(after):
            for place in inside:
                marks[place] = "" if tokens[place].start < time.own_start else "year"


def _names_event(words: Sequence[str]) -> bool:
    """True where the run of words up to the next verb or joint names an event."""
    run: list[str] = []
    for word in words:
        if word in _NOT_EVENTS:
            break
        run.append(word)
    return is_event(" ".join(run))


def _cues(words: Sequence[str], marks: Sequence[str]) -> tuple[Cue, ...]:
    """Cues over the open places; persons, articles and softeners are passed over, anything else ends a phrase."""
    shown = [word if not mark or mark == "free" else "" for word, mark in zip(words, marks, strict=True)]
    return find_cues(shown, [index for index, mark in enumerate(marks) if mark not in {"person", "article", "soft"}])


def _persons(text: str, tokens: Sequence[Token], words: list[str], marks: list[str]) -> None:
    """Mark the words for the patient, articles and softeners."""
    skipped = skipped_words()
    shouted = text.isupper()
    for index in range(len(tokens)):
        if marks[index]:
            continue
        word = words[index]
        if word in _TITLES and _is_titled(text, tokens, index):
            _name_after(text, tokens, marks, index)
        elif role := skipped.get(word):
            marks[index] = (
                "" if word == "own" and index and words[index - 1] in {"on", "his", "her", "their"} and "on" in words[:index] else role
            )
            if word in {"patient", "pt"} and index + 1 < len(tokens) and _ID.match(tokens[index + 1].text) and not marks[index + 1]:
                marks[index + 1] = "person"
        elif (not shouted or word.endswith("'s")) and _is_person(text, tokens, words, marks, index):
            marks[index] = "person"


def _is_titled(text: str, tokens: Sequence[Token], index: int) -> bool:
    """True for a title with a name after it; a doctor's needs a capital letter ("did the dr say")."""
    if index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    return tokens[index].text != "dr" or (text[after.start].isupper() and after.text not in cue_words())


def _name_after(text: str, tokens: Sequence[Token], marks: list[str], index: int) -> None:
    """A title and the name after it: one word, and further capitalised ones."""
    marks[index] = "person"
    for place in range(index + 1, min(index + 4, len(tokens))):
        raw = text[tokens[place].start : tokens[place].end]
        if marks[place] or (place > index + 1 and (text.isupper() or not raw[:1].isupper())):
            return
        marks[place] = "person"
        if raw.lower().endswith("'s"):
            return


def _is_person(text: str, tokens: Sequence[Token], words: Sequence[str], marks: Sequence[str], index: int) -> bool:
    """A name standing as one: "Maria's last A1c", "Has Maria ever had", "Does John Smith have"."""
    raw = text[tokens[index].start : tokens[index].end]
    if raw.endswith(("'s", "'S")) and index + 1 < len(words) and words[index] not in word_set("question_things", "eponym"):
        follows = words[index + 1]
        if follows in _SELECTING or is_known(follows):
            return True
    if not raw[:1].isupper() or not raw[1:].replace("'", "").islower():
        return False
    if _POSSESSED.match(raw):
        follows = words[index + 1] if index + 1 < len(words) else ""
        return words[index] not in word_set("question_things", "eponym") and follows not in {
            "",
            "?",
            "disease",
            "syndrome",
            "palsy",
            "thyroiditis",
            "sign",
        }
    if index == 0:
        return False
    if _is_given_name(text, tokens, words, marks, index):
        return True
    before = words[index - 1] in _ASKING or (marks[index - 1] == "person" and index > 1 and words[index - 2] in _ASKING)
    after = [word for word in words[index + 1 : index + 4] if word != "ever" and word.isalpha()]
    if not (before and after and raw.isalpha()) or is_known(words[index]):
        return False
    return after[0] in _HAVING or (len(after) > 1 and after[1] in _HAVING and text[tokens[index + 1].start].isupper())


def _is_given_name(text: str, tokens: Sequence[Token], words: Sequence[str], marks: Sequence[str], index: int) -> bool:
    """A capitalised word that no list knows after a verb that asks or gives, where something else is left to ask for."""
    word = words[index]
    if words[index - 1] not in _ASKING | _GIVING or not word.isalpha() or is_known(word) or word in known_words() or word in cue_words():
        return False
    capitals = sum(text[token.start].isupper() for token in tokens[1:])
    rest = [
        other for place, other in enumerate(words) if place != index and not marks[place] and other.isalpha() and other not in cue_words()
    ]
    return capitals < max(3, len(tokens) // 2) and any(other not in _NOT_EVENTS for other in rest)


def number_word(word: str) -> int | None:
    """A count in digits or letters, None for anything else."""
    if word.isdigit() and len(word) < 4:
        return int(word)
    listed = load_words("question_things")["number_words"]
    if word in listed:
        return listed.index(word) + 1
    return {"couple": 2, "few": 3}.get(word)
