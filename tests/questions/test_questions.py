"""Questions in natural wording over the demo corpus are answered right and cited, and what the chart does not say is not answered."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from api.opening import Owner
from api.schemas import answer_json
from rag.scope import Principal
from rag.types import Question
from tests.questions.scoring import contains, paired, read_lines, score, summary

FOLDER = Path(__file__).resolve().parent
HALVES = ("dev.jsonl", "held_out.jsonl.gz")
"""Two halves by one author who did not read the code. The held-out one is packed and was only ever scored as a whole:
``python -m tests.questions.scoring tests/questions/held_out.jsonl.gz ANSWERS.jsonl --show 0``. Keep it so."""
LEAST_ACCURACY = {
    "dev.jsonl": 0.90,
    "dev_coded.jsonl": 0.92,
    "dev_notes.jsonl": 0.62,
    "dev_notes_more.jsonl": 0.52,
    "dev_mixed.jsonl": 0.72,
    "dev_guidelines.jsonl": 0.88,
    "dev_later.jsonl": 0.64,
    "held_out.jsonl.gz": 0.73,
    "held_out_more.jsonl.gz": 0.52,
    "held_out_later.jsonl.gz": 0.56,
}
"""What a change may not fall below: the last measured figures less some points. The aim is 0.95 on the held-out half (docs/answers.md)."""


@pytest.mark.parametrize("name", LEAST_ACCURACY)
def test_natural_questions_over_the_demo_corpus_are_answered(demo: Owner, operator: Principal, name: str) -> None:
    scores = []
    for line in read_lines(FOLDER / name):
        asked = Question(line["question"], patient=line["patient"], reveal=line["reveal"])
        scores.append(score(line, answer_json(demo.service.ask(asked, operator))))
    assert sum(one.right for one in scores) >= LEAST_ACCURACY[name] * len(scores), summary(scores)


@pytest.mark.parametrize("name", HALVES)
def test_a_third_of_the_questions_cannot_be_answered_and_half_of_the_rest_need_the_notes(name: str) -> None:
    lines = read_lines(FOLDER / name)
    sources = [line["found_in"] for line in lines]
    assert len({line["id"] for line in lines}) == len({(line["patient"], line["question"]) for line in lines}) == len(lines) >= 150
    assert 0.31 <= sources.count("none") / len(lines) <= 0.36
    assert 0.46 <= sources.count("notes") / (sources.count("notes") + sources.count("resources")) <= 0.54


NOTE = {"document": "DocumentReference/demo-05-n4", "quote": "Quit smoking in 2004 after a long talk"}
SAID = {
    "status": "answered",
    "answer": "No, he quit in 2004; potassium 4.7 mmol/L on 2024-08-21.",
    "statements": [],
    "citations": [{"quote": "Quit  smoking in 2004", "source": {"resource": "DocumentReference/demo-05-n4", "uri": "x"}}],
}


def asked(**gold: object) -> dict[str, object]:
    made = {"status": "answered", "spans": [NOTE], "spans_needed": "any"} | gold
    return {"id": "1", "intent": "latest", "found_in": "notes", "gold": made}


def test_an_answer_with_every_group_and_the_span_is_right_and_cited() -> None:
    one = score(asked(must=[["2004"], ["4.70", "x"]], starts="no", must_not=["5.1"]), SAID)
    assert one.right and one.cited


@pytest.mark.parametrize(
    "gold", [{"must": [["21"]]}, {"must": [["7"]]}, {"starts": "yes"}, {"must_not": ["4.7"]}, {"count": 3}, {"must": [["it in"]]}]
)
def test_a_wrong_answer_is_not_right(gold: dict[str, object]) -> None:
    assert not score(asked(**gold), SAID).right


def test_a_citation_of_another_document_or_sentence_does_not_count() -> None:
    other = {**NOTE, "quote": "Denies alcohol use and drugs"}
    assert not score(asked(spans=[other]), SAID).cited
    assert not score(asked(spans=[{**NOTE, "document": "DocumentReference/demo-05-n1"}]), SAID).cited
    assert not score(asked(spans=[NOTE, other], spans_needed="all"), SAID).cited
    assert score(asked(spans=[{**NOTE, "group": 1}, {**other, "group": 1}], spans_needed="all"), SAID).cited


def test_abstaining_is_right_only_where_nothing_answers() -> None:
    silent = {"status": "not_documented", "answer": "Not documented.", "statements": [], "citations": []}
    one = score(asked(), silent)
    assert not one.right and one.abstained and asdict(one)["reason"] == "status not_documented"
    assert score({**asked(), "gold": {"status": "not_documented", "why": "never_done"}}, silent).right


NUMBERS_AND_WORDS = (
    ("weight 87.0 kg", "87", True),
    ("2,250 mL", "2250", True),
    ("16.1", "6.1", False),
    ("on 2024-08-21", "21", False),
    ("on 2024-08-21", "2024-08-21", True),
    ("188-214 mg/dL", "214", True),
    ("SpO2 91 %", "91", True),
    ("bright", "right", False),
    ("the goal is 7.", "7", True),
    ("from 13:05 on", "05", False),
)


@pytest.mark.parametrize(("text", "wanted", "found"), NUMBERS_AND_WORDS)
def test_numbers_and_words_are_whole_tokens(text: str, wanted: str, found: bool) -> None:
    assert contains(text, wanted) is found


def test_the_number_of_a_citation_is_not_a_number_of_the_answer() -> None:
    assert not score(asked(must=[["3"]]), SAID | {"answer": "He quit in 2004. [3]"}).right


def test_answers_are_found_by_id_and_else_by_place() -> None:
    questions = [{"id": "a"}, {"id": "b"}]
    assert [answer.get("x") for _, answer in paired(questions, [{"id": "b", "x": 1}])] == [None, 1]
    assert [answer.get("x") for _, answer in paired(questions, [{"id": "9", "x": 1}, {"id": "8", "x": 2}])] == [1, 2]
