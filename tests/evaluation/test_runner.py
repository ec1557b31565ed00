"""A run records each sample, goes on where it stopped, and gives the same report; another build or suite is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.gate import judge
from evaluation.items import Label
from evaluation.records import BINDING, RECORDS, RunFolder
from evaluation.reports.figures import report_figures
from evaluation.reports.writing import FILES, TIMINGS, write_reports
from evaluation.runner import ScoredPart, run
from evaluation.suite import Suite
from rag.errors import InputError, ModelError
from rag.types import Answer, Question
from tests.evaluation.builds import NAN, Silent, WordForWord, answer_of, build, folder_bytes, question, response, suite

ITEMS = [question(number) for number in range(20)]
RESPONSES = [response(number) for number in range(40)]


def whole() -> Suite:
    return suite(("asked", "answers", ITEMS), ("said", "faithfulness", RESPONSES))


def reported(tried: Suite, folder: Path, parts: tuple[ScoredPart, ...], **identity: str) -> dict[str, bytes]:
    verdicts = judge(parts, None)
    assert all(verdict.passed for verdict in verdicts)
    write_reports(folder, report_figures(tried, build(**identity).identity, parts, verdicts, None), parts)
    return folder_bytes(folder, FILES)


class StopsAfter:
    """Answers so many questions, then the operator presses Ctrl-C."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def __call__(self, question: Question) -> Answer:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return answer_of(question)


@pytest.mark.parametrize("stopped_after", [0, 1, 7, 19])
def test_an_interrupted_run_that_is_resumed_gives_the_identical_report(tmp_path: Path, stopped_after: int) -> None:
    straight = reported(whole(), tmp_path / "a", run(whole(), build(), tmp_path / "a", Silent()))
    with pytest.raises(KeyboardInterrupt):
        run(whole(), build(StopsAfter(stopped_after)), tmp_path / "b", Silent())
    assert (tmp_path / "b" / RECORDS).read_text().count("\n") == stopped_after
    again = StopsAfter(20 - stopped_after)
    assert reported(whole(), tmp_path / "b", run(whole(), build(again), tmp_path / "b", Silent())) == straight
    assert again.left == 0  # nothing was asked twice


def test_a_run_that_was_killed_while_writing_a_line_goes_on_in_whole_blocks(tmp_path: Path) -> None:
    straight = reported(whole(), tmp_path / "a", run(whole(), build(), tmp_path / "a", Silent()))
    lines = (tmp_path / "a" / RECORDS).read_text().splitlines(keepends=True)
    run(whole(), build(), tmp_path / "b", Silent())
    (tmp_path / "b" / RECORDS).write_text("".join(lines[:25]) + lines[25][:30])
    verifier = WordForWord()
    parts = run(whole(), build(StopsAfter(0), verifier), tmp_path / "b", Silent())
    assert reported(whole(), tmp_path / "b", parts) == straight
    assert verifier.asked == [16, 16, 8]  # the block that was cut in two is judged whole again, so that batches are the same
    again = [json.loads(line) for line in (tmp_path / "b" / RECORDS).read_text().splitlines()]
    assert [(row["part"], row["item"]) for row in again] == [(row["part"], row["item"]) for row in map(json.loads, lines)]


def test_a_finished_run_is_not_taken_again_and_times_are_kept_apart(tmp_path: Path) -> None:
    first = reported(whole(), tmp_path, run(whole(), build(), tmp_path, Silent()))
    assert reported(whole(), tmp_path, run(whole(), build(StopsAfter(0)), tmp_path, Silent())) == first
    timings = json.loads((tmp_path / TIMINGS).read_text())
    assert [(part["name"], part["n"]) for part in timings["parts"]] == [("asked", 20), ("said", 40)]
    assert timings["parts"][0]["p95"]["value"] > 0 and b'"ms' not in first["report.json"]


def test_a_folder_of_another_build_or_suite_is_refused(tmp_path: Path) -> None:
    run(whole(), build(), tmp_path, Silent())
    with pytest.raises(InputError, match=r"another build \(differs in code\)"):
        run(whole(), build(code="0ther"), tmp_path, Silent())
    with pytest.raises(InputError, match="another suite"):
        run(suite(("asked", "answers", ITEMS), sha256="0ther"), build(), tmp_path, Silent())
    (tmp_path / BINDING).unlink()
    with pytest.raises(InputError, match="no known run"):
        run(whole(), build(), tmp_path, Silent())


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    with RunFolder(tmp_path, "tried", "5u17e", build().identity), pytest.raises(InputError, match="another evaluation writes here"):
        run(whole(), build(), tmp_path, Silent())


def test_a_line_that_is_no_record_is_refused(tmp_path: Path) -> None:
    run(whole(), build(), tmp_path, Silent())
    (tmp_path / RECORDS).write_text('{"part": "asked"}\n')
    with pytest.raises(InputError, match="line 1 is no record"):
        run(whole(), build(), tmp_path, Silent())


def test_a_sample_that_fails_is_recorded_and_the_others_are_taken(tmp_path: Path) -> None:
    def ask(question: Question) -> Answer:
        if question.id == "q-007":
            raise ZeroDivisionError("text of a chart")
        return answer_of(question)

    (part,) = run(suite(("asked", "answers", ITEMS)), build(ask), tmp_path, Silent())
    missing = {score.item: score.missing for score in part.scores if score.missing}
    assert list(missing) == ["q-007"] and "ZeroDivisionError" in str(missing["q-007"])
    assert "text of a chart" not in (tmp_path / RECORDS).read_text()
    assert not judge([part], None)[0].passed


def test_one_response_that_breaks_the_verifier_does_not_take_its_block_with_it(tmp_path: Path) -> None:
    class Breaks(WordForWord):
        def judge(self, claimed):
            if any("11 mg" in claim.response for claim in claimed):
                raise IndexError
            return super().judge(claimed)

    (part,) = run(suite(("said", "faithfulness", RESPONSES)), build(verifier=Breaks()), tmp_path, Silent())
    assert [score.item for score in part.scores if score.missing] == ["r-011"]


def test_a_model_that_is_down_ends_the_run_and_leaves_it_to_be_resumed(tmp_path: Path) -> None:
    class Down(WordForWord):
        def judge(self, claimed):
            raise ModelError("the adapter is missing")

    with pytest.raises(ModelError):
        run(suite(("said", "faithfulness", RESPONSES)), build(verifier=Down()), tmp_path, Silent())
    (part,) = run(suite(("said", "faithfulness", RESPONSES)), build(), tmp_path, Silent())
    assert all(score.missing is None for score in part.scores)


def test_a_score_that_is_no_number_is_missing_and_fails_the_gate(tmp_path: Path) -> None:
    items = [*RESPONSES, response(90, planted="dose", label=Label.UNSUPPORTED)]
    (part,) = run(suite(("said", "faithfulness", items)), build(verifier=WordForWord(NAN)), tmp_path, Silent())
    verdicts = judge([part], None)
    assert [verdict.rule for verdict in verdicts] == ["all", "mean_floor", "item_floor"]
    assert all(not verdict.passed and [one.item for one in verdict.items] == ["r-090"] for verdict in verdicts)
    assert verdicts[1].value is None and verdicts[1].reason == "cannot be computed"


def test_a_build_without_what_a_part_needs_is_refused(tmp_path: Path) -> None:
    from evaluation.build import Build

    with pytest.raises(InputError, match="no verifier"):
        run(suite(("said", "faithfulness", RESPONSES)), Build({}), tmp_path, Silent())
