"""``chartcite ingest``: corpora in, with a progress bar, and the accounts of every step out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from api.opening import open_owner
from api.problems import BAD_INPUT, DONE
from api.progress import Counters
from api.terminal import printable
from ingestion.pipeline import IngestReport, ingest
from rag.errors import InputError
from rag.settings import read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``ingest``."""
    parser.add_argument("manifest", nargs="+", type=Path, help="a corpus manifest (YAML)")
    parser.add_argument("--engine", choices=["local", "ray"], default="local", help="where documents are prepared")
    parser.add_argument("--json", action="store_true", help="print the accounts as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Ingest and print the accounts. Exit 2 when a source or manifest could not be read, after the rest was done."""
    if arguments.engine == "ray":
        raise InputError("--engine ray: not built in this version; use --engine local")
    settings = read_settings(workspace=arguments.workspace)
    with open_owner(settings, create=True) as owner, Counters() as progress:
        report = ingest(owner.workspace, owner.index, owner.embedder, arguments.manifest, progress)
    for error in [*report.errors, *(e for corpus in report.corpora for e in corpus.errors)]:
        print(f"chartcite ingest: {printable(error)}", file=sys.stderr)  # noqa: T201
    if arguments.json:
        sys.stdout.write(json.dumps(report.as_json()) + "\n")
    else:
        print_accounts(report)
    return BAD_INPUT if report.failed else DONE


def print_accounts(report: IngestReport) -> None:
    """The accounts as a table on stderr."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"ingested in {report.seconds:.1f} s")
    for name in ("corpus", "step", "in", "out", "dropped, with reasons"):
        table.add_column(name, justify="right" if name in ("in", "out") else "left")
    for corpus in report.corpora:
        for step in corpus.accounts.steps:
            reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(step.dropped.items()))
            table.add_row(corpus.name, f"{step.name} ({step.unit})", str(step.taken), str(step.passed), reasons)
        rest = f"{corpus.units_read} sources read, {corpus.units_unchanged} unchanged, {len(corpus.errors)} failed"
        table.add_row(corpus.name, "sources", "", "", f"{rest}; {corpus.documents_unchanged} documents unchanged, {corpus.deleted} deleted")
    Console(stderr=True).print(table)
