"""From drafts to statements with citations: every quote is sliced again from the store and compared before it is shown.

A statement whose quote does not verify is withheld, not repaired (law 1).
"""

from __future__ import annotations

from collections.abc import Iterable

from rag.answering.extractive import Composed
from rag.citations import verify_quote
from rag.clinical.sections import find_sections, section_at
from rag.errors import CitationError
from rag.store.database import Database
from rag.store.documents import get_document
from rag.types import Citation, Document, Evidence, NearMiss, PageSpan, ResourceSpan, Source, Statement, Verdict

HEADING_WINDOW_CHARS = 8_000
"""How far back a heading is looked for: about two pages, half a millisecond."""


def cite(database: Database, composed: Composed) -> tuple[tuple[Citation, ...], tuple[Statement, ...], tuple[Statement, ...]]:
    """Citations (numbered from 1, strongest first), the statements that hold, and those withheld."""
    desk = _Desk(database)
    citations: list[Citation] = []
    statements: list[Statement] = []
    withheld: list[Statement] = []
    for draft in composed.drafts:
        evidence = [composed.evidence[index] for index in draft.evidence]
        score = min(item.score for item in evidence)
        try:
            made = [desk.citation(item, len(citations) + 1 + offset) for offset, item in enumerate(evidence)]
        except CitationError:
            withheld.append(Statement("", (), Verdict.NOT_ENOUGH_INFORMATION, score))
            continue
        if draft.text != " ".join(c.quote for c in made):  # a verbatim answer says what its spans say, to the character
            withheld.append(Statement("", (), Verdict.NOT_ENOUGH_INFORMATION, score))
            continue
        citations += made
        statements.append(Statement(draft.text, tuple(c.n for c in made), Verdict.SUPPORTED, score))
    return tuple(citations), tuple(statements), tuple(withheld)


def cite_near_misses(database: Database, found: Iterable[tuple[str, Evidence]]) -> tuple[NearMiss, ...]:
    """Mentions that are no evidence, with their spans; one that does not verify is left out."""
    desk = _Desk(database)
    misses = []
    for number, (kind, evidence) in enumerate(found, 1):
        try:
            misses.append(NearMiss(kind, desk.citation(evidence, number)))
        except CitationError:
            continue
    return tuple(misses)


class _Desk:
    """The documents of one answer, each fetched once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._documents: dict[str, Document | None] = {}

    def citation(self, evidence: Evidence, number: int) -> Citation:
        span = evidence.span
        document = self._document(span.doc_id, span.doc_sha256)
        if document is None:
            raise CitationError(f"{span.doc_id}: this version is not stored")
        verify_quote(span, evidence.quote, document)
        source = Source(
            corpus=document.corpus,
            resource=_resource_at(document.resources, span.start, span.end),
            uri=document.uri,
            page=_page_at(document.pages, span.start),
        )
        section = _heading_over(document, span.start) or evidence.section
        return Citation(number, span, evidence.quote, document.date, section, document.title, source)

    def _document(self, doc_id: str, sha256: str) -> Document | None:
        if doc_id not in self._documents:
            self._documents[doc_id] = get_document(self._database, doc_id, sha256)
        return self._documents[doc_id]


def _resource_at(resources: tuple[ResourceSpan, ...], start: int, end: int) -> str | None:
    """The resource with the most characters in common with the span; the first of equals."""
    shared = [(min(end, r.end) - max(start, r.start), r.resource) for r in resources]
    best = max(shared, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] > 0 else None


def _heading_over(document: Document, offset: int) -> str | None:
    """The nearest heading before the offset, as written; None where none stands within ``HEADING_WINDOW_CHARS``, or in a rendered chart."""
    if len(document.resources) > 1:
        return None
    start = max(0, offset - HEADING_WINDOW_CHARS)
    section = section_at(find_sections(document.text[start : offset + 1]), offset - start)
    return section.title or None if section else None


def _page_at(pages: tuple[PageSpan, ...], offset: int) -> int | None:
    return next((page.number for page in pages if page.start <= offset < page.end), None)
