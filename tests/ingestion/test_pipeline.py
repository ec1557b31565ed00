"""Ingestion as a whole: a re-run is a no-op, a change is a replacement, a removal is a deletion, nothing is lost in silence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from api.opening import open_owner
from api.progress import Counters
from ingestion.pipeline import IngestReport, ingest
from rag.scope import Principal
from rag.settings import ALL_ROLES, Settings
from rag.store.documents import get_document
from rag.types import Question, Status

NOTES = [
    {"id": "n1", "patient": "mrn-1001", "date": "2024-02-03", "type": "Progress note",
     "text": "Patient: Zebulon Quagmire  MRN mrn-1001\n\nASSESSMENT:\nHeart failure with an ejection fraction of 35 %. "
             "Start furosemide 40 mg daily.\n"},
    {"id": "n2", "patient": "mrn-1001", "date": "2024-03-09", "type": "Progress note",
     "text": "Seen by Dr. Hortensia Blackwood.\n\nPLAN:\nFurosemide was increased to 80 mg daily on 2024-03-09.\n"},
    {"id": "n3", "patient": "mrn-2002", "date": "2024-01-15", "type": "Nursing note", "text": "Denies chest pain. Walks with a frame.\n"},
]  # fmt: skip
Ingest = Callable[..., IngestReport]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(note) + "\n" for note in NOTES))
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "fluid.md").write_text("# Fluid balance\n\nWeigh the patient daily.\n")
    (tmp_path / "charts.yaml").write_text(_manifest("charts", True, "date_shift", "notes-jsonl", "notes.jsonl"))
    (tmp_path / "guides.yaml").write_text(_manifest("guides", False, "none", "document", "guides/*.md"))
    return tmp_path


def _manifest(name: str, phi: bool, policy: str, kind: str, path: str) -> str:
    return (
        f"name: {name}\nversion: '1'\nlicense: CC0-1.0\ncontains_phi: {str(phi).lower()}\n"
        f"deidentification: {{policy: {policy}}}\nsources:\n  - {{format: {kind}, path: '{path}'}}\n"
    )


def run(corpus: Path, *names: str) -> IngestReport:
    settings = Settings(workspace=corpus / "workspace", workers=0)
    with open_owner(settings, create=True) as owner, Counters() as progress:
        manifests = [corpus / name for name in names or ("charts.yaml", "guides.yaml")]
        return ingest(owner.workspace, owner.index, owner.embedder, manifests, progress)


def rows(corpus: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(corpus / "workspace" / "store.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def current(corpus: Path) -> list[tuple[object, ...]]:
    return rows(corpus, "SELECT doc_id, sha256 FROM documents WHERE current ORDER BY 1")


def test_every_document_is_stored_indexed_and_accounted_for(corpus: Path) -> None:
    report = run(corpus)
    charts, guides = report.corpora
    assert charts.accounts.read.as_json() == {"unit": "records", "in": 3, "out": 3, "dropped": {}}
    assert charts.accounts.store.passed == 3 and guides.accounts.store.passed == 1
    assert not report.failed and len(current(corpus)) == 4
    assert rows(corpus, "SELECT count(*) FROM outbox") == [(0,)]


def test_no_identifier_is_in_any_clear_column(corpus: Path) -> None:
    run(corpus)
    tables = ("documents", "chunks", "facts", "units", "patients")
    dump = json.dumps([rows(corpus, f"SELECT * FROM {table}") for table in tables], default=str)
    for identifier in ("Quagmire", "Blackwood", "mrn-1001", "2024-03-09", "Zebulon"):
        assert identifier not in dump, identifier
    assert "furosemide 40 mg daily" in dump


def test_a_second_run_does_nothing(corpus: Path) -> None:
    run(corpus)
    before = current(corpus)
    report = run(corpus)
    assert [(c.units_read, c.units_unchanged) for c in report.corpora] == [(0, 1), (0, 1)]
    assert current(corpus) == before


def test_a_changed_note_replaces_and_the_old_version_stays_readable_by_hash(corpus: Path) -> None:
    run(corpus)
    before = dict(current(corpus))
    changed = [dict(note) for note in NOTES]
    changed[2]["text"] = "Denies chest pain. Walks without help now.\n"
    (corpus / "notes.jsonl").write_text("".join(json.dumps(note) + "\n" for note in changed))
    report = run(corpus)
    after = dict(current(corpus))
    replaced = [doc_id for doc_id in after if after[doc_id] != before[doc_id]]
    assert len(replaced) == 1 and set(after) == set(before)
    assert report.corpora[0].accounts.store.passed == 1 and report.corpora[0].documents_unchanged == 2
    settings = Settings(workspace=corpus / "workspace", workers=0)
    with open_owner(settings) as owner:
        old = get_document(owner.workspace.database, str(replaced[0]), str(before[replaced[0]]))
        assert old is not None and "Walks with a frame" in old.text
        operator = Principal("local:test", frozenset(ALL_ROLES))
        answer = owner.service.ask(Question("How does the patient walk?", patient="mrn-2002"), operator)
        assert not any("frame" in citation.quote for citation in answer.citations)


def test_a_removed_note_is_deleted_and_nothing_cites_it(corpus: Path) -> None:
    run(corpus)
    (corpus / "notes.jsonl").write_text("".join(json.dumps(note) + "\n" for note in NOTES[:2]))
    assert run(corpus).corpora[0].deleted == 1
    with open_owner(Settings(workspace=corpus / "workspace", workers=0)) as owner:
        answer = owner.service.ask(Question("Does the patient have chest pain?", patient="mrn-2002"), Principal("t", frozenset(ALL_ROLES)))
        assert answer.status is Status.NOT_DOCUMENTED
        assert owner.index.count() == len(rows(corpus, "SELECT 1 FROM chunks"))


def test_a_source_that_cannot_be_read_deletes_nothing_and_the_rest_goes_on(corpus: Path) -> None:
    run(corpus)
    before = current(corpus)
    (corpus / "notes.jsonl").write_bytes(b"\xff\xfe broken")
    (corpus / "guides" / "new.md").write_text("# Falls\n\nAsk about falls at every visit.\n")
    report = run(corpus)
    assert report.failed and len(report.corpora[0].errors) == 1
    assert set(before) <= set(current(corpus)) and len(current(corpus)) == len(before) + 1


def test_a_bad_manifest_is_named_and_the_others_are_ingested(corpus: Path) -> None:
    (corpus / "bad.yaml").write_text("name: Bad Name\n")
    report = run(corpus, "bad.yaml", "missing.yaml", "guides.yaml")
    assert report.failed and len(report.errors) == 2 and len(current(corpus)) == 1


def test_two_patients_charts_never_mix(corpus: Path) -> None:
    run(corpus)
    operator = Principal("local:test", frozenset(ALL_ROLES))
    with open_owner(Settings(workspace=corpus / "workspace", workers=0)) as owner:
        own = owner.service.ask(Question("What is the furosemide dose?", patient="mrn-1001", reveal="test"), operator)
        other = owner.service.ask(Question("What is the furosemide dose?", patient="mrn-2002"), operator)
    assert own.status is Status.ANSWERED and own.source_patient == "mrn-1001" and "80 mg" in own.answer
    assert other.status is Status.NOT_DOCUMENTED and other.receipt is not None and other.receipt.documents_searched == 1


def test_pseudonyms_under_safe_harbor_are_not_derived_from_the_person(corpus: Path, tmp_path: Path) -> None:
    (corpus / "charts.yaml").write_text(_manifest("charts", True, "safe_harbor", "notes-jsonl", "notes.jsonl"))
    run(corpus, "charts.yaml")
    first = {row[0] for row in rows(corpus, "SELECT pseudonym FROM patients")}
    run(corpus, "charts.yaml")
    assert {row[0] for row in rows(corpus, "SELECT pseudonym FROM patients")} == first  # kept in the vault
    key = (corpus / "workspace" / "key").read_bytes()
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    (other / "key").write_bytes(key)
    (other / "key").chmod(0o600)
    with open_owner(Settings(workspace=other, workers=0), create=True) as owner, Counters() as progress:
        ingest(owner.workspace, owner.index, owner.embedder, [corpus / "charts.yaml"], progress)
    connection = sqlite3.connect(other / "store.sqlite")
    assert not first & {row[0] for row in connection.execute("SELECT pseudonym FROM patients")}
    connection.close()
    assert "2024-" not in json.dumps(rows(corpus, "SELECT text, date FROM documents"))
