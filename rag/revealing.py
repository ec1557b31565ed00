"""Identifiers put back into an answer for display: for a stated purpose, by a role that may, after it was recorded.

A verbatim statement is rendered again from its spans, a composed one part by part, with the vault's originals; nothing is found
by replacing strings. Document ids, hashes, offsets, quotes and the pseudonym never change.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from rag.answering.typed.calendar import Calendar, distance
from rag.clinical.dates import find_dates
from rag.deidentification.calendar import policy_date
from rag.deidentification.reversal import reveal
from rag.deidentification.sealing import DocumentSecret, unseal_document, unseal_patient
from rag.errors import StoreError
from rag.scope import Principal
from rag.store.corpora import get_corpus
from rag.store.database import Database
from rag.store.documents import corpora_in_scope, get_all_sealed, get_documents
from rag.store.patients import get_patient
from rag.types import Answer, Citation, Document, Part, Policy, Receipt, Scope, Series, SourceSpan, Span, Statement
from rag.workspace import Workspace

DATED = frozenset({"as_of", "at"})
"""What of an interpretation is a date."""
WHOLE_MONTH = len("2024-03")
REVEALING_ROLES = frozenset({"clinician", "coordinator"})
"""Roles that treat or recruit patients; quality assurance works on de-identified text."""


def may_reveal(principal: Principal) -> bool:
    """True where one of the principal's roles may see identifiers."""
    return bool(principal.roles & REVEALING_ROLES)


def reveal_answer(
    answer: Answer,
    workspace: Workspace,
    scope: Scope,
    calendar: Calendar | None = None,
    documents: Mapping[tuple[str, str], Document] | None = None,
) -> Answer:
    """The answer with true values for display; the same answer where it cites no document with a vault entry.

    ``scope`` is what was searched: a receipt's dates are moved back where they were shifted. ``calendar`` is the patient's, for the
    dates of composed statements; ``documents`` are versions read already.
    """
    desk = _Vault(workspace, documents or {})
    desk.fetch({(citation.span.doc_id, citation.span.doc_sha256) for citation in answer.citations})
    citations = tuple(desk.citation(citation) for citation in answer.citations)
    by_number = {citation.n: citation for citation in citations}
    statements = tuple(desk.statement(s, by_number, calendar) for s in answer.statements)
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
        interpretation=tuple((name, _true(words, calendar) if name in DATED else words) for name, words in answer.interpretation),
        series=tuple(_series(series, calendar) for series in answer.series),
        source_patient=desk.source_patient or desk.patient(answer.patient),
    )


def _marked(statement: Statement) -> str:
    return f"{statement.text} {''.join(f'[{n}]' for n in statement.citations)}"


def _true(printed: str, calendar: Calendar | None) -> str:
    """A date of the interpretation as it truly was: only shifted dates can be told from what was printed."""
    return calendar.true(printed) if calendar is not None and calendar.policy is Policy.DATE_SHIFT else printed


def _series(series: Series, calendar: Calendar | None) -> Series:
    """The series with true dates."""
    if calendar is None:
        return series
    return replace(series, points=tuple(replace(point, date=calendar.true(point.time)) for point in series.points))


def _moved(date: str | None, days: int) -> str | None:
    """A whole date moved by ``days``, a year as it is; a month cannot be moved back exactly and is left out."""
    if date is None or len(date) == WHOLE_MONTH:
        return None
    return policy_date(date, Policy.DATE_SHIFT, days)


def chart_policies(database: Database, scope: Scope) -> frozenset[str]:
    """The policies of the corpora that hold documents of the scope."""
    corpora = (get_corpus(database, name) for name in sorted(corpora_in_scope(database, scope)))
    return frozenset(corpus.policy for corpus in corpora if corpus)


class _Vault:
    """The secrets of one answer's documents, each opened once."""

    def __init__(self, workspace: Workspace, documents: Mapping[tuple[str, str], Document]) -> None:
        self._workspace = workspace
        self._secrets: dict[tuple[str, str], DocumentSecret | None] = {}
        self._documents: dict[tuple[str, str], Document] = dict(documents)
        self.source_patient: str | None = None

    def fetch(self, versions: Collection[tuple[str, str]]) -> None:
        """Read what is needed of the versions at once: one by one, an answer of 60 lines took 40 ms longer (measured)."""
        database = self._workspace.database
        if missing := set(versions) - self._documents.keys():
            self._documents |= get_documents(database, missing)
        found = get_all_sealed(database, versions)
        for version in versions:
            self._secrets[version] = unseal_document(self._workspace.keys, found[version], *version) if version in found else None

    def citation(self, citation: Citation) -> Citation:
        span = citation.span
        secret = self._secret(span.doc_id, span.doc_sha256)
        if secret is None:
            return replace(citation, display=citation.quote)
        document = self._document(span.doc_id, span.doc_sha256)
        self.source_patient = secret.patient or self.source_patient
        resource = citation.source.resource
        return replace(
            citation,
            display=reveal(document.text, secret.replacements, Span(span.start, span.end)),
            title=secret.title or citation.title,
            date=secret.date[:10] if secret.date else citation.date,
            source=replace(citation.source, uri=secret.uri, resource=secret.resources.get(resource, resource) if resource else None),
        )

    def statement(self, statement: Statement, citations: dict[int, Citation], calendar: Calendar | None) -> Statement:
        """The statement rendered again: its quotes, or its parts, with what stood there before."""
        if not statement.parts:
            return replace(statement, text=" ".join(citations[n].display or citations[n].quote for n in statement.citations))
        parts = tuple(self._part(part, calendar) for part in statement.parts)
        return replace(statement, text="".join(part.text for part in parts), parts=parts)

    def _part(self, part: Part, calendar: Calendar | None) -> Part:
        if part.kind == "slot" and part.span is not None:
            return replace(part, text=self._slot(part.text, part.span))
        if calendar is None or part.time is None:
            return part
        if part.kind == "date":
            return replace(part, text=(part.span and self._date(part.span)) or calendar.true(part.time))
        earlier, _, later = part.time.partition("/")
        return replace(part, text=distance(earlier, later) or part.text)

    def _slot(self, shown: str, span: SourceSpan) -> str:
        """The original at a span; what was shown (a number may be rounded) where nothing was replaced there."""
        stored, original = self._original(span)
        return shown if stored == original else " ".join(original.split())

    def _date(self, span: SourceSpan) -> str | None:
        """The true date at a span, ISO 8601, at the precision written; None where the original is no date by itself."""
        found = find_dates(self._original(span)[1])
        return found[0].iso if found else None

    def _original(self, span: SourceSpan) -> tuple[str, str]:
        """What is stored at a span, and what stood there."""
        document = self._document(span.doc_id, span.doc_sha256)
        stored = document.text[span.start : span.end]
        secret = self._secret(span.doc_id, span.doc_sha256)
        return stored, reveal(document.text, secret.replacements, Span(span.start, span.end)) if secret else stored

    def patient(self, pseudonym: str | None) -> str | None:
        """The id that the source uses of a patient; None where no source names one."""
        row = get_patient(self._workspace.database, pseudonym) if pseudonym else None
        source_id = unseal_patient(self._workspace.keys, row.sealed, row.pseudonym).source_id if row else ""
        return None if not source_id or source_id.startswith("document:") else source_id

    def receipt(self, receipt: Receipt, scope: Scope) -> Receipt:
        """The receipt with true dates: years are true under Safe Harbor, whole dates are moved back where all were shifted."""
        misses = tuple(replace(miss, citation=self.citation(miss.citation)) for miss in receipt.near_misses)
        first, last = receipt.first, receipt.last
        if chart_policies(self._workspace.database, scope) == {Policy.DATE_SHIFT.value} and len(scope.patients) == 1:
            days = -self._workspace.keys.date_offset_days(next(iter(scope.patients)))
            first, last = (_moved(date, days) for date in (first, last))
        return replace(receipt, near_misses=misses, first=first, last=last)

    def _document(self, doc_id: str, sha256: str) -> Document:
        key = (doc_id, sha256)
        if key not in self._documents:
            self.fetch([key])
        if key not in self._documents:
            raise StoreError(f"{doc_id}: cited but not stored")
        return self._documents[key]

    def _secret(self, doc_id: str, sha256: str) -> DocumentSecret | None:
        key = (doc_id, sha256)
        if key not in self._secrets:
            self.fetch([key])
        return self._secrets[key]
