"""Whose chart a raw document belongs to: the pseudonym, the known identifiers and the secret date offset."""

from __future__ import annotations

import json

from ingestion.records import RawDocument
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.keys import Keys
from rag.store.database import Database
from rag.store.patients import PatientRow, find_patient, remember_patient
from rag.types import Policy


class Identities:
    """Patients of one identity domain, each looked up or made once per run. Only the owner makes them."""

    def __init__(self, database: Database, keys: Keys, domain: str, policy: Policy) -> None:
        self._database = database
        self._keys = keys
        self._domain = domain
        self._policy = policy
        self._known: dict[str, PatientIdentity] = {}

    def of(self, raw: RawDocument) -> PatientIdentity | None:
        """The identity of a document's patient; None where it names none and the corpus holds no PHI.

        A document with PHI that names no patient gets an identity of its own, so that no question about a patient reaches it.
        """
        if raw.patient is None and self._policy is Policy.NONE:
            return None
        source_id = raw.patient if raw.patient is not None else f"document:{raw.key}"
        if source_id not in self._known:
            self._known[source_id] = self._identity(source_id, raw)
        identity = self._known[source_id]
        return PatientIdentity(identity.pseudonym, tuple(raw.identifiers) or identity.known, identity.date_offset_days)

    def _identity(self, source_id: str, raw: RawDocument) -> PatientIdentity:
        lookups = [self._keys.lookup(self._domain, name) for name in (source_id, *raw.patient_aliases)]
        row = find_patient(self._database, self._domain, lookups[0])
        pseudonym = row.pseudonym if row else self._new_pseudonym(source_id)
        known = tuple(raw.identifiers)
        sealed = self._keys.seal(_packed(source_id, known), f"patient:{pseudonym}")
        remember_patient(self._database, PatientRow(pseudonym, self._domain, tuple(lookups), sealed))
        return PatientIdentity(pseudonym, known, self._keys.date_offset_days(pseudonym))

    def _new_pseudonym(self, source_id: str) -> str:
        """Drawn at random under Safe Harbor, which bars codes derived from the person; else keyed. Source: 45 CFR 164.514(c)."""
        if self._policy is Policy.SAFE_HARBOR:
            return self._keys.random_pseudonym()
        return self._keys.patient_pseudonym(self._domain, source_id)


def _packed(source_id: str, known: tuple[KnownIdentifier, ...]) -> bytes:
    identifiers = [[item.value, item.entity_type, item.role] for item in known]
    return json.dumps({"source_id": source_id, "identifiers": identifiers}, ensure_ascii=False).encode()
