"""Identifiers put back into an answer for display: for a stated purpose, by a role that may, after it was recorded.

Statements are verbatim spans, so each is rendered again from its span with the vault's originals; nothing is found by
replacing strings. Document ids, hashes, offsets, quotes and the pseudonym never change.
"""

from __future__ import annotations

from dataclasses import replace

from rag.deidentification.calendar import policy_date
from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import DocumentSecret, unseal_document, unseal_patient
from rag.errors import StoreError
from rag.scope import Principal
from rag.store.corpora import get_corpus
from rag.store.documents import documents_in_scope, get_document, get_sealed
from rag.store.patients import get_patient
from rag.types import Answer, Citation, Policy, Receipt, Scope, Span, Statement
from rag.workspace import Workspace

WHOLE_MONTH = len("2024-03")
REVEALING_ROLES = frozenset({"clinician", "coordinator"})
"""Roles that treat or recruit patients; quality assurance works on de-identified text."""


def may_reveal(principal: Principal) -> bool:
    """True where one of the principal's roles may see identifiers."""
    return bool(principal.roles & REVEALING_ROLES)


def reveal_answer(answer: Answer, workspace: Workspace, scope: Scope) -> Answer:
    """The answer with true values for display; the same answer where it cites no document with a vault entry.

    ``scope`` is what was searched: a receipt's dates are moved back where they were shifted.
    """
    desk = _Vault(workspace)
    citations = tuple(desk.citation(citation) for citation in answer.citations)
    by_number = {citation.n: citation for citation in citations}
    statements = tuple(_statement(s, by_number) for s in answer.statements)
    receipt = answer.receipt and desk.receipt(answer.receipt, scope)
    text = answer.answer
    if statements:
        before = [_marked(s) for s in answer.statements]
        lead = text[: len(text) - len(" ".join(before))]
        text = lead + " ".join(_marked(s) for s in statements)
    return replace(
        answer,
        answer=text,
        statements=statements,
        citations=citations,
        receipt=receipt,
        source_patient=desk.source_patient or desk.patient(answer.patient),
    )


def _marked(statement: Statement) -> str:
    return f"{statement.text} {''.join(f'[{n}]' for n in statement.citations)}"


def _statement(statement: Statement, citations: dict[int, Citation]) -> Statement:
    shown = [citations[n].display or citations[n].quote for n in statement.citations]
    return replace(statement, text=" ".join(shown))


def _moved(date: str | None, days: int) -> str | None:
    """A whole date moved by ``days``, a year as it is; a month cannot be moved back exactly and is left out."""
    if date is None or len(date) == WHOLE_MONTH:
        return None
    return policy_date(date, Policy.DATE_SHIFT, days)


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

    def patient(self, pseudonym: str | None) -> str | None:
        """The id that the source uses of a patient; None where no source names one."""
        row = get_patient(self._workspace.database, pseudonym) if pseudonym else None
        source_id = unseal_patient(self._workspace.keys, row.sealed, row.pseudonym).source_id if row else ""
        return None if not source_id or source_id.startswith("document:") else source_id

    def receipt(self, receipt: Receipt, scope: Scope) -> Receipt:
        """The receipt with true dates: years are true under Safe Harbor, whole dates are moved back where all were shifted."""
        misses = tuple(replace(miss, citation=self.citation(miss.citation)) for miss in receipt.near_misses)
        first, last = receipt.first, receipt.last
        if self._policies(scope) == {Policy.DATE_SHIFT.value} and len(scope.patients) == 1:
            days = -self._workspace.keys.date_offset_days(next(iter(scope.patients)))
            first, last = (_moved(date, days) for date in (first, last))
        return replace(receipt, near_misses=misses, first=first, last=last)

    def _policies(self, scope: Scope) -> set[str]:
        """The policies of the corpora that hold documents of the scope."""
        database = self._workspace.database
        corpora = (get_corpus(database, name) for name in sorted(scope.corpora))
        return {c.policy for c in corpora if c and documents_in_scope(database, replace(scope, corpora=frozenset({c.name}))).count}

    def _secret(self, doc_id: str, sha256: str) -> DocumentSecret | None:
        key = (doc_id, sha256)
        if key not in self._secrets:
            sealed = get_sealed(self._workspace.database, doc_id, sha256)
            self._secrets[key] = unseal_document(self._workspace.keys, sealed, doc_id, sha256) if sealed else None
        return self._secrets[key]
