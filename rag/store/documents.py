"""Documents and their chunks and facts: written whole or not at all, replaced by version, read within a scope.

One version of a document is current; earlier ones stay readable by hash, without chunks or facts, until erased.
Every change queues the index's work in the same transaction (``rag.store.outbox``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, delete, func, select, update

from rag.scope import checked
from rag.store import schema
from rag.store.database import Database
from rag.store.outbox import DELETE, UPSERT, queue
from rag.store.records import DocumentRecord, Searched
from rag.store.rows import (
    check_record,
    chunk_row,
    document_row,
    fact_row,
    in_slices,
    insert_rows,
    read_chunk,
    read_document,
    read_vectors,
    resource_rows,
    resources_of,
)
from rag.types import Chunk, Document, ResourceSpan, Scope

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_URI_BOUNDARIES = ("/", "#")
_MAX_PATIENTS_IN_SQL = 500
_NAMES: BindParameter[Sequence[str]] = bindparam("names", expanding=True)
# Statements made once: putting a list of names in anew took longer than running them.
_NAMED_DOCUMENTS = select(schema.documents).where(schema.documents.c.doc_id.in_(_NAMES))
_NAMED_SPANS = (
    select(*(schema.resource_spans.c[name] for name in ("doc_id", "doc_sha256", "start", "end", "resource")))
    .where(schema.resource_spans.c.doc_id.in_(_NAMES))
    .order_by(schema.resource_spans.c.doc_id, schema.resource_spans.c.doc_sha256, schema.resource_spans.c.position)
)
_NAMED_SEALED = select(schema.vault).where(schema.vault.c.doc_id.in_(_NAMES))
_CHUNK_COLUMNS = [column for column in schema.chunks.c if column.name not in ("vector", "sentence_vectors")]


def write_documents(database: Database, records: Sequence[DocumentRecord], pipeline: str) -> None:
    """Store documents as their current versions, in one transaction, and queue their points.

    Writing the same again changes nothing that can be read. A former version of a ``doc_id`` stops being current: it
    stays readable by hash, its chunks and facts go, and its points are queued for deletion.

    Raises:
        StoreError: a chunk is not the text at its span or has no vectors, or the database refused; nothing is written.
    """
    for record in records:
        check_record(record)
    with database.writing() as connection:
        doc_ids = {record.document.doc_id for record in records}
        kept = {chunk.chunk_id for record in records for chunk in record.chunks}
        _withdraw(connection, doc_ids, kept)
        for table in (schema.tombstones, schema.quarantine):
            for ids in in_slices(doc_ids):
                connection.execute(delete(table).where(table.c.doc_id.in_(ids)))
        for record in records:
            _insert(connection, record, pipeline)
        queue(connection, UPSERT, [chunk.chunk_id for record in records for chunk in record.chunks])


def _withdraw(connection: Connection, doc_ids: Collection[str], kept: Collection[str] = frozenset()) -> None:
    """Take every version of the documents out of use; points of chunks that are not ``kept`` are queued for deletion."""
    for ids in in_slices(doc_ids):
        chunks = schema.chunks
        old = connection.scalars(select(chunks.c.chunk_id).where(chunks.c.doc_id.in_(ids))).all()
        queue(connection, DELETE, [chunk_id for chunk_id in old if chunk_id not in kept])
        connection.execute(delete(chunks).where(chunks.c.doc_id.in_(ids)))
        connection.execute(delete(schema.facts).where(schema.facts.c.doc_id.in_(ids)))
        connection.execute(update(schema.documents).where(schema.documents.c.doc_id.in_(ids)).values(current=False))


def _insert(connection: Connection, record: DocumentRecord, pipeline: str) -> None:
    document, documents, vault = record.document, schema.documents, schema.vault
    connection.execute(delete(documents).where(documents.c.doc_id == document.doc_id, documents.c.sha256 == document.sha256))
    insert_rows(connection, documents, [document_row(record, pipeline)])
    insert_rows(connection, schema.resource_spans, resource_rows(document))
    insert_rows(connection, schema.chunks, [chunk_row(c, v) for c, v in zip(record.chunks, record.vectors, strict=True)])
    insert_rows(connection, schema.facts, [fact_row(fact, document) for fact in record.facts])
    if record.sealed:
        insert_rows(connection, vault, [{"doc_id": document.doc_id, "doc_sha256": document.sha256, "sealed": record.sealed}])


def delete_document(database: Database, doc_id: str, reason: str) -> bool:
    """Take a document out of search, leaving a tombstone; its text stays readable by hash until erased.

    The tombstone, the end of being current and the index's work are one transaction. False when it was not current.
    """
    documents = schema.documents
    with database.writing() as connection:
        query = select(documents.c.doc_id).where(documents.c.doc_id == doc_id, documents.c.current)
        found = connection.execute(query).first() is not None
        if found:
            _bury(connection, doc_id, reason, erased=False)
            _withdraw(connection, [doc_id])
        return found


def erase_document(database: Database, doc_id: str, reason: str) -> int:
    """Remove every version of a document with its vault rows; only the tombstone stays. Gives how many versions there were."""
    documents = schema.documents
    with database.writing() as connection:
        _bury(connection, doc_id, reason, erased=True)
        _withdraw(connection, [doc_id])
        return int(connection.execute(delete(documents).where(documents.c.doc_id == doc_id)).rowcount)


def _bury(connection: Connection, doc_id: str, reason: str, *, erased: bool) -> None:
    tombstones = schema.tombstones
    connection.execute(delete(tombstones).where(tombstones.c.doc_id == doc_id))
    insert_rows(connection, tombstones, [{"doc_id": doc_id, "reason": reason, "erased": erased}])


def get_document(database: Database, doc_id: str, sha256: str | None = None) -> Document | None:
    """The current version, or the version of that hash even when replaced; None when there is none. Checks no scope."""
    documents = schema.documents
    query = select(documents).where(documents.c.doc_id == doc_id)
    query = query.where(documents.c.current) if sha256 is None else query.where(documents.c.sha256 == sha256)
    with database.reading() as connection:
        row = connection.execute(query).mappings().first()
        return None if row is None else read_document(row, resources_of(connection, doc_id, row["sha256"]))


def get_documents(database: Database, versions: Collection[tuple[str, str]]) -> dict[tuple[str, str], Document]:
    """The stored versions among ``versions`` (doc_id, sha256), replaced ones too. Checks no scope; two queries for 500 ids."""
    found: dict[tuple[str, str], Document] = {}
    with database.reading() as connection:
        for ids in in_slices(doc_id for doc_id, _ in versions):
            rows = connection.execute(_NAMED_DOCUMENTS, {"names": ids}).mappings().all()
            lines: dict[tuple[str, str], list[ResourceSpan]] = {}
            for doc_id, sha256, start, end, resource in connection.execute(_NAMED_SPANS, {"names": ids}).all():
                lines.setdefault((doc_id, sha256), []).append(ResourceSpan(start, end, resource))
            for row in rows:
                version = (row["doc_id"], row["sha256"])
                if version in versions:
                    found[version] = read_document(row, lines.get(version, ()))
    return found


def narrative_titles(database: Database, scope: Scope) -> dict[str, tuple[str, str | None]]:
    """Title and time (a moved date) of the current documents of the scope that no resource fact stands in: notes and letters as written.

    Raises:
        ScopeError: the scope is empty.
    """
    documents, facts = schema.documents, schema.facts
    coded = select(facts.c.id).where(facts.c.doc_id == documents.c.doc_id, facts.c.origin == "resource").exists()
    columns = (documents.c.doc_id, documents.c.corpus, documents.c.patient, documents.c.title, documents.c.kind, documents.c.time)
    rows = _in_scope(database, select(*columns).where(~coded), scope)
    return {doc_id: (f"{title} {kind}", time) for doc_id, _, _, title, kind, time in rows}


def get_sealed(database: Database, doc_id: str, sha256: str) -> bytes | None:
    """The encrypted reversal of one version; None where it has none (corpora without PHI) or is erased."""
    vault = schema.vault
    with database.reading() as connection:
        return connection.scalar(select(vault.c.sealed).where(vault.c.doc_id == doc_id, vault.c.doc_sha256 == sha256))


def get_all_sealed(database: Database, versions: Collection[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    """As :func:`get_sealed`, of many versions (doc_id, sha256): one query for 500 ids; those without are left out."""
    found: dict[tuple[str, str], bytes] = {}
    with database.reading() as connection:
        for ids in in_slices(doc_id for doc_id, _ in versions):
            for doc_id, sha256, sealed in connection.execute(_NAMED_SEALED, {"names": ids}).all():
                if (doc_id, sha256) in versions:
                    found[doc_id, sha256] = sealed
    return found


def current_chunks(database: Database, chunk_ids: Collection[str], scope: Scope) -> dict[str, Chunk]:
    """Those of the chunks that are of a current version inside the scope: every search hit is checked again here (law 4).

    Raises:
        ScopeError: the scope is empty.
    """
    chunks, documents = schema.chunks, schema.documents
    joined = chunks.join(documents, (chunks.c.doc_id == documents.c.doc_id) & (chunks.c.doc_sha256 == documents.c.sha256))
    found: dict[str, Chunk] = {}
    with database.reading() as connection:
        for ids in in_slices(chunk_ids):
            query = select(*_CHUNK_COLUMNS, documents.c.corpus, documents.c.patient).select_from(joined).where(chunks.c.chunk_id.in_(ids))
            for row in connection.execute(query.where(*_conditions(scope, by_key=True))).mappings():
                if _is_inside(scope, row["corpus"], row["patient"], row["doc_id"]):
                    found[row["chunk_id"]] = read_chunk(row)
    return found


def sentence_vectors(database: Database, chunk_ids: Collection[str]) -> dict[str, NDArray[np.float16]]:
    """Each chunk's sentence vectors, float16[n, d], row ``i`` for sentence ``i``; chunks that are not stored are left out."""
    chunks = schema.chunks
    found: dict[str, NDArray[np.float16]] = {}
    with database.reading() as connection:
        for ids in in_slices(chunk_ids):
            query = select(chunks.c.chunk_id, chunks.c.vector, chunks.c.sentence_vectors).where(chunks.c.chunk_id.in_(ids))
            for chunk_id, vector, sentences in connection.execute(query):
                found[chunk_id] = read_vectors(vector, sentences)[1]
    return found


def document_dates(database: Database, doc_ids: Collection[str]) -> dict[str, str | None]:
    """Dates, as printed, of the current versions of documents."""
    documents = schema.documents
    dates: dict[str, str | None] = {}
    with database.reading() as connection:
        for ids in in_slices(doc_ids):
            query = select(documents.c.doc_id, documents.c.date).where(documents.c.doc_id.in_(ids), documents.c.current)
            dates.update((doc_id, date) for doc_id, date in connection.execute(query))
    return dates


def documents_in_scope(database: Database, scope: Scope, kinds: Collection[str] | None = None) -> Searched:
    """How many current documents a scope holds, of which kinds, and their first and last date.

    Raises:
        ScopeError: the scope is empty.
    """
    counts: dict[str, int] = {}
    dates: list[str] = []
    for _, _, kind, count, first, last in _counted(database, scope):
        if kinds is None or kind in kinds:
            counts[kind] = counts.get(kind, 0) + int(count)
            dates += [date for date in (first, last) if date]
    return Searched(sum(counts.values()), min(dates, default=None), max(dates, default=None), tuple(sorted(counts.items())))


def corpora_in_scope(database: Database, scope: Scope) -> frozenset[str]:
    """The corpora that hold current documents of a scope.

    Raises:
        ScopeError: the scope is empty.
    """
    return frozenset(row[0] for row in _counted(database, scope))


def _counted(database: Database, scope: Scope) -> list[tuple[Any, ...]]:
    """Rows of :func:`_counting` inside the scope."""
    scope = checked(scope)
    values: dict[str, Sequence[str]] = {"corpora": sorted(scope.corpora)}
    few = len(scope.patients) <= _MAX_PATIENTS_IN_SQL
    if few:
        values["patients"] = sorted(scope.patients)
    query = _counting(few=few, named=scope.doc_ids is not None)
    narrowed = [values] if scope.doc_ids is None else [{**values, "names": ids} for ids in in_slices(scope.doc_ids)]
    with database.reading() as connection:
        rows = [tuple(row) for part in narrowed for row in connection.execute(query, part).all()]
    return [row for row in rows if row[0] in scope.corpora and row[1] in scope.patients]


@cache
def _counting(*, few: bool, named: bool) -> Select[Any]:
    """How many current documents there are by corpus, patient and kind, with their first and last date: of ``corpora``, of
    ``patients`` where there are ``few``, among ``names`` where they are ``named``.
    """
    # Summed up by the database: reading every row took 60 ms of an abstention among 10,000 documents (measured), this takes 4.
    columns = schema.documents.c
    dated = func.nullif(columns.date, "")
    query = select(columns.corpus, columns.patient, columns.kind, func.count(), func.min(dated), func.max(dated))
    query = query.where(columns.current, columns.corpus.in_(bindparam("corpora", expanding=True)))
    if few:
        query = query.where(columns.patient.in_(bindparam("patients", expanding=True)))
    if named:
        query = query.where(columns.doc_id.in_(_NAMES))
    return query.group_by(columns.corpus, columns.patient, columns.kind)


def doc_ids_by_uri_suffix(database: Database, scope: Scope, suffix: str) -> frozenset[str]:
    """Current documents of the scope whose ``uri`` ends with the suffix at a path boundary, with or without its ``#`` part.

    Raises:
        ScopeError: the scope is empty.
    """
    documents = schema.documents
    query = select(documents.c.doc_id, documents.c.corpus, documents.c.patient, documents.c.uri)
    query = query.where(documents.c.uri.contains(suffix, autoescape=True))
    return frozenset(row[0] for row in _in_scope(database, query, scope) if has_uri_suffix(row[3], suffix))


def has_uri_suffix(uri: str, suffix: str) -> bool:
    """True when ``suffix`` is a whole number of ``uri``'s last parts; an empty one is never."""
    suffix = suffix.strip("/")
    candidates = (uri, uri.partition("#")[0])
    return bool(suffix) and any(c == suffix or c.endswith(tuple(b + suffix for b in _URI_BOUNDARIES)) for c in candidates)


def _in_scope(database: Database, query: Select[Any], scope: Scope) -> list[tuple[Any, ...]]:
    """Rows of a query on ``documents`` whose first columns are doc_id, corpus and patient, checked against the scope."""
    with database.reading() as connection:
        rows = connection.execute(query.where(*_conditions(scope))).all()
    return [tuple(row) for row in rows if _is_inside(scope, row[1], row[2], row[0])]


def _conditions(scope: Scope, *, by_key: bool = False) -> list[ColumnElement[bool]]:
    """What the documents of a scope fulfil. ``by_key``: rows are found by another table's key, so these are made expressions:
    SQLite would otherwise read every document of the scope by their index (measured: 7 ms for 30 chunks among 5,000, against 1).
    """
    documents = schema.documents
    scope = checked(scope)
    corpus, patient = (func.coalesce(c, "") if by_key else c for c in (documents.c.corpus, documents.c.patient))
    conditions: list[ColumnElement[bool]] = [documents.c.current, corpus.in_(sorted(scope.corpora))]
    if len(scope.patients) <= _MAX_PATIENTS_IN_SQL:
        conditions.append(patient.in_(sorted(scope.patients)))
    return conditions


def _is_inside(scope: Scope, corpus: str, patient: str, doc_id: str) -> bool:
    return corpus in scope.corpora and patient in scope.patients and (scope.doc_ids is None or doc_id in scope.doc_ids)
