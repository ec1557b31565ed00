"""One patient's chart as a FHIR R4 collection bundle, serialised one resource per line."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import datetime

from ingestion.demo import resources as fhir
from ingestion.demo.notes import CONTENT_TYPES, encode_note, note_fields, note_text
from ingestion.demo.resources import LOINC, Chart, Resource, concept, local, of_system, profile
from ingestion.demo.scenario import Coding, Directory, Note, Scenario

BASE_URL = "https://fhir.northfield.example/r4/"
NOTE_CATEGORIES = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"


def build_bundle(patient: Scenario, codes: dict[str, dict[str, Coding]], directory: Directory) -> Resource:
    """Return the bundle: people first, then visits with their results, then what stands outside visits, then notes.

    Raises:
        KeyError: the scenario names a code, a visit, a practitioner or a note field that does not exist.
    """
    chart = Chart(patient, codes, directory)
    _add_people(chart)
    for key, visit in patient.visits.items():
        chart.add("encounter", fhir.encounter(chart, key, visit), f"{patient.id}-{key}")
    for key in patient.visits:
        _add_measurements(chart, key)
    for problem in patient.problems:
        chart.add("condition", fhir.condition(chart, problem))
    for drug in patient.drugs:
        chart.add("medication", fhir.medication_request(chart, drug))
    _add_history(chart)
    _add_plans(chart)
    for report in patient.reports:
        chart.add("report", fhir.diagnostic_report(chart, report))
    fields = note_fields(patient, directory)
    for note in patient.notes:
        chart.add("note", _document_reference(chart, note, fields), f"{patient.id}-{note.key}")
    return _bundle(patient.id, chart.resources)


def serialise(bundle: Resource) -> str:
    """Return the bundle as JSON with one entry per line, so that a change of one resource is a change of one line."""
    entries = bundle["entry"]
    if not isinstance(entries, list):
        raise TypeError("a bundle's entry is a list")
    head = {key: value for key, value in bundle.items() if key != "entry"}
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "entry": [\n' + lines + "\n]}\n"


def _bundle(patient_id: str, resources: Iterable[Resource]) -> Resource:
    entries = [{"fullUrl": f"{BASE_URL}{item['resourceType']}/{item['id']}", "resource": item} for item in resources]
    return {"resourceType": "Bundle", "id": f"{patient_id}-chart", "type": "collection", "entry": entries}


def _add_people(chart: Chart) -> None:
    organization = chart.directory.organization
    chart.add("organization", _organization(chart), organization.id)
    for key in _carers(chart.patient):
        chart.add("practitioner", _practitioner(chart, key), f"demo-{key}")
    chart.add("patient", _patient(chart), chart.patient.id)


def _carers(patient: Scenario) -> list[str]:
    keys = {patient.doctor} | {visit.by for visit in patient.visits.values()} | {note.by for note in patient.notes}
    keys |= {report.by for report in patient.reports} | {act.by for act in patient.acts if act.by}
    keys |= {drug.by for drug in patient.drugs if drug.by}
    return sorted(keys)


def _organization(chart: Chart) -> Resource:
    it = chart.directory.organization
    return {
        "resourceType": "Organization", **profile("us-core-organization"), "active": True, "name": it.name,
        "telecom": [{"system": "phone", "value": it.phone}],
        "address": [{"line": [it.line], "city": it.city, "state": it.state, "postalCode": it.zip, "country": "US"}],
    }


def _practitioner(chart: Chart, key: str) -> Resource:
    it = chart.directory.practitioners[key]
    name = {"text": it.full_name, "family": it.family, "given": it.given.split(), "suffix": [it.suffix]}
    return {
        "resourceType": "Practitioner", **profile("us-core-practitioner"),
        "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": it.npi}],
        "name": [name], "telecom": [{"system": "pager", "value": it.pager}], "qualification": [{"code": {"text": it.role}}],
    }


def _patient(chart: Chart) -> Resource:
    it, hospital = chart.patient, chart.directory.organization
    identifiers: list[Resource] = [
        {"type": of_system("v2-0203", "MR", "Medical record number"), "system": "https://northfield.example/mrn", "value": it.mrn}
    ]
    if it.ssn:
        kind = of_system("v2-0203", "SS", "Social Security number")
        identifiers.append({"type": kind, "system": "http://hl7.org/fhir/sid/us-ssn", "value": it.ssn})
    telecom = [{"system": "phone", "value": it.phone, "use": "home"}]
    if it.email:
        telecom.append({"system": "email", "value": it.email, "use": "home"})
    address = {"line": [it.address.line], "city": it.address.city, "state": it.address.state, "postalCode": it.address.zip, "country": "US"}
    return {
        "resourceType": "Patient", **profile("us-core-patient"), "extension": _race_and_ethnicity(it), "identifier": identifiers,
        "active": True, "name": [{"use": "official", "prefix": [it.prefix], "given": list(it.given), "family": it.family}],
        "telecom": telecom, "gender": it.gender, "birthDate": it.birth.isoformat(), "address": [address], **_contact(it),
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": it.language}]}}],
        "generalPractitioner": [chart.carer(it.doctor)], "managingOrganization": {"reference": f"Organization/{hospital.id}"},
    }


def _race_and_ethnicity(patient: Scenario) -> list[Resource]:
    extensions: list[Resource] = []
    for url, pair in (("us-core-race", patient.race), ("us-core-ethnicity", patient.ethnicity)):
        if pair is not None:
            coding = {"system": "urn:oid:2.16.840.1.113883.6.238", "code": pair[0], "display": pair[1]}
            parts = [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": pair[1]}]
            extensions.append({"url": fhir.US_CORE + url, "extension": parts})
    return extensions


def _contact(patient: Scenario) -> Resource:
    if patient.contact is None:
        return {}
    it = patient.contact
    name = {"family": it.family, "given": [it.given]}
    return {"contact": [{"relationship": [{"text": it.relation}], "name": name, "telecom": [{"system": "phone", "value": it.phone}]}]}


def _add_measurements(chart: Chart, key: str) -> None:
    visit = chart.patient.visits[key]
    _add_vitals(chart, key, visit.start, dict(visit.vitals))
    _add_labs(chart, key, visit.start, visit.labs)
    for moment, values in visit.series.items():
        vitals = {name: value for name, value in values.items() if name in chart.codes["vitals"] and not isinstance(value, str)}
        _add_vitals(chart, key, moment, vitals)
        _add_labs(chart, key, moment, {name: value for name, value in values.items() if name not in vitals})
    if key in chart.patient.smoking:
        chart.add("observation", fhir.smoking(chart, key, chart.patient.smoking[key]))


def _add_vitals(chart: Chart, key: str, moment: datetime, vitals: dict[str, float | int]) -> None:
    if "sbp" in vitals:
        systolic, diastolic = vitals.pop("sbp"), vitals.pop("dbp")
        chart.add("observation", fhir.blood_pressure(chart, systolic, diastolic, moment, key))
    for name, value in vitals.items():
        chart.add("observation", fhir.observation(chart, "vitals", name, value, moment, key))


def _add_labs(chart: Chart, key: str, moment: datetime, labs: dict[str, float | int | str]) -> None:
    for name, value in labs.items():
        chart.add("observation", fhir.observation(chart, "labs", name, value, moment, key))


def _add_history(chart: Chart) -> None:
    patient = chart.patient
    for allergy in patient.allergies:
        chart.add("allergy", fhir.allergy(chart, allergy))
    for vaccine in patient.vaccines:
        chart.add("immunization", fhir.immunization(chart, vaccine))
    for act in patient.acts:
        chart.add("procedure", fhir.procedure(chart, act))
    recorded = min(visit.start for visit in patient.visits.values()).date()
    for relative in patient.relatives:
        chart.add("family", fhir.family_history(chart, relative, recorded))


def _add_plans(chart: Chart) -> None:
    for aim in chart.patient.aims:
        goal: Resource = {
            "resourceType": "Goal", **profile("us-core-goal"), "lifecycleStatus": aim.status, "description": {"text": aim.text},
            "subject": chart.subject, "startDate": aim.start.isoformat(),
        }
        if aim.measure is not None:
            coding = chart.codes["labs"].get(aim.measure) or chart.codes["vitals"][aim.measure]
            limit = {"high": {"value": aim.at_most, "unit": coding.unit}}
            goal["target"] = [{"measure": concept(coding, LOINC), "detailRange": limit}]
        chart.add("goal", goal)
    for plan in chart.patient.plans:
        chart.add("careplan", {
            "resourceType": "CarePlan", **profile("us-core-careplan"), "status": "active", "intent": "plan", "title": plan.title,
            "category": [{"coding": [{"system": "http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "code": "assess-plan"}]}],
            "subject": chart.subject, "period": {"start": plan.start.isoformat()},
            "activity": [{"detail": {"status": "in-progress", "description": text}} for text in plan.activities],
        })


def _document_reference(chart: Chart, note: Note, fields: dict[str, str]) -> Resource:
    coding = chart.codes["documents"][note.kind]
    data = base64.b64encode(encode_note(note, note_text(note, fields))).decode("ascii")
    attachment: Resource = {"contentType": CONTENT_TYPES[note.format], "data": data, "title": coding.label, "creation": local(note.date)}
    replaced = {"code": "replaces", "target": {"reference": f"DocumentReference/{chart.patient.id}-{note.replaces}"}}
    category = {"coding": [{"system": NOTE_CATEGORIES, "code": "clinical-note"}]}
    return {
        "resourceType": "DocumentReference", **profile("us-core-documentreference"), "status": note.status,
        "type": concept(coding, LOINC), "category": [category], "subject": chart.subject, "date": local(note.date),
        "author": [chart.carer(note.by)], "custodian": {"reference": f"Organization/{chart.directory.organization.id}"},
        **({"relatesTo": [replaced]} if note.replaces else {}), "content": [{"attachment": attachment}],
        "context": {"encounter": [chart.visit(note.visit)["encounter"]], "period": {"start": local(note.date)}},
    }
