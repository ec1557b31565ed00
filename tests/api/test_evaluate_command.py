"""``chartcite evaluate`` blocks a build that hallucinates, names the item, and says what cannot be evaluated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from api.cli import main
from api.commands.evaluate import evaluate
from api.evaluating import code_sha256
from evaluation.build import Build
from evaluation.items import Label
from evaluation.suite import Suite
from rag.types import Answer, Question
from tests.evaluation.builds import answer_of, build, question, response, silence, suite

ITEMS = [question(number) for number in range(110)]
UNANSWERABLE = [question(number, status="not_documented", must=(), spans=()) for number in range(110, 130)]
RESPONSES = [response(number) for number in range(20)]
SUITE = suite(("asked", "answers", [*ITEMS, *UNANSWERABLE]), ("said", "faithfulness", RESPONSES))


def ask(question: Question) -> Answer:
    return answer_of(question) if int(str(question.id)[2:]) < 110 else silence(question)


def hallucinates(question: Question) -> Answer:
    """The true build, but for one dose in 150 items."""
    answer = ask(question)
    return answer_of(question, said="Lisinopril 42 mg daily was started, 40 mg more.") if question.id == "q-042" else answer


def tried(tmp_path: Path, made: Build, of: Suite = SUITE, *, baseline: Path | None = None, name: str = "run", as_json: bool = True) -> int:
    return evaluate(of, made, tmp_path, tmp_path / name, baseline, as_json=as_json)


def test_a_true_build_passes_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(tmp_path, build(ask)) == 0
    out, err = capsys.readouterr()
    report = json.loads(out)
    assert report["gate"]["passed"] and err == "" and sum(part["items"] for part in report["parts"]) == 150
    asked = {figure["metric"]: figure for figure in report["parts"][0]["metrics"]}
    assert asked["faithfulness"]["value"] == asked["citation_recall"]["value"] == asked["span_exactness"]["value"] == 1
    assert (asked["correctness"]["items"], asked["abstention_recall"]["items"]) == (110, 20)


def test_one_planted_hallucination_among_150_items_fails_the_gate_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(tmp_path, build(hallucinates)) == 1
    out, err = capsys.readouterr()
    failed = [verdict for verdict in json.loads(out)["gate"]["verdicts"] if not verdict["passed"]]
    assert {(verdict["metric"], verdict["items"][0]["item"], len(verdict["items"])) for verdict in failed} == {("faithfulness", "q-042", 1)}
    assert "asked: faithfulness item_floor 1: 1 of 110 items beyond 1 (q-042)" in err
    assert "42 mg" not in err  # ids and figures, no text
    page, summary, junit = ((tmp_path / "run" / name).read_text() for name in ("report.html", "summary.md", "junit.xml"))
    assert "asked/q-042" in page and "40 mg more" in page and "FAILED" in page
    assert "`asked/q-042`" in summary and 'name="q-042"><failure' in junit


def test_a_planted_response_that_is_released_fails_the_gate_and_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = response(21, Label.UNSUPPORTED, "dose").model_copy(update={"response": response(21).response})
    of = suite(("said", "faithfulness", [*RESPONSES, wrong]))
    threshold = replace(of.parts[0].thresholds[0], metric="caught", rule="item_floor", limit=1.0)
    of = replace(of, parts=(replace(of.parts[0], thresholds=(threshold,)),))
    assert tried(tmp_path, build(ask), of) == 1
    assert "caught item_floor 1: 1 of 1 items beyond 1 (r-021)" in capsys.readouterr().err


def test_a_missing_score_fails_the_gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def breaks(question: Question) -> Answer:
        if question.id == "q-003":
            raise RuntimeError("what the chart says")
        return ask(question)

    assert tried(tmp_path, build(breaks)) == 1
    err = capsys.readouterr().err
    assert "every_sample_scored all 1: 129 of 130 samples have a score (q-003)" in err and "chart" not in err.replace("chartcite", "")
    assert "faithfulness mean_floor 1: cannot be computed" in err


def test_a_build_worse_than_its_baseline_fails_and_an_equal_one_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(tmp_path, build(ask), name="before") == 0
    assert tried(tmp_path, build(ask, code="later"), baseline=tmp_path / "before", name="equal") == 0

    def forgets(question: Question) -> Answer:
        return silence(question) if question.id in ("q-001", "q-002", "q-003", "q-004", "q-005", "q-006") else ask(question)

    capsys.readouterr()
    assert tried(tmp_path, build(forgets, code="worse"), baseline=tmp_path / "before" / "report.json", name="worse") == 1
    out, err = capsys.readouterr()
    assert "asked: correctness no_worse 0.02" in err and "q-001, q-002" in err
    differences = {(one["part"], one["metric"]): one for one in json.loads(out)["baseline"]["differences"]}
    one = differences["asked", "correctness"]
    assert one["difference"] == pytest.approx(-6 / 110) and one["low_95"] < one["difference"] < one["high_95"] <= 0
    page = (tmp_path / "worse" / "report.html").read_text()
    assert "polyline" in page and "This build less build" in page  # the builds before it are plotted


def test_a_baseline_of_another_suite_or_none_at_all_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rag.errors import InputError

    tried(tmp_path, build(ask), name="before")
    with pytest.raises(InputError, match="of another suite"):
        tried(tmp_path, build(ask), replace(SUITE, sha256="0ther"), baseline=tmp_path / "before")
    with pytest.raises(InputError, match="cannot be read"):
        tried(tmp_path, build(ask), baseline=tmp_path / "nowhere")


def test_a_baseline_that_lacks_a_sample_cannot_be_compared_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried(tmp_path, build(ask), name="before")
    path = tmp_path / "before" / "report.json"
    report = json.loads(path.read_text())
    report["parts"][0]["samples"][5]["missing"] = "no sample was taken"
    path.write_text(json.dumps(report))
    assert tried(tmp_path, build(ask), baseline=path) == 1
    assert "correctness no_worse 0.02: cannot be computed" in capsys.readouterr().err


def test_without_json_the_gate_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tried(tmp_path, build(ask), as_json=False) == 0
    assert "gate passed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("suite_file", "said"),
    [
        ({"parts": [{"name": "p", "kind": "cohort", "data": "x.jsonl"}]}, "cohorts cannot be evaluated in this version"),
        ({"parts": [{"name": "p", "kind": "answers", "data": "x.jsonl"}]}, "cannot be read"),
        ({"parts": []}, "parts"),
        ({"parts": [{"name": "p", "kind": "guesses", "data": "x"}]}, "parts.0.kind"),
    ],
)
def test_a_suite_that_does_not_fit_is_bad_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], suite_file: dict[str, object], said: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(json.dumps({"name": "mine", "version": "1"} | suite_file))
    assert main(["evaluate", str(path), "--workspace", str(tmp_path / "w")]) == 2
    out, err = capsys.readouterr()
    assert said in err and out == "" and not (tmp_path / "w").exists()


def test_an_unknown_suite_is_bad_input_and_the_shipped_ones_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "nowhere", "--workspace", str(tmp_path / "w")]) == 2
    assert "one of: demo" in capsys.readouterr().err


def test_corpora_that_are_not_there_and_come_with_no_manifest_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    item = {"id": "1", "question": "Which dose?", "gold": {"status": "answered"}}
    (tmp_path / "x.jsonl").write_text(json.dumps(item) + "\n")
    made = {"name": "mine", "version": "1", "corpora": ["ward"], "parts": [{"name": "p", "kind": "answers", "data": "x.jsonl"}]}
    (tmp_path / "mine.yaml").write_text(json.dumps(made))
    assert main(["evaluate", str(tmp_path / "mine.yaml"), "--workspace", str(tmp_path / "w")]) == 2
    assert "does not hold ward; ingest first" in capsys.readouterr().err


def test_the_code_has_one_hash() -> None:
    assert code_sha256() == code_sha256() and len(code_sha256()) == 64


def test_a_retrieval_set_is_searched_by_the_engine_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.api.test_retrieve_command import write_set

    folder = write_set(tmp_path / "set")
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tc\t2\n2\tb\t0\n")
    assert main(["evaluate", f"beir:{folder}", "--workspace", str(tmp_path / "w"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    figures = {figure["metric"]: figure["value"] for figure in report["parts"][0]["metrics"]}
    assert figures == {"ndcg_at_10": 1.0, "recall_at_10": 1.0, "recall_at_100": 1.0}
