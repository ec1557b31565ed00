"""Medication requests, dispenses, administrations and statements as lines, with the dosage in words."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ingestion.readers.fhir_elements import Concept, concept, concepts, one_line, period, quantity_words
from ingestion.readers.fhir_json import Json, flag, node, nodes, number, text, word, words
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_references import medication, notes, reasons
from ingestion.readers.fhir_sig import sig_slots
from rag.types import Span

_UNNAMED = Concept("unnamed medication", "", True)
_UNITS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_MOMENTS = {
    "AC": "before meals",
    "PC": "after meals",
    "C": "with meals",
    "HS": "at bedtime",
    "WAKE": "on waking",
    "MORN": "in the morning",
    "NOON": "at noon",
    "AFT": "in the afternoon",
    "EVE": "in the evening",
    "NIGHT": "at night",
}
_HOW = (("route", "route", "route"), ("method", "method", ""), ("site", "site", "body_site"), ("additionalInstruction", "", "text"))
_LABELS = {
    "MedicationRequest": "Medication request",
    "MedicationDispense": "Medication dispense",
    "MedicationAdministration": "Medication administration",
    "MedicationStatement": "Medication statement",
}


def medication_line(entry: Entry, pool: Pool) -> LineWriter:
    """Any of the four medication resources about a patient."""
    resource = entry.resource
    line = LineWriter(_when(resource))
    name = medication(resource, pool) or _UNNAMED
    status = word(resource, "status")
    line.words(f"{_LABELS[entry.type]}: ").concept(name, "name")
    line.coded("do not take", "yes" if flag(resource, "doNotPerform") else "")
    line.coded("status", status.replace("-", " "), "status").listed("status reason", concepts(resource, "statusReason"), "reason")
    intent = word(resource, "intent")
    line.coded("intent", intent.replace("-", " ") if intent not in ("", "order") else "")
    for dosage in [*nodes(resource, "dosageInstruction"), *nodes(resource, "dosage")]:
        _write_dosage(line, dosage)
    line.coded("quantity", quantity_words(node(resource, "quantity")), "quantity")
    line.coded("supply", quantity_words(node(resource, "daysSupply")), "duration")
    _write_dispense(line, node(resource, "dispenseRequest"))
    line.listed("reason", reasons(resource, pool), "reason")
    line.coded("reported by another", "yes" if flag(resource, "reportedBoolean") else "")
    line.between(*period(node(resource, "effectivePeriod")))
    line.notes(notes(resource))
    negated = flag(resource, "doNotPerform") or status in ("not-taken", "not-done", "declined")
    hypothetical = intent in ("proposal", "plan") or status in ("draft", "intended", "preparation")
    assertion = "negated" if negated else "hypothetical" if hypothetical else "present"
    return line.fact("medication", name, status, end=_end(resource), assertion=assertion)


def _when(resource: Json) -> str:
    for key in ("authoredOn", "whenHandedOver", "whenPrepared", "effectiveDateTime", "dateAsserted"):
        if text(resource, key):
            return text(resource, key)
    return text(node(resource, "effectivePeriod"), "start")


def _end(resource: Json) -> str:
    """When the patient stopped or was to stop taking it; of several courses the last end."""
    taken = text(node(resource, "effectivePeriod"), "end")
    courses = (node(node(dosage, "timing"), "repeat") for key in ("dosageInstruction", "dosage") for dosage in nodes(resource, key))
    return taken or max((text(node(course, "boundsPeriod"), "end") for course in courses), default="")


def _write_dosage(line: LineWriter, dosage: Json) -> None:
    sig = one_line(text(dosage, "text"))
    line.prose("dosage:", sig, "text")
    written = line.at - len(sig)
    for dose in [*nodes(dosage, "doseAndRate"), dosage]:
        line.coded("dose", quantity_words(node(dose, "doseQuantity")) or quantity_words(node(dose, "dose")), "dose")
        line.coded("dose", _between(node(dose, "doseRange")), "dose")
        rate = quantity_words(node(dose, "rateQuantity")) or _between(node(dose, "rateRange")) or ratio(node(dose, "rateRatio"))
        line.coded("rate", rate)
    write_timing(line, node(dosage, "timing"))
    line.between(*period(node(node(node(dosage, "timing"), "repeat"), "boundsPeriod")))
    line.listed("as needed for", concepts(dosage, "asNeededCodeableConcept"), "reason")
    line.coded("", "as needed" if flag(dosage, "asNeededBoolean") else "", "frequency")
    for key, label, slot in _HOW:
        line.listed(label, concepts(dosage, key), slot)
    line.coded("maximum", ratio(node(dosage, "maxDosePerPeriod"))).prose("instruction:", text(dosage, "patientInstruction"), "text")
    told = line.slots_since(written + len(sig))
    for slot, span in sig_slots(sig):  # only what the coded parts of this dosage leave unsaid
        if slot not in told:
            line.again(slot, Span(written + span.start, written + span.end))


def write_timing(line: LineWriter, value: Json) -> None:
    """Write a Timing in words: ``, twice per day``, ``, 1 time every 8 hours, for 10 days``; nothing where it says nothing."""
    repeat = node(value, "repeat")
    code = concept(node(value, "code"))
    line.coded("", code.display if code.coded else "", "frequency").coded("", _frequency(repeat), "frequency")
    line.coded("for", number(repeat, "boundsDuration") or quantity_words(node(repeat, "boundsDuration")), "duration")
    for moment in words(repeat, "when"):
        line.coded("", _MOMENTS.get(moment, moment), "frequency")
    line.coded("", "on " + " and ".join(words(repeat, "dayOfWeek")) if words(repeat, "dayOfWeek") else "", "frequency")
    line.coded("", "at " + " and ".join(words(repeat, "timeOfDay")) if words(repeat, "timeOfDay") else "", "frequency")


def _frequency(repeat: Json) -> str:
    frequency, length = number(repeat, "frequency") or "1", number(repeat, "period")
    most = number(repeat, "frequencyMax")
    unit = _UNITS.get(text(repeat, "periodUnit"), "")
    if not length or not unit:
        return ""
    times = {"1": "once", "2": "twice"}.get(frequency, f"{frequency} times")
    times = f"{frequency} to {most} times" if most else times
    try:
        single = Decimal(length) == 1
    except InvalidOperation:
        return ""
    return f"{times} per {unit}" if single else f"{times} every {length} {unit}s"


def ratio(value: Json) -> str:
    """A Ratio in words: ``100 mg per 24 h``."""
    return " per ".join(part for part in (quantity_words(node(value, "numerator")), quantity_words(node(value, "denominator"))) if part)


def _between(value: Json) -> str:
    return " to ".join(part for part in (quantity_words(node(value, "low")), quantity_words(node(value, "high"))) if part)


def _write_dispense(line: LineWriter, request: Json) -> None:
    line.coded("dispense", quantity_words(node(request, "quantity")), "quantity")
    line.coded("refills", number(request, "numberOfRepeatsAllowed"))
    line.coded("expected supply", quantity_words(node(request, "expectedSupplyDuration")), "duration")
