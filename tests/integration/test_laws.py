"""The ten laws of the design, each with a fault planted on purpose: the law holds, or the test says which does not."""

from __future__ import annotations

import inspect
import json
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from api.audit import AuditTrail
from api.opening import Owner, open_owner
from api.progress import Counters
from ingestion.executors.local import LazyPool
from ingestion.pipeline import IngestReport, ingest
from rag import pipeline
from rag.answering.composed import Composed
from rag.answering.typed import chart
from rag.answering.typed.sentence import Sentence
from rag.citations import text_sha256
from rag.deidentification import tagger
from rag.deidentification.analyzer import Analyzer
from rag.deidentification.tagging import Tagged, Tagging
from rag.errors import AuditError, StoreError
from rag.index.edge import EdgeIndex
from rag.index.protocol import Hit
from rag.reading import show_document
from rag.scope import Principal
from rag.settings import ALL_ROLES, Settings
from rag.store import schema
from rag.types import Answer, Question, Scope, Status

OPERATOR = Principal("t", frozenset(ALL_ROLES))
ASKED = Question("What is the dose of furosemide?", patient="MRN-10442")
NOTES = [
    {"id": "1", "patient": "MRN-10442", "date": "2024-02-03", "type": "Progress note",
     "text": "MRN MRN-10442, phone 617-884-2231.\n\nPLAN:\nThe dose of furosemide is 40 mg daily.\nDenies chest pain.\n"},
    {"id": "2", "patient": "MRN-20551", "date": "2024-03-04", "type": "Progress note", "text": "The dose of furosemide is 99 mg daily.\n"},
]  # fmt: skip


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Owner]:
    write(tmp_path, NOTES)
    (tmp_path / "n.yaml").write_text(
        "name: n\nversion: '1'\nlicense: CC0-1.0\ncontains_phi: true\ndeidentification: {policy: date_shift}\n"
        "sources:\n  - {format: notes-jsonl, path: n.jsonl}\n"
    )
    with open_owner(Settings(workspace=tmp_path / "workspace", workers=0), create=True) as owner:
        assert not run(owner, tmp_path).failed
        yield owner


def write(folder: Path, notes: Sequence[dict[str, str]]) -> None:
    (folder / "n.jsonl").write_text("".join(json.dumps(note) + "\n" for note in notes))


def run(owner: Owner, folder: Path) -> IngestReport:
    with Counters() as progress:
        return ingest(owner.workspace, owner.index, owner.embedder, [folder / "n.yaml"], progress)


def composing(monkeypatch: pytest.MonkeyPatch, fault: Callable[[Composed], Composed]) -> None:
    honest = pipeline.cite
    monkeypatch.setattr(pipeline, "cite", lambda database, composed, *rest: honest(database, fault(composed), *rest))


def assert_nothing_shown(answer: Answer) -> None:
    assert answer.status is Status.REFUSED and answer.withheld
    assert answer.answer == "" and answer.statements == answer.citations == ()


def test_law_01_a_quote_that_is_not_at_its_span_is_not_shown(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ward.service.ask(ASKED, OPERATOR)
    assert answer.status is Status.ANSWERED and "40 mg" in answer.answer

    def shifted(composed: Composed) -> Composed:
        evidence = tuple(replace(e, span=replace(e.span, start=e.span.start + 1, end=e.span.end + 1)) for e in composed.evidence)
        return replace(composed, evidence=evidence)

    composing(monkeypatch, shifted)
    assert_nothing_shown(ward.service.ask(ASKED, OPERATOR))


def test_law_01_a_stored_text_that_was_altered_is_not_cited(ward: Owner) -> None:
    with ward.workspace.database.writing() as connection:
        for doc_id, text in connection.execute(select(schema.documents.c.doc_id, schema.documents.c.text)).all():
            changed = text.replace("Denies", "Admits")  # the cited sentence itself stays as it was
            connection.execute(update(schema.documents).where(schema.documents.c.doc_id == doc_id).values(text=changed))
    assert_nothing_shown(ward.service.ask(ASKED, OPERATOR))


def test_law_02_a_statement_that_says_more_than_its_spans_is_withheld(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def altered(composed: Composed) -> Composed:
        return replace(composed, drafts=tuple(replace(draft, text=draft.text.replace("40 mg", "400 mg")) for draft in composed.drafts))

    composing(monkeypatch, altered)
    answer = ward.service.ask(ASKED, OPERATOR)
    assert "400 mg" not in json.dumps(answer.answer + str(answer.statements)) and answer.withheld


@pytest.mark.parametrize(
    ("kind", "old", "new"), [("slot", "40 mg", "400 mg"), ("words", " ", " left "), ("words", " ", " 40 "), ("date", "2", "3")]
)
def test_law_02_a_composed_statement_with_an_altered_part_is_withheld(
    ward: Owner, monkeypatch: pytest.MonkeyPatch, kind: str, old: str, new: str
) -> None:
    def altered(composed: Composed) -> Composed:
        drafts = []
        for draft in composed.drafts:
            parts = tuple(replace(p, text=p.text.replace(old, new, 1)) if p.kind == kind else p for p in draft.parts)
            assert parts != draft.parts, "the fault was not planted"
            drafts.append(replace(draft, text="".join(p.text for p in parts), parts=parts))
        return replace(composed, drafts=tuple(drafts))

    assert ward.service.ask(ASKED, OPERATOR).statements[0].parts
    composing(monkeypatch, altered)
    assert_nothing_shown(ward.service.ask(ASKED, OPERATOR))


def test_law_02_a_wrong_count_is_not_shown(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = replace(ASKED, text="How many times was furosemide recorded?")
    assert "1 record" in ward.service.ask(asked, OPERATOR).answer
    honest = Sentence.computed
    monkeypatch.setattr(Sentence, "computed", lambda self, text, *rest: honest(self, "2" if text == "1" else text, *rest))
    assert_nothing_shown(ward.service.ask(asked, OPERATOR))


def test_law_03_no_evidence_is_an_answer_with_its_receipt(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ward.service.ask(replace(ASKED, text="What is the serum ceruloplasmin?"), OPERATOR)
    assert answer.status is Status.NOT_DOCUMENTED and answer.receipt is not None
    assert answer.receipt.documents_searched == 1 and "ceruloplasmin" in " ".join(answer.receipt.terms)
    monkeypatch.setattr(EdgeIndex, "search_dense", lambda *_, **__: [])  # a search that finds nothing at all
    monkeypatch.setattr(EdgeIndex, "search_sparse", lambda *_, **__: [])
    monkeypatch.setattr(chart, "find_facts", lambda *_, **__: [])
    silent = ward.service.ask(ASKED, OPERATOR)
    assert silent.status is Status.NOT_DOCUMENTED and silent.receipt is not None and silent.receipt.documents_searched == 1


def test_law_04_an_index_that_forgets_the_scope_shows_nothing_outside_it(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = [Hit(chunk_id, 1.0) for chunk_id in sorted(ward.index.ids())]
    assert len(everything) >= 2
    monkeypatch.setattr(EdgeIndex, "search_dense", lambda *_, **__: everything)
    monkeypatch.setattr(EdgeIndex, "search_sparse", lambda *_, **__: everything)
    answer = ward.service.ask(ASKED, OPERATOR)
    assert "40 mg" in answer.answer and "99 mg" not in json.dumps([c.quote for c in answer.citations])
    assert all("99 mg" not in hit.chunk.text for hit in ward.service.retrieve(ASKED, OPERATOR, 50))
    with pytest.raises(Exception, match="empty"):
        ward.service._engine.retriever.retrieve("x", Scope(frozenset({"n"}), frozenset()), 5)  # type: ignore[union-attr]


def test_law_05_an_identifier_that_detection_missed_quarantines_its_document(
    ward: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Analyzer, "find", lambda *_, **__: [])  # every detector is blind, and so is the tagger
    monkeypatch.setattr(Tagging, "tag", lambda _, texts, clear=None: [Tagged()] * len(texts))
    write(tmp_path, [*NOTES, {"id": "3", "patient": "MRN-30660", "text": "Reach her at 617-884-7765, SSN 912-55-0147.", "type": "Note"}])
    before = ward.index.count()
    report = run(ward, tmp_path)
    assert report.corpora[0].accounts.prepare.dropped == {"quarantined:residual_identifier": 1} and ward.index.count() == before
    assert b"884-7765" not in b"".join(path.read_bytes() for path in (tmp_path / "workspace").rglob("*") if path.is_file())


def test_law_05_without_its_tagger_a_run_quarantines_every_document(ward: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = inspect.unwrap(tagger.open_tagger)  # tests share a loaded one
    monkeypatch.setattr(tagger, "open_tagger", lambda threads: opened(threads, tmp_path / "gone"))
    write(tmp_path, [*NOTES, {"id": "3", "patient": "MRN-30660", "text": "Seen by her aunt Ann Zlandry.", "type": "Note"}])
    before = ward.index.count()
    report = run(ward, tmp_path)
    assert report.corpora[0].accounts.prepare.dropped == {"quarantined:detector_missing": 1} and ward.index.count() == before
    assert b"Zlandry" not in b"".join(path.read_bytes() for path in (tmp_path / "workspace").rglob("*") if path.is_file())


def test_law_06_without_a_record_there_is_no_answer(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = sum(1 for _ in ward.service._trail.records())
    ward.service.ask(ASKED, OPERATOR)
    assert sum(1 for _ in ward.service._trail.records()) == recorded + 1

    def refuse(*_: object) -> int:
        raise AuditError("the audit record was not taken")

    monkeypatch.setattr(AuditTrail, "append", refuse)
    with pytest.raises(AuditError):
        ward.service.ask(ASKED, OPERATOR)


def test_law_07_a_document_that_a_worker_loses_is_missed(ward: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = LazyPool.map

    def losing(self: LazyPool, jobs: Any) -> Iterator[Any]:
        outcomes = honest(self, jobs)
        next(outcomes, None)
        yield from outcomes

    write(tmp_path, [{**note, "text": note["text"] + "Seen again.\n"} for note in NOTES])
    monkeypatch.setattr(LazyPool, "map", losing)
    with pytest.raises(StoreError, match="step prepare: 2 documents in, 1 out and 0 dropped"):
        run(ward, tmp_path)


def test_law_08_a_replaced_version_stays_readable_and_settings_are_told_apart(ward: Owner, tmp_path: Path) -> None:
    old = ward.service.ask(ASKED, OPERATOR)
    span = old.citations[0].span
    write(tmp_path, [{**NOTES[0], "text": NOTES[0]["text"].replace("40 mg", "80 mg")}, NOTES[1]])
    run(ward, tmp_path)
    new = ward.service.ask(ASKED, OPERATOR)
    assert "80 mg" in new.answer and all(c.span.doc_sha256 != span.doc_sha256 for c in new.citations)
    kept = show_document(ward.workspace.database, f"{span.doc_id}@{span.doc_sha256}", OPERATOR)
    assert text_sha256(kept.text) == span.doc_sha256 and kept.text[span.start : span.end] == old.citations[0].quote
    assert old.provenance is not None and all((old.provenance.pipeline, old.provenance.models, old.provenance.index))
    other = ward.workspace.settings.model_copy(update={"retrieve_chunks": 3})
    assert other.fingerprint() != old.provenance.settings == ward.workspace.settings.fingerprint()


def test_law_09_an_invented_source_is_not_cited(ward: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def invented(composed: Composed) -> Composed:
        return replace(composed, evidence=tuple(replace(e, span=replace(e.span, doc_id="d-invented")) for e in composed.evidence))

    composing(monkeypatch, invented)
    assert_nothing_shown(ward.service.ask(ASKED, OPERATOR))


def test_law_10_nothing_speaks_to_the_network(ward: Owner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []

    def refuse(self: socket.socket, address: object, *_: object) -> None:
        tried.append(address)
        raise OSError("no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **_: tried.append(a))
    write(tmp_path, [{**NOTES[0], "text": NOTES[0]["text"] + "Seen again.\n"}, NOTES[1]])
    assert not run(ward, tmp_path).failed
    assert ward.service.ask(ASKED, OPERATOR).status is Status.ANSWERED
    assert tried == []
    with socket.socket() as planted, pytest.raises(OSError, match="no network"):
        planted.connect(("203.0.113.1", 80))
    assert tried == [("203.0.113.1", 80)]  # a call would have been seen
