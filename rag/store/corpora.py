"""Corpora as their manifests declare them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from rag.scope import CorpusAccess
from rag.store import schema
from rag.store.database import Database
from rag.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class CorpusRecord:
    """One corpus: who may read it, how it is de-identified, and whose patients it shares."""

    name: str
    version: str
    license: str
    contains_phi: bool
    policy: str
    roles: tuple[str, ...]
    identity_domain: str


def write_corpus(database: Database, record: CorpusRecord) -> None:
    """Store or replace what is known of a corpus. Its roles hold from the next question on."""
    with database.writing() as connection:
        connection.execute(delete(schema.corpora).where(schema.corpora.c.name == record.name))
        insert_rows(connection, schema.corpora, [asdict(record) | {"roles": sorted(record.roles)}])


def get_corpus(database: Database, name: str) -> CorpusRecord | None:
    """The corpus of that name; None when there is none."""
    with database.reading() as connection:
        row = connection.execute(select(schema.corpora).where(schema.corpora.c.name == name)).mappings().first()
    return None if row is None else CorpusRecord(**dict(row) | {"roles": tuple(row["roles"])})


def list_corpora(database: Database) -> list[CorpusAccess]:
    """Every corpus by name, with what decides who may read it."""
    columns = schema.corpora.c
    query = select(columns.name, columns.contains_phi, columns.roles, columns.identity_domain).order_by(columns.name)
    with database.reading() as connection:
        return [CorpusAccess(name, phi, frozenset(roles), domain) for name, phi, roles, domain in connection.execute(query)]
