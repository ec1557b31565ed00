"""Ingestion of corpora: sources in, de-identified and indexed documents out, everything accounted for.

This process owns the workspace: readers and preparers return records, only the owner writes. A run that is
killed at any point is finished by the next one; a run over unchanged sources only hashes them.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from ingestion.accounting import Accounts
from ingestion.corpus_run import CorpusRun, RunContext
from ingestion.executors.local import LazyPool
from ingestion.manifest import Manifest, load_manifest, source_units
from ingestion.reasons import known_suffixes
from ingestion.sandbox import Limits, ReaderProcess
from rag.deidentification.tagging import Tagging, open_tagging
from rag.embedding import Embedder
from rag.errors import ManifestError
from rag.index.protocol import VectorIndex
from rag.store.corpora import CorpusRecord, write_corpus
from rag.store.ledger import RunRecord, record_run
from rag.workspace import Workspace


class Progress(Protocol):
    """Where counts are shown while the work goes on."""

    def expect(self, stage: str, count: int) -> None:
        """``count`` more of ``stage`` will come."""

    def advance(self, stage: str, count: int) -> None:
        """``count`` more of ``stage`` are done."""


@dataclass(slots=True)
class CorpusReport:
    """What one corpus's run did."""

    name: str
    accounts: Accounts
    units_read: int = 0
    units_unchanged: int = 0
    documents_unchanged: int = 0
    deleted: int = 0
    errors: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """The report as ``ingest --json`` prints it."""
        return {
            "corpus": self.name,
            "sources": {"read": self.units_read, "unchanged": self.units_unchanged, "failed": len(self.errors)},
            "files_passed_over": dict(sorted(self.passed_over.items())),
            "steps": self.accounts.as_json(),
            "documents_unchanged": self.documents_unchanged,
            "deleted": self.deleted,
            "errors": self.errors,
        }


@dataclass(frozen=True, slots=True)
class IngestReport:
    """All corpora of one command, in order. ``failed`` when a source or manifest could not be read."""

    corpora: tuple[CorpusReport, ...]
    errors: tuple[str, ...]
    seconds: float

    @property
    def failed(self) -> bool:
        """True when something could not be read: exit 2, after the rest was done."""
        return bool(self.errors) or any(report.errors for report in self.corpora)

    def as_json(self) -> dict[str, Any]:
        """The report as ``ingest --json`` prints it."""
        return {"corpora": [report.as_json() for report in self.corpora], "errors": list(self.errors), "seconds": round(self.seconds, 2)}


def ingest(
    workspace: Workspace,
    index: VectorIndex,
    embedder: Embedder,
    manifests: Sequence[Path],
    progress: Progress,
    *,
    tagging: Tagging | None = None,
) -> IngestReport:
    """Read, de-identify, store and index every corpus of the manifests; with the shipped tagger unless another ``tagging`` is given.

    Raises:
        StoreError: the accounts do not balance, or the database refused.
        IndexUnavailableError: the index refused; what was stored is indexed by the next run.
    """
    started, began = time.perf_counter(), _now()
    loaded, errors = _load(manifests)
    reports = []
    settings = workspace.settings
    limits = Limits(settings.reader_memory_bytes, settings.reader_cpu_seconds, settings.reader_seconds)
    with LazyPool(settings.key_path, settings.max_tokens_per_chunk, settings.workers) as executor, ReaderProcess(limits) as reader:
        context = RunContext(workspace, index, embedder, tagging or open_tagging(settings.threads), reader, executor, progress)
        for path, manifest in loaded:
            reports.append(_ingest_corpus(context, manifest, path))
    index.optimize()
    report = IngestReport(tuple(reports), tuple(errors), time.perf_counter() - started)
    names = tuple(corpus.name for corpus in reports)
    accounts = json.dumps([corpus.accounts.as_json() for corpus in reports])
    record_run(workspace.database, RunRecord(began, _now(), names, accounts))
    return report


def _load(manifests: Sequence[Path]) -> tuple[list[tuple[Path, Manifest]], list[str]]:
    loaded: list[tuple[Path, Manifest]] = []
    errors: list[str] = []
    for path in manifests:
        try:
            manifest = load_manifest(path)
        except ManifestError as error:
            errors.append(str(error))
            continue
        twin = next((other for other, earlier in loaded if earlier.name == manifest.name), None)
        if twin is not None:
            errors.append(f"{path}: field name: corpus {manifest.name!r} is also the corpus of {twin}; give each corpus one manifest")
            continue
        loaded.append((path, manifest))
    return loaded, errors


def _ingest_corpus(context: RunContext, manifest: Manifest, path: Path) -> CorpusReport:
    report = CorpusReport(manifest.name, Accounts())
    database = context.workspace.database
    write_corpus(database, _corpus_record(manifest))
    found = source_units(manifest, path)
    run = CorpusRun(context, manifest, report)
    report.errors += [run.shown(error.uri, error.message) for error in found.errors]
    report.passed_over.update(known_suffixes(found.passed_over) if manifest.contains_phi else found.passed_over)
    run.ingest(found.units)
    report.deleted = run.delete_missing(complete=not found.errors)
    run.refresh_lineage()
    report.accounts.check()
    return report


def _corpus_record(manifest: Manifest) -> CorpusRecord:
    policy = manifest.deidentification.policy.value
    return CorpusRecord(
        manifest.name, manifest.version, manifest.license, manifest.contains_phi, policy, manifest.access.roles, manifest.domain
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
