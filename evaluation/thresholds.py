"""The registry of thresholds: what a metric must reach, as a mean, for each item, and against the baseline.

``thresholds.yaml`` holds them by kind, then by suite and part; a suite's own file may replace those of a metric for one part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from evaluation.metrics import METRICS
from rag.errors import InputError

REGISTRY = Path(__file__).with_name("thresholds.yaml")
Rule = Literal["mean_floor", "mean_ceiling", "item_floor", "item_ceiling", "no_worse"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""Floors are of metrics where more is better, ceilings of the others. ``no_worse`` is the loss against the baseline that is still borne."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One rule for one metric of one part; ``limit`` is in the metric's own unit."""

    part: str
    metric: str
    rule: Rule
    limit: float


def resolve(
    suite: str, part: str, kind: str, given: Mapping[str, Mapping[str, float]], *, measure_only: bool = False
) -> tuple[Threshold, ...]:
    """The thresholds of one part: the kind's, replaced metric by metric by the suite's in the registry and by its file's.

    With ``measure_only`` those against the baseline alone.

    Raises:
        InputError: a metric that the kind does not have, or a rule that does not fit it.
    """
    registry = _registry()
    rules: dict[str, Mapping[str, Any]] = dict(registry["kinds"].get(kind, {}))
    rules |= registry["suites"].get(suite, {}).get(part, {})
    rules |= given
    return tuple(
        Threshold(part, metric, _checked(suite, part, kind, metric, rule), float(limit))
        for metric, limits in rules.items()
        for rule, limit in limits.items()
        if rule == "no_worse" or not measure_only
    )


@cache
def _registry() -> dict[str, Any]:
    return dict(yaml.safe_load(REGISTRY.read_text(encoding="utf-8")))


def _checked(suite: str, part: str, kind: str, metric: str, rule: str) -> Rule:
    where = f"suite {suite}: part {part}: threshold {metric}"
    known = METRICS.get(metric)
    if known is None or kind not in known.kinds:
        raise InputError(f"{where}: {kind} has no such metric; it has {', '.join(m.name for m in METRICS.values() if kind in m.kinds)}")
    fitting = ("mean_floor", "item_floor", "no_worse") if known.more_is_better else ("mean_ceiling", "item_ceiling", "no_worse")
    for one in RULES:
        if rule == one and one in fitting and not (known.whole and one != "mean_ceiling" and one != "mean_floor"):
            return one
    raise InputError(f"{where}: no rule {rule}; use one of {', '.join(fitting)}")
