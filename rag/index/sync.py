"""Bringing the index in line with SQL: by the queued work, or from nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.protocol import Point, PointPayload, VectorIndex
from rag.index.sparse import SparseEncoder, open_sparse_encoder
from rag.store.database import Database
from rag.store.outbox import UPSERT, OutboxEntry, all_indexed_chunks, current_chunk_ids, indexed_chunks, mark_indexed, pending
from rag.store.records import IndexedChunk
from rag.store.rows import read_vectors


def replay_outbox(database: Database, index: VectorIndex) -> int:
    """Do the queued work, oldest first; gives how many entries there were. Doing it again after a crash does no harm.

    An entry is removed only when its effect is on the index's disk. An index that was made anew is filled first.

    Raises:
        IndexUnavailableError: the index refused; the work stays queued.
    """
    sparse = open_sparse_encoder()
    if index.count() == 0:
        _fill(database, index, sparse)
    done = 0
    while entries := pending(database):
        _apply(database, index, sparse, entries)
        index.flush()
        mark_indexed(database, [entry.id for entry in entries])
        done += len(entries)
    return done


def rebuild(database: Database, index: VectorIndex) -> int:
    """Make the index anew from SQL, without the encoder; gives the number of points. 100,000 points: about a minute."""
    index.clear()
    count = _fill(database, index, open_sparse_encoder())
    index.optimize()
    return count


def repair(database: Database, index: VectorIndex) -> int:
    """Write what the index lacks and delete what it should not hold; gives how many points were wrong. Replay the outbox first."""
    missing, surplus = differences(database, index)
    sparse = open_sparse_encoder()
    index.delete(surplus)
    index.upsert([_point(chunk, sparse) for chunk in indexed_chunks(database, missing)])
    index.flush()
    return len(missing) + len(surplus)


def differences(database: Database, index: VectorIndex) -> tuple[set[str], set[str]]:
    """Chunk ids that SQL has and the index lacks, and that the index has and SQL does not: both empty when all is well."""
    wanted, found = current_chunk_ids(database), index.ids()
    return wanted - found, found - wanted


def _fill(database: Database, index: VectorIndex, sparse: SparseEncoder) -> int:
    count = 0
    for page in all_indexed_chunks(database):
        index.upsert([_point(chunk, sparse) for chunk in page])
        count += len(page)
    index.flush()
    return count


def _apply(database: Database, index: VectorIndex, sparse: SparseEncoder, entries: Sequence[OutboxEntry]) -> None:
    last = {entry.chunk_id: entry.action for entry in entries}
    written = [chunk_id for chunk_id, action in last.items() if action == UPSERT]
    points = [_point(chunk, sparse) for chunk in indexed_chunks(database, written)]
    # A chunk whose write is queued but which is no longer current is deleted: its own entry for that may be further on.
    index.delete(set(last) - {point.chunk_id for point in points})
    index.upsert(points)


def _point(chunk: IndexedChunk, sparse: SparseEncoder) -> Point:
    vector, _ = read_vectors(chunk.vector, b"")
    payload = PointPayload(chunk.doc_id, chunk.doc_sha256, chunk.ordinal, chunk.corpus, chunk.patient, chunk.kind)
    return Point(chunk.chunk_id, vector.astype("float32"), sparse.document(chunk.text), payload)
