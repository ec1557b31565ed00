"""What a purpose shows, and what never changes; identifiers are put back by span, not by replacing strings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date

import pytest

from api.opening import Owner
from api.schemas import answer_json
from rag.scope import Principal
from rag.settings import ALL_ROLES
from rag.types import Answer, Policy, Question, Status
from tests.security.hospital import ingested, manifest, opened

OPERATOR = Principal("t", frozenset(ALL_ROLES))
NOTES = [
    {"id": "1", "patient": "MRN-4401", "date": "2024-02-03", "type": "Progress note", "author": "Hortensia Blackwood",
     "text": "Seen by Dr. Hortensia Blackwood on 2024-02-03.\nDr. Hortensia Blackwood gave furosemide 40 mg daily from 2024-02-03.\n"},
    {"id": "2", "patient": "MRN-4401", "date": "2024-05-06", "type": "Progress note",
     "text": "On 2024-05-06 Mrs. Eleanor Blackwood's mother had epilepsy. Denies chest pain per Dr. Hortensia Blackwood.\n"},
]  # fmt: skip
KEPT = ("document_id", "document_sha256", "start", "end", "quote", "n", "section")


@pytest.fixture(scope="module", params=list(Policy)[:2])
def ward(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Owner, Policy]]:
    folder = tmp_path_factory.mktemp("reveal")
    (folder / "Blackwood.jsonl").write_text("".join(json.dumps(note) + "\n" for note in NOTES))
    (folder / "n.yaml").write_text(manifest("n", request.param.value, [("notes-jsonl", "*.jsonl")]))
    with opened(folder) as owner:
        assert not ingested(owner, folder / "n.yaml").failed
        yield owner, request.param


def ask(owner: Owner, question: str, reveal: str | None) -> Answer:
    return owner.service.ask(Question(question, patient="MRN-4401", reveal=reveal), OPERATOR)


def test_true_values_are_shown_and_the_reference_stays(ward: tuple[Owner, Policy]) -> None:
    owner, _ = ward
    plain = answer_json(ask(owner, "What dose of furosemide was given?", None))
    shown = answer_json(ask(owner, "What dose of furosemide was given?", "care"))
    assert plain["status"] == "answered" and plain["patient"] == shown["patient"]
    assert "Blackwood" not in json.dumps(plain) and "2024-02-03" not in json.dumps(plain) and "source_patient" not in plain
    assert shown["source_patient"] == "MRN-4401" and "40 mg" in shown["answer"] and "2024-02-03" in shown["answer"]
    for before, after in zip(plain["citations"], shown["citations"], strict=True):
        assert {key: before[key] for key in KEPT} == {key: after[key] for key in KEPT}
        assert after["date"] == "2024-02-03" and after["source"]["uri"] == "Blackwood.jsonl#1" and "Blackwood" in after["display"]
    assert [s["citations"] for s in plain["statements"]] == [s["citations"] for s in shown["statements"]]


def test_a_verbatim_statement_is_shown_with_the_names_back(ward: tuple[Owner, Policy]) -> None:
    owner, _ = ward
    plain, shown = (ask(owner, "When did the patient start furosemide?", reveal) for reveal in (None, "care"))
    assert "Hortensia Blackwood gave furosemide 40 mg daily from 2024-02-03" in shown.answer
    assert "Blackwood" not in plain.answer and "2024-02-03" not in plain.answer and "furosemide 40 mg daily" in plain.answer


def test_a_revealed_abstention_shows_true_near_misses_patient_and_period(ward: tuple[Owner, Policy]) -> None:
    owner, policy = ward
    plain, shown = (ask(owner, "Does the patient have epilepsy?", reveal) for reveal in (None, "care"))
    assert plain.status is shown.status is Status.NOT_DOCUMENTED and plain.receipt and shown.receipt
    assert shown.source_patient == "MRN-4401" and plain.source_patient is None
    assert [m.citation.span for m in plain.receipt.near_misses] == [m.citation.span for m in shown.receipt.near_misses] != []
    assert any("Eleanor Blackwood" in (m.citation.display or "") for m in shown.receipt.near_misses)
    assert "Blackwood" not in json.dumps(answer_json(plain))
    if policy is Policy.DATE_SHIFT:
        assert (shown.receipt.first, shown.receipt.last) == ("2024-02-03", "2024-05-06")
        assert date.fromisoformat(plain.receipt.first or "") != date(2024, 2, 3)
    else:
        assert (shown.receipt.first, shown.receipt.last) == (plain.receipt.first, plain.receipt.last) == ("2024", "2024")


def test_an_abstention_without_near_misses_still_names_the_patient_for_a_purpose(ward: tuple[Owner, Policy]) -> None:
    answer = ask(ward[0], "What was the serum ceruloplasmin?", "care")
    assert answer.status is Status.NOT_DOCUMENTED and answer.source_patient == "MRN-4401"


def test_what_is_kept_of_a_revealed_answer_is_not_revealed(ward: tuple[Owner, Policy]) -> None:
    owner, _ = ward
    assert owner.service._engine is not None
    both = owner.service._engine.ask(Question("What dose of furosemide was given?", patient="MRN-4401", reveal="care"), OPERATOR)
    assert "Blackwood" in json.dumps(answer_json(both.released)) and "Blackwood" not in json.dumps(answer_json(both.stored))
    assert all(c.display is None for c in both.stored.citations) and both.stored.source_patient is None


def test_a_role_that_may_not_reveal_is_refused(ward: tuple[Owner, Policy]) -> None:
    refused = ward[0].service.ask(
        Question("What dose?", patient="MRN-4401", reveal="care"), dataclasses.replace(OPERATOR, roles=frozenset({"qa"}))
    )
    assert refused.status is Status.REFUSED and refused.patient is None and refused.citations == ()
