"""Whether a clause asks for yes or no, is put with a negation, and how many values it wants."""

from __future__ import annotations

from rag.clinical.lexicon import word_set
from rag.questions.reading import Reading, number_word

LEADING = frozenset(
    {
        *("wh", "when", "why", "how_many", "how_much", "how_long", "times", "how_is", "who", "age_at", "dose_unit", "list", "summary"),
        *("compare", "sized", "how_far"),
    }
)
_WH = frozenset({"what", "which", "how", "when", "why", "who", "where"})
_JOINING = frozenset({"and", "or", "but", "that", "if", "whether", ",", ":", "because", "so"})
_VALUES_FIRST = frozenset({"first", "last", "highest", "lowest", "average", "trend", "change", "dose", "values", "all"})


def is_polar(reading: Reading) -> bool:
    """True where yes or no is asked: the first word that leads is an auxiliary, "any", "ever" or "whether"."""
    if "list" in reading.roles and "aux" not in reading.roles:
        return False
    at: dict[int, frozenset[str]] = {place: cue.roles for cue in reading.cues for place in cue.places}
    for index, mark in enumerate(reading.marks):
        if mark:
            continue
        roles = at.get(index, frozenset())
        if roles & LEADING or reading.words[index] in _WH or (roles & _VALUES_FIRST and not roles & {"aux", "any", "ever"}):
            return False
        if roles & {"aux", "whether", "any", "ever", "negation"} or reading.words[index] in word_set("question_cues", "aux"):
            if in_relative_clause(reading, index):
                continue
            return not any(cue.roles & (LEADING - {"summary", "compare", "times", "list"}) for cue in reading.cues)
    return False


def in_relative_clause(reading: Reading, place: int) -> bool:
    """True for the verb of "blood thinners she was on": a subject right before it, and the thing itself before that."""
    if place < 2 or reading.words[place - 1] not in {"he", "she", "they", "patient", "pt"}:
        return False
    before = [index for index in range(place - 1) if not reading.marks[index]]
    return bool(before) and reading.words[before[0]] not in word_set("question_cues", "aux") and reading.words[before[-1]] not in _JOINING


def is_negative(reading: Reading) -> bool:
    """True where the question is put with a negation, inside a cue or by itself."""
    negations = word_set("question_cues", "negation")
    return any(word in negations for word, mark in zip(reading.words, reading.marks, strict=True) if mark == "")


def limit_of(reading: Reading) -> int | None:
    """The number of values wanted: "the last three"."""
    if "between_last" in reading.roles:
        return 2
    after = {max(cue.places) + 1 for cue in reading.cues if cue.roles & {"last", "previous", "first", "highest", "lowest", "past"}}
    for place in sorted(after):
        if place < len(reading.words) and not reading.marks[place] and (number := number_word(reading.words[place])):
            return number
    return None
