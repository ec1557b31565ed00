"""Figures are sums over sums with an interval; of nothing they are None, and one missing item leaves none either."""

from __future__ import annotations

import math

import pytest

from evaluation.gate import COMPLETE, difference, judge
from evaluation.items import Item
from evaluation.metrics import METRICS, figure, item_value, metrics_of, tallies_of
from evaluation.runner import ScoredItem, ScoredPart
from evaluation.scores import Score, Tally
from evaluation.suite import Part
from evaluation.thresholds import RULES, Rule, Threshold, resolve
from rag.errors import InputError

FAITHFUL, HALLUCINATED = METRICS["faithfulness"], METRICS["hallucinations_per_100"]


def part(scores: list[Score], *thresholds: Threshold) -> ScoredPart:
    items = tuple(ScoredItem(Item(id=score.item), None, score, 1.0) for score in scores)
    return ScoredPart(Part("p", "answers", tuple(one.item for one in items), thresholds), items)


def shares(*values: float) -> list[Score]:
    return [Score(f"i{number}", {"faithfulness": Tally(value, 1)}) for number, value in enumerate(values)]


def test_of_nothing_a_figure_is_none_with_n_0() -> None:
    nothing = figure(FAITHFUL, [])
    assert (nothing.value, nothing.n, nothing.items, nothing.low_95) == (None, 0, 0, None)
    assert figure(FAITHFUL, [Tally(0, 0), Tally(0, 0)]).value is None


def test_an_answer_of_five_statements_counts_five_times() -> None:
    found = figure(FAITHFUL, [Tally(1, 5), Tally(1, 1), Tally(0, 0)])
    assert (found.value, found.n, found.items) == (2 / 6, 6, 2)
    assert figure(HALLUCINATED, [Tally(1, 5), Tally(0, 5)]).value == 10


@pytest.mark.parametrize("bad", [None, Tally(math.nan, 1), Tally(1, math.inf)])
def test_one_item_without_a_number_leaves_no_figure(bad: Tally | None) -> None:
    assert figure(FAITHFUL, [Tally(1, 1)] * 149 + [bad]).value is None


def test_the_interval_holds_the_value_and_is_narrower_with_more_items() -> None:
    few, many = (figure(FAITHFUL, [Tally(1, 1), Tally(1, 1), Tally(0, 1)] * n) for n in (5, 100))
    assert few.low_95 is not None and few.high_95 is not None and few.low_95 < 2 / 3 < few.high_95
    assert many.low_95 is not None and many.high_95 is not None and many.high_95 - many.low_95 < few.high_95 - few.low_95


def test_a_missing_score_is_no_tally_and_a_metric_that_does_not_apply_is_none_of_nothing() -> None:
    scores = [Score("a", missing="gone"), Score("b", {"faithfulness": Tally(1, 2)}), Score("c")]
    assert tallies_of(FAITHFUL, scores) == [None, Tally(1, 2), Tally(0, 0)]
    assert [item_value(FAITHFUL, score) for score in scores] == [None, 0.5, None]


def test_every_kind_has_metrics_and_every_registered_threshold_fits() -> None:
    for kind in ("answers", "faithfulness", "retrieval", "deid"):
        assert metrics_of(kind) and resolve("any", "any", kind, {})
    assert {threshold.rule for threshold in resolve("demo", "questions", "answers", {})} <= set(RULES)


def test_a_suite_replaces_the_registry_metric_by_metric() -> None:
    found = resolve("demo", "questions", "answers", {"correctness": {"mean_floor": 0.5}})
    assert [t.limit for t in found if t.metric == "correctness"] == [0.5]
    assert [t.limit for t in found if t.metric == "faithfulness"] == [1.0, 1.0, 0.0]
    assert {t.rule for t in resolve("demo", "questions", "answers", {}, measure_only=True)} == {"no_worse"}


@pytest.mark.parametrize(
    ("metric", "rule"), [("recall", "mean_floor"), ("faithfulness", "mean_ceiling"), ("hallucinations_per_100", "item_floor"), ("x", "y")]
)
def test_a_threshold_that_does_not_fit_is_refused(metric: str, rule: str) -> None:
    with pytest.raises(InputError, match="threshold"):
        resolve("mine", "p", "answers", {metric: {rule: 1.0}})


@pytest.mark.parametrize(("rule", "limit", "passed"), [("mean_floor", 0.75, True), ("mean_floor", 0.76, False), ("item_floor", 0.5, False)])
def test_a_mean_may_pass_where_an_item_does_not(rule: Rule, limit: float, passed: bool) -> None:
    _, verdict = judge([part(shares(1, 1, 1, 0), Threshold("p", "faithfulness", rule, limit))], None)
    assert verdict.passed is passed and (passed or [one.item for one in verdict.items] == ["i3"])


def test_a_ceiling_is_in_the_metric_s_own_unit() -> None:
    scores = [Score("a", {"hallucinations_per_100": Tally(1, 50)})]
    for limit, passed in ((2.0, True), (1.9, False)):
        _, verdict = judge([part(scores, Threshold("p", "hallucinations_per_100", "mean_ceiling", limit))], None)
        assert verdict.passed is passed and verdict.value == 2


@pytest.mark.parametrize("rule", ["mean_floor", "item_floor", "no_worse"])
def test_a_threshold_on_a_metric_of_nothing_fails(rule: Rule) -> None:
    scored = part([Score("a")], Threshold("p", "faithfulness", rule, 0.0))
    complete, verdict = judge([scored], {"p": {"a": {}}})
    assert complete.metric == COMPLETE and complete.passed and not verdict.passed and verdict.value is None


def test_a_sum_of_floats_at_the_floor_passes() -> None:
    _, verdict = judge([part(shares(*[0.1] * 3, *[0.7] * 1), Threshold("p", "faithfulness", "mean_floor", 0.25))], None)
    assert verdict.passed


def test_no_difference_passes_and_a_lost_item_in_few_does_not() -> None:
    rule, before = Threshold("p", "faithfulness", "no_worse", 0.02), {f"i{n}": {"faithfulness": Tally(1, 1)} for n in range(10)}
    for values, passed in (([1.0] * 10, True), ([1.0] * 9 + [0.0], False)):
        _, verdict = judge([part(shares(*values), rule)], {"p": before})
        assert verdict.passed is passed and (passed or [one.item for one in verdict.items] == ["i9"])
    better = difference(FAITHFUL, shares(*[1.0] * 10), before | {"i3": {"faithfulness": Tally(0, 1)}})
    assert better is not None and better.value == pytest.approx(0.1) and better.low == 0 and not better.worse


def test_where_less_is_better_more_is_worse() -> None:
    rule = Threshold("p", "hallucinations_per_100", "no_worse", 1.0)
    before = {f"i{n}": {"hallucinations_per_100": Tally(0, 1)} for n in range(10)}
    scores = [Score(f"i{n}", {"hallucinations_per_100": Tally(float(n == 4), 1)}) for n in range(10)]
    _, verdict = judge([part(scores, rule)], {"p": before})
    assert not verdict.passed and verdict.value is not None and verdict.value < -10 and [one.item for one in verdict.items] == ["i4"]


@pytest.mark.parametrize("before", [{}, {"i0": {"faithfulness": Tally(1, 1)}}, {"i0": {}, "i1": {}, "i2": {}}])
def test_a_baseline_without_the_same_items_cannot_be_compared(before: dict[str, dict[str, Tally]]) -> None:
    assert difference(FAITHFUL, shares(1, 1), before) is None
