"""Charts as documents: encounters, groups, spans, facts, references and the account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.readers.fhir import read_fhir
from ingestion.records import ReadResult
from tests.ingestion.readers.fhir_charts import PATIENT, VISIT, Resource, bundle, concept, document, dumped, in_visit, lab, of, read

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "fhir"
PEANUT = of("AllergyIntolerance", "a1", code=concept("Peanut"))


def test_an_encounter_and_its_resources_are_one_document() -> None:
    result = read(PATIENT, lab("o2", effectiveDateTime="2024-03-01T09:20:00-05:00"), VISIT, lab())
    found = document(result, "Encounter/e1")
    assert (found.kind, found.title, found.date, found.patient) == ("Encounter", "Follow-up visit", "2024-03-01", "p1")
    assert [span.reference for span in found.resources] == ["Encounter/e1", "Observation/o1", "Observation/o2"]
    assert found.uri == "b.json#Encounter/e1"


def test_resources_without_an_encounter_are_one_document_per_patient_and_type() -> None:
    result = read(PATIENT, PEANUT, of("AllergyIntolerance", "a2", code=concept("Latex")), of("Goal", "g", description=concept("Walk")))
    assert [(d.key, d.kind, d.title) for d in result.documents] == [
        ("AllergyIntolerance/p1", "AllergyIntolerance", "Allergies and intolerances"),
        ("Goal/p1", "Goal", "Goals"),
    ]


def test_line_spans_cut_out_whole_lines() -> None:
    found = document(read(PATIENT, VISIT, lab(), lab("o2")), "Encounter/e1")
    assert [found.text[span.start : span.end] for span in found.resources] == found.text.split("\n")


def test_dates_are_marked_and_codes_and_values_are_clear_and_free_text_is_neither() -> None:
    found = document(read(PATIENT, VISIT, lab(note=[{"text": "Grace felt unwell"}])), "Encounter/e1")
    clear = [found.text[span.start : span.end] for span in found.clear]
    assert {found.text[span.start : span.end] for span in found.dates} == {"2024-03-01"}
    assert any("Hemoglobin A1c: 8.20 %" in words for words in clear)
    assert not any("Grace" in words for words in clear)


def test_a_concept_without_a_code_is_free_text_and_no_fact_display() -> None:
    found = document(read(PATIENT, of("Condition", "c", code={"text": "Mrs Okafor's old trouble"})), "Condition/p1")
    assert not any("Okafor" in found.text[span.start : span.end] for span in found.clear)
    assert found.facts[0].display == "" and "Okafor" in found.text


def test_facts_carry_code_value_unit_time_and_the_span_of_their_line() -> None:
    found = document(read(PATIENT, VISIT, lab()), "Encounter/e1")
    fact = next(fact for fact in found.facts if fact.kind == "observation")
    assert (fact.code, fact.display, fact.value, fact.unit) == ("http://loinc.org|4548-4", "Hemoglobin A1c", "8.20", "%")
    assert (fact.time, fact.status, fact.assertion) == ("2024-03-01", "final", "present")
    assert found.text[fact.start : fact.end] == "2024-03-01 Hemoglobin A1c: 8.20 % (final)"


def test_components_are_facts_of_their_own() -> None:
    parts = [{"code": concept(name, name), "valueQuantity": {"value": 80, "unit": "mm[Hg]"}} for name in ("Systolic", "Diastolic")]
    panel = in_visit("Observation", "bp", status="final", code=concept("Blood pressure"), component=parts)
    facts = document(read(PATIENT, VISIT, panel), "Encounter/e1").facts
    assert [(f.display, f.value) for f in facts if f.kind == "observation"] == [("Systolic", "80"), ("Diastolic", "80")]


@pytest.mark.parametrize(
    ("resource", "assertion"),
    [
        (of("Condition", "c", code=concept("Gout"), verificationStatus={"coding": [{"code": "refuted"}]}), "negated"),
        (of("Condition", "c", code=concept("Gout"), verificationStatus={"coding": [{"code": "provisional"}]}), "uncertain"),
        (of("Immunization", "c", vaccineCode=concept("Zoster"), status="not-done"), "negated"),
        (of("FamilyMemberHistory", "c", relationship=concept("father"), condition=[{"code": concept("Gout")}]), "family"),
        (of("Goal", "c", description=concept("Walk"), lifecycleStatus="proposed"), "hypothetical"),
        (of("MedicationRequest", "c", medicationCodeableConcept=concept("Aspirin"), status="active", doNotPerform=True), "negated"),
    ],
)
def test_what_is_not_so_is_not_a_present_fact(resource: Resource, assertion: str) -> None:
    (found,) = read(PATIENT, resource).documents
    assert [fact.assertion for fact in found.facts] == [assertion]


def test_time_is_the_calendar_day_as_written_never_utc() -> None:
    late = lab(effectiveDateTime="2024-03-01T23:50:00-05:00")
    assert document(read(PATIENT, VISIT, late), "Encounter/e1").facts[-1].time == "2024-03-01"


def test_urn_references_of_a_transaction_resolve_to_types_and_ids() -> None:
    visit = {**VISIT, "subject": {"reference": "urn:uuid:p1"}}
    result = read(PATIENT, visit, {**lab(), "subject": {"reference": "urn:uuid:p1"}, "encounter": {"reference": "urn:uuid:e1"}}, urn=True)
    assert [span.reference for span in document(result, "Encounter/e1").resources] == ["Encounter/e1", "Observation/o1"]


@pytest.mark.parametrize(
    "reference", ["Patient/p1", "http://ehr.example.org/fhir/Patient/p1", "Patient/p1/_history/3", "Patient?identifier=|MRN-00417"]
)
def test_references_resolve_in_every_form(reference: str) -> None:
    assert read(PATIENT, {**PEANUT, "patient": {"reference": reference}}).documents[0].key == "AllergyIntolerance/p1"


def test_resources_of_many_files_refer_to_each_other() -> None:
    files = [("Observation.ndjson", dumped(lab())), ("Encounter.ndjson", dumped(VISIT)), ("Patient.ndjson", dumped(PATIENT))]
    result = read_fhir(files, "export")
    assert document(result, "Encounter/e1").uri == "Encounter.ndjson#Encounter/e1"
    assert len(result.documents) == 1


def test_an_encounter_that_is_not_at_hand_still_gathers_its_resources() -> None:
    (found,) = read(PATIENT, lab(), lab("o2")).documents
    assert (found.key, found.uri, found.title) == ("Encounter/e1", "b.json#Encounter/e1", "Encounter")


def test_a_resource_never_joins_the_encounter_of_another_patient() -> None:
    other = {**lab("o9"), "subject": {"reference": "Patient/p2"}}
    result = read(PATIENT, VISIT, lab(), other)
    assert {d.key: d.patient for d in result.documents} == {"Encounter/e1": "p1", "Observation/p2": "p2"}


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (in_visit("Observation", "x", status="entered-in-error", code=concept("A1c")), "entered_in_error"),
        (of("Condition", "x", verificationStatus={"coding": [{"code": "entered-in-error"}]}), "entered_in_error"),
        ({"resourceType": "Claim", "id": "x"}, "administrative:Claim"),
        ({"resourceType": "Coverage", "id": "x"}, "administrative:Coverage"),
        ({"resourceType": "VisionPrescription", "id": "x"}, "unsupported_type:VisionPrescription"),
        ({"resourceType": "<b>x</b>", "id": "x"}, "unsupported_type:unknown"),
        ({"resourceType": "Organization", "id": "x"}, "demographics:Organization"),
        ({"resourceType": "Observation", "id": "x", "status": "final"}, "no_patient"),
        ({"id": "x"}, "not_a_resource"),
        (in_visit("Observation", "x", modifierExtension=[{"url": "u"}]), "modifier_extension"),
        (of("DocumentReference", "x", status="current"), "no_attachment"),
    ],
)
def test_what_is_not_rendered_is_dropped_with_its_reason(resource: Resource, reason: str) -> None:
    result = read(PATIENT, resource)
    assert result.dropped == {"demographics:Patient": 1, reason: 1}
    assert not result.documents


def test_a_resource_given_twice_is_kept_once_the_later_version() -> None:
    newer = {**lab(value="7.9"), "meta": {"lastUpdated": "2024-05-01T00:00:00Z"}}
    result = read(PATIENT, VISIT, newer, {**lab(), "meta": {"lastUpdated": "2024-04-01T00:00:00Z"}})
    assert result.dropped["duplicate_resource"] == 1
    assert "7.9 %" in document(result, "Encounter/e1").text


def test_a_resource_without_an_id_has_a_stable_one() -> None:
    nameless = {key: value for key, value in PEANUT.items() if key != "id"}
    first, second = (read(PATIENT, nameless).documents[0].resources[0].reference for _ in range(2))
    assert first == second and first.startswith("AllergyIntolerance/")


STU3: list[Resource] = [
    {"resourceType": "Condition", "subject": {}, "clinicalStatus": "active", "verificationStatus": "confirmed"},
    {"resourceType": "Observation", "context": {"reference": "Encounter/1"}},
    {"resourceType": "MedicationOrder"},
    {"resourceType": "Encounter", "class": "outpatient"},
    {"resourceType": "Encounter", "reason": [{"text": "cough"}]},
    {"resourceType": "MedicationRequest", "requester": {"agent": {"reference": "Practitioner/1"}}},
    {"resourceType": "Immunization", "notGiven": False},
    {"resourceType": "Procedure", "notDone": True},
    {"resourceType": "Goal", "status": "active"},
    {"resourceType": "CapabilityStatement", "fhirVersion": "3.0.1"},
    {"resourceType": "Patient", "meta": {"profile": ["http://fhir.org/guides/argonaut/STU3/StructureDefinition/x"]}},
    {"resourceType": "Encounter", "actualPeriod": {}},
    {"resourceType": "AllergyIntolerance", "substance": {}},
]


@pytest.mark.parametrize("old", STU3, ids=lambda r: "-".join(r))
def test_another_release_than_r4_refuses_the_whole_file(old: Resource) -> None:
    result = read_fhir([("old.json", bundle(PATIENT, old, lab())), ("new.json", bundle(PATIENT, PEANUT))], "u")
    (error,) = result.errors
    assert (error.code, error.uri) == ("unsupported_fhir_version", "old.json")
    assert "reads R4" in error.message
    assert [d.key for d in result.documents] == ["AllergyIntolerance/p1"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (bundle(PATIENT, VISIT)[:-40], "truncated"),
        (b'{"resourceType": "Patient", "id": "a', "truncated"),
        (b'{"resourceType" "Patient"}', "malformed"),
        (b'{"resourceType": "Patient", "x": NaN}', "malformed"),
        (b'{"a": "caf\xe9"}', "encoding"),
        (b"[1, 2]", "not_fhir"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "too_deep"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "too_deep"),
    ],
)
def test_a_bad_file_is_an_error_without_text_and_the_others_are_read(content: bytes, code: str) -> None:
    result = read_fhir([("bad.json", content), ("good.json", bundle(PATIENT, PEANUT))], "u")
    assert [error.code for error in result.errors] == [code]
    assert len(result.documents) == 1 and result.records_in == 2


def test_a_bad_line_of_ndjson_is_named_and_the_others_are_read() -> None:
    content = dumped(PATIENT) + b"\n{oops}\n\n" + dumped(PEANUT) + b"\n" + dumped(lab())[:50]
    result = read_fhir([("x.ndjson", content)], "x.ndjson")
    assert [(e.code, "line 2" in e.message, "line 5" in e.message) for e in result.errors] == [
        ("malformed", True, False),
        ("truncated", False, True),
    ]
    assert len(result.documents) == 1


def test_thousands_of_bad_lines_give_few_errors() -> None:
    result = read_fhir([("x.ndjson", b"{oops}\n" * 5000)], "x.ndjson")
    assert len(result.errors) == 21 and "4980 more lines" in result.errors[-1].message


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_span_lies_inside_its_text_whatever_the_texts_are(texts: list[str]) -> None:
    labs = [lab(f"o{n}", code={"text": words}, valueString=words, note=[{"text": words}]) for n, words in enumerate(texts)]
    for resource in labs:
        del resource["valueQuantity"]
    for found in read_fhir(
        [("b.json", json.dumps({"resourceType": "Bundle", "entry": [{"resource": r} for r in [PATIENT, VISIT, *labs]]}).encode())], "u"
    ).documents:
        lines = [(span.start, span.end) for span in found.resources]
        assert lines == sorted(lines) and lines[-1][1] == len(found.text)
        for span in (*found.clear, *found.dates, *found.facts):
            assert any(start <= span.start <= span.end <= end for start, end in lines)
        assert all(found.text[span.start : span.end].isascii() for span in found.dates)


@pytest.mark.skipif(not DATA.is_dir(), reason="development data (../shared/data) is absent")
def test_the_us_core_examples_are_read_and_balance() -> None:
    import tarfile

    with tarfile.open(DATA / "us_core_examples.tar.gz") as archive:
        files = [(m.name, archive.extractfile(m).read()) for m in archive.getmembers() if m.name.endswith(".json")]  # type: ignore[union-attr]
    result: ReadResult = read_fhir(files, "us_core")
    assert result.records_in == result.rendered + sum(result.dropped.values()) > 200
    assert not result.errors
    assert not any(reason.startswith("unsupported") for reason in result.dropped)
