"""What the store knows of documents without a patient that tells their versions: titles, names and the edges of their texts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from rag.store import schema
from rag.store.database import Database
from rag.types import NO_PATIENT


@dataclass(frozen=True, slots=True)
class GuidelineRow:
    """One current document: ``head`` and ``tail`` are the first and last characters of its text, ``tail`` empty where ``head`` is all."""

    doc_id: str
    title: str
    uri: str
    head: str
    tail: str


def guideline_ids(database: Database, corpus: str) -> frozenset[str]:
    """The current documents of a corpus that belong to no patient."""
    documents = schema.documents
    query = select(documents.c.doc_id).where(documents.c.patient == NO_PATIENT, documents.c.corpus == corpus, documents.c.current)
    with database.reading() as connection:
        return frozenset(connection.scalars(query))


def read_guidelines(database: Database, corpus: str, head_chars: int, tail_chars: int) -> list[GuidelineRow]:
    """Those documents with the edges of their texts, ordered by id."""
    documents = schema.documents
    text, length = documents.c.text, func.length(documents.c.text)
    query = select(
        documents.c.doc_id,
        documents.c.title,
        documents.c.uri,
        func.substr(text, 1, head_chars + tail_chars),
        func.substr(text, length - tail_chars + 1),
        length,
    ).where(documents.c.patient == NO_PATIENT, documents.c.corpus == corpus, documents.c.current)
    with database.reading() as connection:
        rows = connection.execute(query.order_by(documents.c.doc_id)).all()
    whole = head_chars + tail_chars
    return [
        GuidelineRow(r[0], r[1], r[2], r[3], "") if r[5] <= whole else GuidelineRow(r[0], r[1], r[2], r[3][:head_chars], r[4]) for r in rows
    ]


def document_titles(database: Database, doc_ids: Collection[str]) -> dict[str, str]:
    """Titles of the current versions of a few documents. Checks no scope."""
    documents = schema.documents
    query = select(documents.c.doc_id, documents.c.title).where(documents.c.doc_id.in_(sorted(doc_ids)), documents.c.current)
    with database.reading() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def store_state(database: Database) -> tuple[int | None, int]:
    """The last ingestion run and how many documents were removed: changes with either. Two look-ups."""
    runs, tombstones = schema.runs, schema.tombstones
    with database.reading() as connection:
        last = connection.scalar(select(func.max(runs.c.id)))
        return last, connection.scalar(select(func.count()).select_from(tombstones)) or 0
