"""What was done: source units, the documents each gave, what is in quarantine, and the accounts of each run.

It is what makes a re-run over unchanged sources a no-op and a killed run resumable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, func, select

from rag.store import schema
from rag.store.database import Database
from rag.store.documents import delete_document
from rag.store.rows import in_slices, insert_rows


@dataclass(frozen=True, slots=True)
class UnitState:
    """A source unit that was finished: the hash it had, the pipeline that read it, and every document it gave."""

    sha256: str
    pipeline: str
    doc_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document that needs no work while its source hash and pipeline stay; ``quarantined`` has the reason, if it is."""

    source_sha256: str
    pipeline: str
    quarantined: str | None = None


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """A document that may not be stored. ``reason`` is a stable word; nothing of its text is kept."""

    doc_id: str
    corpus: str
    key_digest: str
    reason: str
    source_sha256: str


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One finished ingest: ISO 8601 times in UTC, its corpora, and the accounts as JSON text."""

    started: str
    finished: str
    corpora: tuple[str, ...]
    accounts: str


def unit_states(database: Database, corpus: str) -> dict[str, UnitState]:
    """Every finished unit of a corpus by the digest of its uri."""
    units, members = schema.units, schema.unit_documents
    with database.reading() as connection:
        doc_ids: dict[str, set[str]] = {}
        for digest, doc_id in connection.execute(select(members.c.uri_digest, members.c.doc_id).where(members.c.corpus == corpus)):
            doc_ids.setdefault(digest, set()).add(doc_id)
        rows = connection.execute(select(units.c.uri_digest, units.c.sha256, units.c.pipeline).where(units.c.corpus == corpus))
        return {digest: UnitState(sha256, pipeline, frozenset(doc_ids.get(digest, ()))) for digest, sha256, pipeline in rows}


def document_states(database: Database, corpus: str) -> dict[str, DocumentState]:
    """Every current or quarantined document of a corpus."""
    documents, quarantine = schema.documents, schema.quarantine
    stored = select(documents.c.doc_id, documents.c.source_sha256, documents.c.pipeline)
    held = select(quarantine.c.doc_id, quarantine.c.source_sha256, quarantine.c.pipeline, quarantine.c.reason)
    with database.reading() as connection:
        rows = connection.execute(stored.where(documents.c.corpus == corpus, documents.c.current))
        states = {doc_id: DocumentState(source, pipeline) for doc_id, source, pipeline in rows}
        rows_held = connection.execute(held.where(quarantine.c.corpus == corpus))
        states |= {doc_id: DocumentState(source, pipeline, reason) for doc_id, source, pipeline, reason in rows_held}
    return states


def finish_unit(database: Database, corpus: str, uri_digest: str, sha256: str, pipeline: str, doc_ids: Collection[str]) -> None:
    """Mark a unit done: call when the last of its documents is stored or in quarantine."""
    with database.writing() as connection:
        _forget(connection, corpus, [uri_digest])
        key = {"corpus": corpus, "uri_digest": uri_digest}
        insert_rows(connection, schema.units, [key | {"sha256": sha256, "pipeline": pipeline}])
        insert_rows(connection, schema.unit_documents, [key | {"doc_id": doc_id} for doc_id in sorted(set(doc_ids))])


def forget_units(database: Database, corpus: str, *, keep: Collection[str]) -> int:
    """Drop units whose source is gone: all but ``keep`` (digests). Their documents stay until deleted. Gives how many."""
    units = schema.units
    with database.writing() as connection:
        known = connection.scalars(select(units.c.uri_digest).where(units.c.corpus == corpus)).all()
        gone = [digest for digest in known if digest not in set(keep)]
        _forget(connection, corpus, gone)
        return len(gone)


def _forget(connection: Connection, corpus: str, digests: Collection[str]) -> None:
    for table in (schema.unit_documents, schema.units):
        for some in in_slices(digests):
            connection.execute(delete(table).where(table.c.corpus == corpus, table.c.uri_digest.in_(some)))


def record_quarantine(database: Database, entries: Collection[QuarantineEntry], pipeline: str) -> None:
    """Enter documents in the quarantine; a version that was stored before goes out of search, for it is out of date."""
    for entry in entries:
        delete_document(database, entry.doc_id, "quarantined")
    table = schema.quarantine
    with database.writing() as connection:
        for ids in in_slices(entry.doc_id for entry in entries):
            connection.execute(delete(table).where(table.c.doc_id.in_(ids)))
        insert_rows(connection, table, [asdict(entry) | {"pipeline": pipeline} for entry in entries])


def release_quarantine(database: Database, doc_ids: Collection[str]) -> None:
    """Forget entries: their source is gone, or a person released them."""
    table = schema.quarantine
    with database.writing() as connection:
        for ids in in_slices(doc_ids):
            connection.execute(delete(table).where(table.c.doc_id.in_(ids)))


def quarantine_counts(database: Database, corpus: str) -> Mapping[str, int]:
    """How many documents of a corpus are held for each reason."""
    table = schema.quarantine
    with database.reading() as connection:
        query = select(table.c.reason, func.count()).where(table.c.corpus == corpus).group_by(table.c.reason)
        return {reason: count for reason, count in connection.execute(query)}  # noqa: C416


def record_run(database: Database, record: RunRecord) -> None:
    """Keep the accounts of one ingest."""
    with database.writing() as connection:
        insert_rows(connection, schema.runs, [asdict(record) | {"corpora": list(record.corpora)}])


def latest_runs(database: Database, limit: int = 10) -> list[RunRecord]:
    """The latest runs, newest first."""
    runs = schema.runs
    query = select(runs.c.started, runs.c.finished, runs.c.corpora, runs.c.accounts).order_by(runs.c.id.desc()).limit(limit)
    with database.reading() as connection:
        return [RunRecord(row[0], row[1], tuple(row[2]), row[3]) for row in connection.execute(query)]
