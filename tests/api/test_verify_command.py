"""``chartcite verify``: one line out for each line in, in order; what is malformed is told and nothing is lost."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

import api.commands.verify as module
from api.commands.verify import verify_lines
from rag.errors import ModelError
from rag.verification.verdicts import Claimed, Judgement, Verifier
from rag.verification.verifier import StatementVerifier

NOTE = "She takes metformin 500 mg twice daily. She denies chest pain."


def run(source: str, verifier: Verifier | None = None) -> tuple[int, list[dict[str, Any]], str]:
    sink, messages = io.StringIO(), io.StringIO()
    code = verify_lines(io.StringIO(source), sink, messages, verifier or StatementVerifier())
    return code, [json.loads(line) for line in sink.getvalue().splitlines()], messages.getvalue()


def line(response: str, name: object = "r1", context: Sequence[str] = (NOTE,)) -> str:
    return json.dumps({"id": name, "context": list(context), "response": response}) + "\n"


def test_each_statement_has_its_place_verdict_score_and_evidence() -> None:
    response = "She takes metformin 500 mg twice daily. 🫀 She was born in Peru."
    code, (answer,), messages = run(line(response))
    assert (code, messages, answer["id"], answer["supported"]) == (0, "", "r1", False)
    assert [statement["verdict"] for statement in answer["statements"]] == ["supported", "not_enough_information"]
    for statement in answer["statements"]:
        assert response[statement["start"] : statement["end"]] == statement["text"]
    first = answer["statements"][0]["evidence"][0]
    assert NOTE[first["start"] : first["end"]] == "She takes metformin 500 mg twice daily." and first["context"] == 0
    assert answer["score"] == min(statement["score"] for statement in answer["statements"])


def test_order_is_kept_across_batches_and_blank_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BATCH_LINES", 2)
    source = "\n".join(line("She denies chest pain.", number) for number in range(5))
    code, answers, _ = run(source)
    assert code == 0 and [answer["id"] for answer in answers] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "bad",
    [
        "no json, Okonkwo {",
        "[1]",
        "[" * 100_000,
        '{"id": "bad", "context": "Okonkwo", "response": "Okonkwo"}',
        '{"id": "bad", "context": [5], "response": "Okonkwo"}',
        '{"id": "bad", "context": []}',
        '{"id": NaN, "context": [], "response": "Okonkwo"}',
        '{"id": "bad", "context": [], "response": "\\ud800"}',
    ],
)
def test_a_malformed_line_is_told_and_the_others_are_judged(bad: str) -> None:
    code, answers, messages = run(line("She denies chest pain.", 1) + bad + "\n" + line("She denies chest pain.", 2))
    assert code == 2 and len(answers) == 3
    assert [answer["id"] for answer in answers][::2] == [1, 2] and answers[0]["supported"] and answers[2]["supported"]
    assert answers[1]["error"] and answers[1]["score"] is None and answers[1]["supported"] is False and answers[1]["statements"] == []
    assert messages.startswith("chartcite verify: line 2: ") and "Okonkwo" not in messages


def test_an_empty_response_is_not_supported() -> None:
    code, (answer,), _ = run(line(""))
    assert code == 0 and (answer["score"], answer["supported"], answer["statements"]) == (0.0, False, [])


class Faulty:
    """Fails on every batch that holds a certain response."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def judge(self, claimed: Sequence[Claimed]) -> list[Judgement]:
        if any(claim.response == "Okonkwo" for claim in claimed):
            raise self.error
        return StatementVerifier().judge(claimed)


def test_a_line_that_breaks_a_check_fails_alone() -> None:
    code, answers, messages = run(line("She denies chest pain.", 1) + line("Okonkwo", 2), Faulty(ValueError("Okonkwo")))
    assert code == 1 and answers[0]["supported"] and answers[1]["score"] is None and "ValueError" in answers[1]["error"]
    assert "Okonkwo" not in messages


def test_a_broken_model_ends_the_run() -> None:
    with pytest.raises(ModelError):
        run(line("Okonkwo"), Faulty(ModelError("no adapter")))
