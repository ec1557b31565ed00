"""From drafts to statements with citations: every quote is sliced again from the store and compared before it is shown.

A statement whose quote does not verify, or that says something else than its spans, is withheld, not repaired (laws 1 and 2).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from rag.answering.composed import Composed, Draft, DraftConflict, DraftSeries
from rag.citations import verify_quote
from rag.clinical.dates import find_dates
from rag.clinical.outline import heading_over
from rag.clinical.sections import find_sections, section_at
from rag.clinical.versions import document_version
from rag.errors import CitationError
from rag.store.database import Database
from rag.store.documents import get_document
from rag.types import (
    Citation,
    Conflict,
    Document,
    Evidence,
    NearMiss,
    PageSpan,
    Part,
    Point,
    ResourceSpan,
    Series,
    Source,
    SourceSpan,
    Statement,
    Verdict,
)
from rag.verification.composed import check_composed

HEADING_WINDOW_CHARS = 8_000
"""How far back a heading is looked for: about two pages, half a millisecond."""
MAX_TITLE_CHARS = 120
_LEAVES = (".pptx", ".xlsx")

_YEAR_ALONE = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Cited:
    """An answer's citations (numbered from 1 in the order of use), the statements that hold, those withheld, series and conflicts."""

    citations: tuple[Citation, ...]
    statements: tuple[Statement, ...]
    withheld: tuple[Statement, ...]
    series: tuple[Series, ...]
    conflicts: tuple[Conflict, ...]


def cite(database: Database, composed: Composed, documents: Mapping[tuple[str, str], Document] | None = None) -> Cited:
    """Verify every draft against the store and number what it rests on. ``documents`` are versions read already."""
    desk = _Desk(database, documents)
    statements: list[Statement] = []
    withheld: list[Statement] = []
    for draft in composed.drafts:
        evidence = [composed.evidence[index] for index in draft.evidence]
        score = min((item.score for item in evidence), default=0.0)
        try:
            made = [desk.cited(item) for item in evidence]
            desk.check(draft, made)
        except CitationError:
            withheld.append(Statement("", (), Verdict.NOT_ENOUGH_INFORMATION, score))
            continue
        statements.append(Statement(draft.text, tuple(c.n for c in made), Verdict.SUPPORTED, score, draft.parts))
    series = tuple(desk.series(drafted, composed) for drafted in composed.series) if statements else ()
    conflicts = tuple(conflict for drafted in composed.conflicts if statements and (conflict := desk.conflict(drafted, composed)))
    return Cited(desk.citations, tuple(statements), tuple(withheld), tuple(s for s in series if s.points), conflicts)


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
    """The documents and citations of one answer, each made once."""

    def __init__(self, database: Database, documents: Mapping[tuple[str, str], Document] | None = None) -> None:
        self._database = database
        self._documents: dict[tuple[str, str], Document | None] = dict(documents or {})
        self._cited: dict[SourceSpan, Citation] = {}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What was cited so far, in order."""
        return tuple(self._cited.values())

    def cited(self, evidence: Evidence) -> Citation:
        """The citation of a span, numbered at its first use.

        Raises:
            CitationError: the quote is not what is stored there.
        """
        if evidence.span not in self._cited:
            self._cited[evidence.span] = self.citation(evidence, len(self._cited) + 1)
        return self._cited[evidence.span]

    def check(self, draft: Draft, made: Sequence[Citation]) -> None:
        """Return if the draft says what its citations say: its quotes verbatim, or parts each of which stands at its span.

        Raises:
            CitationError: another text, a part that is not what stands there, or one outside every citation.
        """
        if draft.fault:
            raise CitationError(draft.fault)
        if not made or draft.text != ("".join(p.text for p in draft.parts) if draft.parts else " ".join(c.quote for c in made)):
            raise CitationError("a statement is not what its spans say, to the character")
        for part in draft.parts:
            if part.span is not None:
                self._check_part(part, part.span, made)
        if draft.parts:
            dates = [c.date for c in made if c.date] + [p.text for p in draft.parts if p.kind == "date" and not self._says_its_year(p)]
            broken = check_composed(draft.text, draft.parts, [c.quote for c in made], dates=dates)
            if broken:
                raise CitationError(f"a composed statement breaks the slot contract: {', '.join(sorted({v.slot for v in broken}))}")

    def _says_its_year(self, part: Part) -> bool:
        """Whether a date part stands at a date that any reader of the quote sees as one.

        One without a year ("7/19") takes it from its document's date; a year alone ("abated 2020") is a number until its span says more.
        """
        document = self._document(part.span.doc_id, part.span.doc_sha256) if part.span else None
        written = document.text[part.span.start : part.span.end] if document and part.span else ""
        if written == part.text and _YEAR_ALONE.fullmatch(written):
            return False
        return bool(find_dates(written))

    def _check_part(self, part: Part, span: SourceSpan, made: Sequence[Citation]) -> None:
        where = f"{span.doc_id}[{span.start}:{span.end}]"
        document = self._document(span.doc_id, span.doc_sha256)
        inside = any(
            (c.span.doc_id, c.span.doc_sha256) == (span.doc_id, span.doc_sha256) and c.span.start <= span.start and span.end <= c.span.end
            for c in made
        )
        if document is None or not inside:
            raise CitationError(f"{where}: outside what the statement cites")
        if part.kind == "slot" and not says_the_same(part.text, document.text[span.start : span.end]):
            raise CitationError(f"{where}: the statement says something else")

    def series(self, drafted: DraftSeries, composed: Composed) -> Series:
        """The points whose citations hold."""
        points = []
        for point in drafted.points:
            try:
                points.append(Point(point.date, point.value, self.cited(composed.evidence[point.evidence]).n, point.time))
            except CitationError:
                continue
        return Series(drafted.label, drafted.unit, tuple(points))

    def conflict(self, drafted: DraftConflict, composed: Composed) -> Conflict | None:
        """The conflict with its citations; None where one does not hold."""
        try:
            return Conflict(drafted.slot, tuple(self.cited(composed.evidence[index]).n for index in drafted.evidence))
        except CitationError:
            return None

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
            version=mark.shown if (mark := document_version(document)) else None,
        )
        section = _heading_over(document, span.start) or evidence.section
        return Citation(number, span, evidence.quote, document.date, section, document.title, source)

    def _document(self, doc_id: str, sha256: str) -> Document | None:
        key = (doc_id, sha256)
        if key not in self._documents:
            self._documents[key] = get_document(self._database, doc_id, sha256)
        return self._documents[key]


def says_the_same(shown: str, stored: str) -> bool:
    """Whether a part shows what is stored: the same words (white space folded), or the same number at the precision shown."""
    if " ".join(shown.split()) == " ".join(stored.split()):
        return True
    try:
        one, other = Decimal(shown.replace(",", "")), Decimal(stored.replace(",", ""))
    except InvalidOperation:
        return False
    exponent = one.as_tuple().exponent
    return isinstance(exponent, int) and exponent < 0 and other.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_EVEN) == one


def _resource_at(resources: tuple[ResourceSpan, ...], start: int, end: int) -> str | None:
    """The resource with the most characters in common with the span; the first of equals. ``resources`` stand in text order, disjoint."""
    at = bisect_right(resources, start, key=lambda r: r.end)
    best: tuple[int, str | None] = (0, None)
    while at < len(resources) and resources[at].start < end:
        shared = min(end, resources[at].end) - max(start, resources[at].start)
        best = max(best, (shared, resources[at].resource), key=lambda pair: pair[0])
        at += 1
    return best[1]


def _heading_over(document: Document, offset: int) -> str | None:
    """The nearest heading before the offset, as written; None where none stands within ``HEADING_WINDOW_CHARS``, or in a rendered chart."""
    if len(document.resources) > 1:
        return None
    if document.patient is None:
        return _guideline_heading(document, offset)
    start = max(0, offset - HEADING_WINDOW_CHARS)
    section = section_at(find_sections(document.text[start : offset + 1]), offset - start)
    return section.title or None if section else None


def _guideline_heading(document: Document, offset: int) -> str | None:
    """The heading over a passage; of a slide or a sheet never one of another, and its first line where it has none."""
    if not document.uri.lower().endswith(_LEAVES):
        return heading_over(document.text, offset)
    leaf = next((page for page in document.pages if page.start <= offset < page.end), None)
    start = leaf.start if leaf else 0
    first = document.text[start : start + MAX_TITLE_CHARS + 1].partition("\n")[0].strip("# ")
    return heading_over(document.text, offset, start) or (first if len(first) < MAX_TITLE_CHARS else None)


def _page_at(pages: tuple[PageSpan, ...], offset: int) -> int | None:
    return next((page.number for page in pages if page.start <= offset < page.end), None)
