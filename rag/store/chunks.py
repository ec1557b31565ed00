"""Chunks of a corpus by patient, for what looks at a whole chart: copy-forward lineage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select, update

from rag.store import schema
from rag.store.database import Database
from rag.store.rows import read_chunk
from rag.types import Chunk


@dataclass(frozen=True, slots=True)
class DatedChunk:
    """A current chunk and its document's date as printed."""

    chunk: Chunk
    date: str | None


def charts(database: Database, corpus: str) -> Iterator[tuple[str, list[DatedChunk]]]:
    """Each patient of a corpus with the current chunks of the chart, by document and place; one chart in memory at a time."""
    chunks, documents = schema.chunks, schema.documents
    columns = [column for column in chunks.c if column.name not in ("vector", "sentence_vectors")]
    query = (
        select(*columns, documents.c.patient, documents.c.date)
        .join(documents, (chunks.c.doc_id == documents.c.doc_id) & (chunks.c.doc_sha256 == documents.c.sha256))
        .where(documents.c.corpus == corpus, documents.c.current)
        .order_by(documents.c.patient, chunks.c.doc_id, chunks.c.ordinal)
    )
    with database.reading() as connection:
        rows = connection.execution_options(yield_per=1_000).execute(query).mappings()
        for patient, group in groupby(rows, key=lambda row: str(row["patient"])):
            yield patient, [DatedChunk(read_chunk(row), row["date"]) for row in group]


def set_origins(database: Database, origins: Mapping[str, str | None]) -> None:
    """Set ``copied_from`` of chunks by id; None clears it."""
    chunks = schema.chunks
    with database.writing() as connection:
        for chunk_id, origin in sorted(origins.items()):
            connection.execute(update(chunks).where(chunks.c.chunk_id == chunk_id).values(copied_from=origin))
