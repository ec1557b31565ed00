"""The table of ``benchmarks/results``, written from its JSON files: each promise beside what was measured.

python -m benchmarks.tables [--results DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plots import BAR_MIB, BAR_MS, BAR_RATIO, BAR_SECONDS, BAR_TYPED_MS, RESULTS

TABLES = "TABLES.md"


def write_tables(results: Path) -> Path:
    """``TABLES.md`` with a section for each JSON file that is there."""
    sections: dict[str, Callable[[Any], str]] = {
        "environment": _environment, "ingestion": _ingestion, "ask": _ask, "typed_latency": _typed_latency, "retrieval": _retrieval,
        "startup": _startup,
    }  # fmt: skip
    parts = ["# Results\n\nWritten by `python -m benchmarks.run`; do not edit.\n"]
    for name, section in sections.items():
        file = results / f"{name}.json"
        if file.exists():
            parts.append(section(json.loads(file.read_text())))
    path = results / TABLES
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _environment(found: Any) -> str:
    libraries = ", ".join(f"{name} {version}" for name, version in found["libraries"].items())
    loads = "; ".join(f"{part} {', '.join(map(str, values))}" for part, values in found["load_averages"].items())
    return (
        f"{found['date']}, {found['cores']} cores of {found['processor']}, Python {found['python']}, {libraries}."
        f"\n\nLoad averages (1, 5, 15 minutes) before each part: {loads}. Above {found['cores']} others used the machine too: "
        "see medians, ratios and processor time.\n"
    )


def _ingestion(report: Any) -> str:
    summary = report["summary"]
    rows = []
    for side, speed in summary["characters_per_second"].items():
        ratio = summary["ratios"].get(side)
        ratios = [f"{ratio[key]:.2f}" for key in ("median", "whole_process", "processor_time")] if ratio else [""] * 3
        rounds = ", ".join(f"{value:.2f}" for value in ratio["rounds"]) if ratio else ""
        rows.append([side, f"{speed:,}", f"{summary['chunks'][side]:,}", *ratios, rounds])
    head = ["", "characters/s", "chunks", "chartcite is … times as fast", "whole process", "processor time", "round by round"]
    settings = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in report["settings"].items())
    return (
        f"## Ingestion: {summary['characters']:,} characters of notes\n\nBar: at least {BAR_RATIO} times `llamaindex`. {settings}.\n\n"
        f"{_table(head, rows)}\n![characters per second](ingestion.png)\n"
    )


def _ask(report: Any) -> str:
    rows = []
    for size in report:
        memory = size["memory"]
        for found in size["latencies"]:
            statuses = ", ".join(f"{count} {status}" for status, count in sorted(found["statuses"].items()))
            figures = [f"{found[key]:.1f}" for key in ("p50_ms", "p95_ms", "engine_p95_ms", "cpu_p50_ms", "cpu_p95_ms")]
            held = [f"{memory['resident_mib']:,.0f}", f"{memory['anonymous_mib']:,.0f}", f"{memory['open_seconds']:.2f}"]
            rows.append([f"{found['chunks']:,}", found["scope"], *figures, statuses, *held])
    head = ["chunks", "question to", "p50 ms", "p95 ms", "p95 without audit", "processor p50", "processor p95", "answers"]
    head += ["resident MiB", "of it not files", "opens in s"]
    bar = f"Bar: p95 at most {BAR_MS} ms at 100,000 chunks, resident memory at most {BAR_MIB:,} MiB."
    return f"## ask, warm\n\n{bar}\n\n{_table(head, rows)}\n![ms per question](ask.png)\n"


def _typed_latency(report: Any) -> str:
    keys = ("p50_ms", "p95_ms", "p99_ms", "max_ms", "cpu_p50_ms", "cpu_p95_ms")
    rows = []
    for size in report:
        for name, found in size["groups"].items():
            figures = [f"{found[key]:.1f}" for key in keys]
            rows.append([f"{size['facts']:,}", f"{size['patients']:,}", name, f"{found['questions']:,}", *figures])
    head = ["facts", "patients", "questions", "asked", "p50 ms", "p95 ms", "p99 ms", "longest ms", "processor p50", "processor p95"]
    largest = report[-1]
    kinds = []
    for kind, found in largest["kinds"].items():
        statuses = ", ".join(f"{count} {status}" for status, count in sorted(largest["statuses"][kind].items()))
        kinds.append([kind, *(f"{found[key]:.1f}" for key in ("p50_ms", "p95_ms", "max_ms", "cpu_p95_ms")), statuses])
    bar = f"Bar: p95 at most {BAR_TYPED_MS} ms at 1,000,000 facts. Percentiles of a round, medians over {largest['rounds']} rounds."
    by_kind = _table(["question", "p50 ms", "p95 ms", "longest ms", "processor p95", "answers"], kinds)
    return (
        f"## Typed answers, warm: audit record included\n\n{bar}\n\n{_table(head, rows)}\n![ms per question](typed_latency.png)\n\n"
        f"By kind of question at {largest['facts']:,} facts:\n\n{by_kind}"
    )


def _retrieval(report: Any) -> str:
    rows = []
    for size in report:
        cost = size["size"]
        for found in size["latencies"]:
            figures = [f"{found[key]:.1f}" for key in ("p50_ms", "p95_ms", "encode_p50_ms")]
            held = [f"{cost[key]:,.0f}" for key in ("memory_mib", "store_mib", "index_mib", "build_seconds", "optimize_seconds")]
            rows.append([f"{found['chunks']:,}", found["scope"], *figures, *held])
    head = ["chunks", "scope", "p50 ms", "p95 ms", "encoding ms", "resident MiB", "store MiB", "index MiB", "write s", "optimise s"]
    return f"## Retrieval alone: 30 chunks with their sentence vectors\n\n{_table(head, rows)}"


def _startup(report: Any) -> str:
    rows = [
        [
            found["workspace"],
            found["command"],
            "evicted" if found["evicted"] else "cached",
            *(f"{found[key]:.2f}" for key in ("median_seconds", "slowest_seconds", "cpu_seconds")),
            f"{found['peak_mib']:,.0f}",
            str(found["runs"]),
        ]
        for found in report
    ]
    head = ["workspace", "command", "files", "median s", "slowest s", "processor s", "peak MiB", "runs"]
    bar = f"Bar: at most {BAR_SECONDS} s."
    return f"## Cold start: a new process, start to end\n\n{bar}\n\n{_table(head, rows)}\n![seconds](startup.png)\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> int:
    """Write the file and name it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--results", type=Path, default=RESULTS)
    print(write_tables(parser.parse_args().results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
