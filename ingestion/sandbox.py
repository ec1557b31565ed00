"""Strangers' files are parsed in a child process with limits on memory, processor time and wall time.

The child is started fresh (``subprocess``, no fork of this process's threads and models), reads one unit at a time and
answers over a pipe. When it dies or runs out of a limit, its unit fails with a code and the next unit gets a new child.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import selectors
import struct
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from ingestion.records import ReadResult, SourceUnit
from rag.errors import SourceError

_HEADER = struct.Struct(">Q")
_PIPE_BYTES = 1024 * 1024
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
"""The child sees no key file, token or setting of ours."""


_ANSWER_TYPES = {
    "ingestion.records": {"ReadResult", "RawDocument", "RawFact", "RawFactSlot", "RawResourceSpan", "UnitError"},
    "rag.types": {"Span", "PageSpan"},
    "rag.deidentification.identity": {"KnownIdentifier"},
    "rag.errors": {"SourceError"},
}


class _RecordsOnly(pickle.Unpickler):
    """Unpickles records and nothing else: a parser that a file took over must not reach this process."""

    def find_class(self, module: str, name: str) -> Any:
        if name in _ANSWER_TYPES.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("the answer holds something that is no record")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one unit may use. Memory is address space, code and libraries (about 600 MB) included."""

    memory_bytes: int = 6 * 1024**3
    cpu_seconds: int = 300
    wall_seconds: float = 600.0


class ReaderProcess(AbstractContextManager["ReaderProcess"]):
    """A persistent limited child that reads units. Opened with ``with``; the child starts at the first read."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def read(self, unit: SourceUnit) -> ReadResult:
        """The unit's documents.

        Raises:
            SourceError: the reader's own code, or ``time_limit``, ``memory_limit`` or ``reader_died``. The child is
                replaced where it did not survive.
        """
        child = self._child or self._start()
        try:
            answer = self._exchange(child, pickle.dumps(unit), unit)
        except SourceError:
            self._stop()
            raise
        try:
            outcome = _RecordsOnly(io.BytesIO(answer)).load()
        except Exception as error:
            self._stop()
            raise SourceError(
                "reader_died", f"{unit.uri}: the reader's answer is damaged ({type(error).__name__}); report this file"
            ) from None
        if isinstance(outcome, ReadResult):
            return outcome
        if isinstance(outcome, SourceError):
            raise outcome
        self._stop()
        raise SourceError("reader_died", f"{unit.uri}: the reader gave no result; leave the file out and report it")

    def _start(self) -> subprocess.Popen[bytes]:
        limits = self._limits
        command = [sys.executable, "-P", "-m", "ingestion.readers.child", str(limits.memory_bytes), str(limits.cpu_seconds)]
        root = str(Path(__file__).resolve().parent.parent)
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)  # noqa: S603
        return self._child

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # what was not yet sent goes with the child
                    pipe.close()
        child.wait()

    def _exchange(self, child: subprocess.Popen[bytes], request: bytes, unit: SourceUnit) -> bytes:
        deadline = time.monotonic() + self._limits.wall_seconds
        if child.stdin is None or child.stdout is None:
            raise SourceError("reader_died", f"{unit.uri}: the reader has no pipe")
        try:
            child.stdin.write(_HEADER.pack(len(request)) + request)
            child.stdin.flush()
        except OSError:
            raise self._died(child, unit) from None
        (length,) = _HEADER.unpack(self._receive(child, child.stdout, _HEADER.size, deadline, unit))
        if length > self._limits.memory_bytes:
            raise SourceError("memory_limit", f"{unit.uri}: gives more than {self._limits.memory_bytes} bytes of text; split the file")
        return self._receive(child, child.stdout, length, deadline, unit)

    def _receive(self, child: subprocess.Popen[bytes], pipe: IO[bytes], length: int, deadline: float, unit: SourceUnit) -> bytes:
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while len(received) < length:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise SourceError(
                        "time_limit", f"{unit.uri}: not read within {self._limits.wall_seconds:g} s; split the file or leave it out"
                    )
                part = os.read(pipe.fileno(), min(_PIPE_BYTES, length - len(received)))
                if not part:
                    raise self._died(child, unit)
                received += part
        return bytes(received)

    def _died(self, child: subprocess.Popen[bytes], unit: SourceUnit) -> SourceError:
        child.wait()
        if child.returncode in (-24, -9):  # SIGXCPU, or the SIGKILL that follows it
            return SourceError("time_limit", f"{unit.uri}: took more than {self._limits.cpu_seconds} s of processor time; split the file")
        return SourceError("reader_died", f"{unit.uri}: the reader ended with status {child.returncode}; leave the file out and report it")
