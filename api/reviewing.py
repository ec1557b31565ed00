"""A note put beside its original for a reviewer: for a stated purpose, by a role that may, after it was recorded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.audit import AuditEvent, AuditTrail
from rag.deidentification.reversal import Replacement, reveal
from rag.deidentification.sealing import DocumentSecret, unseal_document
from rag.errors import InputError
from rag.reading import show_document
from rag.revealing import may_reveal
from rag.scope import Principal
from rag.store.documents import get_sealed
from rag.store.reviews import ReviewItem
from rag.types import Document
from rag.workspace import Workspace


@dataclass(frozen=True, slots=True)
class ReviewNote:
    """A stored document and what stood in it. Holds PHI: for display only."""

    item: ReviewItem
    document: Document
    title: str
    replacements: Sequence[Replacement]

    def as_json(self) -> dict[str, Any]:
        """The note for ``--json``: spans by their offsets in ``text`` and in ``original``."""
        spans = [
            {"start": r.new_start, "end": r.new_end, "original_start": r.start, "original_end": r.end, "entity_type": r.entity_type}
            for r in self.replacements
        ]
        return {
            "document_id": self.document.doc_id,
            "document_sha256": self.document.sha256,
            "part": self.item.part,
            "type": self.item.kind,
            "title": self.document.title,
            "original_title": self.title,
            "text": self.document.text,
            "original": reveal(self.document.text, self.replacements),
            "replacements": spans,
        }


def open_note(workspace: Workspace, trail: AuditTrail, principal: Principal, item: ReviewItem, purpose: str, reviewer: str) -> ReviewNote:
    """The note of an item with its original, after its record is durable.

    Raises:
        InputError: no purpose, or the principal's roles may not see identifiers.
        UnknownDocumentError: erased, or not in the principal's scope.
        AuditError: no sink took the record; nothing is shown.
    """
    if not purpose.strip():
        raise InputError("state a purpose with --reveal; it is recorded")
    sealed_words = workspace.keys.seal(json.dumps({"purpose": purpose, "reviewer": reviewer}).encode(), "audit")

    def record(outcome: str, patient: str | None = None, documents: tuple[str, ...] = ()) -> None:
        trail.append(AuditEvent("review", principal.name, outcome, patient, purpose, documents, "", sealed_words))

    if not may_reveal(principal):
        record("refused")
        raise InputError("your roles do not allow identifiers to be shown; a clinician or coordinator has to review")
    reference = f"{item.doc_id}@{item.doc_sha256}"
    document = show_document(workspace.database, reference, principal)
    sealed = get_sealed(workspace.database, item.doc_id, item.doc_sha256)
    secret = unseal_document(workspace.keys, sealed, item.doc_id, item.doc_sha256) if sealed else _nothing(document)
    record("shown", document.patient, (reference,))
    return ReviewNote(item, document, secret.title, sorted(secret.replacements, key=lambda r: r.new_start))


def _nothing(document: Document) -> DocumentSecret:
    return DocumentSecret((), document.title, document.date, document.uri, None, {})
