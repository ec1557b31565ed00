"""The record of one part of a question: intent, thing, kinds, time and tags put together."""

from __future__ import annotations

from dataclasses import replace

from rag.questions.asked import Asked
from rag.questions.calling import ALWAYS_USED, answering_side, by_unit, holds_name, named, surely_used, without_heads
from rag.questions.events import A_STAY, STAYS
from rag.questions.intents import decide
from rag.questions.kinds import allowed_kinds, experiencer_of, named_kinds, status_of, stay_noun
from rag.questions.lists import listed
from rag.questions.naming import dosed_drug, removal, stayed_for
from rag.questions.phrases import kept_places, phrase_of
from rag.questions.placing import placed_times
from rag.questions.polarity import is_negative, is_polar, limit_of
from rag.questions.reading import Reading, number_word
from rag.questions.things import is_drug, is_measured
from rag.questions.understood import Anchor, Intent, Relation, Understood

_USED = {
    Intent.CHANGE: frozenset({"moved", "direction", "compare", "course", "normal"}),
    Intent.TREND: frozenset({"moved", "direction", "course", "history_of_values", "summary"}),
    Intent.COMPARE: frozenset({"moved", "compare", "direction", "normal", "course"}),
    Intent.REPORT: frozenset({"course", "report", "normal", "summary"}),
    Intent.SUMMARY: frozenset({"summary", "course", "direction", "history_of_values", "narrative", "report"}),
    Intent.VALUES: frozenset({"compare", "history_of_values", "worst", "report", "normal", "times"}),
    Intent.LIST: frozenset({"narrative", "summary"}),
    Intent.COUNT: frozenset({"times", "report"}),
    Intent.DOSE: frozenset({"times", "moved", "direction"}),
    Intent.UNKNOWN: frozenset({"narrative", "report", "summary", "normal"}),
    Intent.LATEST: frozenset({"compare", "normal", "report", "narrative", "worst"}),
    Intent.PRESENCE: frozenset({"report", "normal"}),
    Intent.STOPPED: frozenset({"narrative"}),
    Intent.DURATION: frozenset({"course"}),
    Intent.WHY: frozenset({"moved", "report", "times", "normal", "narrative", "direction", "value"}),
}
_GIVEN_KINDS = frozenset({"medication", "immunization", "procedure"})
_VALUED = frozenset({Intent.LATEST, Intent.FIRST, Intent.VALUES, Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE, Intent.TREND})
_OF_STAYS = frozenset(
    {Intent.LAST_DONE, Intent.STARTED, Intent.STOPPED, Intent.COUNT, Intent.DURATION, Intent.PRESENCE, Intent.FIRST, Intent.LATEST}
)
_NOT_OF_VALUES = frozenset(
    {
        *(Intent.PRESENCE, Intent.LIST, Intent.WHY, Intent.UNKNOWN, Intent.DOSE, Intent.REPORT),
        *(Intent.STARTED, Intent.STOPPED, Intent.DURATION, Intent.LAST_DONE),
    }
)
_OF_VALUES = frozenset({*_VALUED, Intent.CHANGE, Intent.COMPARE, Intent.VALUE_AT})
_SHOWN_NOT = frozenset({"frame", "aux"})


def build(reading: Reading) -> Understood:
    """The part that a clause asking for one thing asks."""
    reading = answering_side(reading)
    polar = is_polar(reading)
    loose = phrase_of(reading, kept_places(reading, ALWAYS_USED))
    phrase = named(reading, phrase_of(reading, kept_places(reading, ALWAYS_USED | surely_used(reading))) or loose)
    experiencer = experiencer_of(reading, phrase)
    nouns = named_kinds(reading)
    phrase = without_heads(reading, phrase, nouns) or by_unit(reading)
    if experiencer == "patient" and not phrase:
        phrase = next(
            (cue.words for cue in reading.cues if cue.roles & {"family:child", "family:sibling", "family:brother", "family:sister"}), ""
        )
    kinds = allowed_kinds(reading, phrase, nouns, experiencer)
    limit = limit_of(reading)
    if kinds == {"encounter"} and is_drug(phrase):
        kinds = frozenset({"medication"})
    asked = Asked(reading, phrase, kinds, polar, holds_name(reading), limit)
    intent = decide(asked)
    sized = frozenset({"narrative"}) if asked.has("sized") else frozenset[str]()
    tight = phrase_of(reading, kept_places(reading, ALWAYS_USED | sized | _USED.get(intent, frozenset())))
    if asked.measured and is_measured(phrase) and intent in _OF_VALUES and len(phrase) < len(tight):
        tight = phrase
    tight = tight or (phrase if experiencer == "patient" and "how_many" in reading.roles else "")
    if intent is Intent.UNKNOWN and not tight:
        tight = loose
    phrase = without_heads(reading, named(reading, tight), nouns) or by_unit(reading)
    if taken_out := removal(reading, phrase):
        phrase = taken_out
        intent = Intent.PRESENCE if polar else Intent.LAST_DONE if intent is Intent.STOPPED else intent
    elif intent in {Intent.LAST_DONE, Intent.STARTED} and listed("naming", "tubes") & set(phrase.split()) and _taken_out(reading):
        intent = Intent.STOPPED
    if phrase in listed("naming", "fevers") and intent in {Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE}:
        phrase = "temperature"
    if intent is Intent.DOSE and not asked.is_name:
        phrase = dosed_drug(reading, phrase)
    kinds = allowed_kinds(reading, phrase, nouns, experiencer)
    if not phrase and "encounter" in kinds:
        phrase = stay_noun(reading)
    if not phrase and experiencer != "patient":
        phrase = " ".join(cue.words for cue in reading.cues if cue.roles & {"kind:procedure_head", "kind:medication", "kind:device_head"})
    of_stay = kinds == {"encounter"} or phrase in {"hospital", "admission"} or not (phrase or kinds)
    if intent is Intent.LAST_DONE and "discharged" in reading.roles and of_stay:
        phrase, kinds, intent = "admission", frozenset({"encounter"}), Intent.STOPPED
    if experiencer not in {"patient", "family"} and "age_at" in reading.roles and reading.anchor is not None and phrase in {"", "age"}:
        phrase, intent = reading.anchor.words, Intent.LIST  # "how old was his dad when he had his stroke": the record tells the age
        return _built(replace(reading, anchor=None), replace(asked, phrase=phrase, kinds=kinds, polar=False), intent, experiencer)
    return _built(reading, replace(asked, phrase=phrase, kinds=kinds), intent, experiencer)


def _taken_out(reading: Reading) -> bool:
    return any(cue.words in {"removed", "taken out", "took out", "take out", "pulled", "came out", "come out"} for cue in reading.cues)


def _settled(
    reading: Reading, asked: Asked, intent: Intent, anchor: Anchor | None, *, timed: bool
) -> tuple[Asked, frozenset[str], Anchor | None]:
    """What is asked, the kinds and the event as they stand once intent and time are known: a stay may be the thing or only its time."""
    kinds = asked.kinds
    if not asked.phrase and anchor is not None and anchor.kind == "encounter" and not kinds - {"encounter"} and intent in _OF_STAYS:
        phrase, kinds, anchor = anchor.words or "", frozenset({"encounter"}), None
        asked = replace(asked, phrase=phrase, kinds=kinds)
    if kinds == {"encounter"} and is_measured(asked.phrase) and (anchor is not None or intent in {Intent.CHANGE, Intent.COMPARE}):
        kinds = frozenset({"observation"})
    if kinds == {"encounter"} and intent in _OF_STAYS and asked.phrase:
        asked = replace(asked, phrase=stayed_for(reading, asked.phrase))
    if anchor is None and kinds == {"encounter"} and is_measured(asked.phrase) and intent in _VALUED | {Intent.COUNT}:
        kinds = frozenset({"observation"})
        anchor = Anchor(stay_noun(reading), Relation.DURING, "encounter", "last" if asked.has("last") else "")
    if not kinds and asked.measured and intent not in _NOT_OF_VALUES:
        kinds = frozenset({"observation"})
    if anchor is None and not timed and "medication" in kinds and asked.has("discharged", "admitted") and intent is Intent.LIST:
        anchor = Anchor("admission", Relation.DURING, "encounter", "last", "stop" if asked.has("discharged") else "start")
    if kinds == {"allergy"} and anchor is not None and anchor.relation is Relation.BEFORE and not asked.has("past"):
        anchor = None  # "any allergies before contrast": what holds is asked, for what is to come
    if intent is Intent.WHY and (A_STAY.match(asked.phrase) or (asked.has("visit_reason") and STAYS.search(asked.phrase))):
        kinds = frozenset({"encounter"})
    if intent is Intent.LIST and not kinds and asked.has("reaction"):
        kinds = frozenset({"allergy"})
    if intent is Intent.LIST and not kinds and is_drug(asked.phrase):
        kinds = frozenset({"medication"})
    if kinds in (_GIVEN_KINDS, frozenset({"encounter"})) and is_drug(asked.phrase):
        kinds = frozenset({"medication"})
    if intent is Intent.DOSE or (intent in {Intent.CHANGE, Intent.TREND, Intent.VALUES, Intent.HIGHEST} and asked.has("dose")):
        kinds = kinds & {"medication", "immunization"} or frozenset({"medication"})
    return asked, kinds, anchor


def _built(reading: Reading, asked: Asked, intent: Intent, experiencer: str) -> Understood:
    windows, anchor, at = placed_times(reading, intent)
    asked, kinds, anchor = _settled(reading, asked, intent, anchor, timed=bool(windows))
    stopping = intent in {Intent.STOPPED, Intent.STARTED, Intent.WHY, Intent.LAST_DONE, Intent.CHANGE}
    status = "" if stopping or (asked.measured and intent is not Intent.PRESENCE) else status_of(reading, asked.phrase, kinds)
    return Understood(
        text=reading.text.strip(),
        intent=intent,
        phrase=_numberless(asked.phrase, asked.limit),
        kinds=kinds,
        windows=windows,
        anchor=anchor,
        at=at,
        threshold=reading.threshold,
        status=status,
        experiencer=experiencer,
        polar=(asked.polar and not (intent is Intent.LIST and status == "past")) or (intent is Intent.PRESENCE),
        negative=asked.polar and is_negative(reading) and intent is not Intent.STOPPED,
        limit=asked.limit,
        unit=reading.unit,
        guideline=asked.has("guideline", "guideline_link"),
        cues=_shown(reading),
        tags=_tags(reading),
    )


def _numberless(phrase: str, limit: int | None) -> str:
    """The phrase without the count of "the last three"."""
    first, _, rest = phrase.partition(" ")
    if limit is not None and number_word(phrase.rpartition(" ")[2]) == limit:
        phrase = phrase.rpartition(" ")[0]
    return (rest if limit is not None and number_word(first) == limit else phrase).removeprefix("of ")


def _shown(reading: Reading) -> tuple[str, ...]:
    """The cue words that counted, in order, then times and anchor as asked."""
    words = [cue.words for cue in reading.cues if cue.roles - _SHOWN_NOT]
    return tuple(
        dict.fromkeys([*words, *(time.window.words for time in reading.times), *([reading.anchor_words] if reading.anchor_words else [])])
    )


def _tags(reading: Reading) -> frozenset[str]:
    """Finer roles: those of the cues, ``for`` before a phrase with medications, ``follow_up`` where the clause goes on from another."""
    tags = {role for role in reading.roles if ":" not in role} - _SHOWN_NOT
    if any(time.relation == "near" for time in reading.times):
        tags.add("near")
    if {"for", "treat"} & set(reading.words) and "kind:medication" in reading.roles | {
        "kind:medication" for cue in reading.cues if "kind:medication_verb" in cue.roles
    }:
        tags.add("for")
    first = next((word for word, mark in zip(reading.words, reading.marks, strict=True) if mark not in {"soft", "article"}), "")
    if first in {"and", "or", "but"} or reading.roles & {"what_about", "before_that", "after_that"}:
        tags.add("follow_up")
    return frozenset(tags)
