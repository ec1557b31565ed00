from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from api.cli import main

CORPUS = (
    {"_id": "a", "title": "Metformin", "text": "Metformin lowers glucose in type 2 diabetes."},
    {"_id": "b", "title": "", "text": "Inhaled steroids are given in persistent asthma."},
    {"_id": "c", "text": "A sentence about something else altogether, such as roads. " * 60 + "Warfarin needs INR checks."},
    {"_id": "blank", "title": "", "text": " "},
)
QUERIES = ({"_id": "1", "text": "which drug lowers glucose?"}, {"_id": 2, "text": "warfarin INR monitoring"})


def write_set(folder: Path, corpus: object = CORPUS, queries: object = QUERIES, *, packed: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    for stem, rows in (("corpus", corpus), ("queries", queries)):
        text = rows if isinstance(rows, str) else "\n".join(json.dumps(row) for row in rows) + "\n"  # type: ignore[attr-defined]
        if packed:
            (folder / f"{stem}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / f"{stem}.jsonl").write_text(text)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_every_query_gets_its_documents_once_best_first(tmp_path: Path, packed: bool) -> None:
    run = tmp_path / "out.trec"
    assert main(["retrieve", "--beir", str(write_set(tmp_path / "set", packed=packed)), "--run", str(run), "--k", "2"]) == 0
    rows = [line.split(" ") for line in run.read_text().splitlines()]
    assert [(row[0], row[3]) for row in rows] == [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]
    assert all(row[1] == "Q0" and row[5] == "chartcite" for row in rows)
    assert rows[0][2] == "a" and rows[2][2] == "c"
    assert float(rows[0][4]) >= float(rows[1][4]) and len({row[2] for row in rows[:2]}) == 2


def test_fewer_documents_than_asked_for_are_all_given_and_the_workspace_is_not_made(tmp_path: Path) -> None:
    run, workspace = tmp_path / "out.trec", tmp_path / "workspace"
    folder = write_set(tmp_path / "set")
    assert main(["retrieve", "--workspace", str(workspace), "--beir", str(folder), "--run", str(run)]) == 0
    assert sum(line.startswith("1 ") for line in run.read_text().splitlines()) == 3
    assert not workspace.exists()
    assert {path.name for path in tmp_path.iterdir()} == {"out.trec", "set"} and len(list(folder.iterdir())) == 2


def test_relevance_judgements_are_never_opened(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    runs = []
    for content in (None, "query-id\tcorpus-id\tscore\n1\tb\t1\n"):
        if content:
            (folder / "qrels").mkdir()
            (folder / "qrels" / "test.tsv").write_text(content)
            (folder / "qrels" / "test.tsv").chmod(0)
        assert main(["retrieve", "--beir", str(folder), "--run", str(tmp_path / "r")]) == 0
        runs.append((tmp_path / "r").read_bytes())
    assert runs[0] == runs[1]


@pytest.mark.parametrize(
    ("corpus", "named"),
    [
        ('{"_id": "a", "text": "x"}\n{"_id": \n', "line 2"),
        ('{"_id": "a"}\n', "line 1"),
        ('{"_id": "a", "text": "x"}\n\n{"_id": "a", "text": "y"}\n', "line 3"),
        ('{"_id": "a b", "text": "x"}\n', "line 1"),
        ("[" * 100_000, "line 1"),
        ('{"_id": "a", "text": 5}\n', "line 1"),
    ],
)
def test_a_bad_line_is_named_and_no_run_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], corpus: str, named: str) -> None:
    run = tmp_path / "out.trec"
    run.write_text("old")
    assert main(["retrieve", "--beir", str(write_set(tmp_path / "set", corpus)), "--run", str(run)]) == 2
    assert named in capsys.readouterr().err and run.read_text() == "old"


def test_a_missing_folder_a_cut_archive_and_an_unwritable_run_are_bad_input(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", packed=True)
    assert main(["retrieve", "--beir", str(tmp_path / "none"), "--run", str(tmp_path / "r")]) == 2
    assert main(["retrieve", "--beir", str(folder), "--run", str(tmp_path / "no" / "r")]) == 2
    assert main(["retrieve", "--beir", str(folder), "--run", str(tmp_path / "r"), "--k", "0"]) == 2
    packed = (folder / "corpus.jsonl.gz").read_bytes()
    (folder / "corpus.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    assert main(["retrieve", "--beir", str(folder), "--run", str(tmp_path / "r")]) == 2
    assert not (tmp_path / "r").exists()
