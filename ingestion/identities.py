"""Whose chart a raw document belongs to: the pseudonym, the known identifiers and the secret date offset."""

from __future__ import annotations

from collections.abc import Iterable

from ingestion.records import RawDocument
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.deidentification.sealing import PatientSecret, seal_patient, unseal_patient
from rag.errors import QuarantineError
from rag.keys import Keys
from rag.store.database import Database
from rag.store.patients import PatientRow, find_pseudonyms, get_patient, remember_patient
from rag.types import Policy

SHARED_ROLES = frozenset({"patient", "relative"})
"""Whose identifiers are looked for in every document of the patient, whichever source named them."""


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

        It knows the document's own identifiers, and those of the patient and relatives that any source named before. A document
        with PHI that names no patient gets an identity of its own, so that no question about a patient reaches it.

        Raises:
            QuarantineError: ``ambiguous_patient``: two patients go by the id, and it is the source id of neither.
        """
        if raw.patient is None and self._policy is Policy.NONE:
            return None
        source_id = raw.patient if raw.patient is not None else f"document:{raw.key}"
        identity = self._known.get(source_id)
        if identity is None or not _shared(raw.identifiers) <= set(identity.known):
            identity = self._known[source_id] = self._remembered(source_id, raw)
        return PatientIdentity(identity.pseudonym, _ordered({*raw.identifiers, *identity.known}), identity.date_offset_days)

    def _remembered(self, source_id: str, raw: RawDocument) -> PatientIdentity:
        """The patient with what the vault knows of it, this document's part added."""
        lookups = [self._keys.lookup(self._domain, name) for name in (source_id, *raw.patient_aliases)]
        pseudonym = self._pseudonym(source_id, lookups[0])
        row = get_patient(self._database, pseudonym)
        before = unseal_patient(self._keys, row.sealed, pseudonym) if row else PatientSecret(source_id, frozenset())
        known = before.identifiers | set(raw.identifiers)
        sealed = seal_patient(self._keys, PatientSecret(before.source_id, known), pseudonym)
        remember_patient(self._database, PatientRow(pseudonym, self._domain, tuple(lookups), sealed))
        return PatientIdentity(pseudonym, _ordered(_shared(known)), self._keys.date_offset_days(pseudonym))

    def _pseudonym(self, source_id: str, lookup: str) -> str:
        found = find_pseudonyms(self._database, [lookup], "", {self._domain})
        if not found:
            return self._new_pseudonym(source_id)
        if len(found) == 1:
            return next(iter(found))
        own = [name for name in sorted(found) if self._is_source_id(name, source_id)]
        if len(own) != 1:
            raise QuarantineError("ambiguous_patient", f"{len(found)} patients of one identity domain go by the id")
        return own[0]

    def _is_source_id(self, pseudonym: str, source_id: str) -> bool:
        row = get_patient(self._database, pseudonym)
        return row is not None and unseal_patient(self._keys, row.sealed, pseudonym).source_id == source_id

    def _new_pseudonym(self, source_id: str) -> str:
        """Drawn at random under Safe Harbor, which bars codes derived from the person; else keyed. Source: 45 CFR 164.514(c)."""
        if self._policy is Policy.SAFE_HARBOR:
            return self._keys.random_pseudonym()
        return self._keys.patient_pseudonym(self._domain, source_id)


def _shared(identifiers: Iterable[KnownIdentifier]) -> set[KnownIdentifier]:
    return {item for item in identifiers if item.role in SHARED_ROLES}


def _ordered(identifiers: Iterable[KnownIdentifier]) -> tuple[KnownIdentifier, ...]:
    return tuple(sorted(identifiers, key=lambda item: (item.role, item.entity_type, item.value)))
