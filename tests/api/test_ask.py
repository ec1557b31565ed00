"""``ask`` by its options and its JSON: threads, the day that relative times count from, series, conflicts, how it was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.cli import main
from api.schemas import AskRequest, answer_json, series_json
from rag.types import Answer, Conflict, Point, Series, Status
from tests.security.hospital import ingested, manifest, opened

Ask = Callable[..., dict[str, Any]]


def result(day: str, name: str, number: int, value: float, unit: str = "mmol/L", code: str = "2823-3") -> dict[str, Any]:
    return {
        "resourceType": "Observation", "id": f"o{number}", "status": "final", "effectiveDateTime": day,
        "code": {"text": name, "coding": [{"system": "http://loinc.org", "code": code, "display": name}]},
        "subject": {"reference": "Patient/pat-a"}, "valueQuantity": {"value": value, "unit": unit},
    }  # fmt: skip


RESULTS = [
    result("2018-05-01", "Potassium", 1, 3.1),
    result("2019-05-01", "Potassium", 2, 4.2),
    result("2020-05-01", "Potassium", 3, 5.3),
    result("2020-05-01", "Hemoglobin A1c", 4, 7.25, "%", "4548-4"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("ask")
    resources = [{"resourceType": "Patient", "id": "pat-a"}, *RESULTS]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": resource} for resource in resources]}
    (made / "a.json").write_text(json.dumps(bundle))
    other = [{"resourceType": "Patient", "id": "pat-a"}, result("2020-05-01", "Potassium", 9, 6.6)]
    bundle["entry"] = [{"resource": resource} for resource in other]
    (made / "b.json").write_text(json.dumps(bundle))
    (made / "m.yaml").write_text(manifest("m", "none", [("fhir-bundle", "*.json")], phi=False))
    with opened(made) as owner:
        assert not ingested(owner, made / "m.yaml").failed
    yield made


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setenv("CHARTCITE_WORKERS", "0")

    def run(*arguments: object) -> dict[str, Any]:
        code = main(["ask", *map(str, arguments), "--workspace", str(folder / "workspace"), "--json"])
        captured = capsys.readouterr()
        return {"code": code, "err": captured.err, **(json.loads(captured.out) if captured.out else {})}

    return run


@pytest.mark.parametrize("day", ["2024-02-30", "2024-13-01", "20240201", "2024-02", "tomorrow", "", "２０２４-01-01"])
def test_as_of_is_a_day_that_exists(day: str) -> None:
    with pytest.raises(ValidationError):
        AskRequest(question="A1c?", as_of=day)


@pytest.mark.parametrize("thread", ["", "   ", "t" * 201])
def test_a_thread_has_a_name_of_a_reasonable_length(thread: str) -> None:
    with pytest.raises(ValidationError):
        AskRequest(question="A1c?", thread=thread)


def test_thread_and_as_of_reach_the_engine() -> None:
    asked = AskRequest(question="A1c?", thread="t", as_of="2024-02-29").to_question()
    assert (asked.thread, asked.as_of) == ("t", "2024-02-29")


def test_a_series_is_numbers_with_citations() -> None:
    made = series_json(Series("Platelets", "/uL", (Point("2024", "150,000", 1, "t"), Point("2025", "7.10", 2, "t"))))
    assert made == {
        "label": "Platelets",
        "unit": "/uL",
        "points": [{"date": "2024", "value": 150000.0, "citation": 1}, {"date": "2025", "value": 7.1, "citation": 2}],
    }


def test_moved_times_never_leave_by_the_json() -> None:
    series = Series("Potassium", "mmol/L", (Point("2024", "4.1", 1, "1987-06-05"),))
    answer = Answer(None, "q", "p", Status.ANSWERED, "a", (), (), None, "x", None, series=(series,))
    assert "1987-06-05" not in json.dumps(answer_json(answer))


def test_every_key_is_always_there() -> None:
    made = answer_json(Answer(None, "q", None, Status.REFUSED, "", (), (), None, "x", None, error="e"))
    assert (made["interpretation"], made["series"], made["conflicts"], made["thread"]) == ({}, [], [], None)
    conflict = answer_json(Answer(None, "q", None, Status.ANSWERED, "", (), (), None, "x", None, conflicts=(Conflict("dose", (1, 2)),)))
    assert conflict["conflicts"] == [{"slot": "dose", "citations": [1, 2]}]


def test_a_trend_has_a_series_and_says_how_it_was_read(ask: Ask) -> None:
    answer = ask("What is the trend of the A1c and the potassium?", "--patient", "pat-a")
    assert answer["status"] == "answered"
    read = answer["interpretation"]
    assert read["intent"] == "trend" and read["as_of"] == "2020-05-01" and read["taken_as"]
    (series,) = [series for series in answer["series"] if series["label"] == "Potassium"]
    numbers = {citation["n"]: citation["quote"] for citation in answer["citations"]}
    values = [point["value"] for point in series["points"]]
    assert values[:2] == [3.1, 4.2] and sorted(values[2:]) == [5.3, 6.6]
    assert all(str(point["value"]) in numbers[point["citation"]] for point in series["points"])


def test_sources_that_disagree_are_named_with_their_citations(ask: Ask) -> None:
    answer = ask("What was the last potassium?", "--patient", "pat-a")
    ((slot, numbers),) = [(conflict["slot"], conflict["citations"]) for conflict in answer["conflicts"]]
    quotes = {citation["n"]: citation["quote"] for citation in answer["citations"]}
    assert slot == "value" and sorted(value for n in numbers for value in ("5.3", "6.6") if value in quotes[n]) == ["5.3", "6.6"]


def test_as_of_is_the_day_that_windows_count_back_from(ask: Ask) -> None:
    asked = ("What was the potassium in the last year?", "--patient", "pat-a", "--as-of")
    assert ask(*asked, "2019-06-01")["answer"].startswith("Potassium was 4.2 mmol/L on 2019-05-01")
    assert ask(*asked, "2024-06-01")["status"] == "not_documented"
    assert ask(*asked, "2019-06-01")["interpretation"]["as_of"] == "2019-06-01"


def test_as_of_must_be_a_day(ask: Ask) -> None:
    answer = ask("What was the potassium?", "--as-of", "last week")
    assert answer["code"] == 2 and "as_of" in answer["err"]


def test_a_thread_goes_on_from_one_command_to_the_next(ask: Ask) -> None:
    assert "7.25 %" in ask("What was the last A1c?", "--patient", "pat-a", "--thread", "t")["answer"]
    answer = ask("What about potassium in 2018?", "--patient", "pat-a", "--thread", "t")
    assert answer["answer"].startswith("Potassium was 3.1 mmol/L on 2018-05-01") and answer["thread"] == "t"


def test_a_batch_line_may_name_its_thread_and_day(ask: Ask, folder: Path) -> None:
    lines = [{"question": "What was the potassium in the last year?", "patient": "pat-a", "as_of": "2018-06-01", "thread": "b", "id": 7}]
    (folder / "q.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    answer = ask("--batch", folder / "q.jsonl")
    assert answer["id"] == "7" and answer["thread"] == "b" and "3.1" in answer["answer"]
