"""The run that a build is compared with, read from its report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.gate import Tallies
from evaluation.scores import Tally
from evaluation.suite import Suite
from rag.errors import InputError

REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Baseline:
    """A finished run of the same suite: its build's hash, its items' tallies, and its figures as reported."""

    build: str
    tallies: Tallies
    parts: list[dict[str, Any]]


def read_baseline(path: Path, suite: Suite) -> Baseline:
    """The run in a folder, or of a ``report.json``. An item without a score there has no tallies here.

    Raises:
        InputError: no report, not one of ours, or one of another suite.
    """
    file = path / REPORT if path.is_dir() else path
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        of, build = report["suite"], report["build"]["sha256"]
        tallies = {part["name"]: _tallies(part) for part in report["parts"]}
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); give the folder of a finished run") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(f"{file}: not a report of `chartcite evaluate`; give the folder of a finished run") from None
    if (of["name"], of["sha256"]) != (suite.name, suite.sha256):
        raise InputError(f"{file}: of another suite ({of['name']}, {str(of['sha256'])[:12]}); evaluate the baseline on this one")
    return Baseline(str(build), tallies, report["parts"])


def _tallies(part: dict[str, Any]) -> dict[str, dict[str, Tally]]:
    return {
        sample["id"]: {metric: Tally(float(hits), float(of)) for metric, (hits, of) in sample["scores"].items()}
        for sample in part["samples"]
        if sample["missing"] is None
    }
