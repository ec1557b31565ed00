"""How long samples took: kept apart from the report, which a resumed run must give byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evaluation.items import SLICES
from evaluation.runner import ScoredItem, ScoredPart
from evaluation.statistics import bootstrap_quantile

QUANTILES = (0.5, 0.95)


def timings(parts: Sequence[ScoredPart]) -> dict[str, Any]:
    """Milliseconds per sample by part and slice: median and 95th percentile with bootstrap intervals. Failed samples do not count."""
    return {"unit": "ms per sample", "parts": [_part(scored) for scored in parts]}


def _part(scored: ScoredPart) -> dict[str, Any]:
    groups: dict[tuple[str, str], list[ScoredItem]] = {}
    for one in scored.items:
        for key in one.item.slices.known():
            groups.setdefault(key, []).append(one)
    ordered = sorted(groups, key=lambda key: (SLICES.index(key[0]), key[1]))
    slices = [{"by": by, "value": value, **_latency(groups[by, value])} for by, value in ordered]
    return {"name": scored.part.name, **_latency(scored.items), "slices": slices}


def _latency(items: Sequence[ScoredItem]) -> dict[str, Any]:
    taken = [one.ms for one in items if one.sample is not None]
    found: dict[str, Any] = {"n": len(taken)}
    for quantile in QUANTILES:
        value, low, high = bootstrap_quantile(taken, quantile) or (None, None, None)
        found[f"p{quantile * 100:g}"] = {"value": value, "low_95": low, "high_95": high}
    return found
