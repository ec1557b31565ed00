"""Reading stored documents for a principal, with absent and forbidden made one."""

from __future__ import annotations

from rag.errors import UnknownDocumentError
from rag.scope import Principal, readable
from rag.store.corpora import list_corpora
from rag.store.database import Database
from rag.store.documents import get_document
from rag.types import Document


def show_document(database: Database, reference: str, principal: Principal) -> Document:
    """The current version of document ``ID``, or the version ``ID@SHA256`` even when replaced (until erased).

    Raises:
        UnknownDocumentError: no such document or version, or its corpus is not readable by the principal.
    """
    doc_id, _, sha256 = reference.partition("@")
    document = get_document(database, doc_id, sha256 or None)
    if document is None or document.corpus not in {corpus.name for corpus in readable(principal, list_corpora(database))}:
        raise UnknownDocumentError(f"{doc_id[:40]}: no such document; ids come from the citations of an answer")
    return document
