"""The main job on the bundled corpus: cited answers, abstention, scope and reveal."""

from __future__ import annotations

import dataclasses
import json

import pytest

from api.opening import Owner
from api.schemas import answer_json
from ingestion.demo.questions import DEMO_QUESTIONS
from rag.citations import text_sha256
from rag.scope import Principal
from rag.store.documents import get_document
from rag.types import Answer, Document, Question, Status


def check_spans(owner: Owner, answer: Answer) -> None:
    for citation in answer.citations:
        document = get_document(owner.workspace.database, citation.span.doc_id, citation.span.doc_sha256)
        assert document is not None
        assert text_sha256(document.text) == citation.span.doc_sha256
        assert document.text[citation.span.start : citation.span.end] == citation.quote
        assert document.patient == answer.patient


@pytest.mark.parametrize("asked", DEMO_QUESTIONS, ids=lambda asked: asked.document)
def test_each_demo_question_is_answered_by_the_sentence_it_was_written_for(demo: Owner, operator: Principal, asked: object) -> None:
    question = Question(asked.question, patient=asked.patient, reveal="test" if asked.patient else None)  # type: ignore[attr-defined]
    answer = demo.service.ask(question, operator)
    assert answer.status is Status.ANSWERED
    shown = [" ".join((citation.display or citation.quote).split()) for citation in answer.citations]
    assert any(asked.sentence in text for text in shown)  # type: ignore[attr-defined]
    assert all(statement.citations for statement in answer.statements)
    check_spans(demo, answer)


def test_another_patients_chart_is_never_cited(demo: Owner, operator: Principal) -> None:
    for patient in ("demo-05", "demo-06"):
        answer = demo.service.ask(Question("What medications is the patient on?", patient=patient, reveal="test"), operator)
        assert answer.source_patient in (patient, None)
        check_spans(demo, answer)


def test_absent_and_forbidden_patients_give_the_same_answer(demo: Owner, operator: Principal) -> None:
    question = "What was the serum potassium?"
    nobody = Principal("local:nobody", frozenset())
    absent = demo.service.ask(Question(question, patient="demo-99"), operator)
    forbidden = demo.service.ask(Question(question, patient="demo-05"), nobody)
    same = [{k: v for k, v in answer_json(a).items() if k not in ("timings_ms", "provenance")} for a in (absent, forbidden)]
    assert same[0] == same[1] and absent.status is Status.NOT_DOCUMENTED and absent.receipt is not None
    assert absent.receipt.documents_searched == 0


def test_a_question_without_a_patient_reaches_no_chart(demo: Owner, operator: Principal) -> None:
    answer = demo.service.ask(Question("Why was lisinopril stopped, and what was the serum potassium?"), operator)
    assert all(citation.source.corpus == "demo-guidelines" for citation in answer.citations)


def test_what_the_chart_does_not_hold_is_not_documented_with_a_receipt(demo: Owner, operator: Principal) -> None:
    answer = demo.service.ask(Question("What was the result of the sweat chloride test?", patient="demo-05"), operator)
    assert answer.status is Status.NOT_DOCUMENTED and not answer.statements and not answer.citations
    assert answer.receipt is not None and answer.receipt.documents_searched > 3 and "sweat" in answer.receipt.terms


def test_unrevealed_answers_hold_no_identifier_and_revealed_ones_do_not_change_the_citation(demo: Owner, operator: Principal) -> None:
    asked = DEMO_QUESTIONS[0]
    plain = demo.service.ask(Question(asked.question, patient=asked.patient), operator)
    shown = demo.service.ask(Question(asked.question, patient=asked.patient, reveal="test"), operator)
    assert "demo-05" not in json.dumps(answer_json(plain) | {"question": ""})
    assert shown.source_patient == "demo-05"
    assert [(c.span, c.quote) for c in plain.citations] == [(c.span, c.quote) for c in shown.citations]
    assert all(c.display is None for c in plain.citations) and all(c.display for c in shown.citations)


def test_reveal_needs_a_role_that_may(demo: Owner) -> None:
    answer = demo.service.ask(Question("potassium?", patient="demo-05", reveal="curious"), Principal("local:qa", frozenset({"qa"})))
    assert answer.status is Status.REFUSED and "roles" in str(answer.error)


def test_every_request_leaves_one_record(demo: Owner, operator: Principal) -> None:
    trail = demo.service._trail
    before = sum(1 for _ in trail.records())
    demo.service.ask(Question("What was the serum potassium?", patient="demo-05"), operator)
    demo.service.ask(Question("What was the serum potassium?", patient="nobody"), operator)
    assert sum(1 for _ in trail.records()) == before + 2 and trail.first_bad_record() is None


def test_a_document_that_does_not_match_its_hash_is_withheld(demo: Owner, operator: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    import rag.answering.charts
    import rag.citing

    def changed(document: Document | None) -> Document | None:
        return document and dataclasses.replace(document, text=document.text.replace("stopped", "started").replace("otassium", "odium"))

    honest = rag.answering.charts.get_documents
    monkeypatch.setattr(rag.citing, "get_document", lambda *rest: changed(get_document(*rest)))
    monkeypatch.setattr(rag.answering.charts, "get_documents", lambda *rest: {k: changed(d) for k, d in honest(*rest).items()})
    answer = demo.service.ask(Question(DEMO_QUESTIONS[0].question, patient="demo-05"), operator)
    assert answer.status is Status.REFUSED and answer.withheld and not answer.statements and "withheld" in str(answer.error)
