"""What the vault keeps: of one document version the way back to its text, title, date, address and resource references; of a
patient the id in the source and the identifiers to look for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from rag.deidentification.identity import KnownIdentifier
from rag.deidentification.reversal import Replacement, pack_replacements, unpack_replacements
from rag.keys import Keys


@dataclass(frozen=True, slots=True)
class DocumentSecret:
    """Identifiers of one document version. Holds PHI: exists in clear only between ``unseal`` and display.

    ``resources`` maps a resource's pseudonym to its ``Type/id``.
    """

    replacements: tuple[Replacement, ...]
    title: str
    date: str | None
    uri: str
    patient: str | None
    resources: Mapping[str, str]


def seal_document(keys: Keys, secret: DocumentSecret, doc_id: str, sha256: str) -> bytes:
    """The secret encrypted and bound to its document version."""
    packed = [pack_replacements(secret.replacements), secret.title, secret.date, secret.uri, secret.patient, dict(secret.resources)]
    plain = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return keys.seal(plain.encode("utf-8", "surrogatepass"), _context(doc_id, sha256))


def unseal_document(keys: Keys, sealed: bytes, doc_id: str, sha256: str) -> DocumentSecret:
    """The secret of :func:`seal_document`.

    Raises:
        ConfigurationError: another key or document version, or altered bytes.
    """
    rows, title, date, uri, patient, resources = json.loads(keys.open(sealed, _context(doc_id, sha256)).decode("utf-8", "surrogatepass"))
    return DocumentSecret(unpack_replacements(rows), title, date, uri, patient, resources)


@dataclass(frozen=True, slots=True)
class PatientSecret:
    """A patient as the first source named it. Holds PHI: exists in clear only while documents are prepared or shown."""

    source_id: str
    identifiers: frozenset[KnownIdentifier]


def seal_patient(keys: Keys, secret: PatientSecret, pseudonym: str) -> bytes:
    """The secret encrypted and bound to its pseudonym."""
    rows = sorted([item.value, item.entity_type, item.role] for item in secret.identifiers)
    plain = json.dumps({"source_id": secret.source_id, "identifiers": rows})
    return keys.seal(plain.encode(), f"patient:{pseudonym}")


def unseal_patient(keys: Keys, sealed: bytes, pseudonym: str) -> PatientSecret:
    """The secret of :func:`seal_patient`.

    Raises:
        ConfigurationError: another key or patient, or altered bytes.
    """
    record = json.loads(keys.open(sealed, f"patient:{pseudonym}"))
    return PatientSecret(str(record["source_id"]), frozenset(KnownIdentifier(*map(str, item)) for item in record["identifiers"]))


def _context(doc_id: str, sha256: str) -> str:
    return f"document:{doc_id}@{sha256}"
