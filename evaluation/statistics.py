"""Intervals for proportions and ratios, and agreement between two raters. Of nothing, every one is None."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from rag.numeric import Vector

ALPHA = 0.05
"""One minus the confidence of every bound here."""
Z_TWO_SIDED = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""
BOOTSTRAP_DRAWS = 1_000
BOOTSTRAP_SEED = 20_240_229
"""Any fixed number does: the same items give the same interval."""
_DRAWN_AT_ONCE = 1_000_000
"""Rows drawn before they are summed: 24 MB."""
_BISECTIONS = 60
"""Halvings of [0, 1]: beyond the precision of a float."""


def clopper_pearson_upper(events: int, n: int) -> float | None:
    """The exact one-sided 95 % upper bound of a proportion: the p at which ``events`` or fewer of ``n`` have probability 0.05.

    Takes time linear in ``events``.
    Source: Clopper and Pearson, Biometrika 26 (1934) 404-413.
    """
    if n == 0:
        return None
    if events >= n:
        return 1.0
    low, high = events / n, 1.0
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(events, n, middle) > ALPHA else (low, middle)
    return high


def _at_most(events: int, n: int, p: float) -> float:
    """Probability of at most ``events`` of ``n`` independent trials, 0 < p < 1."""
    if p <= 0 or p >= 1:
        return 1.0 if p <= 0 else 0.0
    whole = math.lgamma(n + 1)
    logs = (whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p) for k in range(events + 1))
    return math.fsum(math.exp(log) for log in logs)


def rule_of_three(n: int) -> float | None:
    """The 95 % upper bound of a proportion where none of ``n`` was an event: 3/n, at most 1.

    Source: Hanley and Lippman-Hand, JAMA 249 (1983) 1743-1745.
    """
    return min(1.0, 3 / n) if n else None


def wilson_interval(events: int, n: int) -> tuple[float, float] | None:
    """The two-sided 95 % score interval of a proportion. Source: Wilson, JASA 22 (1927) 209-212."""
    if n == 0:
        return None
    p, z2 = events / n, Z_TWO_SIDED**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_TWO_SIDED * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def cohen_kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Agreement of two raters beyond chance, at most 1; None for no pair, and where both gave one and the same label throughout.

    Source: Cohen, Educational and Psychological Measurement 20 (1960) 37-46.
    """
    n = len(pairs)
    if n == 0:
        return None
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[label] * second[label] for label in (True, False)) / (n * n)
    if chance == 1:
        return None
    return (sum(a == b for a, b in pairs) / n - chance) / (1 - chance)


def bootstrap_ratio(pairs: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """The two-sided 95 % percentile interval of sum(hits) / sum(of) over (hits, of) pairs drawn again; None of nothing.

    Deterministic: the seed is fixed. ``BOOTSTRAP_DRAWS`` draws, time and memory linear in the pairs.
    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    ratios = _ratios([pairs])
    return None if ratios is None else _percentiles(ratios[0], ALPHA / 2, 1 - ALPHA / 2)


def paired_bootstrap(first: Sequence[tuple[float, float]], second: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """One-sided 95 % bounds, below and above, of the difference of two ratios over the same items, each draw taking the same items of both.

    Raises:
        ValueError: not one pair of each for every item.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} items against {len(second)}")
    ratios = _ratios([first, second])
    return None if ratios is None else _percentiles(ratios[0] - ratios[1], ALPHA, 1 - ALPHA)


def _percentiles(values: Vector, low: float, high: float) -> tuple[float, float]:
    import numpy as np

    low_end, high_end = np.quantile(values, [low, high])
    return float(low_end), float(high_end)


def _ratios(columns: Sequence[Sequence[tuple[float, float]]]) -> list[Vector] | None:
    """The ratio of each column in every draw of its rows where all columns have something to be out of; None where no draw has."""
    import numpy as np

    rows = len(columns[0])
    if rows == 0:
        return None
    tables = [np.asarray(column, dtype=np.float64) for column in columns]
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    sums: list[list[Vector]] = [[] for _ in tables]
    at_once = max(1, _DRAWN_AT_ONCE // rows)
    for start in range(0, BOOTSTRAP_DRAWS, at_once):
        drawn = generator.integers(0, rows, (min(at_once, BOOTSTRAP_DRAWS - start), rows))
        for table, total in zip(tables, sums, strict=True):
            total.append(table[drawn].sum(axis=1))
    totals = [np.concatenate(parts) for parts in sums]
    usable = np.all([total[:, 1] > 0 for total in totals], axis=0)
    return [total[usable, 0] / total[usable, 1] for total in totals] if usable.any() else None


def bootstrap_quantile(values: Sequence[float], quantile: float) -> tuple[float, float, float] | None:
    """A quantile of the values with its two-sided 95 % percentile interval; None of nothing. Deterministic, as ``bootstrap_ratio``."""
    import numpy as np

    if not values:
        return None
    table = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    at_once = max(1, _DRAWN_AT_ONCE // len(table))
    drawn = [
        np.quantile(table[generator.integers(0, len(table), (min(at_once, BOOTSTRAP_DRAWS - start), len(table)))], quantile, axis=1)
        for start in range(0, BOOTSTRAP_DRAWS, at_once)
    ]
    low, high = _percentiles(np.concatenate(drawn), ALPHA / 2, 1 - ALPHA / 2)
    return float(np.quantile(table, quantile)), low, high
