"""What a chart's own resources name as identifiers, and that none of it is rendered."""

from __future__ import annotations

import pytest

from rag.deidentification.identity import KnownIdentifier
from tests.ingestion.readers.fhir_charts import PATIENT, VISIT, Resource, concept, in_visit, lab, of, read

INES: Resource = {
    "resourceType": "Practitioner",
    "id": "dr-1",
    "identifier": [{"system": "npi", "value": "77"}],
    "name": [{"prefix": ["Dr."], "given": ["Ines"], "family": "Marchetti"}],
    "telecom": [{"system": "phone", "value": "555-0100-900"}],
}
NIECE: Resource = {
    "resourceType": "RelatedPerson",
    "id": "rp",
    "patient": {"reference": "Patient/p1"},
    "name": [{"text": "Sarah van Putten"}],
}
HOSPITAL: Resource = {
    "resourceType": "Location",
    "id": "l",
    "name": "Westhaven General",
    "address": {"line": ["1 Hill Road"], "city": "Westhaven"},
}
CHART = read(PATIENT, VISIT, INES, NIECE, {**HOSPITAL, "resourceType": "Organization"}, lab())
KNOWN = CHART.documents[0].identifiers


@pytest.mark.parametrize(
    ("value", "kind", "role"),
    [
        ("Okafor", "PERSON", "patient"),
        ("Grace", "PERSON", "patient"),
        ("Grace Ann Okafor", "PERSON", "patient"),
        ("Mrs. Grace Ann Okafor", "PERSON", "patient"),
        ("Lindqvist", "PERSON", "patient"),
        ("1951-04-17", "DATE", "patient"),
        ("12 Quay Street", "ADDRESS", "patient"),
        ("Westhaven", "LOCATION", "patient"),
        ("01085", "ZIP", "patient"),
        ("555-0147-221", "PHONE", "patient"),
        ("grace@example.org", "EMAIL", "patient"),
        ("MRN-00417", "MRN", "patient"),
        ("999-12-3456", "SSN", "patient"),
        ("Tobias", "PERSON", "relative"),
        ("Sarah van Putten", "PERSON", "relative"),
        ("Dr. Ines Marchetti", "PERSON", "practitioner"),
        ("Marchetti", "PERSON", "practitioner"),
        ("555-0100-900", "PHONE", "practitioner"),
        ("Westhaven General", "ORGANIZATION", "organization"),
    ],
)
def test_an_identifier_of_the_chart_is_known(value: str, kind: str, role: str) -> None:
    assert KnownIdentifier(value, kind, role) in KNOWN


def test_no_demographics_are_rendered() -> None:
    text = "\n".join(document.text for document in CHART.documents)
    assert not any(known.value in text for known in KNOWN if known.entity_type != "DATE")


def test_every_document_of_the_chart_shares_them_with_the_record_numbers() -> None:
    chart = read(PATIENT, VISIT, of("Goal", "g", description=concept("Walk")))
    assert len({document.identifiers for document in chart.documents}) == 1
    assert {document.patient_aliases for document in chart.documents} == {("MRN-00417",)}


def test_another_patient_s_names_are_not_this_patient_s() -> None:
    other = {"resourceType": "Patient", "id": "p2", "name": [{"family": "Bergstrom"}]}
    chart = read(PATIENT, VISIT, other, {**lab("o2"), "subject": {"reference": "Patient/p2"}, "encounter": {}})
    by_patient = {document.patient: {known.value for known in document.identifiers} for document in chart.documents}
    assert "Bergstrom" in by_patient["p2"] and "Bergstrom" not in by_patient["p1"]


def test_displays_of_conditions_and_medicines_are_no_identifiers() -> None:
    order = in_visit("MedicationRequest", "m", reasonReference=[{"reference": "Condition/c", "display": "Graves disease"}])
    claim = {
        "resourceType": "Claim",
        "id": "c",
        "patient": {"reference": "Patient/p1"},
        "insurance": [{"coverage": {"display": "private"}}],
    }
    values = {known.value for known in read(PATIENT, VISIT, order, claim).documents[0].identifiers}
    assert not {"Graves disease", "private"} & values


def test_device_and_plan_numbers_are_identifiers() -> None:
    device = of("Device", "d", type=concept("Pacemaker"), serialNumber="SN-881234", udiCarrier=[{"deviceIdentifier": "0861234567"}])
    plan = {"resourceType": "Coverage", "id": "c", "beneficiary": {"reference": "Patient/p1"}, "subscriberId": "888009335"}
    known = {(item.value, item.entity_type) for item in read(PATIENT, device, plan).documents[0].identifiers}
    assert {("SN-881234", "DEVICE"), ("0861234567", "DEVICE"), ("888009335", "HEALTH_PLAN")} <= known


@pytest.mark.parametrize(
    "words", ["Seen with Grace Ann Okafor", "Call 555-0147-221 first", "Review by Dr Marchetti", "Due 03/04/2024", "id 0044817"]
)
def test_a_coded_text_that_names_someone_is_not_clear_there(words: str) -> None:
    found = read(PATIENT, VISIT, lab(code={"text": words, "coding": [{"code": "4548-4", "display": "A1c"}]})).documents[0]
    clear = " ".join(found.text[span.start : span.end] for span in found.clear)
    secret = next(s for s in ("Grace Ann Okafor", "555-0147-221", "Marchetti", "03/04/2024", "0044817") if s in words)
    assert secret in found.text and secret not in clear


@pytest.mark.parametrize(
    "words", ["Graves disease", "White blood cell count", "Hemoglobin A1c/Hemoglobin.total in Blood", "COVID-19 (BNT162b2)"]
)
def test_a_coded_text_that_names_a_thing_is_clear(words: str) -> None:
    found = read(PATIENT, VISIT, lab(code={"text": words, "coding": [{"code": "4548-4"}]})).documents[0]
    assert any(words in found.text[span.start : span.end] for span in found.clear)


def test_prose_in_the_place_of_a_code_or_unit_is_not_rendered_in_clear() -> None:
    odd = lab(status="seen by Grace", valueQuantity={"value": 7, "unit": "mg as told to Grace Okafor by the nurse on the ward today"})
    found = read(PATIENT, VISIT, odd).documents[0]
    assert "Grace" not in found.text
