"""The folder of a run: one JSON line per sample, written and flushed as it is taken, so that a run that was stopped goes on.

``run.json`` binds the folder to one suite and one build by their hashes; another is refused. A last line that a crash cut off is dropped.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from pydantic import ValidationError

from evaluation.items import Data
from rag.errors import InputError

BINDING, RECORDS = "run.json", "records.jsonl"


class Binding(Data):
    """What the samples of a folder were taken of. ``created`` orders builds in plots and says nothing else."""

    suite: str
    suite_sha256: str
    build: dict[str, str]
    created: str


class SampleRecord(Data):
    """One sample as recorded. ``sample`` is None where taking it failed, with the kind of the error and where it was raised."""

    part: str
    item: str
    ms: float
    sample: dict[str, Any] | None
    failed: str | None = None


class RunFolder:
    """A folder opened for one suite and one build; one process at a time.

    Raises:
        InputError: the folder holds a run of another suite or build, is in use, cannot be written, or a record does not fit.
    """

    def __init__(self, path: Path, suite: str, suite_sha256: str, build: Mapping[str, str]) -> None:
        self.path = path
        self._binding = Binding(suite=suite, suite_sha256=suite_sha256, build=dict(build), created=datetime.now(UTC).isoformat())
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._file = (self.path / RECORDS).open("a+", encoding="utf-8")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._bind()
        except BlockingIOError:
            self._close()
            raise InputError(f"{self.path}: another evaluation writes here; wait for it, or give another folder") from None
        except OSError as error:
            self._close()
            raise InputError(f"{self.path}: cannot be written ({error.strerror}); give a folder with --report") from None
        except InputError:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def read(self) -> dict[tuple[str, str], SampleRecord]:
        """Every sample taken so far, by part and item. Cuts off an unfinished last line.

        Raises:
            InputError: a whole line that is no record.
        """
        file = self._open()
        file.seek(0)
        text = file.read()
        whole = text[: text.rfind("\n") + 1]
        if len(whole) < len(text):
            file.truncate(len(whole.encode()))
        found = {}
        for number, line in enumerate(whole.split("\n")[:-1], 1):
            try:
                record = SampleRecord.model_validate_json(line)
            except ValidationError:
                raise InputError(f"{self.path / RECORDS}: line {number} is no record; give another folder with --report") from None
            found[record.part, record.item] = record
        return found

    def append(self, record: SampleRecord) -> None:
        """Write one sample; it is in the file when this returns."""
        file = self._open()
        file.write(record.model_dump_json() + "\n")
        file.flush()
        os.fsync(file.fileno())

    def _open(self) -> TextIO:
        if self._file is None:
            raise ValueError("the run's folder is not open")
        return self._file

    def _bind(self) -> None:
        path = self.path / BINDING
        if not path.exists():
            if (self.path / RECORDS).stat().st_size:
                raise InputError(f"{self.path}: records of no known run stand here; give another folder with --report")
            draft = path.with_suffix(".draft")
            draft.write_text(self._binding.model_dump_json(indent=2) + "\n", encoding="utf-8")
            draft.replace(path)
            return
        bound = read_binding(self.path)
        if (bound.suite, bound.suite_sha256) != (self._binding.suite, self._binding.suite_sha256):
            raise InputError(f"{self.path}: holds a run of another suite ({bound.suite}, {bound.suite_sha256[:12]}); give another --report")
        if bound.build != self._binding.build:
            names = bound.build.keys() | self._binding.build.keys()
            other = ", ".join(sorted(name for name in names if bound.build.get(name) != self._binding.build.get(name)))
            raise InputError(f"{self.path}: holds a run of another build (differs in {other}); give another --report")

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read_binding(folder: Path) -> Binding:
    """What a run's folder is bound to.

    Raises:
        InputError: no such file, or it does not fit.
    """
    path = folder / BINDING
    try:
        return Binding.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); give the folder of a run") from None
    except ValueError:
        raise InputError(f"{path}: not what a run writes; give the folder of a run") from None
