"""The fact kinds that a clause's wording allows, the state it asks for, and whom it is about."""

from __future__ import annotations

from dataclasses import replace

from rag.clinical.concepts.lexicon import names_meant
from rag.clinical.lexicon import word_set
from rag.questions.cues import Cue
from rag.questions.lists import listed
from rag.questions.reading import Reading
from rag.questions.things import is_done, is_drug, is_measured, is_social, spelled

_SPLIT = "kind:"
_HEADS = "_head"
_VERB = "_verb"
_ALSO = {
    "condition": frozenset({"condition", "finding"}),
    "finding": frozenset({"finding", "condition"}),
    "report": frozenset({"report", "procedure", "observation"}),
}
_GIVEN = frozenset({"medication", "immunization", "procedure"})
_HAD_AT_STAYS = frozenset({"medication", "allergy", "observation", "immunization", "condition"})
_COUNTED = frozenset({"child", "sibling", "brother", "sister", "son", "daughter"})
_STAY_NOUNS = {"encounter_admission": "admission", "encounter_emergency": "emergency"}


def named_kinds(reading: Reading) -> frozenset[str]:
    """The kinds that nouns of the clause name ("surgeries", "meds"); empty where none does."""
    return frozenset(kind for cue in reading.cues for kind in _nouns(cue))


def noun_places(reading: Reading) -> frozenset[int]:
    """The tokens of those nouns."""
    return frozenset(place for cue in reading.cues if _nouns(cue) for place in cue.places)


def _nouns(cue: Cue) -> frozenset[str]:
    found: set[str] = set()
    for role in cue.roles:
        if role.startswith(_SPLIT) and not role.endswith(_VERB):
            name = role[len(_SPLIT) :].removesuffix(_HEADS)
            found |= _ALSO.get(name, frozenset({name.split("_")[0] if name.startswith("encounter") else name}))
    return frozenset(found)


def stay_noun(reading: Reading) -> str:
    """``admission`` or ``emergency`` where the clause speaks of such stays, else empty."""
    return next((word for role, word in _STAY_NOUNS.items() if _SPLIT + role in reading.roles), "")


def allowed_kinds(reading: Reading, phrase: str, nouns: frozenset[str], experiencer: str) -> frozenset[str]:
    """The kinds of the nouns, else those that the verbs speak of, else what the thing itself is, else any."""
    if experiencer != "patient":
        return frozenset({"family_history"})
    if nouns:
        if "allergy" in nouns and not _names_several(reading):
            return frozenset({"allergy"})  # "drug intolerances", "allergic to a medicine"
        return nouns - {"encounter"} if nouns & _HAD_AT_STAYS else nouns
    if phrase in listed("kinds", "shots"):
        return frozenset({"immunization"})
    if is_social(phrase) and not is_measured(phrase):
        return frozenset({"social_history", "observation", "condition", "finding"})
    verbs = {role[len(_SPLIT) :].removesuffix(_VERB) for role in reading.roles if role.startswith(_SPLIT) and role.endswith(_VERB)}
    if "condition" in verbs or "finding" in verbs:
        return frozenset({"condition", "finding"})
    if (
        "medication" in verbs
        and phrase not in word_set("question_things", "not_drug")
        and not (is_done(phrase) and not is_measured(phrase))
    ):
        given = any("kind:medication_verb" in cue.roles and cue.words in listed("kinds", "giving") for cue in reading.cues)
        taken = any("kind:medication_verb" in cue.roles and cue.words not in listed("kinds", "giving") for cue in reading.cues)
        if taken:
            used = all(cue.words in listed("kinds", "using") for cue in reading.cues if "kind:medication_verb" in cue.roles)
            return frozenset({"medication", "device"}) if used and phrase and not is_drug(phrase) else frozenset({"medication"})
        if given and not is_measured(phrase):
            return _GIVEN
    if "procedure" in verbs and any(
        cue.words in {"undergo", "undergone", "underwent", "undergoing", "operated on"} for cue in reading.cues
    ):
        return frozenset({"procedure"})
    return frozenset()


def _names_several(reading: Reading) -> bool:
    """True where words for whole kinds are joined: "meds and allergies"."""
    places = noun_places(reading)
    between = range(min(places, default=0), max(places, default=0))
    return any(reading.words[place] in {"and", "&", "plus", ",", "+"} for place in between)


def experiencer_of(reading: Reading, phrase: str) -> str:
    """``patient``, or the relative that is asked about: a named one before the family at large."""
    found = [
        role.split(":")[1]
        for cue in reading.cues
        if not _is_informant(reading, cue)
        for role in sorted(cue.roles)
        if role.startswith("family:")
    ]
    if not found or is_social(phrase) or ("how_many" in reading.roles and not phrase and found[0] in _COUNTED):
        return "patient"
    return next((word for word in found if word != "family"), "family")


def _is_informant(reading: Reading, cue: Cue) -> bool:
    """True for a relative who only tells: "did her daughter report any falls"."""
    after = cue.places[-1] + 1
    return (
        not cue.roles & {"family:family"} and after < len(reading.words) and reading.words[after] in word_set("question_things", "telling")
    )


def settle_heads(reading: Reading) -> Reading:
    """Kind nouns that are part of a name ("heart disease", "for her allergies") lose their role as a whole kind.

    A head noun that follows a content word directly stays with it; the kind is still named by heads of things that are done
    ("knee surgery", "flu shot"), not by those of conditions.
    """
    cues = []
    named = False
    for cue in reading.cues:
        roles = cue.roles
        if _names_place(reading, cue):
            continue
        if _told_by_patient(reading, cue):
            cue = replace(cue, roles=frozenset({"frame"}))
            roles = cue.roles
        if cue.words in {"count", "count of"} and _joined(reading, cue) and _counts_cells(reading, cue):
            continue
        if any(role.startswith(_SPLIT) and not role.endswith(_VERB) for role in roles):
            if (
                named
                and _before(reading, cue.places[0]) in {"for", "with"}
                and not any(role.startswith("kind:encounter") for role in roles)
            ):
                continue
            if any(role.endswith(_HEADS) for role in roles) and "kind:medication" not in roles and _joined(reading, cue):
                roles = (
                    frozenset(role for role in roles if not role.endswith(_HEADS))
                    if _is_disease_word(roles) and not _is_plural(cue.words)
                    else roles
                )
                if not roles:
                    continue
                cue = replace(cue, roles=roles)
            named = True
        cues.append(cue)
    return replace(reading, cues=tuple(cues))


def _counts_cells(reading: Reading, cue: Cue) -> bool:
    """True for the count of "platelet count", which is a value; "weight count for 2016" asks how many there are."""
    before = reading.words[cue.places[0] - 1]
    last = before.split()[-1]
    return not is_measured(before) or last in listed("naming", "counted") or bool(names_meant(spelled(f"{last} count")))


def _names_place(reading: Reading, cue: Cue) -> bool:
    """True for the allergy of "the allergy clinic": the word says whose clinic, not what is asked for."""
    after = cue.places[-1] + 1
    follows = reading.words[after] if after < len(reading.words) and not reading.marks[after] else ""
    return follows in listed("kinds", "teams") and any(role.startswith(_SPLIT) for role in cue.roles)


def _told_by_patient(reading: Reading, cue: Cue) -> bool:
    """True for "which sugars did she report": the patient tells, no report does."""
    before = cue.places[0] - 1
    said = cue.roles & {"report"} and cue.words in {"report", "reported", "describe", "described", "say", "said"}
    return bool(said) and before >= 0 and reading.words[before] in {"he", "she", "they", "patient", "pt"}


def _is_disease_word(roles: frozenset[str]) -> bool:
    return bool(roles & {"kind:condition_head", "kind:finding_head", "kind:device_head"})


def _is_plural(words: str) -> bool:
    return words.endswith("s") and words not in {"diagnosis"}


def _before(reading: Reading, place: int) -> str:
    """The word before ``place``, articles and persons passed over."""
    place -= 1
    while place >= 0 and reading.marks[place] in {"person", "article", "soft"}:
        place -= 1
    return reading.words[place] if place >= 0 else ""


def _joined(reading: Reading, cue: Cue) -> bool:
    """True where a content word stands directly before the cue."""
    place = cue.places[0] - 1
    if place < 0 or reading.marks[place] not in {"", "thing"}:
        return False
    if reading.marks[place] == "thing":
        return True
    return (
        reading.words[place].isalpha()
        and len(reading.words[place]) > 2
        and not any(place in other.places for other in reading.cues)
        and reading.words[place] not in listed("kinds", "function")
    )


def is_taken_now(reading: Reading) -> bool:
    """True where a drug is asked about in the present tense ("is she on", "what does he take")."""
    taking = any("kind:medication_verb" in cue.roles and cue.words in listed("kinds", "current_verbs") for cue in reading.cues)
    return taking and not reading.times and reading.anchor is None and not listed("kinds", "past_words") & set(reading.words)


def _ended_now(reading: Reading) -> bool:
    """True for "now finished", "currently off": the word for now only says when it had ended."""
    ends = reading.places("stop", "past")
    return any(cue.places[-1] + 1 in ends for cue in reading.cues if "current" in cue.roles and not cue.roles & {"past", "stop"})


def status_of(reading: Reading, phrase: str, kinds: frozenset[str]) -> str:
    """``current``, ``past`` or empty."""
    if "current" in reading.roles and not _ended_now(reading):
        return "current"
    if reading.roles & {"past", "stop"} and not is_measured(phrase):
        return "past"
    return "current" if is_taken_now(reading) and "medication" in kinds else ""
