"""Every metric: what it means, for which kinds, which way is better; and its figure over many items.

A figure is the sum of hits over the sum of what they are out of, so an answer of five statements counts five times as much as one of one;
its 95 % interval is a percentile bootstrap over items. A figure of nothing is None with ``n`` 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.scores import Score, Tally
from evaluation.statistics import bootstrap_ratio

ANSWERS, FAITHFULNESS, RETRIEVAL, DEID = "answers", "faithfulness", "retrieval", "deid"


@dataclass(frozen=True, slots=True)
class Metric:
    """``per`` scales the share (100: per hundred); ``whole`` metrics have no value of a single item."""

    name: str
    title: str
    kinds: tuple[str, ...]
    more_is_better: bool = True
    per: float = 1.0
    whole: bool = False


METRICS = {
    metric.name: metric
    for metric in (
        Metric("faithfulness", "statements supported by their evidence", (ANSWERS, FAITHFULNESS)),
        Metric("hallucinations_per_100", "statements not supported, per 100", (ANSWERS, FAITHFULNESS), more_is_better=False, per=100),
        Metric("unsupported_per_100", "statements beyond the evidence, per 100", (ANSWERS, FAITHFULNESS), more_is_better=False, per=100),
        Metric("contradicted_per_100", "statements against the evidence, per 100", (ANSWERS, FAITHFULNESS), more_is_better=False, per=100),
        Metric("span_exactness", "citations whose quote stands at their offsets", (ANSWERS,)),
        Metric("citation_precision", "citations that meet a gold span", (ANSWERS,)),
        Metric("citation_recall", "gold spans that are cited", (ANSWERS,)),
        Metric("correctness", "answerable questions answered right", (ANSWERS,)),
        Metric("abstention_precision", "abstentions where nothing is documented", (ANSWERS,)),
        Metric("abstention_recall", "undocumented questions abstained from", (ANSWERS,)),
        Metric("agreement", "responses released or stopped as they should be", (FAITHFULNESS,)),
        Metric("caught", "false responses that are not released", (FAITHFULNESS,)),
        Metric("passed", "true responses that are released", (FAITHFULNESS,)),
        Metric("ndcg_at_10", "nDCG@10", (RETRIEVAL,)),
        Metric("recall_at_10", "recall@10", (RETRIEVAL,)),
        Metric("recall_at_100", "recall@100", (RETRIEVAL,)),
        Metric("recall", "identifiers replaced", (DEID,)),
        Metric("words_touched", "other words replaced", (DEID,), more_is_better=False),
        Metric("clinical_words_touched", "clinical words replaced", (DEID,), more_is_better=False),
    )
}
"""The one list, in the order of reports."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value over items; ``n`` is what it is a share of, ``items`` how many items contribute."""

    metric: str
    value: float | None
    n: float
    items: int
    low_95: float | None = None
    high_95: float | None = None


def metrics_of(kind: str) -> tuple[Metric, ...]:
    """The metrics of a kind, in the order of reports."""
    return tuple(metric for metric in METRICS.values() if kind in metric.kinds)


def figure(metric: Metric, tallies: Sequence[Tally | None]) -> Figure:
    """The metric over the tallies. None for a tally, or one that is not finite, makes the value None: nothing is left out of a mean."""
    counted = [tally for tally in tallies if tally is None or not math.isfinite(tally.hits + tally.of) or tally.of]
    whole = [tally for tally in counted if tally is not None and math.isfinite(tally.hits + tally.of)]
    n = sum(tally.of for tally in whole)
    if not whole or len(whole) < len(counted):
        return Figure(metric.name, None, n, len(whole))
    value = math.fsum(tally.hits for tally in whole) / n
    low, high = bootstrap_ratio([(tally.hits, tally.of) for tally in whole]) or (None, None)
    return Figure(metric.name, metric.per * value, n, len(whole), _scaled(low, metric), _scaled(high, metric))


def tallies_of(metric: Metric, scores: Sequence[Score]) -> list[Tally | None]:
    """One tally per score; None where the score is missing, nothing out of nothing where the metric does not apply."""
    return [None if score.missing is not None else score.tallies.get(metric.name, Tally(0, 0)) for score in scores]


def item_value(metric: Metric, score: Score) -> float | None:
    """The metric of one item; None where it does not apply or is missing."""
    tally = score.tallies.get(metric.name)
    return None if tally is None or tally.value is None else metric.per * tally.value


def _scaled(bound: float | None, metric: Metric) -> float | None:
    return None if bound is None else metric.per * bound
