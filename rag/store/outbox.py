"""Work for the vector index, queued in the transaction that makes it necessary and removed once the index has it on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select

from rag.store import schema
from rag.store.database import Database
from rag.store.records import IndexedChunk
from rag.store.rows import in_slices, insert_rows

UPSERT = "upsert"
DELETE = "delete"
_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One point to write or delete; a later entry for the same chunk goes before an earlier one."""

    id: int
    action: str
    chunk_id: str


def queue(connection: Connection, action: str, chunk_ids: Sequence[str]) -> None:
    """Add work inside the caller's transaction."""
    insert_rows(connection, schema.outbox, [{"action": action, "chunk_id": chunk_id} for chunk_id in chunk_ids])


def pending(database: Database, limit: int = _READ_AT_ONCE) -> list[OutboxEntry]:
    """The oldest ``limit`` entries in the order they were queued."""
    outbox = schema.outbox
    query = select(outbox.c.id, outbox.c.action, outbox.c.chunk_id).order_by(outbox.c.id).limit(limit)
    with database.reading() as connection:
        return [OutboxEntry(*row) for row in connection.execute(query)]


def pending_count(database: Database) -> int:
    """How many entries wait."""
    with database.reading() as connection:
        return int(connection.scalar(select(func.count()).select_from(schema.outbox)) or 0)


def mark_indexed(database: Database, ids: Collection[int]) -> None:
    """Remove entries whose work is on the index's disk: call after its flush only."""
    ordered = sorted(ids)
    with database.writing() as connection:
        for at in range(0, len(ordered), 500):
            connection.execute(delete(schema.outbox).where(schema.outbox.c.id.in_(ordered[at : at + 500])))


def indexed_chunks(database: Database, chunk_ids: Collection[str]) -> list[IndexedChunk]:
    """What the index stores of those chunks that are still current; the others are left out."""
    chunks, documents = schema.chunks, schema.documents
    found: list[IndexedChunk] = []
    with database.reading() as connection:
        for ids in in_slices(chunk_ids):
            rows = connection.execute(_indexed().where(chunks.c.chunk_id.in_(ids), documents.c.current))
            found += [IndexedChunk(*row) for row in rows]
    return found


def all_indexed_chunks(database: Database) -> Iterator[list[IndexedChunk]]:
    """Every current chunk in the order of ids, some hundred at a time."""
    chunks, last = schema.chunks, ""
    while True:
        query = _indexed().where(chunks.c.chunk_id > last, schema.documents.c.current).order_by(chunks.c.chunk_id).limit(_READ_AT_ONCE)
        with database.reading() as connection:
            page = [IndexedChunk(*row) for row in connection.execute(query)]
        if not page:
            return
        yield page
        last = page[-1].chunk_id


def current_chunk_ids(database: Database) -> set[str]:
    """Ids of every current chunk: what the index should hold."""
    chunks, documents = schema.chunks, schema.documents
    query = select(chunks.c.chunk_id).join(documents, (chunks.c.doc_id == documents.c.doc_id) & (chunks.c.doc_sha256 == documents.c.sha256))
    with database.reading() as connection:
        return set(connection.scalars(query.where(documents.c.current)))


def _indexed() -> Select[Any]:
    chunks, documents = schema.chunks, schema.documents
    columns = (chunks.c.chunk_id, chunks.c.doc_id, chunks.c.doc_sha256, chunks.c.ordinal, documents.c.corpus, documents.c.patient)
    return select(*columns, documents.c.kind, chunks.c.text, chunks.c.vector).join(
        documents, (chunks.c.doc_id == documents.c.doc_id) & (chunks.c.doc_sha256 == documents.c.sha256)
    )
