"""No planted identifier is anywhere in clear: store, log of writes, index, audit, temporary files, output, errors."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from api.cli import main
from tests.security.hospital import CANARIES, bytes_under, found_in, write_hospital


@pytest.fixture(scope="module", params=["safe_harbor", "date_shift"])
def hospital(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    write_hospital(folder / "source", request.param)
    return folder


def test_t06_no_canary_is_stored_indexed_logged_or_printed(
    hospital: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    scratch, workspace = hospital / "scratch", hospital / "workspace"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("CHARTCITE_WORKERS", "0")
    ingest = ["ingest", str(hospital / "source" / "hospital.yaml"), "--workspace", str(workspace)]
    assert main([*ingest, "--json"]) == 2  # broken files are named, the rest is done
    report = json.loads(capfd.readouterr().out)
    assert found_in(json.dumps(report).encode(), CANARIES) == []
    assert main(ingest) == 2
    asked = ["ask", "--workspace", str(workspace), "--patient", "77120431"]
    main([*asked, "What is the dose of furosemide?", "--json"])
    main([*asked, "Is there a pacemaker?"])
    main([*asked, "What is the dose of furosemide?", "--source", "notes.jsonl"])
    main(["audit", "export", "--workspace", str(workspace)])
    printed = capfd.readouterr()
    assert found_in((printed.out + printed.err).encode(), CANARIES) == []
    stored = {path.name: found for path, content in bytes_under(workspace) if (found := found_in(content, CANARIES))}
    assert stored == {} and [path for path, _ in bytes_under(scratch)] == []


def test_t06_what_is_clinical_stays(hospital: Path) -> None:
    stored = (hospital / "workspace" / "store.sqlite").read_bytes()
    for words in (b"furosemide 80 mg daily", b"8.2 %", b"Heart failure"):
        assert words in stored, words
