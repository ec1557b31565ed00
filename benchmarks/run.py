"""Every benchmark in turn: JSON, tables and plots under ``benchmarks/results``.

    python -m benchmarks.run [--quick] [--only ingestion retrieval ask typed_latency startup] [--results DIR]

The whole takes about 18 minutes on 2 cores, ``--quick`` about 3 (small sizes, results to a folder of their own, since the
figures mean little). The first run builds the generated workspaces under ``.chartcite/bench``; later ones use them again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.plots import RESULTS, draw
from benchmarks.tables import write_tables

PARTS: dict[str, tuple[str, list[str], list[str]]] = {
    "ingestion": ("benchmarks.ingestion", [], ["--characters", "40000", "--rounds", "1"]),
    "retrieval": ("benchmarks.retrieval_latency", [], ["--sizes", "2000", "10000", "--queries", "50"]),
    "ask": ("benchmarks.ask_latency", [], ["--sizes", "2000", "10000", "--queries", "50"]),
    "typed_latency": ("benchmarks.typed_latency", [], ["--facts", "2000,10000", "--questions", "72", "--rounds", "1"]),
    "startup": ("benchmarks.startup", [], ["--sizes", "2000", "--runs", "3"]),
}
"""Module, and what is added to its command for a whole and for a quick run."""

LIBRARIES = ("torch", "qdrant-edge-py", "qdrant-client", "llama-index-core", "llama-index-embeddings-huggingface", "sqlalchemy")


def run_part(name: str, results: Path, *, quick: bool) -> None:
    """Run one benchmark in a process of its own; its figures go to ``results/NAME.json``.

    Raises:
        SystemExit: it failed.
    """
    module, whole, small = PARTS[name]
    command = [sys.executable, "-m", module, *(small if quick else whole), "--json", str(results / f"{name}.json")]
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:
        raise SystemExit(f"benchmark {name} failed; run `python -m {module}` to see why")


def environment(results: Path, load_averages: dict[str, list[float]]) -> dict[str, object]:
    """What the figures were measured on. ``load_averages`` are those before each part; of parts not run now, the former ones stay."""
    file = results / "environment.json"
    former = json.loads(file.read_text()).get("load_averages", {}) if file.exists() else {}
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "load_averages": {**former, **load_averages},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    fields = dict(part for line in lines if len(part := [side.strip() for side in line.split(":", 1)]) == 2)
    flags = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in fields.get("flags", "").split()]
    return f"{fields.get('model name', platform.machine())} ({' '.join(flags)})"


def main() -> int:
    """Run the parts, then write the tables and the plots."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--results", type=Path)
    arguments = parser.parse_args()
    results = arguments.results or (Path(".chartcite/bench/quick") if arguments.quick else RESULTS)
    results.mkdir(parents=True, exist_ok=True)
    loads: dict[str, list[float]] = {}
    for number, name in enumerate(arguments.only, 1):
        print(f"[{number}/{len(arguments.only)}] {name}", file=sys.stderr)
        loads[name] = [round(load, 1) for load in os.getloadavg()]
        started = time.perf_counter()
        run_part(name, results, quick=arguments.quick)
        print(f"[{number}/{len(arguments.only)}] {name}: done in {time.perf_counter() - started:.0f} s", file=sys.stderr)
    (results / "environment.json").write_text(json.dumps(environment(results, loads), indent=1) + "\n")
    for path in [write_tables(results), *draw(results)]:
        print(path, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
