"""``chartcite review deid`` on an ingested ward: sample, look, judge, report."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.cli import main
from evaluation.reviews import sampling
from ingestion.preparation import Job, Outcome, Prepared, Preparer
from rag.settings import Settings
from rag.store.documents import delete_document
from rag.workspace import Workspace, open_workspace
from tests.security.hospital import ingested, manifest, opened

NAMES = ["Quillabeth Marsh", "Ottoline Fernsby", "Peregrine Holt"]
NOTES = [
    {"id": f"n{n}", "patient": f"pt-{n % 3}", "date": "2024-02-03", "type": "Letter" if n % 4 == 0 else "Progress note",
     "text": f"Dr. {NAMES[n % 3]} saw the patient on 2024-02-0{n + 1}.\nTakes furosemide {n + 10} mg daily. Call 617-555-01{n:02}.\n"}
    for n in range(8)
]  # fmt: skip
REVEAL = ("--reveal", "yearly review")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight notes, those of one patient disputed, and a guideline that is not de-identified. Gives the workspace."""
    folder = tmp_path_factory.mktemp("ward")
    (folder / "notes.jsonl").write_text("".join(json.dumps(note) + "\n" for note in NOTES))
    (folder / "falls.md").write_text("# Falls\n\nAsk about falls.\n")
    (folder / "ward.yaml").write_text(manifest("ward", "safe_harbor", [("notes-jsonl", "notes.jsonl")]))
    (folder / "guides.yaml").write_text(manifest("guides", "none", [("document", "falls.md")], phi=False))
    prepare = Preparer.prepare

    def marked(self: Preparer, job: Job) -> Outcome:
        outcome = prepare(self, job)
        assert isinstance(outcome, Prepared)
        mark = "PERSON[0:4]: names, places" if NAMES[0] in job.raw.text else "text_facts_failed:labs"
        return replace(outcome, review=(mark,))

    with pytest.MonkeyPatch.context() as patch, opened(folder) as owner:
        patch.setattr(Preparer, "prepare", marked)
        ingested(owner, folder / "ward.yaml", folder / "guides.yaml")
    return folder / "workspace"


@pytest.fixture
def run(ward: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main(["review", "deid", *map(str, arguments), "--workspace", str(ward)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    yield call
    with workspace(ward) as opened_again, opened_again.database.writing() as connection:
        for table in ("review_verdicts", "review_items", "review_samples"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


def workspace(folder: Path) -> Any:
    return open_workspace(Settings(workspace=folder))


@pytest.fixture
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MIN_NOTES", 3)


def look(run: Run, reviewer: str = "ana") -> dict[str, Any]:
    code, out, _ = run("next", "--reviewer", reviewer, *REVEAL, "--json")
    assert code == 0
    note: dict[str, Any] = json.loads(out)
    return note


def judge(run: Run, note: dict[str, Any], *verdict: object, reviewer: str = "ana") -> int:
    return run("verdict", "--document", f"{note['document_id']}@{note['document_sha256']}", "--reviewer", reviewer, *verdict)[0]


@pytest.mark.usefixtures("small_samples")
def test_a_sample_is_drawn_by_type_with_every_disputed_note_besides(run: Run) -> None:
    drawn = [json.loads(run("sample", "--seed", seed, "--json")[1]) for seed in (5, 5)]
    first = drawn[0]
    assert (first["population"], first["random"], first["disputed"], first["without_marks"]) == (8, 3, 3, 0)
    assert first["population_by_type"] == {"Letter": 2, "Progress note": 6} and first["corpora"] == [
        {"name": "ward", "policy": "safe_harbor"}
    ]
    notes = [look(run)]
    while judge(run, notes[-1], "--clean") == 0 and (note := look(run))["document_id"]:
        notes.append(note)
    parts = Counter(note["part"] for note in notes)
    assert parts == {"random": 3, "disputed": first["disputed_extra"]} and {"random", "disputed"} == set(parts)
    assert Counter(note["type"] for note in notes if note["part"] == "random") == {"Letter": 1, "Progress note": 2}
    disputed = [note for note in notes if NAMES[0] in note["original"]]
    assert len(disputed) == 3  # drawn or added, every one of them; a fact that could not be read is no dispute
    assert drawn[1]["sample"] == first["sample"] + 1
    assert {k: v for k, v in drawn[1].items() if k not in ("sample", "created")} == {
        k: v for k, v in first.items() if k not in ("sample", "created")
    }


def test_the_original_is_shown_for_a_purpose_and_recorded_first(run: Run, ward: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("sample")
    note = look(run)
    source = next(given for given in NOTES if given["text"] == note["original"])
    span = next(span for span in note["replacements"] if span["entity_type"] == "PERSON")
    assert note["original"][span["original_start"] : span["original_end"]] in str(source["text"])
    assert note["text"][span["start"] : span["end"]] not in str(source["text"])
    main(["audit", "export", "--workspace", str(ward)])
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    shown = f"{note['document_id']}@{note['document_sha256']}"
    assert (last["action"], last["outcome"], last["purpose_stated"], last["documents"]) == ("review", "shown", True, [shown])
    code, out, _ = run("next", "--reviewer", "ana", *REVEAL)
    assert code == 0 and "‹PERSON›" in out and shown in out


def test_at_a_terminal_notes_are_judged_one_after_the_other(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("sample")
    lines = iter(["s", "c", "l 0:99999:PERSON", "d", "l 0:3:PERSON", "d", "q"])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(lines))
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    code, out, err = run("next", "--reviewer", "ana", *REVEAL)
    assert code == 0 and "not stored" in err and next(lines, None) is None
    monkeypatch.undo()
    skipped = look(run)
    assert judge(run, skipped, "--clean") == 0  # the first, which was skipped, comes again in another session
    assert out.count(skipped["document_id"]) == 1 and out.count("original") == 5


def test_reviews_go_on_beside_the_process_that_owns_the_workspace(run: Run, ward: Path) -> None:
    with opened(ward.parent):
        assert run("sample")[0] == 0
        assert judge(run, look(run), "--clean") == 0


def test_a_role_that_may_not_reveal_sees_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("sample")
    monkeypatch.setenv("CHARTCITE_ROLES", "qa")
    code, out, err = run("next", "--reviewer", "ana", *REVEAL)
    assert code == 2 and out == "" and "roles" in err
    monkeypatch.setenv("CHARTCITE_ROLES", "clinician")
    assert run("next", "--reviewer", "ana", "--reveal", " ")[0] == 2


def test_verdicts_make_the_report_and_its_gate(run: Run, tmp_path: Path) -> None:
    run("sample")
    note = look(run)
    person = next(span for span in note["replacements"] if span["entity_type"] == "PERSON")
    start = note["text"].index("furosemide")
    leak, over = f"{start}:{start + 10}:person", f"{person['start']}:{person['start'] + 1}"
    assert judge(run, note, "--leak", leak, "--over", over) == 0
    for _ in range(7):
        assert judge(run, look(run), "--clean") == 0
    assert look(run)["document_id"] is None
    assert look(run, "ben")["document_id"] == note["document_id"]  # a second reviewer begins anew
    assert judge(run, note, "--leak", leak, reviewer="ben") == 0
    code, _, err = run("report", "--out", tmp_path / "r", "--max-leak-rate", "0.4")
    assert code == 1 and "beyond" in err
    assert run("report", "--out", tmp_path / "r", "--max-leak-rate", "0.5")[0] == 0
    report = json.loads((tmp_path / "r" / "report.json").read_text())
    part = report["random"]
    assert (part["notes"]["n"], part["notes"]["leaking"], part["over_redaction"]["n"]) == (8, 1, 1)
    persons = next(c for c in part["categories"] if c["type"] == "PERSON")
    assert persons["leaked"] == 1 and persons["replaced"] >= 7 and 0 < persons["low_95"] < persons["recall"] < 1
    assert report["agreement"]["n"] == 1 and report["coverage"]["random"]["reviewed"] == 8
    written = "".join(path.read_text() for path in (tmp_path / "r").iterdir())
    assert not [said for said in (*NAMES, *"".join(NAMES).split(), "furosemide", "617-555", "2024-02-0") if said in written]


def test_a_file_of_verdicts_is_stored_whole_or_not_at_all(run: Run, tmp_path: Path) -> None:
    run("sample")
    note = look(run)
    name = {"document_id": note["document_id"], "document_sha256": note["document_sha256"]}
    good = name | {"reviewer": "ben", "leaks": [{"start": 0, "end": 3, "entity_type": "PERSON"}]}
    bad = name | {"clean": True, "leak": []}
    path = tmp_path / "v.jsonl"
    path.write_text(f"{json.dumps(good)}\n\n{json.dumps(bad)}\n")
    code, out, err = run("verdict", "--batch", path, "--reviewer", "ana")
    assert code == 2 and out == "" and "line 3: leak" in err
    assert look(run, "ben")["document_id"] == note["document_id"]
    path.write_text(f"{json.dumps(good)}\n{json.dumps(name | {'clean': True})}\n")
    code, out, _ = run("verdict", "--batch", path, "--reviewer", "ana", "--json")
    assert code == 0 and [json.loads(line)["leaks"] for line in out.splitlines()] == [1, 0]


@pytest.mark.parametrize(
    "verdict",
    [(), ("--clean", "--leak", "0:3:PERSON"), ("--leak", "3:3:PERSON"), ("--leak", "0:99999:PERSON"), ("--leak", "0:3"),
     ("--leak", "0:3:NAMES"), ("--over", "0:2"), ("--over", "0:2:PERSON")],
)  # fmt: skip
def test_a_verdict_that_does_not_fit_the_note_is_refused(run: Run, verdict: tuple[str, ...]) -> None:
    run("sample")
    assert judge(run, look(run), *verdict) == 2


def test_a_verdict_on_another_version_is_refused(run: Run, ward: Path) -> None:
    run("sample")
    note = look(run)
    assert judge(run, note | {"document_sha256": "0" * 64}, "--clean") == 2
    assert run("verdict", "--document", "d-unknown", "--reviewer", "ana", "--clean")[0] == 2
    with workspace(ward) as opened_again:
        replaced(opened_again, note["document_id"])
        try:
            assert judge(run, note, "--clean") == 2 and look(run)["document_id"] != note["document_id"]
        finally:
            replaced(opened_again, note["document_id"], back=True)
    assert judge(run, note, "--clean") == 0


def replaced(opened_again: Workspace, doc_id: str, *, back: bool = False) -> None:
    """Take a document's version out of use, or put it back."""
    if not back:
        assert delete_document(opened_again.database, doc_id, "test")
        return
    with opened_again.database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET current = 1")


def test_what_cannot_be_sampled_is_said(run: Run, tmp_path: Path) -> None:
    assert run("next", "--reviewer", "ana", *REVEAL)[0] == 2  # no sample yet
    for corpus, said in (("nowhere", "no such corpus"), ("guides", "not de-identified")):
        code, out, err = run("sample", "--corpus", corpus)
        assert code == 2 and out == "" and said in err
    run("sample", "--corpus", "ward")
    assert run("report", "--out", tmp_path / "r", "--sample", 10_000)[0] == 2
    assert run("next", "--reviewer", "a\nb", *REVEAL)[0] == 2
