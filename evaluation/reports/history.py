"""Earlier builds on the same suite: the finished runs in the folders beside this one, for plots over builds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.baseline import REPORT
from evaluation.records import BINDING

MAX_BUILDS = 20


@dataclass(frozen=True, slots=True)
class EarlierBuild:
    """A build's hash and its figures by part and metric, with the ends of their intervals."""

    build: str
    figures: dict[tuple[str, str], tuple[float | None, float | None, float | None]]


def figures_by_name(report: dict[str, Any]) -> dict[tuple[str, str], tuple[float | None, float | None, float | None]]:
    """The figures of a report by part and metric."""
    return {
        (part["name"], figure["metric"]): (figure["value"], figure["low_95"], figure["high_95"])
        for part in report["parts"]
        for figure in part["metrics"]
    }


def earlier_builds(folder: Path, report: dict[str, Any]) -> list[EarlierBuild]:
    """The last ``MAX_BUILDS`` other builds with a report on this very suite beside ``folder``, oldest first.

    Each build counts once. What is no report is passed over: it is a plot, and no verdict rests on it.
    """
    found: dict[str, tuple[str, EarlierBuild]] = {}
    for path in sorted(folder.absolute().parent.glob(f"*/{REPORT}")):
        try:
            earlier = json.loads(path.read_text(encoding="utf-8"))
            created = str(json.loads(path.with_name(BINDING).read_text(encoding="utf-8"))["created"])
            build = str(earlier["build"]["sha256"])
            if earlier["suite"]["sha256"] != report["suite"]["sha256"] or build == report["build"]["sha256"]:
                continue
            one = EarlierBuild(build, figures_by_name(earlier))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if build not in found or created > found[build][0]:
            found[build] = (created, one)
    return [one for _, one in sorted(found.values(), key=lambda pair: pair[0])][-MAX_BUILDS:]
