"""Patients by pseudonym, found through keyed look-ups: no source id is stored in clear."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from rag.errors import StoreError
from rag.store import schema
from rag.store.database import Database
from rag.store.rows import insert_rows


@dataclass(frozen=True, slots=True)
class PatientRow:
    """One patient: ``lookups`` are keyed digests of each id they go by, ``sealed`` what the vault knows of them."""

    pseudonym: str
    domain: str
    lookups: tuple[str, ...]
    sealed: bytes


def remember_patient(database: Database, row: PatientRow) -> None:
    """Store a patient, or add look-ups and replace what is sealed. Look-ups once known stay.

    Raises:
        StoreError: the pseudonym belongs to a patient of another identity domain.
    """
    patients, lookups = schema.patients, schema.patient_lookups
    with database.writing() as connection:
        domain = connection.scalar(select(patients.c.domain).where(patients.c.pseudonym == row.pseudonym))
        if domain not in (None, row.domain):
            raise StoreError(f"{row.pseudonym}: belongs to another identity domain")
        connection.execute(delete(patients).where(patients.c.pseudonym == row.pseudonym))
        insert_rows(connection, patients, [{"pseudonym": row.pseudonym, "domain": row.domain, "sealed": row.sealed}])
        query = select(lookups.c.lookup).where(lookups.c.pseudonym == row.pseudonym, lookups.c.domain == row.domain)
        known = set(connection.scalars(query))
        new = sorted(set(row.lookups) - known)
        insert_rows(connection, lookups, [{"domain": row.domain, "lookup": lookup, "pseudonym": row.pseudonym} for lookup in new])


def find_patient(database: Database, domain: str, lookup: str) -> PatientRow | None:
    """The patient of a look-up; None when there is none.

    Raises:
        StoreError: two patients of the domain go by it.
    """
    patients, lookups = schema.patients, schema.patient_lookups
    with database.reading() as connection:
        query = select(lookups.c.pseudonym).where(lookups.c.domain == domain, lookups.c.lookup == lookup)
        found = connection.scalars(query).all()
        if len(found) > 1:
            raise StoreError(f"{len(found)} patients of one identity domain share an id")
        if not found:
            return None
        sealed = connection.scalar(select(patients.c.sealed).where(patients.c.pseudonym == found[0]))
        known = connection.scalars(select(lookups.c.lookup).where(lookups.c.pseudonym == found[0]).order_by(lookups.c.lookup)).all()
    return PatientRow(found[0], domain, tuple(known), sealed or b"")


def get_patient(database: Database, pseudonym: str) -> PatientRow | None:
    """The patient of a pseudonym; None when there is none."""
    patients, lookups = schema.patients, schema.patient_lookups
    with database.reading() as connection:
        row = connection.execute(select(patients.c.domain, patients.c.sealed).where(patients.c.pseudonym == pseudonym)).first()
        if row is None:
            return None
        known = connection.scalars(select(lookups.c.lookup).where(lookups.c.pseudonym == pseudonym).order_by(lookups.c.lookup)).all()
    return PatientRow(pseudonym, row[0], tuple(known), row[1])


def find_pseudonyms(database: Database, lookup_digests: Sequence[str], pseudonym: str, domains: Collection[str]) -> frozenset[str]:
    """Pseudonyms, within the identity domains, that go by one of the look-ups or are ``pseudonym`` itself."""
    patients, lookups = schema.patients, schema.patient_lookups
    allowed = sorted(domains)
    with database.reading() as connection:
        by_lookup = select(lookups.c.pseudonym).where(lookups.c.lookup.in_(list(lookup_digests)), lookups.c.domain.in_(allowed))
        by_name = select(patients.c.pseudonym).where(patients.c.pseudonym == pseudonym, patients.c.domain.in_(allowed))
        return frozenset(connection.scalars(by_lookup)) | frozenset(connection.scalars(by_name))
