"""One queue of reviews by people: samples, the notes in them, and verdicts. Offsets and counts only, never text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, select

from rag.store import schema
from rag.store.database import Database
from rag.store.rows import in_slices, insert_rows


@dataclass(frozen=True, slots=True)
class Candidate:
    """A current document that may be drawn. ``marks`` is None where it was stored before marks were kept."""

    doc_id: str
    sha256: str
    kind: str
    pipeline: str
    marks: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One document version of a sample. ``part`` says why it was drawn; ``replaced`` counts replacements by entity type."""

    position: int
    doc_id: str
    doc_sha256: str
    part: str
    kind: str
    words: int
    replaced: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReviewSample:
    """What was drawn, when (ISO 8601, UTC) and how; ``method`` is JSON."""

    id: int
    queue: str
    created: str
    seed: int
    method: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MarkedSpan:
    """``text[start:end]`` of a stored document that a reviewer marked, and of what type."""

    start: int
    end: int
    entity_type: str


@dataclass(frozen=True, slots=True)
class ReviewVerdict:
    """What one reviewer found in one document version; clean where both lists are empty. ``time`` is ISO 8601, UTC."""

    doc_id: str
    doc_sha256: str
    reviewer: str
    time: str
    leaks: tuple[MarkedSpan, ...] = ()
    over_redactions: tuple[MarkedSpan, ...] = ()


def candidates(database: Database, corpora: Collection[str]) -> list[Candidate]:
    """Every current document of the corpora, by id."""
    c = schema.documents.c
    query = select(c.doc_id, c.sha256, c.kind, c.pipeline, c.review).where(c.current, c.corpus.in_(sorted(corpora))).order_by(c.doc_id)
    with database.reading() as connection:
        rows = connection.execute(query).all()
    return [Candidate(*row[:4], None if row[4] is None else tuple(row[4])) for row in rows]


def current_versions(database: Database, doc_ids: Collection[str]) -> dict[str, str]:
    """The hash of the current version of each document that has one."""
    c = schema.documents.c
    found: dict[str, str] = {}
    with database.reading() as connection:
        for ids in in_slices(doc_ids):
            found.update((row[0], row[1]) for row in connection.execute(select(c.doc_id, c.sha256).where(c.current, c.doc_id.in_(ids))))
    return found


def write_sample(
    database: Database, queue: str, created: str, seed: int, method: Mapping[str, Any], items: Sequence[ReviewItem]
) -> ReviewSample:
    """Store a sample with its notes, in one transaction, and give it its number."""
    row = {"queue": queue, "created": created, "seed": seed, "method": dict(method)}
    with database.writing() as connection:
        number = int(connection.execute(insert(schema.review_samples).values(row).returning(schema.review_samples.c.id)).scalar_one())
        insert_rows(connection, schema.review_items, [asdict(item) | {"sample": number} for item in items])
    return ReviewSample(number, queue, created, seed, method)


def get_sample(database: Database, queue: str, number: int | None = None) -> ReviewSample | None:
    """The sample of that number, or the latest of the queue; None when there is none."""
    samples = schema.review_samples
    query = select(samples).where(samples.c.queue == queue).order_by(samples.c.id.desc()).limit(1)
    with database.reading() as connection:
        row = connection.execute(query if number is None else query.where(samples.c.id == number)).mappings().first()
    return None if row is None else ReviewSample(**row)


def sample_items(database: Database, number: int) -> list[ReviewItem]:
    """The notes of a sample in the order they are to be reviewed."""
    items = schema.review_items
    query = select(*_ITEM_COLUMNS).where(items.c.sample == number).order_by(items.c.position)
    with database.reading() as connection:
        return [ReviewItem(**row) for row in connection.execute(query).mappings()]


def latest_item(database: Database, queue: str, doc_id: str) -> ReviewItem | None:
    """The document as the newest sample of the queue holds it; None where no sample does."""
    items, samples = schema.review_items, schema.review_samples
    joined = items.join(samples, items.c.sample == samples.c.id)
    query = select(*_ITEM_COLUMNS).select_from(joined).where(samples.c.queue == queue, items.c.doc_id == doc_id)
    with database.reading() as connection:
        row = connection.execute(query.order_by(items.c.sample.desc()).limit(1)).mappings().first()
    return None if row is None else ReviewItem(**row)


def write_verdicts(database: Database, queue: str, verdicts: Sequence[ReviewVerdict]) -> None:
    """Store verdicts in one transaction. Earlier ones stay: the latest of a reviewer on a version counts."""
    with database.writing() as connection:
        insert_rows(connection, schema.review_verdicts, [asdict(verdict) | {"queue": queue} for verdict in verdicts])


def verdicts_on(database: Database, queue: str, versions: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[ReviewVerdict]]:
    """What counts of each document version (doc_id, sha256): each reviewer's latest verdict, in the order of their first ones."""
    table = schema.review_verdicts
    found: dict[tuple[str, str], dict[str, ReviewVerdict]] = {}
    with database.reading() as connection:
        for ids in in_slices(doc_id for doc_id, _ in versions):
            query = select(table).where(table.c.queue == queue, table.c.doc_id.in_(ids)).order_by(table.c.id)
            for row in connection.execute(query).mappings():
                verdict = _verdict(row)
                found.setdefault((verdict.doc_id, verdict.doc_sha256), {})[verdict.reviewer] = verdict
    return {version: list(found[version].values()) for version in versions if version in found}


def _verdict(row: RowMapping) -> ReviewVerdict:
    leaks, over = (tuple(MarkedSpan(**span) for span in row[name]) for name in ("leaks", "over_redactions"))
    return ReviewVerdict(row["doc_id"], row["doc_sha256"], row["reviewer"], row["time"], leaks, over)


_ITEM_COLUMNS = [column for column in schema.review_items.c if column.name != "sample"]
