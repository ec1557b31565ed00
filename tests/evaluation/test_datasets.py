"""Suites and data sets are read whole or refused with their place; nothing of a line is repeated in a message."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.datasets import FORMATS, KIND_OF_FORMAT, load_items
from evaluation.items import AnswerItem, DeidItem, FaithfulnessItem, Label, RetrievalItem
from evaluation.suite import open_suite
from rag.errors import InputError

ANSWER = {"id": "1", "question": "Which dose?", "gold": {"status": "answered", "must": [["20 mg"]]}}
FAITHFUL = {"id": "1", "contexts": ["He takes 20 mg."], "response": "He takes 20 mg."}
DEID = {"id": "1", "text": "Seen by Ann Lee.", "spans": [{"start": 8, "end": 15, "type": "PERSON"}]}


def lines(path: Path, *rows: Any) -> Path:
    text = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def suite_file(folder: Path, **part: Any) -> str:
    made = {"name": "mine", "version": "1", "parts": [{"name": "p", "kind": "answers", "data": "x.jsonl"} | part]}
    (folder / "mine.yaml").write_text(json.dumps(made))
    return str(folder / "mine.yaml")


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
@pytest.mark.parametrize(
    ("kind", "row", "model"), [("answers", ANSWER, AnswerItem), ("faithfulness", FAITHFUL, FaithfulnessItem), ("deid", DEID, DeidItem)]
)
def test_lines_of_a_kind_become_its_items(tmp_path: Path, name: str, kind: str, row: dict[str, Any], model: type) -> None:
    loaded = load_items(kind, lines(tmp_path / name, row), None)
    assert [type(item) for item in loaded.items] == [model] and loaded.items[0].id == "1"


@pytest.mark.parametrize(
    ("kind", "row", "said"),
    [
        ("answers", "not JSON, MRN 12345", "line 2: not JSON"),
        ("answers", ["MRN 12345"], "line 2: not a JSON object"),
        ("answers", ANSWER | {"golf": "MRN 12345"}, "line 2: golf"),
        ("answers", ANSWER | {"gold": {"status": "answered", "must": [[]]}}, "line 2: gold"),
        ("faithfulness", FAITHFUL | {"contexts": []}, "line 2: contexts"),
        ("faithfulness", FAITHFUL | {"planted": "dose"}, "line 2: item"),
        ("deid", DEID | {"spans": [{"start": 8, "end": 99, "type": "PERSON"}]}, "line 2: item"),
    ],
)
def test_a_line_that_does_not_fit_is_told_by_its_number_and_field(tmp_path: Path, kind: str, row: Any, said: str) -> None:
    first = {"answers": ANSWER, "faithfulness": FAITHFUL, "deid": DEID}[kind]
    with pytest.raises(InputError, match=said) as told:
        load_items(kind, lines(tmp_path / "x.jsonl", first, row), None)
    assert "12345" not in str(told.value)


def test_a_beir_folder_gives_its_queries_with_grades(tmp_path: Path) -> None:
    lines(tmp_path / "corpus.jsonl.gz", {"_id": "a", "text": "A"})
    lines(tmp_path / "queries.jsonl", {"_id": "1", "text": "What?"}, {"_id": "2", "text": "Nothing relevant?"})
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t2\n1\tb\t0\n")
    loaded = load_items("retrieval", tmp_path, None)
    assert loaded.items == (RetrievalItem(id="1", query="What?", relevant={"a": 2}),) and loaded.folder == tmp_path
    before = open_suite(f"beir:{tmp_path}").sha256
    lines(tmp_path / "corpus.jsonl.gz", {"_id": "a", "text": "B"})
    assert open_suite(f"beir:{tmp_path}").sha256 != before  # another corpus is another suite


def test_other_layouts_are_read(tmp_path: Path) -> None:
    row = [{"full_text": "Call Ann.", "spans": [{"start_position": 5, "end_position": 8, "entity_type": "PERSON"}]}]
    (tmp_path / "synth.json").write_text(json.dumps(row))
    (item,) = load_items("deid", tmp_path / "synth.json", "presidio").items
    assert isinstance(item, DeidItem) and (item.spans[0].start, item.spans[0].end, item.spans[0].type) == (5, 8, "PERSON")
    labelled = {"id": 7, "context": ["A"], "claim": "B", "label": 0}, {"id": 8, "context": "A", "response": "A", "label": "supported"}
    lines(tmp_path / "claims.jsonl", *labelled)
    items = load_items("faithfulness", tmp_path / "claims.jsonl", "lines").items
    assert [(item.id, item.label) for item in items if isinstance(item, FaithfulnessItem)] == [
        ("7", Label.UNSUPPORTED),
        ("8", Label.SUPPORTED),
    ]
    with pytest.raises(InputError, match="not the layout of wice"):
        load_items("faithfulness", tmp_path / "claims.jsonl", "wice")
    with pytest.raises(InputError, match="not one of kind answers"):
        load_items("answers", tmp_path / "claims.jsonl", "wice")
    assert set(KIND_OF_FORMAT) == set(FORMATS)


def test_the_project_s_question_files_are_suites() -> None:
    path = Path(__file__).parents[1] / "questions" / "dev.jsonl"
    made = open_suite(f"questions:{path}")
    (part,) = made.parts
    assert len(part.items) == 245 and all(dict(item.slices.known()).keys() == {"intent", "found_in"} for item in part.items)


def test_the_notes_of_the_de_identification_suite_are_a_suite() -> None:
    path = Path(__file__).parents[1] / "deid_notes" / "dev.jsonl"
    assert len(open_suite(f"notes:{path}").parts[0].items) == 30


@pytest.mark.parametrize(
    ("name", "least"), [("wice", 300), ("clinifact", 390), ("scifact", 300), ("summedits", 3000), ("begin", 400), ("medec", 200)]
)
def test_public_sets_are_read_where_they_lie(development_data: Path, name: str, least: int) -> None:
    items = open_suite(f"{name}:{development_data / 'faithfulness' / name}").parts[0].items
    labels = {item.label for item in items if isinstance(item, FaithfulnessItem)}
    assert len(items) >= least and Label.SUPPORTED in labels and len(labels) >= 2


def test_an_id_twice_an_empty_part_and_a_part_twice_are_refused(tmp_path: Path) -> None:
    lines(tmp_path / "x.jsonl", ANSWER, ANSWER)
    with pytest.raises(InputError, match="the id 1 stands twice"):
        open_suite(suite_file(tmp_path))
    lines(tmp_path / "x.jsonl")
    with pytest.raises(InputError, match="no items"):
        open_suite(suite_file(tmp_path))
    (tmp_path / "mine.yaml").write_text(
        "name: mine\nversion: '1'\nparts: &p\n  - {name: p, kind: deid, data: x}\n  - {name: p, kind: deid, data: x}\n"
    )
    with pytest.raises(InputError, match="two parts have one name"):
        open_suite(str(tmp_path / "mine.yaml"))


def test_a_cohort_part_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"part p: cohorts cannot be evaluated in this version; leave the part out"):
        open_suite(suite_file(tmp_path, kind="cohort"))


def test_the_hash_follows_items_and_thresholds(tmp_path: Path) -> None:
    lines(tmp_path / "x.jsonl", ANSWER, ANSWER | {"id": "2"})
    first = open_suite(suite_file(tmp_path)).sha256
    assert open_suite(suite_file(tmp_path)).sha256 == first
    assert open_suite(suite_file(tmp_path, thresholds={"correctness": {"mean_floor": 0.5}})).sha256 != first
    limited = open_suite(suite_file(tmp_path, limit=1))
    assert limited.sha256 != first and len(limited.parts[0].items) == 1
