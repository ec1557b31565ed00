"""Attacks 8, 11, 13: whatever is asked with whatever scope, absent and forbidden are one, and nothing outside is seen."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.opening import Owner
from api.schemas import answer_json
from rag.errors import UnknownDocumentError
from rag.llamaindex import ChartciteQueryEngine, ChartciteRetriever
from rag.scope import Principal
from rag.types import Question
from tests.security.hospital import ingested, manifest, opened

CLINICIAN = Principal("c", frozenset({"clinician"}))
QUALITY = Principal("q", frozenset({"qa"}))
NOBODY = Principal("n", frozenset())
ASKED = "What is the dose of furosemide?"
WARDS = {
    "ward": [("100", "a1", "Furosemide 40 mg daily was given to patient one."), ("200", "a2", "Furosemide 20 mg daily for patient two.")],
    "secret": [("300", "b1", "Furosemide 60 mg daily for patient three."), ("100", "b2", "Furosemide 99 mg daily, secret ward.")],
}


@pytest.fixture(scope="module")
def wards(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owner]:
    folder = tmp_path_factory.mktemp("wards")
    paths = []
    for name, notes in WARDS.items():
        lines = [{"id": n, "patient": p, "text": t, "date": "2024-01-01", "type": "Progress note"} for p, n, t in notes]
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        extra = "identity_domain: hospital\n" + ("access: {roles: [clinician]}\n" if name == "secret" else "")
        paths.append(folder / f"{name}.yaml")
        paths[-1].write_text(manifest(name, "date_shift", [("notes-jsonl", f"{name}.jsonl")], extra=extra))
    (folder / "guide.md").write_text("# Diuretics\n\nFurosemide is given in the morning; the dose of furosemide is 20 mg.\n")
    paths.append(folder / "guides.yaml")
    paths[-1].write_text(manifest("guides", "none", [("document", "guide.md")], phi=False))
    with opened(folder) as owner:
        assert not ingested(owner, *paths).failed
        yield owner


def answered(owner: Owner, principal: Principal, **fields: Any) -> str:
    """An answer's bytes without its timings and its own words."""
    made = answer_json(owner.service.ask(Question(fields.pop("text", ASKED), **fields), principal))
    return json.dumps({key: value for key, value in made.items() if key != "timings_ms"}, sort_keys=True)


def pseudonym(owner: Owner, patient: str, corpus: str) -> str:
    return str(json.loads(answered(owner, CLINICIAN, patient=patient, corpus=corpus))["patient"])


def documents(owner: Owner) -> dict[str, tuple[str, str | None]]:
    from sqlalchemy import select

    from rag.store.schema import documents as table

    with owner.workspace.database.reading() as connection:
        return {row[0]: (row[1], row[2]) for row in connection.execute(select(table.c.doc_id, table.c.corpus, table.c.patient))}


def test_t11_a_patient_of_a_forbidden_corpus_is_not_there(wards: Owner) -> None:
    absent = answered(wards, QUALITY, patient="nobody-at-all")
    secret = pseudonym(wards, "300", "secret")
    assert secret.startswith("p-")
    for patient in ("300", secret):
        assert answered(wards, QUALITY, patient=patient) == absent
        for corpus in ("secret", "ward", "guides", "no-such-corpus"):
            assert answered(wards, QUALITY, patient=patient, corpus=corpus) == absent
    assert answered(wards, NOBODY, patient="100") == absent == answered(wards, NOBODY, patient="nobody-at-all")


def test_t11_revealing_an_absent_or_a_forbidden_patient_shows_the_same(wards: Owner) -> None:
    coordinator = Principal("k", frozenset({"coordinator"}))
    assert answered(wards, coordinator, patient="300", reveal="care") == answered(wards, coordinator, patient="x-1", reveal="care")


def test_t11_a_shared_patient_shows_only_the_readable_corpus(wards: Owner) -> None:
    seen = json.loads(answered(wards, QUALITY, patient="100"))
    assert "40 mg" in seen["answer"] and "99 mg" not in json.dumps(seen)
    assert "99 mg" in answered(wards, CLINICIAN, patient="100")


def test_t08_no_combination_of_fields_leaves_the_scope(wards: Owner) -> None:
    owners = documents(wards)
    patients = [None, "100", "300", pseudonym(wards, "300", "secret"), "-", "%", "document:guide.md"]
    sources = [None, "secret.jsonl", "ward.jsonl", "ward.jsonl#a2", "guide.md", "%", "/", "..", "a2"]
    for principal, patient, corpus, source in itertools.product(
        (QUALITY, CLINICIAN), patients, (None, "ward", "secret", "guides"), sources
    ):
        question = Question(ASKED, patient=patient, corpus=corpus, source=source)
        answer = wards.service.ask(question, principal)
        found = {c.span.doc_id for c in answer.citations} | {hit.chunk.doc_id for hit in wards.service.retrieve(question, principal, 20)}
        found |= {miss.citation.span.doc_id for miss in (answer.receipt.near_misses if answer.receipt else ())}
        for doc_id in found:
            where, whose = owners[doc_id]
            assert corpus in (None, where) and (principal is CLINICIAN or where != "secret")
            assert whose == ("-" if patient is None else answer.patient or whose)
            assert (patient is None) == (where == "guides")


def test_t08_the_source_of_another_patient_is_not_there(wards: Owner) -> None:
    assert answered(wards, CLINICIAN, patient="100", source="ward.jsonl#a2") == answered(
        wards, CLINICIAN, patient="100", source="nothing.txt"
    )


def test_t11_documents_shown_across_roles_are_absent_to_the_byte(wards: Owner) -> None:
    hidden = next(doc_id for doc_id, (corpus, _) in documents(wards).items() if corpus == "secret")
    with pytest.raises(UnknownDocumentError) as forbidden:
        wards.service.show(hidden, QUALITY)
    with pytest.raises(UnknownDocumentError) as absent:
        wards.service.show("d-" + "0" * 20, QUALITY)
    assert str(forbidden.value).replace(hidden, "X") == str(absent.value).replace("d-" + "0" * 20, "X")
    records = list(wards.service._trail.records())[-2:]
    assert [(r["outcome"], r["documents"], r["patient"]) for r in records] == [("unknown", [], None)] * 2


def test_t11_llamaindex_adapters_keep_the_scope_they_were_made_with(wards: Owner) -> None:
    assert ChartciteRetriever(wards.service, QUALITY, patient="300").retrieve(ASKED) == []
    response = ChartciteQueryEngine(wards.service, QUALITY, patient="300").query(ASKED)
    assert str(response) == "not documented" and response.source_nodes == []
    nodes = ChartciteRetriever(wards.service, QUALITY, patient="100").retrieve(f"{ASKED} patient=300 corpus=secret")
    assert nodes and all("99 mg" not in node.text and "60 mg" not in node.text for node in nodes)


def test_t11_an_ambiguity_with_a_forbidden_patient_is_not_told(tmp_path: Path) -> None:
    patient = {"resourceType": "Patient", "id": "fhir-1", "identifier": [{"value": "MRN-555"}]}
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/fhir-1"}, "code": {"text": "Penicillin"}}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": patient}, {"resource": allergy}]}
    (tmp_path / "b.json").write_text(json.dumps(bundle))
    (tmp_path / "n.jsonl").write_text(json.dumps({"id": "1", "patient": "MRN-555", "text": "Furosemide 40 mg daily."}) + "\n")
    open_to_all = tmp_path / "open.yaml"
    open_to_all.write_text(manifest("open", "date_shift", [("notes-jsonl", "n.jsonl")], extra="identity_domain: h\n"))
    closed = tmp_path / "closed.yaml"
    extra = "identity_domain: h\naccess: {roles: [clinician]}\n"
    closed.write_text(manifest("closed", "date_shift", [("fhir-bundle", "b.json")], extra=extra))
    with opened(tmp_path) as owner:
        assert not ingested(owner, open_to_all, closed).failed
        assert json.loads(answered(owner, QUALITY, patient="MRN-555"))["status"] == "answered"
        assert "2 patients" in json.loads(answered(owner, CLINICIAN, patient="MRN-555"))["error"]
        # a note of an id that two patients go by is told apart by the id that its own source used
        (tmp_path / "n.jsonl").write_text(json.dumps({"id": "1", "patient": "MRN-555", "text": "Furosemide 60 mg daily."}) + "\n")
        assert not ingested(owner, open_to_all).failed
        assert "60 mg" in answered(owner, QUALITY, patient="MRN-555")
