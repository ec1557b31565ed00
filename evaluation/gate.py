"""The release gate: a verdict for every threshold. What cannot be computed fails.

The first rule of every part is that each of its samples has a score. A rule against the baseline is judged only where a baseline is
given; then a build passes where the one-sided 95 % bound of its loss, by a paired bootstrap over the items, is within the limit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.metrics import METRICS, Metric, figure, item_value, tallies_of
from evaluation.runner import ScoredPart
from evaluation.scores import Score, Tally
from evaluation.statistics import paired_bootstrap
from evaluation.thresholds import Threshold

COMPLETE = "every_sample_scored"
_ROUNDING = 1e-9
"""Figures are sums of floats: so much below a floor is not below it."""
Tallies = Mapping[str, Mapping[str, Mapping[str, Tally]]]
"""A baseline's tallies by part, item and metric."""


@dataclass(frozen=True, slots=True)
class Offender:
    """An item that is beyond a limit, with its value (None: it has none) and what is wrong in words."""

    item: str
    value: float | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """One rule judged. ``value`` is what was compared with the limit; ``items`` are those to look at."""

    part: str
    metric: str
    rule: str
    limit: float
    value: float | None
    n: int
    passed: bool
    reason: str
    items: tuple[Offender, ...] = ()


def judge(parts: Sequence[ScoredPart], baseline: Tallies | None) -> tuple[GateVerdict, ...]:
    """Every rule of every part, in the order of the suite."""
    found = []
    for scored in parts:
        found.append(_complete(scored))
        for threshold in scored.part.thresholds:
            if threshold.rule != "no_worse":
                found.append(_judged(scored, threshold))
            elif baseline is not None:
                found.append(_no_worse(scored, threshold, baseline.get(scored.part.name, {})))
    return tuple(found)


def _complete(scored: ScoredPart) -> GateVerdict:
    missing = tuple(Offender(score.item, None, (score.missing,)) for score in scored.scores if score.missing is not None)
    n = len(scored.items)
    reason = f"{n - len(missing)} of {n} samples have a score"
    return GateVerdict(scored.part.name, COMPLETE, "all", 1.0, (n - len(missing)) / n, n, not missing, reason, missing)


def _judged(scored: ScoredPart, threshold: Threshold) -> GateVerdict:
    metric = METRICS[threshold.metric]
    return _each(scored, threshold, metric) if threshold.rule.startswith("item") else _mean(scored, threshold, metric)


def _mean(scored: ScoredPart, threshold: Threshold, metric: Metric) -> GateVerdict:
    found = figure(metric, tallies_of(metric, scored.scores))
    passed = found.value is not None and math.isfinite(found.value) and _within(found.value, threshold)
    reason = "cannot be computed" if found.value is None else f"{found.value:.4g} against {threshold.limit:.4g}"
    worst = () if passed else _offenders(metric, scored.scores)
    return GateVerdict(scored.part.name, metric.name, threshold.rule, threshold.limit, found.value, found.items, passed, reason, worst)


def _each(scored: ScoredPart, threshold: Threshold, metric: Metric) -> GateVerdict:
    values = [(score, item_value(metric, score)) for score in scored.scores]
    known = [value for _, value in values if value is not None]
    bad = [score for score, value in values if score.missing is not None or (value is not None and not _within(value, threshold))]
    worst = None if not known else (min(known) if metric.more_is_better else max(known))
    passed = bool(known) and not bad
    reason = f"{len(bad)} of {len(known)} items beyond {threshold.limit:.4g}" if known else "cannot be computed: it applies to no item"
    offenders = tuple(Offender(score.item, item_value(metric, score), _why(score)) for score in bad)
    return GateVerdict(scored.part.name, metric.name, threshold.rule, threshold.limit, worst, len(known), passed, reason, offenders)


def _no_worse(scored: ScoredPart, threshold: Threshold, before: Mapping[str, Mapping[str, Tally]]) -> GateVerdict:
    """Against the baseline: both need a score for every item, and for the same ones."""
    metric, name = METRICS[threshold.metric], scored.part.name
    found = difference(metric, scored.scores, before)
    if found is None:
        reason = "cannot be computed: the baseline and this build do not both have a score for every item"
        return GateVerdict(name, metric.name, threshold.rule, threshold.limit, None, 0, False, reason)
    value = found.low if metric.more_is_better else -found.high
    passed = math.isfinite(value) and value >= -threshold.limit - _ROUNDING
    reason = f"{found.value:+.4g}, at worst {abs(value):.4g} {'better' if value > 0 else 'worse'}; {threshold.limit:.4g} is borne"
    worse = tuple(Offender(score.item, item_value(metric, score), _why(score)) for score in found.worse)
    return GateVerdict(name, metric.name, threshold.rule, threshold.limit, value, found.n, passed, reason, () if passed else worse)


@dataclass(frozen=True, slots=True)
class Difference:
    """This build less the baseline, with one-sided 95 % bounds; ``n`` items, and those that became worse."""

    metric: str
    value: float
    low: float
    high: float
    n: int
    worse: tuple[Score, ...]


def difference(metric: Metric, scores: Sequence[Score], before: Mapping[str, Mapping[str, Tally]]) -> Difference | None:
    """The paired difference of one metric; None where an item has no score on either side, or the metric applies to nothing."""
    if before.keys() != {score.item for score in scores} or any(score.missing is not None for score in scores):
        return None
    pairs = [(score, score.tallies.get(metric.name, Tally(0, 0)), before[score.item].get(metric.name, Tally(0, 0))) for score in scores]
    pairs = [(score, ours, theirs) for score, ours, theirs in pairs if ours.of or theirs.of]
    of_ours, of_theirs = (math.fsum(tally.of for tally in column) for column in ([p[1] for p in pairs], [p[2] for p in pairs]))
    if not of_ours or not of_theirs:
        return None
    bounds = paired_bootstrap([(p[1].hits, p[1].of) for p in pairs], [(p[2].hits, p[2].of) for p in pairs])
    if bounds is None:
        return None
    value = math.fsum(p[1].hits for p in pairs) / of_ours - math.fsum(p[2].hits for p in pairs) / of_theirs
    worse = tuple(score for score, ours, theirs in pairs if _worse(metric, ours, theirs))
    return Difference(metric.name, metric.per * value, metric.per * bounds[0], metric.per * bounds[1], len(pairs), worse)


def _worse(metric: Metric, ours: Tally, theirs: Tally) -> bool:
    if ours.value is None or theirs.value is None:
        return False
    return ours.value < theirs.value if metric.more_is_better else ours.value > theirs.value


def _within(value: float, threshold: Threshold) -> bool:
    if threshold.rule.endswith("floor"):
        return value >= threshold.limit - _ROUNDING
    return value <= threshold.limit + _ROUNDING


def _offenders(metric: Metric, scores: Sequence[Score]) -> tuple[Offender, ...]:
    """The items that keep a mean from the best it could be."""
    best = metric.per if metric.more_is_better else 0.0
    values = [(score, item_value(metric, score)) for score in scores]
    return tuple(
        Offender(score.item, value, _why(score)) for score, value in values if score.missing is not None or value not in (None, best)
    )


def _why(score: Score) -> tuple[str, ...]:
    return (score.missing,) if score.missing is not None else score.notes
