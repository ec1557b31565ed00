"""HTTP: the same answers as the command line, problems as problem+json, and no way in without the token."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.app import LOOPBACK_HOSTS, MAX_BODY_BYTES, create_app
from api.opening import Owner
from ingestion.demo.questions import DEMO_QUESTIONS
from rag.errors import AuditError
from rag.scope import Principal


@pytest.fixture
def client(demo: Owner, operator: Principal) -> TestClient:
    return TestClient(create_app(demo.service, operator), raise_server_exceptions=False)


def test_an_answer_has_every_key_of_the_contract(client: TestClient) -> None:
    asked = DEMO_QUESTIONS[0]
    answer = client.post("/v1/ask", json={"question": asked.question, "patient": asked.patient, "unknown": 1}).json()
    keys = (
        "id question patient status answer statements citations receipt interpretation series conflicts withheld notices thread "
        "generator error provenance timings_ms"
    )
    assert set(answer) == set(keys.split()) and answer["status"] == "answered"
    citation = answer["citations"][0]
    assert set(citation) == {"n", "document_id", "document_sha256", "start", "end", "quote", "date", "section", "title", "source"}
    shown = client.get(f"/v1/documents/{citation['document_id']}@{citation['document_sha256']}").json()
    assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"question": ""}, 422), ({"question": "x", "patient": ""}, 422), ([], 422)],
)
def test_what_does_not_fit_is_a_problem_that_names_fields_only(client: TestClient, body: object, status: int) -> None:
    response = client.post("/v1/ask", json=body)
    assert response.status_code == status and response.headers["content-type"] == "application/problem+json"
    assert set(response.json()) == {"type", "title", "status", "detail"}


def test_unknown_documents_are_404_and_large_bodies_413(client: TestClient) -> None:
    assert client.get("/v1/documents/d-none").status_code == 404
    assert client.post("/v1/ask", json={"question": "x" * MAX_BODY_BYTES}).status_code == 413


def test_a_body_without_a_length_is_refused(client: TestClient) -> None:
    response = client.post("/v1/ask", content=iter([b'{"question": "x"}']), headers={"content-type": "application/json"})
    assert response.status_code == 411


def test_v1_needs_the_token_where_one_is_set(demo: Owner, operator: Principal) -> None:
    client = TestClient(create_app(demo.service, operator, "s3cret"))
    assert client.post("/v1/ask", json={"question": "x"}).status_code == 401
    assert client.post("/v1/ask", json={"question": "x"}, headers={"authorization": "Bearer s3cre"}).status_code == 401
    assert client.post("/v1/ask", json={"question": "falls?"}, headers={"authorization": "Bearer s3cret"}).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_name_that_was_made_to_point_here_is_not_answered(demo: Owner, operator: Principal) -> None:
    app = create_app(demo.service, operator, hosts=LOOPBACK_HOSTS)
    assert TestClient(app, base_url="http://rebound.example").post("/v1/ask", json={"question": "falls?"}).status_code == 421
    assert TestClient(app, base_url="http://localhost:8080").post("/v1/ask", json={"question": "falls?"}).status_code == 200


def test_without_an_audit_record_no_answer_leaves(client: TestClient, demo: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_event: object) -> int:
        raise AuditError("the audit record was not taken")

    monkeypatch.setattr(demo.service._trail, "append", refuse)
    asked = DEMO_QUESTIONS[0]
    response = client.post("/v1/ask", json={"question": asked.question, "patient": asked.patient})
    assert response.status_code == 503 and "potassium" not in response.text


def test_an_unexpected_error_shows_its_type_and_no_text(client: TestClient, demo: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> object:
        raise RuntimeError("Zebulon Quagmire")

    monkeypatch.setattr(demo.service, "ask", fail)
    response = client.post("/v1/ask", json={"question": "x"})
    assert response.status_code == 500 and "Quagmire" not in response.text


def test_health_and_readiness(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 200
    assert client.get("/healthz").headers["content-security-policy"].startswith("default-src 'none'")
