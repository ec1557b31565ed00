"""Attack 15: no sink, no answer, on every way out; and one record for every request, refusals and failures included."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.audit import AuditTrail
from api.forwarding import ROLES_HEADER
from api.opening import Owner
from ingestion.demo.questions import DEMO_QUESTIONS
from rag.errors import AuditError, IndexUnavailableError
from rag.llamaindex import ChartciteQueryEngine, ChartciteRetriever
from rag.scope import Principal
from rag.types import Question

ASKED = next(question for question in DEMO_QUESTIONS if question.patient)
QUESTION = Question(ASKED.question, patient=ASKED.patient)


@pytest.fixture
def no_sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def refuse(*_: object) -> int:
        raise AuditError("the audit record was not taken (OperationalError); check the disk and its rights")

    monkeypatch.setattr(AuditTrail, "append", refuse)
    yield


def actions(owner: Owner) -> list[tuple[str, str]]:
    return [(record["action"], record["outcome"]) for record in owner.service._trail.records()]


@pytest.mark.usefixtures("no_sink")
def test_t15_nothing_is_released_when_no_sink_takes_the_record(demo: Owner, operator: Principal) -> None:
    with pytest.raises(AuditError):
        demo.service.ask(QUESTION, operator)
    with pytest.raises(AuditError):
        demo.service.ask(dataclasses.replace(QUESTION, reveal="care"), operator)
    with pytest.raises(AuditError):
        demo.service.retrieve(QUESTION, operator, 3)
    with pytest.raises(AuditError):
        demo.service.show("d-none", operator)
    with pytest.raises(AuditError):
        ChartciteRetriever(demo.service, operator, patient=ASKED.patient).retrieve(ASKED.question)
    with pytest.raises(AuditError):
        ChartciteQueryEngine(demo.service, operator, patient=ASKED.patient).query(ASKED.question)


@pytest.mark.usefixtures("no_sink")
def test_t15_http_answers_503_without_content(demo: Owner, operator: Principal) -> None:
    client = TestClient(create_app(demo.service, operator), raise_server_exceptions=False)
    for response in (
        client.post("/v1/ask", json={"question": ASKED.question, "patient": ASKED.patient}),
        client.get("/v1/documents/d-none"),
    ):
        assert response.status_code == 503 and set(response.json()) == {"type", "title", "status", "detail"}


def test_t15_every_request_leaves_one_record(demo: Owner, operator: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    before = len(actions(demo))
    demo.service.ask(QUESTION, operator)
    demo.service.ask(Question("?" * 5000), operator)
    with pytest.raises(Exception, match="empty"):
        demo.service.retrieve(Question(" "), operator, 3)

    def broken(*_: object, **__: object) -> object:
        raise IndexUnavailableError("the index refused to search (RuntimeError)")

    monkeypatch.setattr(demo.service._engine.retriever, "retrieve", broken)  # type: ignore[union-attr]
    with pytest.raises(IndexUnavailableError):
        demo.service.ask(QUESTION, operator)
    assert actions(demo)[before:] == [("ask", "answered"), ("ask", "refused"), ("retrieve", "failed"), ("ask", "failed")]


def test_t15_near_misses_are_recorded_as_disclosed(demo: Owner, operator: Principal) -> None:
    for question in (
        "Does the patient have chest pain?",
        "Is there a family history of cancer?",
        "Was the patient ever on warfarin?",
        "Seizures?",
    ):
        answer = demo.service.ask(dataclasses.replace(QUESTION, text=question), operator)
        quoted = {c.span.doc_id for c in answer.citations}
        quoted |= {miss.citation.span.doc_id for miss in (answer.receipt.near_misses if answer.receipt else ())}
        *_, record = demo.service._trail.records()
        assert {name.partition("@")[0] for name in record["documents"]} == quoted


def test_t11_no_question_is_kept_in_clear(demo: Owner, operator: Principal) -> None:
    demo.service.ask(
        Question("Did Wilhelmina Ravenscrag-Oddbody call?", patient="Ravenscrag-77", reveal="for Oddbody", source="Oddbody.txt"), operator
    )
    for path in demo.workspace.settings.workspace.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert b"ravenscrag" not in content and b"oddbody" not in content, path.name


def test_t13_a_header_takes_roles_away_and_never_adds_one(demo: Owner) -> None:
    quality = Principal("local:qa", frozenset({"qa"}))
    body = {"question": ASKED.question, "patient": ASKED.patient, "reveal": "care", "roles": ["clinician"]}
    client = TestClient(create_app(demo.service, quality))
    assert client.post("/v1/ask", json=body, headers={ROLES_HEADER: "clinician"}).json()["status"] != "answered"
    client = TestClient(create_app(demo.service, Principal("local:all", frozenset({"qa", "clinician"}))))
    narrowed = client.post("/v1/ask", json=body, headers={ROLES_HEADER: "qa"}).json()
    assert narrowed["status"] == "refused" and "source_patient" not in narrowed
    assert client.post("/v1/ask", json=body).json()["status"] == "answered"


def test_t24_an_unexpected_error_says_nothing_of_its_message(
    demo: Owner, operator: Principal, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> object:
        raise ValueError("Wilhelmina Ravenscrag, MRN 7712")

    monkeypatch.setattr(demo.service._engine, "ask", broken)
    response = TestClient(create_app(demo.service, operator)).post("/v1/ask", json={"question": "x"})
    assert response.status_code == 500 and "ValueError" in response.json()["detail"]
    printed = capfd.readouterr()
    assert "Ravenscrag" not in response.text + printed.out + printed.err + json.dumps(list(demo.service._trail.records()))
