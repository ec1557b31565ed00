"""One corpus through the steps: which units changed, which documents changed, prepare, embed, store, index.

Work goes in windows of about ``CHUNKS_PER_WINDOW`` chunks: one transaction and one index update each. A unit is
marked done only when its last document is stored, so a crash repeats at most the documents of unfinished units,
and of those only the ones whose content is not stored yet.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from ingestion.charts import ChartChanges
from ingestion.identities import Identities
from ingestion.preparation import Job, Outcome, Prepared, Quarantined, tag_jobs
from ingestion.reasons import known_reasons
from ingestion.records import RawDocument, SourceUnit
from ingestion.sandbox import ReaderProcess
from rag.clinical.lexicon import words_digest
from rag.deidentification.tagging import Tagging
from rag.deidentification.version import detection_identity
from rag.embedding import Embedder
from rag.errors import QuarantineError, SourceError
from rag.index.protocol import VectorIndex
from rag.index.sync import replay_outbox
from rag.store import ledger
from rag.store.documents import delete_document, write_documents
from rag.store.records import DocumentRecord
from rag.workspace import Workspace

if TYPE_CHECKING:
    from ingestion.manifest import Manifest
    from ingestion.pipeline import CorpusReport, Progress

INGESTION_VERSION = "2"
"""Raised when reading, de-identification, splitting or chunking give something else for the same source: everything is ingested again."""
CHUNKS_PER_WINDOW = 384
"""Large enough to batch chunks by length, small enough that a crash repeats seconds of work. Source: own measurement."""

UNFINISHED = ""
"""The hash recorded of a unit that was read in part: its documents are known, and it is read again next time."""

PASSING_REASONS = frozenset({"detector_failed", "detector_timeout", "detector_missing", "worker_killed"})
"""Why a document may be quarantined through no fault of its own: it is tried again by the next run."""


class Executor(Protocol):
    """Where preparation runs."""

    def map(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs."""


@dataclass(slots=True)
class _OpenUnit:
    """A unit being worked on: how many of its documents are under way, whether all were read, and all its ids."""

    unit: SourceUnit
    digest: str
    waiting: int = 0
    settled: int = 0
    read: bool = False
    whole: bool = True
    doc_ids: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class RunContext:
    """What one corpus's run works with: opened by the owner, shared by all its corpora."""

    workspace: Workspace
    index: VectorIndex
    embedder: Embedder
    tagging: Tagging
    reader: ReaderProcess
    executor: Executor
    progress: Progress


class CorpusRun:
    """The state of one corpus's ingestion."""

    def __init__(self, context: RunContext, manifest: Manifest, report: CorpusReport) -> None:
        self._context = context
        self._database = context.workspace.database
        self._keys = context.workspace.keys
        self._manifest = manifest
        self._policy = manifest.deidentification.policy
        self._report = report
        self._accounts = report.accounts
        self._pipeline = context.workspace.pipeline_fingerprint(
            INGESTION_VERSION, words_digest(), detection_identity(), context.embedder.identity, self._policy.value, manifest.domain
        )
        self._units = ledger.unit_states(self._database, manifest.name)
        self._documents = ledger.document_states(self._database, manifest.name)
        self._identities = Identities(self._database, self._keys, manifest.domain, self._policy)
        self._changes = ChartChanges(self._database, manifest.name)
        self._present: set[str] = set()
        self._kept_units: set[str] = set()
        self._taken: dict[str, str] = {}
        self._holders = _holders(self._units)
        self._open: deque[_OpenUnit] = deque()
        self._owners: deque[_OpenUnit] = deque()
        self._prepared: list[Prepared] = []
        self._quarantined: list[Quarantined] = []
        self._lost_sight = False

    def ingest(self, units: Sequence[SourceUnit]) -> None:
        """Bring every unit's documents into the store and the index."""
        self._context.progress.expect("sources", len(units))
        self._reserve(units)
        for outcome in self._context.executor.map(tag_jobs(self._jobs(units), self._context.tagging)):
            self._take(outcome)
            if sum(len(prepared.chunks) for prepared in self._prepared) >= CHUNKS_PER_WINDOW:
                self._flush()
        self._flush()

    def delete_missing(self, *, complete: bool) -> int:
        """Delete the corpus's documents whose source is gone; none where it cannot be known what every source holds."""
        if not complete or self._lost_sight:
            return 0
        gone = sorted(set(self._documents) - self._present)
        for doc_id in gone:
            delete_document(self._database, doc_id, "source_removed")
        ledger.release_quarantine(self._database, gone)
        ledger.forget_units(self._database, self._manifest.name, keep=self._kept_units)
        replay_outbox(self._database, self._context.index)
        return len(gone)

    def refresh_lineage(self) -> None:
        """Say of each chunk that changed charts hold where its text was copied from."""
        self._changes.refresh()

    def _reserve(self, units: Sequence[SourceUnit]) -> None:
        """Take the ids of documents whose units need no reading, so that the same key in another file does not replace them."""
        self._kept_units = {self._digest(unit) for unit in units}
        for unit in units:
            state = self._unchanged(unit)
            for doc_id in state.doc_ids if state else ():
                if doc_id in self._documents:
                    self._taken[doc_id] = self._documents[doc_id].source_sha256

    def _digest(self, unit: SourceUnit) -> str:
        return self._keys.lookup(f"unit:{self._manifest.name}", unit.uri)

    def _unchanged(self, unit: SourceUnit) -> ledger.UnitState | None:
        """What the ledger knows of a unit that is as it was; None where it must be read."""
        state = self._units.get(self._digest(unit))
        same = state is not None and (state.sha256, state.pipeline) == (unit.sha256, self._pipeline)
        return state if same else None

    def _jobs(self, units: Sequence[SourceUnit]) -> Iterator[Job]:
        for unit in units:
            digest = self._digest(unit)
            state = self._unchanged(unit)
            if state is not None:
                self._present |= state.doc_ids
                self._report.units_unchanged += 1
                self._report.documents_unchanged += len(state.doc_ids)
            else:
                yield from self._jobs_of(_OpenUnit(unit, digest))
            self._context.progress.advance("sources", 1)

    def _jobs_of(self, opened: _OpenUnit) -> Iterator[Job]:
        former = self._units.get(opened.digest)
        try:
            result = self._context.reader.read(opened.unit)
        except SourceError as error:
            self._present |= former.doc_ids if former else frozenset()
            self._lost_sight |= former is None
            self._report.errors.append(self.shown(opened.unit.uri, str(error)))
            return
        self._report.errors += [self.shown(error.uri, error.message) for error in result.errors]
        opened.whole = not result.errors
        if former and not opened.whole:
            self._present |= former.doc_ids
            opened.doc_ids |= former.doc_ids
        self._open.append(opened)
        self._report.units_read += 1
        dropped = known_reasons(result.dropped) if self._manifest.contains_phi else result.dropped
        self._accounts.read.count(result.records_in, result.rendered, dropped)
        self._context.progress.expect("documents", len(result.documents))
        for raw in result.documents:
            job = self._job(raw, opened)
            if job is not None:
                self._accounts.prepare.count(1, 0)
                opened.waiting += 1
                self._owners.append(opened)
                yield job
        opened.read = True

    def _job(self, raw: RawDocument, opened: _OpenUnit) -> Job | None:
        """The work for one document; None where it is stored already, or the same document came before in this run."""
        corpus = self._manifest.name
        content = self._keys.lookup(f"content:{corpus}", repr(replace(raw, uri="")))
        doc_id = self._keys.document_id(corpus, raw.key)
        if self._taken.get(doc_id) == content:
            self._accounts.prepare.count(1, 0, {"duplicate_document": 1})
            self._context.progress.advance("documents", 1)
            opened.doc_ids.add(doc_id)
            return None
        if doc_id in self._taken or self._is_held(doc_id, content, opened):
            # another text under the same key: both are kept, told apart by where they came from
            doc_id = self._keys.document_id(corpus, f"{raw.key}\x00{raw.uri}")
        self._taken[doc_id] = content
        self._present.add(doc_id)
        opened.doc_ids.add(doc_id)
        state = self._documents.get(doc_id)
        same = state is not None and (state.source_sha256, state.pipeline) == (content, self._pipeline)
        if same and state is not None and state.quarantined not in PASSING_REASONS:
            self._report.documents_unchanged += 1
            self._context.progress.advance("documents", 1)
            return None
        key_digest = self._keys.lookup(f"key:{corpus}", raw.key)
        try:
            return Job(raw, corpus, self._policy, doc_id, key_digest, content, self._identities.of(raw))
        except QuarantineError as error:
            self._accounts.prepare.count(1, 0)
            self._hold(Quarantined(doc_id, key_digest, error.reason))
            return None

    def _is_held(self, doc_id: str, content: str, opened: _OpenUnit) -> bool:
        """Whether another file that is still there gave the stored document of this id, and this one did not."""
        holders = self._holders.get(doc_id, frozenset())
        state = self._documents.get(doc_id)
        differs = state is not None and state.source_sha256 != content
        return differs and opened.digest not in holders and bool(holders & self._kept_units)

    def _take(self, outcome: Outcome) -> None:
        opened = self._owners.popleft()
        opened.settled += 1
        if isinstance(outcome, Quarantined):
            opened.whole = opened.whole and outcome.reason not in PASSING_REASONS
            self._hold(outcome)
        else:
            self._prepared.append(outcome)
            self._accounts.prepare.count(0, 1)

    def _hold(self, outcome: Quarantined) -> None:
        self._quarantined.append(outcome)
        self._accounts.prepare.count(0, 0, {f"quarantined:{outcome.reason}": 1})

    def _flush(self) -> None:
        """Embed, store and index the window; then mark the units done whose documents are all settled."""
        prepared, self._prepared = self._prepared, []
        quarantined, self._quarantined = self._quarantined, []
        if prepared:
            self._changes.note({p.document.patient for p in prepared if p.document.patient})
            write_documents(self._database, self._records(prepared), self._pipeline)
            self._accounts.store.count(len(prepared), len(prepared))
        if quarantined:
            name, taken = self._manifest.name, self._taken
            entries = [ledger.QuarantineEntry(q.doc_id, name, q.key_digest, q.reason, taken[q.doc_id]) for q in quarantined]
            ledger.record_quarantine(self._database, entries, self._pipeline)
        chunks = sum(len(p.chunks) for p in prepared)
        replay_outbox(self._database, self._context.index)
        self._accounts.index.count(chunks, chunks)
        self._context.progress.advance("documents", len(prepared) + len(quarantined))
        self._finish_units()

    def _records(self, prepared: Sequence[Prepared]) -> list[DocumentRecord]:
        vectors = iter(self._context.embedder.embed([chunk for p in prepared for chunk in p.chunks]))
        return [
            DocumentRecord(
                p.key_digest, p.source_sha256, p.document, p.chunks, tuple(next(vectors) for _ in p.chunks), p.facts, p.sealed, p.review
            )
            for p in prepared
        ]

    def _finish_units(self) -> None:
        while self._open and self._open[0].read and self._open[0].settled == self._open[0].waiting:
            done = self._open.popleft()
            sha256 = done.unit.sha256 if done.whole else UNFINISHED
            ledger.finish_unit(self._database, self._manifest.name, done.digest, sha256, self._pipeline, done.doc_ids)

    def shown(self, uri: str, message: str) -> str:
        """The message with the file named as the manifest names it; in corpora with PHI a file found by a pattern is named by
        its keyed pseudonym, since file names hold names of people."""
        given = {source.path for source in self._manifest.sources}
        if not self._manifest.contains_phi or uri in given:
            return f"{self._manifest.name}: {message}"
        return f"{self._manifest.name}: {message.replace(uri, self._keys.uri_pseudonym(uri))}"


def _holders(units: Mapping[str, ledger.UnitState]) -> dict[str, frozenset[str]]:
    """The digests of the units that gave each document."""
    holders: dict[str, set[str]] = {}
    for digest, state in units.items():
        for doc_id in state.doc_ids:
            holders.setdefault(doc_id, set()).add(digest)
    return {doc_id: frozenset(digests) for doc_id, digests in holders.items()}
