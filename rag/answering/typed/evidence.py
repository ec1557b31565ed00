"""From sentences over facts to drafts over evidence: the lines that facts stand in, read from the stored documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answering.composed import Composed, Draft, DraftConflict, DraftPoint, DraftSeries
from rag.answering.extractive import LEAD_WORDS
from rag.answering.typed.calendar import Calendar
from rag.answering.typed.compose import SeriesFacts, Typed
from rag.answering.typed.conflicts import Disagreement
from rag.answering.typed.sentence import Sentence
from rag.types import Document, Evidence, Fact, Part, SourceSpan
from rag.verification.composed import recount

RESOURCE_SCORE = 1.0
TEXT_SCORE = 0.9
"""How far a fact read from text is trusted beside a coded one: about the precision of the mention finders on hand-labelled notes."""

Version = tuple[str, str]


def versions_of(typed: Sequence[Typed]) -> set[Version]:
    """The document versions that the statements and series rest on."""
    sentences = [fact for part in typed for sentence in part.sentences for fact in sentence.facts]
    plotted = [fact for part in typed for series in part.series for fact in series.facts]
    disputed = [fact for part in typed for found in part.conflicts for fact in found.facts]
    return {(fact.doc_id, fact.doc_sha256) for fact in (*sentences, *plotted, *disputed)}


def evidence_of(fact: Fact, documents: Mapping[Version, Document]) -> Evidence | None:
    """The line or sentence of a fact as evidence; None where its document is not stored."""
    document = documents.get((fact.doc_id, fact.doc_sha256))
    if document is None:
        return None
    span = SourceSpan(fact.doc_id, fact.doc_sha256, fact.start, fact.end)
    score = RESOURCE_SCORE if fact.origin == "resource" else TEXT_SCORE
    return Evidence(span, document.text[fact.start : fact.end], score, fact.section)


class EvidenceTable:
    """The evidence of one answer, each line once, numbered from 0 in the order of first use."""

    def __init__(self, documents: Mapping[Version, Document]) -> None:
        self._documents = documents
        self._index: dict[SourceSpan, int] = {}
        self.evidence: list[Evidence] = []

    def add(self, fact: Fact) -> int | None:
        """The number of a fact's line; None where its document is not stored."""
        found = evidence_of(fact, self._documents)
        if found is None:
            return None
        if found.span not in self._index:
            self._index[found.span] = len(self.evidence)
            self.evidence.append(found)
        return self._index[found.span]


def to_composed(typed: Typed, documents: Mapping[Version, Document], calendar: Calendar) -> Composed:
    """The drafts of one part; one whose documents are not all stored, or whose results do not come out again, bears its fault."""
    table = EvidenceTable(documents)
    drafts = [_draft(sentence, table) for sentence in typed.sentences]
    if drafts and typed.lead:
        drafts[0] = led(drafts[0], f"{typed.lead}: ")
    series = tuple(_series(item, table, calendar) for item in typed.series) if drafts else ()
    conflicts = tuple(_conflict(found, table) for found in typed.conflicts) if drafts else ()
    return Composed("", tuple(drafts), tuple(table.evidence), series, conflicts, typed.notices)


def _draft(sentence: Sentence, table: EvidenceTable) -> Draft:
    indexes = [table.add(fact) for fact in sentence.facts]
    numbers = tuple(dict.fromkeys(index for index in indexes if index is not None))
    fault = "a document it rests on is not stored" if None in indexes else ""
    if any(recount(*computation) for computation in sentence.computations):
        fault = "a number in it does not come out again"
    quotes = {table.evidence[number].span: table.evidence[number].quote for number in numbers}
    parts = tuple(_filled(part, quotes) for part in sentence.parts)
    return Draft("".join(part.text for part in parts), numbers, parts, fault)


def led(draft: Draft, words: str) -> Draft:
    """The draft begun with words of ours."""
    parts = (Part("words", words), *draft.parts)
    return replace(draft, text="".join(part.text for part in parts), parts=parts)


def _filled(part: Part, quotes: Mapping[SourceSpan, str]) -> Part:
    """A part that stands for a whole line gets its text."""
    return replace(part, text=" ".join(quotes.get(part.span, "").split())) if part.kind == "slot" and not part.text and part.span else part


def _series(series: SeriesFacts, table: EvidenceTable, calendar: Calendar) -> DraftSeries:
    points = []
    for fact in series.facts:
        number = table.add(fact)
        if number is not None and fact.time and fact.value:
            points.append(DraftPoint(fact.time, calendar.printed(fact.time), fact.value, number))
    return DraftSeries(series.label, series.unit, tuple(points))


def _conflict(found: Disagreement, table: EvidenceTable) -> DraftConflict:
    return DraftConflict(found.slot, tuple(number for fact in found.facts if (number := table.add(fact)) is not None))


def joined(parts: Sequence[Composed]) -> Composed:
    """Several parts as one answer: evidence numbered through, lines that two parts rest on once, each part begun with its own lead."""
    evidence: list[Evidence] = []
    places: dict[SourceSpan, int] = {}
    drafts: list[Draft] = []
    series: list[DraftSeries] = []
    conflicts: list[DraftConflict] = []
    for part in parts:
        moved = {}
        for index, item in enumerate(part.evidence):
            if item.span not in places:
                places[item.span] = len(evidence)
                evidence.append(item)
            moved[index] = places[item.span]
        told = [_with_own_lead(part, draft, number) for number, draft in enumerate(part.drafts)] if len(parts) > 1 else part.drafts
        numbered = [replace(draft, evidence=tuple(moved[i] for i in draft.evidence)) for draft in told]
        drafts += [draft for draft in numbered if draft not in drafts]
        series += [replace(s, points=tuple(replace(p, evidence=moved[p.evidence]) for p in s.points)) for s in part.series]
        conflicts += [replace(c, evidence=tuple(moved[i] for i in c.evidence)) for c in part.conflicts]
    notices = tuple(dict.fromkeys(notice for part in parts for notice in part.notices))
    return Composed(parts[0].lead if len(parts) == 1 else "", tuple(drafts), tuple(evidence), tuple(series), tuple(conflicts), notices)


def _with_own_lead(part: Composed, draft: Draft, number: int) -> Draft:
    """A verbatim draft of a led part as parts, so that its lead stays with it."""
    if not part.lead or number or draft.parts:
        return draft
    quote = part.evidence[draft.evidence[0]]
    return led(replace(draft, parts=(Part("slot", draft.text, span=quote.span),)), part.lead + LEAD_WORDS)
