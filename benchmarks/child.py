"""Running one measurement in a process of its own: what it printed as JSON, and what the process cost as a whole.

Wall time depends on what else the machine does; processor time hardly does, and on few cores it bounds the wall time from below.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """A finished process: its JSON, wall and processor seconds (its children's included) and its own largest resident set."""

    result: Any
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


def run_python(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``python`` with the arguments to its end, ``environment`` added to ours; what it prints to stdout must be JSON.

    Raises:
        SystemExit: the process failed; its stderr has gone to ours.
    """
    return run_process([sys.executable, *arguments], environment)


def run_process(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """As :func:`run_python`, for any command."""
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command[:4])} … ended with {process.returncode}")
        output.seek(0)
        result = json.loads(output.read())
    return Cost(result, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
