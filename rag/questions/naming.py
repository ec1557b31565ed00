"""Names for things that a question paraphrases: the drug that a dose is of, the culture that something grew in, the stay for a cause."""

from __future__ import annotations

from dataclasses import replace

from rag.clinical.lexicon import word_set
from rag.questions.lists import listed
from rag.questions.reading import Reading
from rag.questions.things import is_drug

_STAY_VERBS = ("hospitalized", "hospitalised", "admitted", "inpatient")
_LONGEST_GUIDELINE_NAME = 6
_FOR = frozenset({"for", "with", "because", "due"})


def dosed_drug(reading: Reading, phrase: str) -> str:
    """The drug that a dose is asked of: without words for its schedule, the one beside "dose" where others stand by."""
    schedule = word_set("question_things", "schedule")
    words = phrase.split()
    while len(words) > 1 and words[0] in schedule:
        words.pop(0)
    while len(words) > 1 and words[-1] in schedule:
        words.pop()
    bare = " ".join(words)
    if len(words) < 2 or is_drug(bare):
        return bare
    places = reading.places("dose")
    beside = reading.words[min(places) - 1] if places and min(places) > 0 else ""
    return beside if beside in words and is_drug(beside) else bare


def without_guideline(reading: Reading) -> Reading:
    """ "Does the dose fit our anticoagulation guideline" asks for the dose: words between a link and the guideline are not of the chart."""
    ends = reading.places("guideline", "guideline_link")
    if not ends:
        return reading
    hidden: set[int] = set()
    for end in ends:
        place = end - 1
        while (
            place >= 0
            and end - place <= _LONGEST_GUIDELINE_NAME
            and reading.words[place] not in word_set("question_things", "guideline_links")
            and reading.marks[place] != "point"
        ):
            place -= 1
        if place >= 0 and reading.words[place] in word_set("question_things", "guideline_links"):
            first = place - 1 if place and reading.words[place - 1] in listed("naming", "before_link") else place
            hidden |= {index for index in range(first, end) if index not in ends and reading.marks[index] in {"", "soft", "article"}}
    return replace(reading, marks=tuple("hidden" if index in hidden else mark for index, mark in enumerate(reading.marks)))


def grown_culture(reading: Reading) -> str:
    """ "What bug grew in the blood" asks for the blood culture; empty for any other question."""
    shown = [word for word, mark in zip(reading.words, reading.marks, strict=True) if mark in {"", "thing"}]
    grown, organism, site = (word_set("question_things", name) for name in ("grown", "organism", "site"))
    named = any(word in organism and word != "what" for word in shown) and "wh" in reading.roles
    if not named and not (any(word in grown for word in shown) and any(word in organism for word in shown)):
        return ""
    where = next((word for word in shown if word in site), "")
    return f"{where} culture".strip()


def removal(reading: Reading, phrase: str) -> str:
    """The operation by which an organ was taken out: "gallbladder removal"; empty for anything else."""
    removed = any(cue.words in listed("naming", "taken_out") for cue in reading.cues)
    return f"{phrase} removal" if removed and phrase in word_set("question_things", "organs") else ""


def stayed_for(reading: Reading, phrase: str) -> str:
    """The cause of a stay with the word for the stay: "hospitalized for breathing"."""
    places = [
        place for cue in reading.cues if any(role.startswith("kind:encounter_admission") for role in cue.roles) for place in cue.places
    ]
    if not places or not _FOR & set(reading.words[max(places) : max(places) + 2]):
        return phrase
    said = next((word for word in _STAY_VERBS if word in reading.words), _STAY_VERBS[0])
    return f"{said} for {phrase}"
