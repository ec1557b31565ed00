"""The child process of ``ingestion.sandbox``: reads units from standard input, answers on standard output.

Run as ``python -m ingestion.readers.child MEMORY_BYTES CPU_SECONDS``.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import resource
import signal
import struct
import sys
import tempfile
from typing import IO

from ingestion.readers.registry import read_unit_from
from ingestion.readers.unit_files import UnitFiles
from ingestion.records import ReadResult, SourceUnit
from rag.errors import SourceError

_HEADER = struct.Struct(">Q")
_NOT_NEEDED = ("torch", "transformers", "tensorflow", "jax", "cupy")
"""What spaCy and unstructured import when they find it: 5 s and 1 GB that no reader uses."""


_REFUSED_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.sendto",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
    }
)


def main(memory_bytes: int, cpu_seconds: int) -> None:
    """Answer until the parent closes the pipe. Whatever a library prints goes nowhere near the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, sys.stdout.fileno())
    os.dup2(silence, sys.stderr.fileno())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    confine(memory_bytes)
    with UnitFiles() as files:
        while request := _request(sys.stdin.buffer):
            _allow_cpu(cpu_seconds)
            answer = _answer(request, files)
            answers.write(_HEADER.pack(len(answer)))
            answers.write(answer)
            answers.flush()


def confine(memory_bytes: int) -> None:
    """Bind this process, for good: bounded memory, no file written, no network, no program started, no model library."""
    for name in _NOT_NEEDED:
        sys.modules[name] = None  # type: ignore[assignment]  # an import of it fails at once
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # files it opened could be written, but not by one byte
    tempfile.tempdir = "/nonexistent"  # libraries that ask for one get a place where nothing can be written
    sys.addaudithook(_refuse_network_and_programs)


def _refuse_network_and_programs(event: str, _: tuple[object, ...]) -> None:
    if event in _REFUSED_EVENTS:
        raise PermissionError(f"{event} is not allowed while reading files")


def _allow_cpu(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _request(pipe: IO[bytes]) -> SourceUnit | None:
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    unit = pickle.loads(pipe.read(_HEADER.unpack(header)[0]))  # noqa: S301 - written by our own parent
    return unit if isinstance(unit, SourceUnit) else None


def _answer(unit: SourceUnit, files: UnitFiles) -> bytes:
    outcome: ReadResult | SourceError
    try:
        return pickle.dumps(read_unit_from(unit, files), protocol=pickle.HIGHEST_PROTOCOL)
    except SourceError as error:
        outcome = error
    except MemoryError:
        outcome = SourceError("memory_limit", f"{unit.uri}: needs more memory than the reader may use; split the file")
    except RecursionError:
        outcome = SourceError("too_deep", f"{unit.uri}: nested too deeply to be read")
    except Exception as error:  # a parser of strangers' files may raise anything; its message may hold text
        outcome = SourceError("malformed", f"{unit.uri}: the reader failed ({type(error).__name__}); repair or re-export the file")
    return pickle.dumps(outcome)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main(int(sys.argv[1]), int(sys.argv[2]))
