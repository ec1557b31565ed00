"""Questions over an ingested corpus: right, cited, supported by what is cited, and silent where nothing is documented.

A sample holds the answer as stored, never revealed. Where an item gives a purpose, the question is asked once more under it, compared
with the gold's true dates and names, and only the outcome of that is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from evaluation.build import Build, ReadDocument, needed
from evaluation.gold import citations_that_meet, fault, spans_met
from evaluation.items import AnswerItem, Data, Item
from evaluation.judging import StatementRecord, by_slot, faults_of, judge_answer, statement_tallies, unscored
from evaluation.kinds.kind import Kind, Take
from evaluation.scores import Score, Tally
from rag.types import Answer, Citation, Question, Status

REVEALED_DIFFERS = "differs from the gold when revealed"
"""What is kept of such a comparison: the gold may hold true dates and names."""


class CitationRecord(Data):
    """A citation as released; ``exact``: the stored document reads so at these offsets."""

    document_id: str
    document_sha256: str
    start: int
    end: int
    quote: str
    exact: bool


class AnswerSample(Data):
    """What a build answered, and how that compares with the gold."""

    status: Status
    answer: str
    statements: tuple[StatementRecord, ...]
    citations: tuple[CitationRecord, ...]
    fault: str | None
    citations_met: int
    spans_met: int
    spans_needed: int
    error: str | None = None


@contextmanager
def _taking(build: Build, _folder: object) -> Iterator[Take]:
    ask, read, verifier = needed(build.ask, "engine"), needed(build.document, "store"), needed(build.verifier, "verifier")

    def take(items: Sequence[Item]) -> list[Data]:
        return [one(item) for item in items if isinstance(item, AnswerItem)]

    def one(item: AnswerItem) -> AnswerSample:
        question = Question(item.question, patient=item.patient, corpus=item.corpus, source=item.source, as_of=item.as_of, id=item.id)
        answer = ask(question)
        shown = ask(replace(question, reveal=item.reveal)) if item.reveal else answer
        statements, _ = judge_answer(answer, verifier)
        met, of = spans_met(item.gold, shown.citations)
        return AnswerSample(
            status=answer.status,
            answer=answer.answer,
            statements=statements,
            citations=tuple(_citation(citation, read) for citation in answer.citations),
            fault=_fault(item, answer, shown),
            citations_met=citations_that_meet(item.gold, shown.citations),
            spans_met=met,
            spans_needed=of,
            error=answer.error,
        )

    yield take


def _fault(item: AnswerItem, answer: Answer, shown: Answer) -> str | None:
    if shown.status is not answer.status:
        return f"{shown.status.value} when revealed, {answer.status.value} when not"
    found = fault(item.gold, shown)
    return REVEALED_DIFFERS if found and item.reveal else found


def _citation(citation: Citation, read: ReadDocument) -> CitationRecord:
    span = citation.span
    text = read(span.doc_id, span.doc_sha256)
    exact = text is not None and 0 <= span.start < span.end <= len(text) and text[span.start : span.end] == citation.quote
    return CitationRecord(
        document_id=span.doc_id, document_sha256=span.doc_sha256, start=span.start, end=span.end, quote=citation.quote, exact=exact
    )


def _score(item: Item, sample: Data) -> Score:
    if not isinstance(item, AnswerItem) or not isinstance(sample, AnswerSample):
        raise TypeError(f"{type(item).__name__} with {type(sample).__name__}")
    missing = unscored(sample.statements)
    if missing:
        return Score(item.id, missing=missing)
    answerable, abstained = item.gold.status is Status.ANSWERED, sample.status is Status.NOT_DOCUMENTED
    right, cited = sample.fault is None, len(sample.citations)
    unanswered = sample.status is Status.ANSWERED and not sample.statements
    tallies = {
        **statement_tallies(sample.statements),
        "span_exactness": Tally(sum(citation.exact for citation in sample.citations), cited),
        "citation_precision": Tally(sample.citations_met, cited if item.gold.spans else 0),
        "citation_recall": Tally(sample.spans_met, sample.spans_needed if answerable else 0),
        "correctness": Tally(float(right and not unanswered), float(answerable)),
        "abstention_precision": Tally(float(not answerable), float(abstained)),
        "abstention_recall": Tally(float(abstained), float(item.gold.status is Status.NOT_DOCUMENTED)),
    }
    notes = tuple(note for note in (sample.fault, sample.error, "answered without a statement" if unanswered else None) if note)
    return Score(item.id, tallies, {"hallucinations_per_100": by_slot(sample.statements)}, (*notes, *faults_of(sample.statements)))


ANSWERS = Kind("answers", AnswerSample, _taking, _score, block=1)
