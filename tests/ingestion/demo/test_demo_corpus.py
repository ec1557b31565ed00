"""The bundled corpus: complete, reproducible, coherent."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import ingestion.demo
from ingestion.demo.bundle import build_bundle, serialise
from ingestion.demo.notes import note_fields, note_text
from ingestion.demo.resources import local
from ingestion.demo.scenario import Note, Scenario, load_codes, load_directory, load_scenarios

CORPUS = Path(ingestion.demo.__file__).parent / "corpus"
MAX_CORPUS_BYTES = 2 * 1024 * 1024


@cache
def bundles() -> dict[str, Any]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((CORPUS / "charts").glob("*.json"))}


def resources(kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for bundle in bundles().values() for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def note_texts(patient: Scenario) -> dict[str, str]:
    fields = note_fields(patient, load_directory())
    return {note.key: note_text(note, fields) for note in patient.notes}


def test_generation_reproduces_the_committed_bytes() -> None:
    pytest.importorskip("reportlab", reason="reportlab (extra: dev) makes the PDFs")
    pytest.importorskip("docx", reason="python-docx makes the DOCX")
    from ingestion.demo.generate import corpus_files

    made = corpus_files()
    committed = {path.relative_to(CORPUS).as_posix(): path.read_bytes() for path in CORPUS.rglob("*") if path.is_file()}
    assert sorted(made) == sorted(committed)
    changed = [name for name in made if made[name] != committed[name]]
    assert changed == [], "run: python -m ingestion.demo.generate ingestion/demo/corpus"


def test_corpus_is_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < MAX_CORPUS_BYTES


def test_corpus_has_the_patients_notes_and_kinds_that_were_asked_for() -> None:
    scenarios = load_scenarios()
    kinds = Counter(note.kind for patient in scenarios for note in patient.notes)
    assert len(scenarios) >= 12
    assert sum(kinds.values()) >= 80
    assert all(4 <= len(patient.notes) <= 8 for patient in scenarios)
    assert set(kinds) >= {"progress", "discharge", "consult", "radiology", "pathology", "nursing"}
    assert {note.format for patient in scenarios for note in patient.notes} == {"text", "html", "pdf"}


def test_every_kind_of_resource_occurs() -> None:
    found = {entry["resource"]["resourceType"] for bundle in bundles().values() for entry in bundle["entry"]}
    assert found == {
        "Organization", "Practitioner", "Patient", "Encounter", "Observation", "Condition", "MedicationRequest", "AllergyIntolerance",
        "Immunization", "Procedure", "FamilyMemberHistory", "Goal", "CarePlan", "DiagnosticReport", "DocumentReference",
    }  # fmt: skip


@pytest.mark.parametrize("patient", sorted(path.stem for path in (CORPUS / "charts").glob("*.json")))
def test_references_of_a_bundle_resolve_inside_it(patient: str) -> None:
    entries = bundles()[patient]["entry"]
    known = [f"{entry['resource']['resourceType']}/{entry['resource']['id']}" for entry in entries]
    assert len(known) == len(set(known))
    referred = set(re.findall(r'"reference": "([^"]+)"', json.dumps(entries)))
    assert referred <= set(known)


def test_patients_differ_in_every_identifier() -> None:
    patients = resources("Patient")
    for values in (
        [patient["identifier"][0]["value"] for patient in patients],
        [patient["name"][0]["family"] for patient in patients],
        [patient["birthDate"] for patient in patients],
        [patient["telecom"][0]["value"] for patient in patients],
    ):
        assert len(values) == len(set(values))


def test_telephone_numbers_are_reserved_for_fiction() -> None:
    numbers = re.findall(r"\d{3}-\d{3}-\d{4}", "".join(path.read_text(encoding="utf-8") for path in (CORPUS / "charts").glob("*.json")))
    assert numbers
    assert all(re.fullmatch(r"\d{3}-555-01\d{2}", number) for number in numbers)


def test_social_security_numbers_are_never_issued_ones() -> None:
    numbers = [item["value"] for patient in resources("Patient") for item in patient["identifier"][1:]]
    assert numbers
    assert all(number.startswith("999-") for number in numbers)


def test_every_note_carries_the_record_number_of_its_patient_and_of_no_other() -> None:
    scenarios = load_scenarios()
    for patient in scenarios:
        for text in note_texts(patient).values():
            assert patient.mrn in text
            assert not any(other.mrn in text for other in scenarios if other is not patient)


def test_attachments_decode_to_the_notes_as_written() -> None:
    documents = {document["id"]: document for document in resources("DocumentReference")}
    for patient in load_scenarios():
        texts = note_texts(patient)
        for note in patient.notes:
            attachment = documents[f"{patient.id}-{note.key}"]["content"][0]["attachment"]
            assert _words(base64.b64decode(attachment["data"]), note) == re.findall(r"\w+", texts[note.key])


def _words(data: bytes, note: Note) -> list[str]:
    if note.format == "pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(data)
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        text = re.sub(r"Page \d+", "", text)
    else:
        import html

        text = data.decode("utf-8")
        if note.format == "html":
            text = html.unescape(re.sub(r"<[^>]+>", " ", text.partition("<body>")[2]))
    return re.findall(r"\w+", text)


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (r"\bA1c (?:was |fell to |of )?(\d+\.\d) %", "a1c"),
        (r"\bTSH (\d+\.\d+) mU/L", "tsh"),
        (r"\b[Ll]actate (\d\.\d)\b", "lactate"),
        (r"\bPHQ-9 (\d+)\b", "phq9"),
        (r"\bNIHSS (\d+)\b", "nihss"),
        (r"\bINR today (\d\.\d)\b", "inr"),
        (r"\bINR (\d\.\d) today\b", "inr"),
        (r"\bejection fraction(?: of)? (\d+) %", "lvef"),
        (r"\bNT-proBNP (\d+)\b", "ntprobnp"),
        (r"\b[Ss]odium (\d{3})\b", "sodium"),
        (r"\balbumin (\d\.\d)\b", "albumin"),
    ],
)
def test_values_in_notes_are_values_of_the_chart(pattern: str, code: str) -> None:
    seen = 0
    for patient in load_scenarios():
        rows = [values for visit in patient.visits.values() for values in (visit.labs, *visit.series.values())]
        coded = {float(values[code]) for values in rows if code in values}
        for text in note_texts(patient).values():
            for value in re.findall(pattern, text):
                assert float(value) in coded, f"{patient.id}: {code} {value}"
                seen += 1
    assert seen > 0


@pytest.mark.parametrize("patient", load_scenarios(), ids=lambda patient: patient.id)
def test_dates_run_in_order(patient: Scenario) -> None:
    starts = [visit.start for visit in patient.visits.values()]
    assert starts == sorted(starts)
    for visit in patient.visits.values():
        assert visit.start < visit.end
        assert all(visit.start <= moment and (moment <= visit.end or visit.kind == "AMB") for moment in visit.series)
    for note in patient.notes:
        assert note.date >= patient.visits[note.visit].start
    assert all(problem.abated is None or problem.onset <= problem.abated for problem in patient.problems)
    assert patient.birth < min(problem.onset for problem in patient.problems)


def test_a_replaced_note_is_named_by_its_replacement() -> None:
    for patient in load_scenarios():
        replaced = {note.replaces for note in patient.notes if note.replaces}
        assert replaced == {note.key for note in patient.notes if note.status == "superseded"}


def test_unknown_code_is_an_error() -> None:
    patient = load_scenarios()[0]
    wrong = patient.model_copy(update={"problems": (patient.problems[0].model_copy(update={"code": "no-such-code"}),)})
    with pytest.raises(KeyError, match="no-such-code"):
        build_bundle(wrong, load_codes(), load_directory())


def test_unknown_field_of_a_note_is_an_error() -> None:
    patient = load_scenarios()[0]
    wrong = patient.notes[0].model_copy(update={"text": "Seen by ${nobody}."})
    with pytest.raises(KeyError, match="nobody"):
        note_text(wrong, note_fields(patient, load_directory()))


def test_serialised_bundle_has_one_entry_per_line() -> None:
    text = serialise(bundles()["demo-01"])
    assert json.loads(text) == bundles()["demo-01"]
    assert text.count("\n") == len(bundles()["demo-01"]["entry"]) + 2


@pytest.mark.parametrize(
    ("day", "offset"), [("2024-03-09", "-05:00"), ("2024-03-10", "-04:00"), ("2024-11-02", "-04:00"), ("2024-11-03", "-05:00")]
)
def test_local_times_know_daylight_saving(day: str, offset: str) -> None:
    assert local(datetime.fromisoformat(f"{day}T12:00")) == f"{day}T12:00:00{offset}"
