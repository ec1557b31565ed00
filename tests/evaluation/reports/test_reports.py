"""A report says the same in every form, stands alone, and repeats nothing that could break out of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from evaluation.gate import judge
from evaluation.items import Item, Slices
from evaluation.page import page
from evaluation.plots import course_plot
from evaluation.reports.figures import report_figures
from evaluation.reports.history import earlier_builds
from evaluation.reports.html import highlighted
from evaluation.reports.writing import FILES, write_reports
from evaluation.runner import run
from rag.types import Answer, Question
from tests.evaluation.builds import Silent, answer_of, build, question, response, suite

EVIL = "<script>alert(1)</script> & \x0c 99 mg"


def hallucinates(question: Question) -> Answer:
    return answer_of(question, said=EVIL) if question.id == "q-003" else answer_of(question)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tried = suite(("asked", "answers", [question(n) for n in range(12)]), ("said", "faithfulness", [response(n) for n in range(4)]))
    made = build(hallucinates)
    parts = run(tried, made, tmp_path / "run", Silent())
    report = report_figures(tried, made.identity, parts, judge(parts, None), None)
    write_reports(tmp_path / "run", report, parts)
    return tmp_path / "run"


def test_the_json_has_every_sample_slices_and_no_time(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    asked = report["parts"][0]
    assert [sample["id"] for sample in asked["samples"]] == [f"q-{n:03}" for n in range(12)]
    shown = [sample["id"] for sample in asked["samples"] if sample["shown"]]
    assert shown == ["q-003"] and asked["samples"][3]["shown"]["statements"][0]["slots"] == ["dose"]
    slices = {(one["by"], one["value"]): one for one in asked["slices"]}
    assert slices.keys() == {("intent", "dose"), ("sex", "female"), ("sex", "male")} and slices["sex", "male"]["items"] == 6
    values = {by: next(f for f in one["metrics"] if f["metric"] == "faithfulness")["value"] for by, one in slices.items()}
    assert values["sex", "female"] == pytest.approx(5 / 6) and values["sex", "male"] == 1
    assert asked["inner"][0] | {"low_95": 0, "high_95": 0} == {
        "of": "hallucinations_per_100", "name": "dose", "metric": "hallucinations_per_100",
        "value": pytest.approx(100 / 12), "n": 12, "items": 12, "low_95": 0, "high_95": 0,
    }  # fmt: skip
    assert not report["gate"]["passed"] and report["baseline"] is None


def test_junit_is_xml_with_a_case_for_each_rule_and_item(folder: Path) -> None:
    root = ElementTree.parse(folder / "junit.xml").getroot()
    assert [suite.get("name") for suite in root] == ["asked", "said"]
    cases = {(case.get("classname"), case.get("name")): case for case in root.iter("testcase")}
    failed = {key for key, case in cases.items() if case.find("failure") is not None}
    assert {key for key in failed if key[0] == "asked"} == {("asked", "q-003")}
    assert ("asked.gate", "faithfulness item_floor 1") in failed and ("asked.gate", "every_sample_scored all 1") in cases.keys() - failed
    assert root.get("tests") == str(len(cases)) and root.get("failures") == str(len(failed)) and root.get("errors") == "0"


def test_the_page_stands_alone_and_shows_what_failed_with_its_evidence(folder: Path) -> None:
    shown = (folder / "report.html").read_text()
    assert "<script" not in shown and "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert not re.search(r"(?:src|href)=|https?://", shown)
    assert "asked/q-003" in shown and '<div class="statement contradicted">' in shown and "<mark>Lisin</mark>opril 3 mg" in shown
    assert "by slice" in shown and "<svg" in shown and shown == page("", "", "").join([shown])  # nothing but itself


def test_the_summary_names_what_failed(folder: Path) -> None:
    summary = (folder / "summary.md").read_text()
    assert summary.startswith("# tried 1: FAILED") and "`asked/q-003` lacks 3 mg; statement 1 of 1: contradicted (dose)" in summary
    assert EVIL not in summary


def test_spans_are_marked_joined_and_kept_inside_the_text() -> None:
    assert highlighted("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"
    assert highlighted("abcdef", [(4, 99), (1, 3), (2, 3), (8, 9)]) == "a<mark>bc</mark>d<mark>ef</mark>"
    assert highlighted("abc", []) == "abc"


def test_builds_before_this_one_are_found_beside_it_once_each_in_their_order(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text())
    assert earlier_builds(folder, report) == []
    for name, build_hash, created in (("x", "b2", "2026-02"), ("y", "b1", "2026-01"), ("z", "b2", "2026-03"), ("same", "", "2026-04")):
        beside = folder.parent / name
        beside.mkdir()
        earlier = json.loads(json.dumps(report))
        earlier["build"]["sha256"] = build_hash or report["build"]["sha256"]
        (beside / "report.json").write_text(json.dumps(earlier))
        (beside / "run.json").write_text(json.dumps({"created": created}))
    (folder.parent / "broken").mkdir()
    (folder.parent / "broken" / "report.json").write_text("[]")
    assert [one.build for one in earlier_builds(folder, report)] == ["b1", "b2"]


def test_a_course_needs_two_builds_and_passes_over_gaps() -> None:
    assert course_plot("t", ["a"], [(0.5, 0.4, 0.6)]) == "" and course_plot("t", ["a", "b"], [(None, None, None), (1, 1, 1)]) == ""
    drawn = course_plot("<t>", ["a", "b", "c"], [(0.5, 0.4, 0.6), (None, None, None), (0.7, None, None)])
    assert drawn.count("<circle") == 2 and drawn.count('class="interval"') == 1 and "<t>" not in drawn


def test_every_file_is_written_whole(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*FILES, "timings.json", "run.json", "records.jsonl"}


def test_an_item_may_be_recorded_without_any_slice() -> None:
    assert list(Item(id="x").slices.known()) == [] and list(Slices(sex="female", intent="dose").known()) == [
        ("intent", "dose"),
        ("sex", "female"),
    ]
