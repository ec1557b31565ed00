"""Identifiers put back into an answer for display: for a stated purpose, by a role that may, after it was recorded.

Statements are verbatim spans, so each is rendered again from its span with the vault's originals; nothing is found by
replacing strings. Document ids, hashes, offsets, quotes and the pseudonym never change.
"""

from __future__ import annotations

from dataclasses import replace

from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import DocumentSecret, unseal_document
from rag.errors import StoreError
from rag.scope import Principal
from rag.store.documents import get_document, get_sealed
from rag.types import Answer, Citation, Span, Statement
from rag.workspace import Workspace

REVEALING_ROLES = frozenset({"clinician", "coordinator"})
"""Roles that treat or recruit patients; quality assurance works on de-identified text."""


def may_reveal(principal: Principal) -> bool:
    """True where one of the principal's roles may see identifiers."""
    return bool(principal.roles & REVEALING_ROLES)


def reveal_answer(answer: Answer, workspace: Workspace) -> Answer:
    """The answer with true values for display; the same answer where it cites no document with a vault entry."""
    desk = _Vault(workspace)
    citations = tuple(desk.citation(citation) for citation in answer.citations)
    by_number = {citation.n: citation for citation in citations}
    statements = tuple(_statement(s, by_number) for s in answer.statements)
    receipt = answer.receipt and replace(
        answer.receipt, near_misses=tuple(replace(miss, citation=desk.citation(miss.citation)) for miss in answer.receipt.near_misses)
    )
    text = answer.answer
    if statements:
        before = [_marked(s) for s in answer.statements]
        lead = text[: len(text) - len(" ".join(before))]
        text = lead + " ".join(_marked(s) for s in statements)
    return replace(
        answer, answer=text, statements=statements, citations=citations, receipt=receipt, source_patient=desk.source_patient
    )


def _marked(statement: Statement) -> str:
    return f"{statement.text} {''.join(f'[{n}]' for n in statement.citations)}"


def _statement(statement: Statement, citations: dict[int, Citation]) -> Statement:
    shown = [citations[n].display or citations[n].quote for n in statement.citations]
    return replace(statement, text=" ".join(shown))


class _Vault:
    """The secrets of one answer's documents, each opened once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._secrets: dict[tuple[str, str], DocumentSecret | None] = {}
        self.source_patient: str | None = None

    def citation(self, citation: Citation) -> Citation:
        span = citation.span
        secret = self._secret(span.doc_id, span.doc_sha256)
        if secret is None:
            return replace(citation, display=citation.quote)
        document = get_document(self._workspace.database, span.doc_id, span.doc_sha256)
        if document is None:
            raise StoreError(f"{span.doc_id}: cited but not stored")
        self.source_patient = secret.patient or self.source_patient
        resource = citation.source.resource
        return replace(
            citation,
            display=reveal(document.text, secret.replacements, Span(span.start, span.end)),
            title=secret.title or citation.title,
            date=secret.date[:10] if secret.date else citation.date,
            source=replace(citation.source, uri=secret.uri, resource=secret.resources.get(resource, resource) if resource else None),
        )

    def _secret(self, doc_id: str, sha256: str) -> DocumentSecret | None:
        key = (doc_id, sha256)
        if key not in self._secrets:
            sealed = get_sealed(self._workspace.database, doc_id, sha256)
            self._secrets[key] = unseal_document(self._workspace.keys, sealed, doc_id, sha256) if sealed else None
        return self._secrets[key]
