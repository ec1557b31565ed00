"""Bounds equal SciPy's, and nothing gives nothing."""

from __future__ import annotations

import pytest
from scipy import stats

from evaluation.statistics import clopper_pearson_upper, cohen_kappa, rule_of_three, wilson_interval


@pytest.mark.parametrize(("events", "n"), [(0, 1), (0, 300), (1, 300), (7, 30), (29, 30), (30, 30), (400, 20_000)])
def test_the_exact_bound_is_the_quantile_of_the_beta_distribution(events: int, n: int) -> None:
    expected = 1.0 if events == n else stats.beta.ppf(0.95, events + 1, n - events)
    assert clopper_pearson_upper(events, n) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("events", "n"), [(0, 10), (10, 10), (97, 100), (1, 3)])
def test_the_score_interval_is_wilsons(events: int, n: int) -> None:
    expected = stats.binomtest(events, n).proportion_ci(method="wilson")
    assert wilson_interval(events, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_three_in_n_bounds_a_rate_of_which_nothing_was_seen() -> None:
    assert rule_of_three(300) == 0.01 and rule_of_three(2) == 1.0
    assert clopper_pearson_upper(0, 300) == pytest.approx(0.01, abs=1e-4)


def test_agreement_beyond_chance() -> None:
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert cohen_kappa(pairs) == pytest.approx(0.4)


def test_what_is_measured_of_nothing_is_nothing() -> None:
    assert clopper_pearson_upper(0, 0) is rule_of_three(0) is wilson_interval(0, 0) is cohen_kappa([]) is None
    assert cohen_kappa([(False, False)] * 9) is None  # one label throughout: there is no agreement beyond chance to measure
