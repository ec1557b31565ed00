"""What the patient has, reacts to, was given and carries: conditions, allergies, procedures, immunizations, devices, family history."""

from __future__ import annotations

import re

from ingestion.readers.fhir_elements import Concept, code_of, concept, concepts, day, period, quantity_words
from ingestion.readers.fhir_json import Json, choice, node, nodes, text, word, words
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_observation import Value, value_of, write_value
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_references import notes, reasons, referred

_NO_ALLERGY = re.compile(r"no (?:known )?(?:\w+ ){0,3}allerg|(?:nkda|nka|nkfa)\b", re.IGNORECASE)
"""An AllergyIntolerance may say that there is none: its concept is the denial."""
_DOUBT = ("unconfirmed", "provisional", "differential", "presumed", "suspected")


def condition(entry: Entry, pool: Pool) -> LineWriter:
    """A Condition: ``2012-05-01 Condition: Viral sinusitis (disorder), clinical status resolved, onset 2012-05-01, abated 2012-05-14``."""
    resource = entry.resource
    onset = text(resource, "onsetDateTime") or text(node(resource, "onsetPeriod"), "start")
    line = LineWriter(onset or text(resource, "recordedDate"))
    name = concept(node(resource, "code")) or Concept("unnamed condition", "", True)
    status, certainty = code_of(resource, "clinicalStatus"), code_of(resource, "verificationStatus")
    line.words("Condition: ").concept(name, "name").coded("clinical status", status, "status")
    line.coded("verification", certainty if certainty != "confirmed" else "", "certainty")
    line.listed("severity", concepts(resource, "severity"), "severity").listed("body site", concepts(resource, "bodySite"), "body_site")
    _write_moment(line, "onset", resource)
    _write_moment(line, "abated", resource, stem="abatement")
    if not onset or day(text(resource, "recordedDate")) != day(onset):
        line.on("recorded", text(resource, "recordedDate") if onset else "", "recorded")
    line.listed("stage", (concept(node(stage, "summary")) for stage in nodes(resource, "stage")), "stage")
    line.listed("evidence", (found for item in nodes(resource, "evidence") for found in concepts(item, "code")))
    line.listed("category", (c for c in concepts(resource, "category") if not c.code.endswith("|encounter-diagnosis")), "category")
    line.notes(notes(resource))
    end = text(resource, "abatementDateTime") or text(node(resource, "abatementPeriod"), "end")
    return line.fact("condition", name, status, end=end, assertion=_certainty(certainty))


def _certainty(code: str) -> str:
    return "negated" if code == "refuted" else "uncertain" if code in _DOUBT else "present"


def _write_moment(line: LineWriter, label: str, resource: Json, stem: str = "onset") -> None:
    kind, value = choice(resource, stem)
    if kind == "Period" and isinstance(value, dict):
        line.between(*period(value), label=f"{label} from", slots=(label, label if label == "abated" else ""))
        return
    moment: Value = value_of(resource, stem)
    if moment.words:
        line.words(f", {label} {'at age ' if kind == 'Age' else ''}")
        write_value(line, moment, "age" if kind == "Age" else label)


def allergy(entry: Entry, pool: Pool) -> LineWriter:
    """An AllergyIntolerance with its criticality and reactions."""
    resource = entry.resource
    line = LineWriter(text(resource, "onsetDateTime") or text(resource, "recordedDate"))
    name = concept(node(resource, "code")) or Concept("unnamed substance", "", True)
    status, certainty = code_of(resource, "clinicalStatus"), code_of(resource, "verificationStatus")
    line.words("Intolerance: " if text(resource, "type") == "intolerance" else "Allergy: ").concept(name, "name")
    line.coded("clinical status", status, "status").coded("verification", certainty if certainty != "confirmed" else "", "certainty")
    line.coded("criticality", word(resource, "criticality").replace("-", " "), "criticality")
    line.coded("category", " and ".join(words(resource, "category")), "category")
    for reaction in nodes(resource, "reaction"):
        line.listed("reaction", concepts(reaction, "manifestation"), "reaction").coded("severity", word(reaction, "severity"), "severity")
        line.listed("to", concepts(reaction, "substance")).listed("by", concepts(reaction, "exposureRoute"), "route")
        line.on("reaction on", text(reaction, "onset")).prose("reaction:", text(reaction, "description"), "text").notes(notes(reaction))
    line.on("last occurrence", text(resource, "lastOccurrence")).notes(notes(resource))
    none_known = _NO_ALLERGY.match(name.display)
    return line.fact("allergy", name, status, assertion="negated" if none_known else _certainty(certainty))


def immunization(entry: Entry, pool: Pool) -> LineWriter:
    """An Immunization, given or not given and why."""
    resource = entry.resource
    line = LineWriter(text(resource, "occurrenceDateTime") or text(resource, "recorded"))
    name = concept(node(resource, "vaccineCode")) or Concept("unnamed vaccine", "", True)
    status = word(resource, "status")
    line.words("Immunization: ").concept(name, "name").coded("status", status.replace("-", " "), "status")
    line.listed("status reason", concepts(resource, "statusReason"), "reason").prose("occurrence", text(resource, "occurrenceString"))
    line.coded("dose", quantity_words(node(resource, "doseQuantity")), "dose").listed("route", concepts(resource, "route"), "route")
    line.listed("site", concepts(resource, "site"), "body_site").listed("reason", reasons(resource, pool), "reason")
    for protocol in nodes(resource, "protocolApplied"):
        dose = value_of(protocol, "doseNumber")
        if dose.words:
            line.words(", dose number ")
            write_value(line, dose)
    for reaction in nodes(resource, "reaction"):
        line.on("reaction on", text(reaction, "date")).listed("reaction", referred(reaction, "detail", pool), "reaction")
    line.notes(notes(resource))
    return line.fact("immunization", name, status, assertion="negated" if status == "not-done" else "present")


def procedure(entry: Entry, pool: Pool) -> LineWriter:
    """A Procedure, done, planned or not done."""
    resource = entry.resource
    span = node(resource, "performedPeriod")
    line = LineWriter(text(resource, "performedDateTime") or text(span, "start") or text(span, "end"))
    name = concept(node(resource, "code")) or Concept("unnamed procedure", "", True)
    status = word(resource, "status")
    line.words("Procedure: ").concept(name, "name").coded("status", status.replace("-", " "), "status")
    line.listed("status reason", concepts(resource, "statusReason"), "reason")
    line.listed("body site", concepts(resource, "bodySite"), "body_site")
    line.between(*period(span)).prose("performed", text(resource, "performedString"), "text")
    line.listed("reason", reasons(resource, pool), "reason").listed("outcome", concepts(resource, "outcome"), "outcome")
    line.listed("complication", concepts(resource, "complication"), "reaction")
    line.listed("follow-up", concepts(resource, "followUp")).listed("used", concepts(resource, "usedCode"))
    line.listed("device", (found for item in nodes(resource, "focalDevice") for found in referred(item, "manipulated", pool)))
    line.notes(notes(resource))
    assertion = "negated" if status == "not-done" else "hypothetical" if status == "preparation" else "present"
    return line.fact("procedure", name, status, end=text(span, "end"), assertion=assertion)


def device(entry: Entry, pool: Pool) -> LineWriter:
    """A Device of the patient by type and name. Serial, lot and UDI numbers identify: they are not rendered."""
    resource = entry.resource
    line = LineWriter()
    names = [text(name, "name") for name in nodes(resource, "deviceName")]
    kind = concept(node(resource, "type"))
    status = word(resource, "status")
    line.words("Device: ").concept(kind or Concept(names[0] if names else "unnamed device", "", not names), "name")
    line.coded("status", status.replace("-", " "), "status").listed("status reason", concepts(resource, "statusReason"), "reason")
    for name in names:
        line.prose("name", name if name != kind.display else "", "text")
    line.prose("manufacturer", text(resource, "manufacturer")).prose("model", text(resource, "modelNumber"))
    line.on("manufactured", text(resource, "manufactureDate")).on("expires", text(resource, "expirationDate")).notes(notes(resource))
    return line.fact("device", kind, status)


def family_history(entry: Entry, pool: Pool) -> LineWriter:
    """A FamilyMemberHistory: the relationship and the relative's conditions; the relative's name is not rendered."""
    resource = entry.resource
    line = LineWriter(text(resource, "date"))
    relation = concept(node(resource, "relationship")) or Concept("relative", "", True)
    status = word(resource, "status")
    line.words("Family history: ").concept(relation, "relation")
    line.coded("status", status.replace("-", " ") if status != "completed" else "", "status")
    deceased = value_of(resource, "deceased")
    if deceased.words:
        line.words(", deceased ")
        write_value(line, deceased)
    for item in nodes(resource, "condition"):
        name = concept(node(item, "code"))
        line.part().words(" had " if name else "").concept(name, "name").listed("outcome", concepts(item, "outcome"), "outcome")
        _write_moment(line, "onset", item)
        line.notes(notes(item)).fact("family_history", name, status, assertion="family", experiencer=relation.display.lower())
    line.listed("reason", reasons(resource, pool)).notes(notes(resource))
    return line
