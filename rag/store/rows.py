"""Between records and rows: every column is written and read here only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, RowMapping, Table, insert, select

from rag.errors import StoreError
from rag.store import schema
from rag.store.records import DocumentRecord
from rag.types import NO_PATIENT, Chunk, ChunkVectors, Document, Fact, FactSlot, PageSpan, ResourceSpan, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HALF = "<f2"
"""Vectors are kept as little-endian float16: cosine to float32 over 0.999999, half the size."""

FACT_COLUMNS = tuple(Fact.__dataclass_fields__)
"""Also columns of ``facts``; ``slots`` is the last."""

Row = dict[str, Any]


def check_record(record: DocumentRecord) -> None:
    """Return if chunks are exact slices of the document and each has its vectors.

    Raises:
        StoreError: names the chunk and what does not fit; nothing of the text.
    """
    document = record.document
    if len(record.vectors) != len(record.chunks):
        raise StoreError(f"{document.doc_id}: {len(record.chunks)} chunks and {len(record.vectors)} vectors")
    for chunk, vectors in zip(record.chunks, record.vectors, strict=True):
        where = f"{document.doc_id}: chunk {chunk.ordinal}"
        if (chunk.doc_id, chunk.doc_sha256) != (document.doc_id, document.sha256):
            raise StoreError(f"{where} is of another document or version")
        if document.text[chunk.start : chunk.end] != chunk.text or not chunk.text:
            raise StoreError(f"{where} is not the text at [{chunk.start}:{chunk.end}]")
        if vectors.chunk.ndim != 1 or vectors.sentences.shape != (len(chunk.sentences), vectors.chunk.shape[0]):
            raise StoreError(f"{where}: {len(chunk.sentences)} sentences and vectors of shape {vectors.sentences.shape}")


def document_row(record: DocumentRecord, pipeline: str) -> Row:
    """The ``documents`` row, current."""
    document = record.document
    return {
        "doc_id": document.doc_id,
        "sha256": document.sha256,
        "corpus": document.corpus,
        "patient": document.patient or NO_PATIENT,
        "kind": document.kind,
        "title": document.title,
        "date": document.date,
        "time": document.time,
        "uri": document.uri,
        "text": document.text,
        "pages": [[page.start, page.end, page.number] for page in document.pages],
        "superseded": document.superseded,
        "current": True,
        "key_digest": record.key_digest,
        "source_sha256": record.source_sha256,
        "pipeline": pipeline,
        "review": list(record.review),
    }


def resource_rows(document: Document) -> list[Row]:
    """One ``resource_spans`` row per rendered resource, in order."""
    return [
        {"doc_id": document.doc_id, "doc_sha256": document.sha256, "position": i, "start": r.start, "end": r.end, "resource": r.resource}
        for i, r in enumerate(document.resources)
    ]


def chunk_row(chunk: Chunk, vectors: ChunkVectors) -> Row:
    """The ``chunks`` row with its vectors."""
    return {
        "chunk_id": chunk.chunk_id,
        "doc_id": chunk.doc_id,
        "doc_sha256": chunk.doc_sha256,
        "ordinal": chunk.ordinal,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "section": chunk.section,
        "sentences": [[span.start, span.end] for span in chunk.sentences],
        "copied_from": chunk.copied_from,
        "vector": vectors.chunk.astype(HALF).tobytes(),
        "sentence_vectors": vectors.sentences.astype(HALF).tobytes(),
    }


def fact_row(fact: Fact, document: Document) -> Row:
    """The ``facts`` row: the fact and the version and corpus it stands in; slots as ``[name, start, end, text, time]``."""
    slots = [[slot.name, slot.start, slot.end, slot.text, slot.time] for slot in fact.slots]
    return {
        **{name: getattr(fact, name) for name in FACT_COLUMNS},
        "doc_sha256": document.sha256,
        "corpus": document.corpus,
        "slots": json.dumps(slots, ensure_ascii=False, separators=(",", ":")),
    }


def read_document(row: RowMapping, resources: Iterable[ResourceSpan]) -> Document:
    """The document of a row and its resources in order."""
    return Document(
        doc_id=row["doc_id"],
        sha256=row["sha256"],
        corpus=row["corpus"],
        patient=None if row["patient"] == NO_PATIENT else row["patient"],
        kind=row["kind"],
        title=row["title"],
        date=row["date"],
        uri=row["uri"],
        text=row["text"],
        resources=tuple(resources),
        pages=tuple(PageSpan(start, end, number) for start, end, number in row["pages"]),
        superseded=row["superseded"],
        time=row["time"],
    )


def read_chunk(row: RowMapping) -> Chunk:
    """The chunk of a row that holds every column but the vectors."""
    return Chunk(
        chunk_id=row["chunk_id"],
        doc_id=row["doc_id"],
        doc_sha256=row["doc_sha256"],
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        section=row["section"],
        sentences=tuple(Span(start, end) for start, end in row["sentences"]),
        copied_from=row["copied_from"],
    )


def read_facts(rows: Sequence[Sequence[Any]]) -> list[Fact]:
    """The facts of rows of ``FACT_COLUMNS``, in their order. Takes 13 µs a fact of six slots (measured)."""
    slots = json.loads(f"[{','.join(row[-1] for row in rows)}]")
    return [Fact(*(*row[:-1], tuple(starmap(FactSlot, own)))) for row, own in zip(rows, slots, strict=True)]


def read_vectors(vector: bytes, sentence_vectors: bytes) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
    """A chunk's vector float16[d] and its sentences' float16[n, d]."""
    import numpy as np

    chunk = np.frombuffer(vector, dtype=HALF)
    return chunk, np.frombuffer(sentence_vectors, dtype=HALF).reshape(-1, len(chunk))


def insert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows in one statement; nothing for no rows."""
    if rows:
        connection.execute(insert(table), list(rows))


def in_slices(values: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    """Sorted distinct values, ``size`` at a time: a statement has a limit on its variables."""
    ordered = sorted(set(values))
    return (ordered[at : at + size] for at in range(0, len(ordered), size))


def resources_of(connection: Connection, doc_id: str, sha256: str) -> list[ResourceSpan]:
    """Resources of one version, in order."""
    table = schema.resource_spans
    query = select(table.c.start, table.c.end, table.c.resource).where(table.c.doc_id == doc_id, table.c.doc_sha256 == sha256)
    return [ResourceSpan(*row) for row in connection.execute(query.order_by(table.c.position))]
