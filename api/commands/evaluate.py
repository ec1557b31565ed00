"""``chartcite evaluate``: a suite run on this build, its gate judged, its report written. Exit 1 when the gate fails."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.problems import CHECK_FAILED, DONE
from api.progress import Counters
from api.terminal import printable
from rag.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.build import Build
    from evaluation.gate import GateVerdict
    from evaluation.suite import Suite

MAX_NAMED = 10
"""Items named on one line of stderr."""
_BUILD_CHARS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``evaluate``."""
    parser.add_argument("suite", metavar="SUITE", help="a shipped suite (demo), a suite's YAML file, or FORMAT:PATH of a data set")
    parser.add_argument("--baseline", type=Path, metavar="RUN", help="folder or report.json of a finished run of the same suite")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="folder of this run; an unfinished run in it goes on; default under the workspace"
    )
    parser.add_argument("--json", action="store_true", help="print the report's figures as one JSON line")


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, report, and say what failed."""
    from api.evaluating import open_build
    from evaluation.suite import open_suite

    settings = read_settings(workspace=arguments.workspace)
    suite = open_suite(arguments.suite)
    with open_build(settings, suite) as build:
        return evaluate(suite, build, settings.workspace, arguments.report, arguments.baseline, as_json=arguments.json)


def evaluate(suite: Suite, build: Build, workspace: Path, folder: Path | None, baseline: Path | None, *, as_json: bool) -> int:
    """The command on any build. Without a folder the run goes under the workspace, by suite and build."""
    from api.evaluating import run_folder
    from evaluation.baseline import read_baseline
    from evaluation.gate import judge
    from evaluation.reports.figures import build_sha256, report_figures
    from evaluation.reports.writing import write_reports
    from evaluation.runner import run as run_suite

    compared = None if baseline is None else read_baseline(baseline, suite)
    folder = folder or run_folder(workspace, suite.name, build_sha256(build.identity)[:_BUILD_CHARS])
    with Counters() as progress:
        parts = run_suite(suite, build, folder, progress)
    verdicts = judge(parts, None if compared is None else compared.tallies)
    report = report_figures(suite, build.identity, parts, verdicts, compared)
    write_reports(folder, report, parts)
    if as_json:
        sys.stdout.write(json.dumps(_brief(report, folder), ensure_ascii=False) + "\n")
    else:
        _print(verdicts, folder)
    for line in failures(verdicts):
        sys.stderr.write(f"chartcite evaluate: {printable(line)}\n")
    return DONE if report["gate"]["passed"] else CHECK_FAILED


def failures(verdicts: Sequence[GateVerdict]) -> list[str]:
    """A line for each rule that failed, with the items that it names: ids and figures, no text."""
    lines = []
    for verdict in verdicts:
        if not verdict.passed:
            named = [offender.item for offender in verdict.items]
            more = f" and {len(named) - MAX_NAMED} more" if len(named) > MAX_NAMED else ""
            items = f" ({', '.join(named[:MAX_NAMED])}{more})" if named else ""
            lines.append(f"gate failed: {verdict.part}: {verdict.metric} {verdict.rule} {verdict.limit:g}: {verdict.reason}{items}")
    return lines


def _brief(report: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The report without its items, which stand in its folder."""
    parts = [{name: value for name, value in part.items() if name != "samples"} for part in report["parts"]]
    return {**report, "parts": parts, "folder": str(folder)}


def _print(verdicts: Sequence[GateVerdict], folder: Path) -> None:
    """The gate as a table, and where the report is."""
    from rich.console import Console
    from rich.table import Table

    passed = all(verdict.passed for verdict in verdicts)
    table = Table(title=f"gate {'passed' if passed else 'FAILED'}")
    for name in ("part", "metric", "rule", "value", "n", "verdict"):
        table.add_column(name, justify="right" if name in ("value", "n") else "left")
    for v in verdicts:
        value = "–" if v.value is None else f"{v.value:.3f}"
        table.add_row(v.part, v.metric, f"{v.rule} {v.limit:g}", value, str(v.n), "passed" if v.passed else "FAILED")
    Console(file=sys.stdout).print(table)
    sys.stdout.write(f"{folder / 'report.html'}\n")
