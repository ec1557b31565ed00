"""Small charts written for the tests."""

from __future__ import annotations

import base64
import json
from typing import Any

from ingestion.readers.fhir import read_fhir
from ingestion.records import RawDocument, ReadResult

Resource = dict[str, Any]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [
        {"use": "official", "prefix": ["Mrs."], "given": ["Grace", "Ann"], "family": "Okafor"},
        {"use": "maiden", "family": "Lindqvist"},
    ],
    "birthDate": "1951-04-17",
    "telecom": [{"system": "phone", "value": "555-0147-221"}, {"system": "email", "value": "grace@example.org"}],
    "address": [{"line": ["12 Quay Street"], "city": "Westhaven", "postalCode": "01085"}],
    "identifier": [
        {"type": {"coding": [{"code": "MR"}]}, "value": "MRN-00417"},
        {"type": {"coding": [{"code": "SS"}]}, "value": "999-12-3456"},
    ],
    "contact": [{"name": {"given": ["Tobias"], "family": "Okafor"}}],
}
VISIT: Resource = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "finished",
    "class": {"code": "AMB"},
    "type": [{"text": "Follow-up visit", "coding": [{"system": SNOMED, "code": "390906007"}]}],
    "subject": {"reference": "Patient/p1", "display": "Mrs. Grace Okafor"},
    "participant": [{"individual": {"reference": "Practitioner?identifier=npi|77", "display": "Dr. Ines Marchetti"}}],
    "serviceProvider": {"display": "Westhaven General"},
    "period": {"start": "2024-03-01T09:00:00-05:00", "end": "2024-03-01T09:30:00-05:00"},
}


def concept(text: str, code: str = "1", system: str = SNOMED) -> Resource:
    """A CodeableConcept with a code."""
    return {"text": text, "coding": [{"system": system, "code": code, "display": text}]}


def of(kind: str, name: str, **fields: Any) -> Resource:
    """A resource of the patient in the visit."""
    subject = "patient" if kind in ("Immunization", "AllergyIntolerance", "Device", "FamilyMemberHistory") else "subject"
    return {"resourceType": kind, "id": name, subject: {"reference": "Patient/p1"}, **fields}


def in_visit(kind: str, name: str, **fields: Any) -> Resource:
    """As ``of``, with the encounter."""
    return of(kind, name, encounter={"reference": "Encounter/e1"}, **fields)


def lab(name: str = "o1", value: str = "8.20", **fields: Any) -> Resource:
    """A haemoglobin A1c."""
    base = {"status": "final", "code": concept("Hemoglobin A1c", "4548-4", LOINC), "effectiveDateTime": "2024-03-01T09:05:00-05:00"}
    return in_visit("Observation", name, **{**base, "valueQuantity": {"value": Raw(value), "unit": "%"}, **fields})


class Raw(float):
    """A number that is dumped with exactly these digits."""

    def __new__(cls, digits: str) -> Raw:
        made = super().__new__(cls, digits)
        made.digits = digits
        return made

    digits: str

    def __repr__(self) -> str:
        return self.digits


def dumped(value: Any) -> bytes:
    """JSON with ``Raw`` numbers verbatim."""
    marks: dict[str, str] = {}

    def marked(item: Any) -> Any:
        if isinstance(item, Raw):
            marks[f'"@{len(marks)}@"'] = item.digits
            return f"@{len(marks) - 1}@"
        if isinstance(item, dict):
            return {key: marked(inner) for key, inner in item.items()}
        return [marked(inner) for inner in item] if isinstance(item, list) else item

    text = json.dumps(marked(value))
    for mark, digits in marks.items():
        text = text.replace(mark, digits)
    return text.encode()


def bundle(*resources: Resource, urn: bool = False) -> bytes:
    """A transaction bundle of the resources."""
    entries = [{"resource": r, **({"fullUrl": f"urn:uuid:{r['id']}"} if urn else {})} for r in resources]
    return dumped({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def read(*resources: Resource, urn: bool = False) -> ReadResult:
    """What the reader makes of a bundle; the account must balance."""
    result = read_fhir([("b.json", bundle(*resources, urn=urn))], "b.json")
    assert result.records_in == result.rendered + sum(result.dropped.values())
    return result


def line(resource: Resource, *others: Resource) -> str:
    """The line that ``resource`` is rendered to."""
    reference = f"{resource['resourceType']}/{resource['id']}"
    for document in read(PATIENT, resource, *others).documents:
        for span in document.resources:
            if span.reference == reference:
                return document.text[span.start : span.end]
    raise AssertionError(f"{reference} was not rendered")


def document(result: ReadResult, key: str) -> RawDocument:
    """The document with this key."""
    return next(found for found in result.documents if found.key == key)


def note(name: str, body: str, kind: str = "DocumentReference", content_type: str = "text/plain; charset=utf-8", **fields: Any) -> Resource:
    """A DocumentReference or DiagnosticReport whose attachment says ``body``."""
    attachment = {"contentType": content_type, "data": base64.b64encode(body.encode()).decode()}
    if kind == "DiagnosticReport":
        return in_visit(kind, name, status="final", code=concept("Progress note"), presentedForm=[attachment], **fields)
    base = {"status": "current", "type": concept("Progress note"), "date": "2024-03-02", "content": [{"attachment": attachment}]}
    context = {"encounter": [{"reference": "Encounter/e1"}], "period": {"start": "2024-03-01"}}
    return of(kind, name, **{**base, "context": context, **fields})
