"""The JSON of the contract: answers and documents out, questions in.

``answer_json`` is the Answer of DESIGN.md; every key is always there, so that readers need no guards.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rag.types import Answer, Citation, Document, Question, Series, Statement


class AskRequest(BaseModel):
    """A question as it comes in. Keys it does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    question: str = Field(min_length=1)
    id: str | int | None = None
    patient: str | None = Field(default=None, min_length=1)
    corpus: str | None = Field(default=None, min_length=1)
    source: str | None = Field(default=None, min_length=1)
    reveal: str | None = Field(default=None, min_length=1)
    thread: str | None = Field(default=None, min_length=1, max_length=200)
    as_of: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="The day that relative times count from.")

    @field_validator("as_of")
    @classmethod
    def _is_a_day(cls, value: str | None) -> str | None:
        if value is not None:
            date.fromisoformat(value)
        return value

    def to_question(self) -> Question:
        """The engine's record of this request."""
        return Question(
            text=self.question,
            patient=self.patient,
            corpus=self.corpus,
            source=self.source,
            reveal=self.reveal,
            thread=self.thread,
            as_of=self.as_of,
            id=None if self.id is None else str(self.id),
        )


def citation_json(citation: Citation) -> dict[str, Any]:
    """One citation; ``display`` only where the answer was revealed."""
    span, source = citation.span, citation.source
    made: dict[str, Any] = {
        "n": citation.n,
        "document_id": span.doc_id,
        "document_sha256": span.doc_sha256,
        "start": span.start,
        "end": span.end,
        "quote": citation.quote,
        "date": citation.date,
        "section": citation.section,
        "title": citation.title,
        "source": {
            "corpus": source.corpus,
            "resource": source.resource,
            "uri": source.uri,
            "page": source.page,
            "version": source.version,
        },
    }
    if citation.display is not None:
        made["display"] = citation.display
    return made


def statement_json(statement: Statement) -> dict[str, Any]:
    """One statement with the numbers of its citations."""
    return {
        "text": statement.text,
        "citations": list(statement.citations),
        "verdict": statement.verdict.value,
        "score": round(statement.score, 4),
    }


def series_json(series: Series) -> dict[str, Any]:
    """One series, ready to draw: values as numbers, each with the number of its citation."""
    points = [{"date": point.date, "value": float(point.value.replace(",", "")), "citation": point.citation} for point in series.points]
    return {"label": series.label, "unit": series.unit, "points": points}


def answer_json(answer: Answer) -> dict[str, Any]:
    """The Answer of the contract as a tree ready for ``json.dumps``."""
    receipt = answer.receipt and {
        "documents_searched": answer.receipt.documents_searched,
        "from": answer.receipt.first,
        "to": answer.receipt.last,
        "terms": list(answer.receipt.terms),
        "near_misses": [{"kind": miss.kind, "citation": citation_json(miss.citation)} for miss in answer.receipt.near_misses],
    }
    provenance = answer.provenance and {
        "pipeline": answer.provenance.pipeline,
        "models": dict(answer.provenance.models),
        "index": answer.provenance.index,
        "settings": answer.provenance.settings,
    }
    made: dict[str, Any] = {
        "id": answer.id,
        "question": answer.question,
        "patient": answer.patient,
        "status": answer.status.value,
        "answer": answer.answer,
        "statements": [statement_json(statement) for statement in answer.statements],
        "citations": [citation_json(citation) for citation in answer.citations],
        "receipt": receipt,
        "interpretation": dict(answer.interpretation),
        "series": [series_json(series) for series in answer.series],
        "conflicts": [{"slot": conflict.slot, "citations": list(conflict.citations)} for conflict in answer.conflicts],
        "withheld": [statement_json(statement) for statement in answer.withheld],
        "notices": [{"code": notice.code, "text": notice.text} for notice in answer.notices],
        "thread": answer.thread,
        "generator": answer.generator,
        "error": answer.error,
        "provenance": provenance,
        "timings_ms": dict(answer.timings_ms),
    }
    if answer.source_patient is not None:
        made["source_patient"] = answer.source_patient
    return made


def document_json(document: Document) -> dict[str, Any]:
    """A stored document as ``show`` prints it."""
    return {
        "document_id": document.doc_id,
        "sha256": document.sha256,
        "text": document.text,
        "patient": document.patient,
        "source": {"corpus": document.corpus, "uri": document.uri},
        "kind": document.kind,
        "title": document.title,
        "date": document.date,
        "superseded": document.superseded,
        "resources": [{"start": r.start, "end": r.end, "resource": r.resource} for r in document.resources],
        "pages": [{"start": p.start, "end": p.end, "number": p.number} for p in document.pages],
    }
