"""Attack 7, from end to end: a detector that is missing, raises or times out, a worker killed in the middle of a document.

The document is quarantined with the reason, never embedded, and counted; nothing that is printed or kept in clear names anyone.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from api.opening import open_owner
from ingestion import preparation
from ingestion.records import ReadResult
from ingestion.sandbox import ReaderProcess
from rag.deidentification import analyzer
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.findings import Detector, Finding
from rag.embedding import Embedder
from rag.settings import Settings
from rag.types import Span
from tests.rules_alone import MissingDetector
from tests.security.hospital import bytes_under, found_in, ingested, manifest

NAME, DOSE = "Quagmarsh", "aspirin 81 mg"
TEXTS = ["Furosemide 40 mg daily.", f"Mrs. {NAME} takes {DOSE} daily; phone 617-884-2231.", "Metformin 500 mg twice daily."]


class KilledHere(tuple[Span, ...]):
    """Spans whose reading kills the worker that reads them: the document is normalised by then."""

    def __iter__(self) -> Iterator[Span]:
        if multiprocessing.parent_process() is not None:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__iter__()


@dataclass(frozen=True, slots=True)
class Failing:
    """A detector that fails on the marked note."""

    error: Exception
    name: str = "failing"

    def find(self, text: str) -> Sequence[Finding]:
        if NAME in text:
            raise self.error
        return ()


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    lines = [{"id": f"n{i}", "patient": f"m{i}", "text": text, "type": "Progress note"} for i, text in enumerate(TEXTS)]
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    path = tmp_path / "notes.yaml"
    path.write_text(manifest("notes", "safe_harbor", [("notes-jsonl", "notes.jsonl")]))
    return path


def outcome(notes: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> tuple[dict[str, object], list[tuple[str]]]:
    """Ingest; the counts of preparation and the reasons in quarantine, after looking that nothing else was done with the note."""
    embedded: list[str] = []
    honest = Embedder.embed_chunks

    def watched(self: Embedder, texts: Sequence[str], *rest: object, **named: object) -> object:
        embedded.extend(texts)
        return honest(self, texts, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Embedder, "embed_chunks", watched)
    workspace = notes.parent / "workspace"
    with open_owner(Settings(workspace=workspace, workers=workers), create=True) as owner:
        report = ingested(owner, notes).as_json()
        stored = owner.index.count()
    step = report["corpora"][0]["steps"]["prepare"]
    assert stored == step["out"] == len(embedded)
    assert all(DOSE not in text for text in embedded)
    assert found_in(json.dumps(report).encode(), [NAME, "617-884-2231"]) == []
    assert {path.name: found for path, content in bytes_under(workspace) if (found := found_in(content, [NAME, DOSE]))} == {}
    with sqlite3.connect(workspace / "store.sqlite") as connection:
        return step, connection.execute("SELECT reason FROM quarantine").fetchall()


def test_t07_a_worker_killed_in_the_middle_of_a_document(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = ReaderProcess.read

    def poisoned(self: ReaderProcess, unit: object) -> ReadResult:
        result = honest(self, unit)  # type: ignore[arg-type]
        documents = [replace(raw, clear=KilledHere()) if NAME in raw.text else raw for raw in result.documents]
        return replace(result, documents=tuple(documents))

    monkeypatch.setattr(ReaderProcess, "read", poisoned)
    step, reasons = outcome(notes, monkeypatch, workers=1)
    assert step == {"unit": "documents", "in": 3, "out": 2, "dropped": {"quarantined:worker_killed": 1}}
    assert reasons == [("worker_killed",)]


@pytest.mark.parametrize(
    ("detector", "reason", "count"),
    [
        (MissingDetector("tagger", "no such file"), "detector_missing", 3),
        (Failing(RuntimeError(f"cannot read {NAME}")), "detector_failed", 1),
        (Failing(FloatingPointError(f"nan in {NAME}")), "detector_failed", 1),
    ],
)
def test_t07_a_detector_that_is_missing_or_raises(
    notes: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], detector: Detector, reason: str, count: int
) -> None:
    monkeypatch.setattr(preparation, "open_deidentifier", lambda keys, **named: open_deidentifier(keys, detectors=[detector], **named))
    step, reasons = outcome(notes, monkeypatch, workers=0)
    assert step == {"unit": "documents", "in": 3, "out": 3 - count, "dropped": {f"quarantined:{reason}": count}}
    assert reasons == [(reason,)] * count
    assert NAME not in "".join(capfd.readouterr())


def test_t07_a_rule_that_does_not_finish(notes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analyzer, "PATTERN_SECONDS", 1e-9)
    line = {"id": "long", "patient": "m9", "text": f"{NAME} {DOSE} SSN 123-45-6789 " * 400, "type": "Progress note"}
    (notes.parent / "notes.jsonl").write_text(json.dumps(line) + "\n")
    step, reasons = outcome(notes, monkeypatch, workers=0)
    assert step == {"unit": "documents", "in": 1, "out": 0, "dropped": {"quarantined:detector_timeout": 1}}
    assert reasons == [("detector_timeout",)]
