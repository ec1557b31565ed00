"""The limited child process: it reads, it dies alone, and the next unit gets another."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tarfile
import threading
from io import BytesIO
from pathlib import Path

import pytest

from ingestion.records import ReadResult, SourceUnit
from ingestion.sandbox import Limits, ReaderProcess, _RecordsOnly
from ingestion.sources import find_sources
from rag.errors import SourceError

ROOT = Path(__file__).resolve().parents[2]
TIGHT = Limits(memory_bytes=400 * 1024**2, cpu_seconds=20, wall_seconds=60)


def units(folder: Path, *sources: tuple[str, str]) -> list[SourceUnit]:
    return list(find_sources(sources, folder).units)


def code_of(reader: ReaderProcess, unit: SourceUnit) -> str:
    with pytest.raises(SourceError) as caught:
        reader.read(unit)
    return caught.value.code


def note(folder: Path, name: str = "a.txt", text: str = "BP 120/80.") -> SourceUnit:
    (folder / name).write_text(text)
    return units(folder, ("document", name))[0]


def test_a_unit_is_read_in_another_process(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        result = reader.read(note(tmp_path))
        assert result.documents[0].text == "BP 120/80."
        assert reader._child is not None and reader._child.pid != os.getpid()
    assert reader._child is None


def test_the_child_is_kept_between_units_and_after_a_reader_error(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"caf\xe9 au lait")
    with ReaderProcess() as reader:
        reader.read(note(tmp_path))
        before = reader._child
        assert code_of(reader, units(tmp_path, ("document", "bad.txt"))[0]) == "encoding"
        reader.read(note(tmp_path))
        assert reader._child is before


def test_t07_a_killed_child_fails_its_unit_and_the_next_is_read(tmp_path: Path) -> None:
    with ReaderProcess() as reader:
        unit = note(tmp_path)
        reader.read(unit)
        assert reader._child is not None
        os.kill(reader._child.pid, signal.SIGTERM)
        assert code_of(reader, unit) == "reader_died"
        assert reader.read(unit).rendered == 1


def test_wall_time_is_bounded(tmp_path: Path) -> None:
    unit = note(tmp_path)
    with ReaderProcess() as reader:
        reader.read(unit)
        child = reader._child
        assert child is not None
        os.kill(child.pid, signal.SIGSTOP)  # it never answers, on any machine
        rescue = threading.Timer(60, child.send_signal, (signal.SIGCONT,))  # without a limit it is read after all, and the test ends
        rescue.daemon = True
        rescue.start()
        reader._limits = Limits(wall_seconds=0.05)
        assert code_of(reader, unit) == "time_limit"
        rescue.cancel()
        assert child.returncode == -signal.SIGKILL
        reader._limits = Limits()
        assert reader.read(unit).rendered == 1


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    line = '{"id": "n%d", "text": "The patient denies chest pain."}\n'
    (tmp_path / "n.jsonl").write_text("".join(line % n for n in range(600_000)))
    with ReaderProcess(Limits(cpu_seconds=1)) as reader:
        assert code_of(reader, units(tmp_path, ("notes-jsonl", "n.jsonl"))[0]) == "time_limit"


def test_memory_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "big.json").write_bytes(b'{"resourceType": "Basic", "x": [' + b"[[],[],[],[]]," * 1_500_000 + b"1]}")
    with ReaderProcess(TIGHT) as reader:
        assert code_of(reader, units(tmp_path, ("fhir-bundle", "big.json"))[0]) in ("memory_limit", "reader_died")
        assert reader.read(note(tmp_path)).rendered == 1


def test_a_file_changed_after_listing_is_refused(tmp_path: Path) -> None:
    unit = note(tmp_path)
    (tmp_path / "a.txt").write_text("BP 180/110.")
    with ReaderProcess() as reader:
        assert code_of(reader, unit) == "changed"


def test_t05_a_50_mb_text_gets_its_code(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_bytes(b"Chest pain. " * (50 * 1024 * 1024 // 12))
    with ReaderProcess() as reader:
        assert code_of(reader, units(tmp_path, ("document", "big.txt"))[0]) == "too_large"


def test_units_of_an_archive_are_read_in_any_order(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        for number in range(4):
            info = tarfile.TarInfo(f"{number}.txt")
            info.size = 6
            archive.addfile(info, BytesIO(b"note %d" % number))
    listed = units(tmp_path, ("document", "x.tar.gz"))
    with ReaderProcess() as reader:
        read = [reader.read(unit).documents[0].text for unit in (*listed[::2], *reversed(listed))]
    assert read == ["note 0", "note 2", "note 3", "note 2", "note 1", "note 0"]


def test_errors_hold_no_text_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"resourceType": "Patient", "name": "Grace Okafor" oops}')
    with ReaderProcess() as reader, pytest.raises(SourceError) as caught:
        reader.read(units(tmp_path, ("fhir-bundle", "a.json"))[0])
    assert caught.value.code == "malformed" and "Okafor" not in str(caught.value)


def test_an_answer_may_hold_records_only() -> None:
    result = ReadResult((), 0, 0)
    assert _RecordsOnly(BytesIO(pickle.dumps(result))).load() == result
    with pytest.raises(pickle.UnpicklingError):
        _RecordsOnly(BytesIO(pickle.dumps(os.system))).load()


def test_the_child_loads_no_model_library(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Sepsis\n\nGive 30 mL/kg of crystalloid.\n")
    with ReaderProcess(Limits(memory_bytes=3 * 1024**3)) as reader:
        assert "crystalloid" in reader.read(units(tmp_path, ("document", "a.md"))[0]).documents[0].text
        assert reader._child is not None
        mapped = Path(f"/proc/{reader._child.pid}/maps")
        assert not mapped.exists() or "libtorch" not in mapped.read_text()


def test_t03_the_child_reaches_no_network_starts_no_program_and_writes_no_file(tmp_path: Path) -> None:
    script = """
import resource, socket, subprocess, sys
from ingestion.readers import child
child.confine(2 * 1024**3)
outcomes = []
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    lambda: subprocess.run(["true"]),
    lambda: open(sys.argv[1], "w").write("Okafor" * 10_000),
):
    try:
        attempt()
        outcomes.append("done")
    except OSError as error:
        outcomes.append(type(error).__name__)
print(outcomes)
"""
    target = tmp_path / "leak"
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.strip() == "['PermissionError', 'PermissionError', 'OSError']"
    assert not target.exists() or target.stat().st_size == 0


def test_the_child_sees_no_setting_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTCITE_KEY_FILE", "/secret/key")
    with ReaderProcess() as reader:
        reader.read(note(tmp_path))
        assert reader._child is not None
        environment = Path(f"/proc/{reader._child.pid}/environ")
        assert not environment.exists() or b"CHARTCITE" not in environment.read_bytes()
