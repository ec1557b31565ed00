"""How many notes to review, and which: proportional by type, drawn with a seed, the same again from the same population."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

MIN_FRACTION = 0.05
"""Share of the notes that is reviewed at least. Source: issue 4, part 5."""
MIN_NOTES = 300
"""Notes that are reviewed at least: none leaking bounds the rate at 1 %. Source: issue 4, part 5, and the rule of three."""


def sample_size(population: int) -> int:
    """The larger of 5 % and 300 notes; all where there are fewer."""
    return min(population, max(math.ceil(MIN_FRACTION * population), MIN_NOTES))


def allocate(sizes: Mapping[str, int], total: int) -> dict[str, int]:
    """``total`` shared among strata by their sizes (largest remainder), at least one of each and at most all.

    Gives more than ``total`` only where there are more strata than that. Ties go by name.
    """
    population = sum(sizes.values())
    quotas = {name: total * size / population for name, size in sorted(sizes.items()) if size}
    shares = {name: max(1, math.floor(quota)) for name, quota in quotas.items()}
    while sum(shares.values()) < total:
        open_strata = [name for name in shares if shares[name] < sizes[name]]
        shares[max(open_strata, key=lambda name: quotas[name] - shares[name])] += 1
    while sum(shares.values()) > total and any(share > 1 for share in shares.values()):
        shares[max((name for name in shares if shares[name] > 1), key=lambda name: shares[name] - quotas[name])] -= 1
    return shares


def draw(strata: Mapping[str, Sequence[str]], seed: int) -> list[str]:
    """Ids drawn from each stratum as :func:`allocate` says, in random order: every head of the list is random too."""
    sizes = {name: len(ids) for name, ids in strata.items()}
    shares = allocate(sizes, sample_size(sum(sizes.values())))
    drawn: list[str] = []
    for name, share in shares.items():
        drawn += random.Random(f"{seed}:{name}").sample(sorted(strata[name]), share)  # noqa: S311  (a sample, not a secret)
    random.Random(seed).shuffle(drawn)  # noqa: S311
    return drawn
