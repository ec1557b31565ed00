"""The report of a run as JSON-ready figures: the one source of every other form.

Nothing in it depends on when or how often a run was started, or how long samples took: a run that was stopped and resumed gives the same
bytes. Times are in ``timings.json``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evaluation.baseline import Baseline
from evaluation.gate import GateVerdict, difference
from evaluation.items import SLICES
from evaluation.metrics import Figure, Metric, figure, metrics_of, tallies_of
from evaluation.reports.views import view
from evaluation.runner import ScoredItem, ScoredPart
from evaluation.scores import Score, Tally
from evaluation.suite import Suite

Figures = dict[str, Any]


def report_figures(
    suite: Suite, build: Mapping[str, str], parts: Sequence[ScoredPart], verdicts: Sequence[GateVerdict], baseline: Baseline | None
) -> Figures:
    """Everything that a report says."""
    return {
        "suite": {"name": suite.name, "version": suite.version, "description": suite.description, "sha256": suite.sha256},
        "build": {"sha256": build_sha256(build), **dict(sorted(build.items()))},
        "gate": {"passed": all(verdict.passed for verdict in verdicts), "verdicts": [_verdict(verdict) for verdict in verdicts]},
        "baseline": None if baseline is None else {"build": baseline.build, "differences": _differences(parts, baseline)},
        "parts": [_part(scored) for scored in parts],
    }


def build_sha256(build: Mapping[str, str]) -> str:
    """One hash over all that decides what a build says."""
    return hashlib.sha256(json.dumps(sorted(build.items())).encode()).hexdigest()


def _verdict(verdict: GateVerdict) -> Figures:
    return {**asdict(verdict), "items": [asdict(offender) for offender in verdict.items]}


def _part(scored: ScoredPart) -> Figures:
    metrics = metrics_of(scored.part.kind)
    return {
        "name": scored.part.name,
        "kind": scored.part.kind,
        "items": len(scored.items),
        "missing": sum(score.missing is not None for score in scored.scores),
        "metrics": [asdict(figure(metric, tallies_of(metric, scored.scores))) for metric in metrics],
        "inner": _inner(metrics, scored.scores),
        "slices": _slices(metrics, scored.items),
        "samples": [_sample(one) for one in scored.items],
    }


def _inner(metrics: Sequence[Metric], scores: Sequence[Score]) -> list[Figures]:
    """What is told apart inside items: of hallucinations the slot, of identifiers the type."""
    found = []
    for metric in metrics:
        for name in sorted({name for score in scores for name in score.inner.get(metric.name, {})}):
            found.append({"of": metric.name, "name": name, **asdict(_inner_figure(metric, name, scores))})
    return found


def _inner_figure(metric: Metric, name: str, scores: Sequence[Score]) -> Figure:
    """Hallucinations of a slot are a share of all statements; the recall of a type is of that type's identifiers."""
    whole: list[Tally | None] = []
    for score in scores:
        inner = score.inner.get(metric.name, {}).get(name)
        rest = Tally(0, score.tallies[metric.name].of) if metric.name in score.tallies and not metric.more_is_better else Tally(0, 0)
        whole.append(None if score.missing is not None else inner or rest)
    return figure(metric, whole)


def _slices(metrics: Sequence[Metric], items: Sequence[ScoredItem]) -> list[Figures]:
    groups: dict[tuple[str, str], list[Score]] = {}
    for one in items:
        for key in one.item.slices.known():
            groups.setdefault(key, []).append(one.score)
    ordered = sorted(groups, key=lambda key: (SLICES.index(key[0]), key[1]))
    return [
        {
            "by": by,
            "value": value,
            "items": len(groups[by, value]),
            "metrics": [asdict(f) for metric in metrics if (f := figure(metric, tallies_of(metric, groups[by, value]))).items],
        }
        for by, value in ordered
    ]


def _sample(one: ScoredItem) -> Figures:
    """An item's scores; what was said is added where something is wrong with it."""
    score = one.score
    shown = score.missing is not None or bool(score.notes) or any(inner for inner in score.inner.get("hallucinations_per_100", {}))
    return {
        "id": score.item,
        "scores": {name: [tally.hits, tally.of] for name, tally in score.tallies.items()},
        "notes": list(score.notes),
        "missing": score.missing,
        "shown": view(one.item, one.sample) if shown else None,
    }


def _differences(parts: Sequence[ScoredPart], baseline: Baseline) -> list[Figures]:
    found = []
    for scored in parts:
        before = baseline.tallies.get(scored.part.name, {})
        for metric in metrics_of(scored.part.kind):
            one = difference(metric, scored.scores, before)
            if one is not None:
                worse = [score.item for score in one.worse]
                bounds = {"difference": one.value, "low_95": one.low, "high_95": one.high, "n": one.n, "worse": worse}
                found.append({"part": scored.part.name, "metric": metric.name, **bounds})
    return found
