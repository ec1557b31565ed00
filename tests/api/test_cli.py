"""The command line: exit codes, clean stdout, one line that says what, where and what to do; nothing half-written."""

from __future__ import annotations

import io
import json
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import main
from api.opening import Owner
from api.problems import exit_code
from rag import errors

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def offline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTCITE_WORKERS", "0")


def manifest(folder: Path, path: str, kind: str = "document", name: str = "guides") -> Path:
    made = folder / f"{name}.yaml"
    made.write_text(
        f"name: {name}\nversion: '1'\nlicense: CC0-1.0\ncontains_phi: false\ndeidentification: {{policy: none}}\n"
        f"sources:\n  - {{format: {kind}, path: '{path}'}}\n"
    )
    return made


def encrypted_pdf() -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


STU3 = {"resourceType": "MedicationRequest", "id": "1", "status": "active", "subject": {"reference": "Patient/1"},
        "requester": {"agent": {"reference": "Practitioner/1"}}, "context": {"reference": "Encounter/1"}}  # fmt: skip
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient", "id": "1"}}]}
BAD_FILES: dict[str, tuple[str, bytes]] = {
    "truncated.json": ("fhir-bundle", json.dumps(BUNDLE).encode()[:-20]),
    "stu3.json": ("fhir-bundle", json.dumps(STU3).encode()),
    "encrypted.pdf": ("document", encrypted_pdf()),
    "empty.txt": ("document", b""),
    "huge.txt": ("document", b"Weigh the patient daily. " * (2 * 1024 * 1024 + 200_000)),
    "latin1.txt": ("document", "Température 38 °C".encode("latin-1")),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.usefixtures("offline_workers")
def test_a_bad_file_gets_its_line_and_the_rest_is_ingested(run: Run, tmp_path: Path, name: str) -> None:
    kind, content = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.md").write_text("# Falls\n\nAsk about falls at every visit.\n")
    bad, good = manifest(tmp_path, name, kind, "bad"), manifest(tmp_path, "good.md")
    code, out, err = run("ingest", bad, good, "--workspace", tmp_path / "ws", "--json")
    report = json.loads(out)
    assert code == 2 and report["corpora"][0]["sources"]["failed"] == 1 and report["corpora"][1]["steps"]["store"]["out"] == 1
    lines = [line for line in err.splitlines() if name in line]
    assert len(lines) == 1 and report["corpora"][0]["steps"]["store"]["out"] == 0


def test_a_missing_manifest_and_a_wrong_field_exit_2_naming_the_fix(run: Run, tmp_path: Path) -> None:
    code, _, err = run("ingest", tmp_path / "none.yaml", "--workspace", tmp_path / "ws")
    assert code == 2 and "no such manifest" in err
    made = manifest(tmp_path, "good.md")
    made.write_text(made.read_text().replace("license:", "licence:"))
    code, _, err = run("ingest", made, "--workspace", tmp_path / "ws")
    assert code == 2 and "licence" in err and str(made) in err


@pytest.mark.usefixtures("offline_workers")
def test_a_bad_member_of_an_archive_does_not_lose_the_others(run: Run, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "guides.tar.gz", "w:gz") as archive:
        for name, content in {"good.md": b"# Falls\n\nAsk about falls.\n", "bad.txt": b"\xff\xfe\xff"}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    code, out, err = run("ingest", manifest(tmp_path, "guides.tar.gz"), "--workspace", tmp_path / "ws", "--json")
    assert code == 2 and json.loads(out)["corpora"][0]["steps"]["store"]["out"] == 1 and "bad.txt" in err


def test_finetuning_without_its_notes_or_without_peft_says_what_to_do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = run("finetune", "encoder", "reranker", "--out", tmp_path / "run", "--notes", tmp_path)
    assert code == 2 and not out and "give the folder that holds" in err
    monkeypatch.setitem(sys.modules, "peft", None)
    code, out, err = run("finetune", "encoder", "reranker", "--out", tmp_path / "run")
    assert code == 2 and not out and "chartcite[train]" in err


def test_asking_without_a_workspace_says_what_to_do(run: Run, tmp_path: Path) -> None:
    code, out, err = run("ask", "Any falls?", "--workspace", tmp_path / "none")
    assert (code, out) == (2, "") and "chartcite ingest" in err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ManifestError("x"), 2),
        (errors.SourceError("empty", "x"), 2),
        (errors.WorkspaceLockedError("x"), 3),
        (errors.AuditError("x"), 3),
        (errors.CitationError("x"), 1),
        (errors.ScopeError("x"), 2),
    ],
)
def test_every_kind_of_error_has_its_exit_code(error: Exception, code: int) -> None:
    assert exit_code(error) == code


def test_a_workspace_owned_by_another_exits_3_but_show_works(run: Run, demo: Owner) -> None:
    folder = demo.workspace.settings.workspace
    code, out, err = run("ask", "Any falls?", "--workspace", folder)
    assert (code, out) == (3, "") and "owns" in err
    doc_id = next(iter(_doc_ids(folder)))
    code, out, _ = run("show", doc_id, "d-unknown", "--json", "--workspace", folder)
    assert code == 2 and json.loads(out)["document_id"] == doc_id


def _doc_ids(folder: Path) -> list[str]:
    import sqlite3

    connection = sqlite3.connect(folder / "store.sqlite")
    try:
        return [row[0] for row in connection.execute("SELECT doc_id FROM documents WHERE current ORDER BY 1 LIMIT 1")]
    finally:
        connection.close()


@pytest.mark.usefixtures("offline_workers")
def test_a_malformed_batch_line_is_refused_and_the_others_answered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text("# Falls\n\nAsk about falls at every visit to the clinic.\n")
    run("ingest", manifest(tmp_path, "good.md"), "--workspace", tmp_path / "ws")
    lines = ['{"id": "a", "question": "When should falls be asked about?", "expect": 1}', "{broken", '{"id": "c"}', "[1]"]
    (tmp_path / "q.jsonl").write_text("\n".join(lines) + "\n")
    code, out, err = run("ask", "--batch", tmp_path / "q.jsonl", "--workspace", tmp_path / "ws")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 2 and [a["status"] for a in answers] == ["answered", "refused", "refused", "refused"]
    assert [a["id"] for a in answers] == ["a", None, "c", None] and all(a["error"] for a in answers[1:])
    assert err.count("line ") == 3


@pytest.mark.usefixtures("offline_workers")
def test_a_source_suffix_narrows_to_its_document(run: Run, tmp_path: Path) -> None:
    for name, text in {"a.md": "Give aspirin 300 mg at once.", "b.md": "Give aspirin 75 mg daily."}.items():
        (tmp_path / name).write_text(f"# Aspirin\n\n{text}\n")
    run("ingest", manifest(tmp_path, "*.md"), "--workspace", tmp_path / "ws")
    _, out, _ = run("ask", "What dose of aspirin is given?", "--source", "b.md", "--workspace", tmp_path / "ws", "--json")
    answer = json.loads(out)
    assert {c["source"]["uri"] for c in answer["citations"]} == {"b.md"}
    _, out, _ = run("ask", "What dose of aspirin is given?", "--source", "none.md", "--workspace", tmp_path / "ws", "--json")
    assert json.loads(out)["status"] == "not_documented"


def test_audit_verify_and_doctor_pass_on_a_fresh_workspace(run: Run, demo: Owner) -> None:
    folder = demo.workspace.settings.workspace
    code, out, _ = run("audit", "verify", "--workspace", folder)
    assert code == 0 and json.loads(out)["first_bad_record"] is None
    code, out, _ = run("doctor", "--json", "--workspace", folder)
    assert code == 0 and {check["check"] for check in json.loads(out)} == {"encoder", "detectors", "workspace", "index", "audit"}


@pytest.mark.usefixtures("offline_workers")
def test_doctor_finds_an_index_that_lost_a_point_and_repairs_it(run: Run, tmp_path: Path) -> None:
    from rag.index.opening import open_index
    from rag.settings import Settings

    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(f"# Falls {name}\n\nAsk about falls at every visit.\n")
    workspace = tmp_path / "ws"
    run("ingest", manifest(tmp_path, "*.md"), "--workspace", workspace)
    with open_index(Settings(workspace=workspace)) as index:
        index.delete([min(index.ids())])
        index.flush()
    code, out, _ = run("doctor", "--json", "--workspace", workspace)
    failed = [check for check in json.loads(out) if not check["passed"]]
    assert code == 1 and [check["check"] for check in failed] == ["index"] and "--repair" in failed[0]["detail"]
    assert run("doctor", "--repair", "--workspace", workspace)[0] == 0
