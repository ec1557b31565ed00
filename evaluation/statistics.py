"""Intervals for proportions, and agreement between two raters. Of nothing, every one is None."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

ALPHA = 0.05
"""One minus the confidence of every bound here."""
Z_TWO_SIDED = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""
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
