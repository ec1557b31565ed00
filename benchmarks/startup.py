"""From a cold start to an answer: the console script as a user runs it, process start to process end.

    python -m benchmarks.startup [--runs 7] [--sizes 10000 100000] [--cache DIR] [--json FILE]

Every run is a new process that opens the workspace, loads the encoder, answers and leaves. ``evicted``: before each run the operating
system is advised to forget the files of the workspace and of the installed packages, so that they are read from the disk again (as far
as no other process holds them); without it they are in the page cache, as on any second question of a day.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks import big_workspace as big
from benchmarks.ask_latency import CHART_QUESTIONS, DEFAULT_CACHE, LITERATURE_QUESTIONS, questions
from benchmarks.child import run_process

DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Start:
    """One command's cold starts over one workspace. ``peak_mib`` is the process's largest resident set, code included."""

    command: str
    workspace: str
    evicted: bool
    runs: int
    median_seconds: float
    slowest_seconds: float
    cpu_seconds: float
    peak_mib: float


def chartcite() -> Path:
    """The console script of this environment."""
    return Path(sys.executable).with_name("chartcite")


def measure(name: str, workspace: Path, asked: Sequence[str], patient: str | None, runs: int, *, evicted: bool) -> Start:
    """``chartcite ask`` with each question in turn, ``runs`` times."""
    command = [str(chartcite()), "ask", "--json", "--workspace", str(workspace), *(["--patient", patient] if patient else [])]
    costs = []
    for number in range(runs):
        if evicted:
            evict([workspace, Path(sysconfig.get_paths()["purelib"])])
        cost = run_process([*command, asked[number % len(asked)]])
        if cost.result["status"] == "refused":
            raise SystemExit(f"{name}: refused, {cost.result['error']}")
        costs.append(cost)
    walls = [cost.wall_seconds for cost in costs]
    figures = (median(walls), max(walls), median(cost.cpu_seconds for cost in costs), max(cost.peak_mib for cost in costs))
    scope = "one patient" if patient else "literature"
    start = Start(f"ask, {scope}", name, evicted, runs, *(round(value, 2) for value in figures))
    print(f"startup {asdict(start)}", file=sys.stderr)
    return start


def evict(folders: Iterable[Path]) -> None:
    """Ask the operating system to drop the files' pages; pages that are dirty or mapped by others stay."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
                finally:
                    os.close(descriptor)


def measure_demo(runs: int) -> list[Start]:
    """Over a fresh demo workspace, with the demo's own questions."""
    from ingestion.demo.questions import DEMO_QUESTIONS

    by_patient = [question for question in DEMO_QUESTIONS if question.patient]
    others = [question.question for question in DEMO_QUESTIONS if not question.patient]
    with tempfile.TemporaryDirectory() as name:
        command = [str(chartcite()), "demo", "--workspace", name]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        workspace, patient = Path(name), by_patient[0].patient
        asked = [question.question for question in by_patient if question.patient == patient]
        return [
            measure(DEMO, workspace, asked, patient, runs, evicted=False),
            measure(DEMO, workspace, asked, patient, runs, evicted=True),
            *([measure(DEMO, workspace, others, None, runs, evicted=False)] if others else []),
        ]


def measure_big(size: int, cache: Path, runs: int) -> list[Start]:
    """Over a generated workspace."""
    workspace = big.open_big_workspace(cache, size)
    name = f"{size:,} chunks"
    chart, literature = (list(questions(forms, runs)) for forms in (CHART_QUESTIONS, LITERATURE_QUESTIONS))
    return [
        measure(name, workspace, chart, big.patient_name(0), runs, evicted=False),
        measure(name, workspace, literature, None, runs, evicted=False),
        measure(name, workspace, literature, None, runs, evicted=True),
    ]


def main() -> int:
    """Measure the demo workspace and each size; print and write JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    found = measure_demo(arguments.runs)
    for size in arguments.sizes:
        found += measure_big(size, arguments.cache, arguments.runs)
    results = [asdict(start) for start in found]
    print(json.dumps(results, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
