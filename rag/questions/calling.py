"""The name of the thing that a clause asks for, where its own words only describe it."""

from __future__ import annotations

import re

from rag.clinical.concepts.lexicon import names_meant
from rag.clinical.lexicon import word_set
from rag.questions.everyday import is_everyday
from rag.questions.lists import listed, load_lists
from rag.questions.naming import grown_culture
from rag.questions.phrases import kept_places, phrase_of, tidy
from rag.questions.polarity import is_polar
from rag.questions.reading import Reading, apart
from rag.questions.things import is_condition, is_drug, is_measured

_SOURCED = re.compile(r"^(.+?) (?:by|per|on|from|in) .*\b(?:notes?|pathology|reports?|consult|imaging|mri|ct|ultrasound|exam|biopsy)\b")
_SIZED = re.compile(r"^(.*?)(?: (?:on|at|by|in|from|per) .*)?$")
ALWAYS_USED = frozenset({"worst", "times"})
_BRACKETED = re.compile(r"\(([^()]{2,30})\)")
_VERB_NAMES = ("weight", "height", "age", "temperature", "occupation", "hallucinations")


def answering_side(reading: Reading) -> Reading:
    """ "Echo from May: what was the EF" asks for the EF: a measured thing after the colon is not of what stands before it."""
    colon = next((index for index, (word, mark) in enumerate(zip(reading.words, reading.marks, strict=True)) if word == ":" and mark), None)
    if colon is None:
        return reading
    kept = kept_places(reading, ALWAYS_USED)
    before, after = ([place for place in kept if (place > colon) == side] for side in (False, True))
    named = phrase_of(reading, after)
    if not is_measured(named) or named in listed("naming", "heads_alone") or is_measured(phrase_of(reading, before)):
        return reading
    return apart(reading, set(before))


def surely_used(reading: Reading) -> frozenset[str]:
    """Roles that are surely used, known before the intent is."""
    used: set[str] = {"narrative", "report", "course"} if "sized" in reading.roles else set()
    if reading.roles & {"how_much", "change", "between_last"}:
        used |= {"moved"}
    if reading.roles & {"trend", "how_is"}:
        used |= {"course", "direction"}
    if "report" in reading.roles and "wh" in reading.roles:
        used |= {"report"}
    if any(time.relation == "compare" for time in reading.times):
        used |= {"compare", "moved"}
    rest = phrase_of(reading, kept_places(reading, ALWAYS_USED | {"moved", "direction", "course", "normal", "history_of_values"}))
    if is_measured(rest):
        used |= {"moved", "direction", "course", "normal", "history_of_values"}
    return frozenset(used)


def named(reading: Reading, phrase: str) -> str:
    """A measurement asked with a verb or an adjective gets its name: "weigh" is weight."""
    if grown := grown_culture(reading):
        return grown
    if "compare" in reading.roles and (sourced := _SOURCED.match(phrase)) and is_measured(sourced.group(1)):
        return sourced.group(1)
    if "sized" in reading.roles and phrase and not is_measured(phrase) and "size" not in phrase:
        return _SIZED.sub(r"\1 size", phrase, count=1)
    if scores := [cue.words for cue in reading.cues if cue.words in {"scores", "score"}]:
        return phrase if is_measured(phrase) or not phrase else f"{phrase} {scores[0]}"
    if (moved := _moved(reading, phrase)) is not None:
        return moved
    for name in _VERB_NAMES:
        if phrase in word_set("question_things", name):
            return name
    if not phrase and "age_at" in reading.roles and not reading.roles & {"start", "diagnosed", "stop", "done", "prescribed", "pronoun"}:
        return "age"
    if (
        not phrase
        and {"how_much", "moved"} <= reading.roles
        and any("pounds" in cue.words or "lbs" in cue.words or " k" in cue.words for cue in reading.cues)
    ):
        return "weight"
    bracketed = _BRACKETED.search(reading.text)
    if bracketed and not names_meant(phrase) and phrase.endswith(inner := bracketed.group(1).lower().strip()) and _is_clear(inner):
        return inner
    return phrase if holds_name(reading) else tidy(phrase)


def _moved(reading: Reading, phrase: str) -> str | None:
    """ "Weight loss over the past year" asks how the weight changed, where no yes or no is asked; None for any other phrase."""
    thing, _, change = phrase.rpartition(" ")
    timed = bool(reading.times) or reading.anchor is not None
    wanted = not reading.roles & {"why", "when", "how_long", "age_at", "narrative"}
    return thing if timed and wanted and change in listed("naming", "changes") and is_measured(thing) and not is_polar(reading) else None


def _is_clear(phrase: str) -> bool:
    """True for a name in brackets that says by itself what is meant ("blood count (Hb)")."""
    return is_measured(phrase) or is_drug(phrase) or is_condition(phrase)


def by_unit(reading: Reading) -> str:
    """What a limit with a unit is of, where nothing else is named: "has she dropped below 50 kilos" asks for the weight."""
    unit = (reading.threshold.unit or "").lower() if reading.threshold else ""
    said = next((name for cue in reading.cues for name, words in load_lists("most_of").items() if cue.words in words), "")
    return next((name for name, units in load_lists("units_of").items() if unit in units), said)


def without_heads(reading: Reading, phrase: str, nouns: frozenset[str]) -> str:
    """Empty where the phrase is nothing but a word for a whole kind ("surgeries")."""
    heads = {cue.words for cue in reading.cues if any(role.startswith("kind:") and not role.endswith("_verb") for role in cue.roles)}
    if "allergy" in nouns and phrase in {"reaction", "reactions"}:
        return ""
    if nouns and all(is_everyday(word) for word in phrase.split()):
        return ""
    return "" if nouns and phrase in heads else phrase


def holds_name(reading: Reading) -> bool:
    """True where a display of the chart or a fixed name stands in the clause."""
    return any(mark == "thing" for mark in reading.marks)
