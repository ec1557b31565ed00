"""One plain sentence per fact and purpose: what it is, its value, status and date, each part tied to where it stands."""

from __future__ import annotations

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.pool import CURRENT_STATUSES
from rag.answering.typed.sentence import Sentence, write_value
from rag.types import Fact

UNREMARKABLE = frozenset({"n", "normal"})
"""Readings that are left out of a sentence."""
ENDED_STATUSES = frozenset({"resolved", "inactive", "remission"})
_DETAILS = {
    "medication": ("dose", "route", "frequency", "duration"),
    "allergy": ("reaction", "severity", "criticality"),
    "immunization": (),
    "procedure": ("outcome", "body_site"),
    "condition": ("severity", "body_site", "stage"),
    "device": (),
    "family_history": ("age", "outcome"),
}
_DETAIL_WORDS = {"age": "at age ", "outcome": "", "route": "", "frequency": "", "duration": ""}
_DONE = {
    "observation": "was recorded",
    "condition": "was recorded",
    "medication": "was recorded",
    "allergy": "was recorded",
    "procedure": "was performed",
    "immunization": "was given",
    "encounter": "took place",
}
_MAY_END = frozenset({"medication", "condition", "allergy", "device", "careplan", "goal"})
_LABELS = {"allergy": "Allergy to ", "encounter": "Visit: ", "device": "Device: ", "goal": "Goal: ", "careplan": "Care plan: "}


def write_name(sentence: Sentence, fact: Fact) -> Sentence:
    """The thing's name as displayed, after the words that say what kind of thing it is; a relative's with the relative."""
    if fact.kind in _LABELS and fact.assertion != "negated" and not fact.display.casefold().startswith(fact.kind):
        sentence.words(_LABELS[fact.kind])
    sentence.slot(fact, fact.slot("name"))
    if fact.kind == "family_history" and fact.slot("relation"):
        sentence.words(" (").slot(fact, fact.slot("relation")).words(")")
    return sentence


def value_sentence(calendar: Calendar, fact: Fact, as_of: str | None = None) -> Sentence:
    """``Hemoglobin A1c was 8.2 % on 2024-03-01``, with how long ago where ``as_of`` (a fact time) is later."""
    if fact.slot("value") is None or (fact.origin == "text" and fact.kind != "observation"):
        return verbatim(calendar, fact) if fact.origin == "text" else done_sentence(calendar, fact, as_of)
    sentence = write_value(write_name(Sentence(calendar), fact).words(" was "), fact)
    _write_date(sentence, fact)
    _write_reading(sentence, fact)
    return _write_ago(sentence, calendar, fact, as_of).words(".")


def done_sentence(calendar: Calendar, fact: Fact, as_of: str | None = None) -> Sentence:
    """When a thing was recorded, performed or given, with its status: ``Colonoscopy was performed on 2019-04-08 (completed).``"""
    if fact.origin == "text":
        return verbatim(calendar, fact)
    sentence = write_name(Sentence(calendar), fact).words(f" {_DONE.get(fact.kind, 'was recorded')}")
    _write_date(sentence, fact)
    _write_status(sentence, fact)
    return _write_ago(sentence, calendar, fact, as_of).words(".")


def first_sentence(calendar: Calendar, fact: Fact, as_of: str | None = None) -> Sentence:
    """When a thing began or was first on record."""
    if fact.origin == "text":
        return verbatim(calendar, fact)
    verb = " was first prescribed" if fact.kind == "medication" else " was first recorded"
    sentence = write_name(Sentence(calendar), fact).words(verb)
    _write_date(sentence, fact)
    _write_status(sentence, fact)
    return _write_ago(sentence, calendar, fact, as_of).words(".")


def item_sentence(calendar: Calendar, fact: Fact) -> Sentence:
    """One entry of a list: name, details, status and date; of a note only the drug with its dose, else the sentence itself."""
    if fact.origin == "text":
        return _told_medication(calendar, fact) if fact.kind == "medication" and fact.slot("dose") else verbatim(calendar, fact)
    sentence = write_name(Sentence(calendar), fact)
    if fact.slot("value") is not None:
        write_value(sentence.words(": "), fact)
    for name in _DETAILS.get(fact.kind, ()):
        slot = fact.slot(name)
        if slot is not None:
            label = _DETAIL_WORDS.get(name, f"{name.replace('_', ' ')} ")
            sentence.words(f", {label}").slot(fact, slot)
    if fact.slot("status"):
        sentence.words(", ").slot(fact, fact.slot("status"))
    return _write_since(sentence, fact).words(".")


def _told_medication(calendar: Calendar, fact: Fact) -> Sentence:
    sentence = Sentence(calendar).slot(fact, fact.slot("name"))
    for name in ("dose", "route", "frequency"):
        if fact.slot(name):
            sentence.words(" ").slot(fact, fact.slot(name))
    if fact.slot("date"):
        sentence.words(", ").slot(fact, fact.slot("date"))
    elif fact.slot("start"):
        sentence.words(", from ").slot(fact, fact.slot("start"))
    elif fact.time:
        sentence.words(", note of ").date(fact)
    return sentence.words(".")


def verbatim(calendar: Calendar, fact: Fact) -> Sentence:
    """What a note says, word for word, after the date of the note: ``2024-03-01: Denies chest pain.``

    The whole sentence stands as one part; its text is put in when the document is read.
    """
    sentence = Sentence(calendar)
    if fact.time is not None:
        sentence.date(fact).words(": ")
    return sentence.whole(fact, "")


def _write_date(sentence: Sentence, fact: Fact) -> None:
    sentence.on(fact)


def _write_since(sentence: Sentence, fact: Fact) -> Sentence:
    """The date of the record, and the end where one is on record; a thing that ended on no known date must not seem to end on the first."""
    if fact.time:
        open_end = fact.kind in _MAY_END and fact.status and fact.status not in CURRENT_STATUSES and not fact.end_time
        sentence.words(", recorded " if open_end else ", ").date(fact)
    if fact.end_time:
        end = next((name for name in ("abated", "stop") if fact.slot(name)), None)
        if end:
            sentence.words(" to ").date(fact, end)
    return sentence


def _write_status(sentence: Sentence, fact: Fact) -> None:
    """The status in brackets, with its date where it ended: ``(resolved on 2017-06-01)``."""
    slot = fact.slot("status")
    if slot is None:
        return
    sentence.words(" (").slot(fact, slot)
    if fact.slot("abated") and slot.text.casefold() in ENDED_STATUSES:
        sentence.on(fact, "abated")
    sentence.words(")")


def _write_reading(sentence: Sentence, fact: Fact) -> None:
    reading = fact.slot("interpretation")
    if reading is not None and reading.text.casefold() not in UNREMARKABLE:
        sentence.words(" (").slot(fact, reading).words(")")


def _write_ago(sentence: Sentence, calendar: Calendar, fact: Fact, as_of: str | None) -> Sentence:
    if as_of is None or not fact.time or not calendar.distance(fact.time, as_of):
        return sentence
    return sentence.words(", ").apart(fact.time, as_of, "time_before_as_of").words(f" before {calendar.counted_from}")
