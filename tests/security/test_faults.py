"""Attacks 7, 18 to 21: parts that fail, at the worst moment. What cannot be made safe is not stored; the rest goes on."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.exc import OperationalError

from api.opening import Owner
from api.problems import exit_code
from ingestion import corpus_run
from ingestion.executors.local import WorkerPool
from ingestion.pipeline import IngestReport
from ingestion.preparation import Job, Prepared, Quarantined, tag_jobs
from ingestion.records import RawDocument
from rag.citations import text_sha256
from rag.deidentification.findings import Finding
from rag.deidentification.identity import PatientIdentity
from rag.deidentification.names import NameDetector
from rag.errors import DetectorError, IndexUnavailableError, ModelError, StoreError
from rag.index.edge import EdgeIndex
from rag.scope import Principal
from rag.settings import ALL_ROLES
from rag.store.documents import get_document
from rag.types import Policy, Question, Status
from tests.rules_alone import rules_alone
from tests.security.hospital import ingested, manifest, opened

OPERATOR = Principal("t", frozenset(ALL_ROLES))
MARK = "Xylophanous"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    texts = ["Furosemide 40 mg daily.", f"{MARK} note: aspirin 81 mg daily.", "Metformin 500 mg twice daily."]
    lines = [{"id": f"n{i}", "patient": f"m{i}", "text": text, "type": "Progress note"} for i, text in enumerate(texts)]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    path = tmp_path / "notes.yaml"
    path.write_text(manifest("notes", "date_shift", [("notes-jsonl", "notes.jsonl")]))
    return path


def query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "workspace" / "store.sqlite")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def prepared(report: IngestReport) -> dict[str, object]:
    return report.corpora[0].accounts.as_json()["prepare"]  # type: ignore[no-any-return]


def failing(error: Exception) -> Callable[[NameDetector, str], Sequence[Finding]]:
    honest = NameDetector.find

    def find(self: NameDetector, text: str) -> Sequence[Finding]:
        if MARK in text:
            raise error
        return honest(self, text)

    return find


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError(f"{MARK} text in a message"), "detector_failed"),
        (DetectorError("rule phone timed out on 60 characters"), "detector_timeout"),
        (DetectorError("detector tagger is missing (ImportError)"), "detector_missing"),
        (MemoryError(), "detector_failed"),
    ],
)
def test_t07_a_detector_that_fails_quarantines_its_document_and_the_next_run_tries_again(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: Exception, reason: str
) -> None:
    monkeypatch.setattr(NameDetector, "find", failing(error))
    with opened(notes.parent) as owner:
        report = ingested(owner, notes)
        assert prepared(report) == {"unit": "documents", "in": 3, "out": 2, "dropped": {f"quarantined:{reason}": 1}}
        assert MARK not in json.dumps(report.as_json())
        again = ingested(owner, notes)  # the detector still fails: balanced, and still quarantined
        assert prepared(again)["dropped"] == {f"quarantined:{reason}": 1} and again.corpora[0].documents_unchanged == 2
        assert owner.index.count() == 2 and query(notes.parent, "SELECT reason FROM quarantine") == [(reason,)]
        monkeypatch.undo()
    with opened(notes.parent) as owner:
        assert prepared(ingested(owner, notes))["out"] == 1 and owner.index.count() == 3
        assert query(notes.parent, "SELECT count(*) FROM quarantine") == [(0,)]
        assert ingested(owner, notes).corpora[0].units_unchanged == 1
    assert MARK not in "".join(capfd.readouterr())


def test_t07_any_error_of_preparation_quarantines_and_is_not_retried(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingestion import preparation

    honest = preparation.chunk_document

    def broken(document: object, *rest: object, **named: object) -> object:
        if "aspirin" in document.text:  # type: ignore[attr-defined]
            raise ValueError(document.text)  # type: ignore[attr-defined]
        return honest(document, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(preparation, "chunk_document", broken)
    with opened(notes.parent) as owner:
        assert prepared(ingested(owner, notes))["dropped"] == {"quarantined:preparation_failed": 1}
        assert ingested(owner, notes).corpora[0].units_unchanged == 1


class Poison(str):
    """A title that kills whoever unpickles it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


def test_t07_a_document_that_kills_its_worker_is_quarantined_and_the_others_are_done(tmp_path: Path) -> None:
    from rag.keys import load_keys

    load_keys(tmp_path / "key", create=True)
    identity = PatientIdentity("p-1", (), 7)
    raws = [RawDocument(f"note/{i}", "n.jsonl", "note", "Note", f"Aspirin {i} mg daily.", patient="m") for i in range(4)]
    raws[1] = replace(raws[1], title=Poison("x"))
    jobs = [Job(raw, "c", Policy.DATE_SHIFT, f"d-{i}", "k", "s", identity) for i, raw in enumerate(raws)]
    with WorkerPool(tmp_path / "key", 256, 1) as pool:
        outcomes = list(pool.map(tag_jobs(jobs, rules_alone())))
    assert [type(outcome) for outcome in outcomes] == [Prepared, Quarantined, Prepared, Prepared]
    assert isinstance(outcomes[1], Quarantined) and outcomes[1].reason == "worker_killed"


def test_t19_an_index_that_refuses_in_mid_run_is_repaired_by_the_next(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise IndexUnavailableError("the index refused to flush (OSError); run `chartcite doctor`")

    with opened(notes.parent) as owner:
        monkeypatch.setattr(EdgeIndex, "flush", refuse)
        with pytest.raises(IndexUnavailableError):
            ingested(owner, notes)
        monkeypatch.undo()
    with opened(notes.parent) as owner:
        report = ingested(owner, notes)
        assert report.corpora[0].documents_unchanged == 3 and owner.index.count() == 3
        assert query(notes.parent, "SELECT count(*) FROM outbox") == [(0,)]
        assert "40 mg" in owner.service.ask(Question("What is the dose of furosemide?", patient="m0"), OPERATOR).answer


def test_t18_a_full_disk_is_a_store_error_and_nothing_is_half_written(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.store import documents

    def full(*_: object) -> None:
        cause = sqlite3.OperationalError("database or disk is full")
        raise OperationalError("INSERT INTO facts (display) VALUES (?)", (MARK,), cause)

    with opened(notes.parent) as owner:
        monkeypatch.setattr(documents, "queue", full)  # the last write of the transaction
        with pytest.raises(StoreError) as refused:
            ingested(owner, notes)
        assert exit_code(refused.value) == 3 and MARK not in str(refused.value)
        monkeypatch.undo()
        assert query(notes.parent, "SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM chunks)") == [(0,)]
        assert prepared(ingested(owner, notes))["out"] == 3 and owner.index.count() == 3


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0])
def test_t20_unusable_numbers_of_the_encoder_are_not_stored(notes: Path, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    from rag.encoder.torch_encoder import TorchEncoder

    honest = TorchEncoder.token_vectors

    def spoiled(self: TorchEncoder, rows: Any, *added: Any, **named: Any) -> Any:
        vectors = honest(self, rows, *added, **named)
        return vectors if added else [np.full_like(v, value) for v in vectors]  # the tagger's pass is left alone

    monkeypatch.setattr(TorchEncoder, "token_vectors", spoiled)
    with opened(notes.parent) as owner:
        with pytest.raises(ModelError):
            ingested(owner, notes)
        assert query(notes.parent, "SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM outbox)") == [(0,)]
        monkeypatch.undo()
    with opened(notes.parent) as owner:
        assert prepared(ingested(owner, notes))["out"] == 3


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_t20_unusable_numbers_of_the_tagger_quarantine_every_note(notes: Path, monkeypatch: pytest.MonkeyPatch, value: float) -> None:
    from rag.encoder.torch_encoder import TorchEncoder

    honest = TorchEncoder.token_vectors

    def spoiled(self: TorchEncoder, rows: Any, *added: Any, **named: Any) -> Any:
        vectors = honest(self, rows, *added, **named)
        return np.full_like(vectors, value) if added else vectors

    monkeypatch.setattr(TorchEncoder, "token_vectors", spoiled)
    with opened(notes.parent) as owner:
        assert prepared(ingested(owner, notes))["dropped"] == {"quarantined:detector_failed": 3} and owner.index.count() == 0


def two_files(folder: Path, first: str, second: str) -> Path:
    for name, text in (("a.jsonl", first), ("b.jsonl", second)):
        (folder / name).write_text(json.dumps({"id": "1", "patient": "m", "text": text, "type": "Note"}) + "\n")
    path = folder / "two.yaml"
    path.write_text(manifest("two", "date_shift", [("notes-jsonl", "a.jsonl"), ("notes-jsonl", "b.jsonl")]))
    return path


def test_t17_the_same_id_in_two_files_keeps_both_texts_whichever_changes(tmp_path: Path) -> None:
    texts: list[tuple[str, str]] = [
        ("Aspirin 81 mg.", "Metformin 500 mg."),
        ("Aspirin 81 mg.", "Metformin 850 mg."),
        ("Warfarin 5 mg.", "Metformin 850 mg."),
    ]
    with opened(tmp_path) as owner:
        for first, second in texts:
            assert not ingested(owner, two_files(tmp_path, first, second)).failed
            assert sorted(query(tmp_path, "SELECT text FROM documents WHERE current")) == sorted([(first,), (second,)])
        (tmp_path / "b.jsonl").write_bytes(b"{broken")
        two = two_files(tmp_path, "Warfarin 7 mg.", "")
        (tmp_path / "b.jsonl").write_bytes(b"{broken")
        assert ingested(owner, two).failed
        assert sorted(query(tmp_path, "SELECT text FROM documents WHERE current")) == [("Metformin 850 mg.",), ("Warfarin 7 mg.",)]


def test_t21_twenty_threads_ask_while_documents_are_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus_run, "CHUNKS_PER_WINDOW", 2)  # many small transactions
    path = tmp_path / "w.yaml"
    path.write_text(manifest("w", "date_shift", [("notes-jsonl", "w.jsonl")]))

    def write(dose: int) -> None:
        lines = [{"id": str(i), "patient": "m", "text": f"Visit {i}. Furosemide {dose} mg daily.", "type": "Note"} for i in range(12)]
        (tmp_path / "w.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    with opened(tmp_path) as owner:
        write(10)
        ingested(owner, path)
        asking = Question("What is the dose of furosemide?", patient="m")
        owner.service.ask(asking, OPERATOR)
        with ThreadPoolExecutor(20) as threads:
            pending = [threads.submit(_asked, owner, asking) for _ in range(120)]
            for dose in (20, 30):
                write(dose)
                ingested(owner, path)
            for answer in pending:
                assert answer.result()
        assert owner.service._trail.first_bad_record() is None
        assert sum(1 for _ in owner.service._trail.records()) == 121
        assert "30 mg" in owner.service.ask(asking, OPERATOR).answer


def _asked(owner: Owner, question: Question) -> bool:
    answer = owner.service.ask(question, OPERATOR)
    assert answer.status is Status.ANSWERED and not answer.withheld
    for citation in answer.citations:
        document = get_document(owner.workspace.database, citation.span.doc_id, citation.span.doc_sha256)
        assert document is not None and text_sha256(document.text) == citation.span.doc_sha256
        assert document.text[citation.span.start : citation.span.end] == citation.quote
    return True
