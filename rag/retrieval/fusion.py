"""One ranking out of two searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.index.protocol import Hit

RANK_OFFSET = 20
"""k of reciprocal rank fusion."""


@dataclass(frozen=True, slots=True)
class FusedHit:
    """A chunk of either search: ``score`` orders, ``dense`` and ``sparse`` are None where that search did not find it."""

    chunk_id: str
    score: float
    dense: float | None
    sparse: float | None


def fuse(dense: Sequence[Hit], sparse: Sequence[Hit]) -> list[FusedHit]:
    """Every chunk of either ranking, best first; equal scores by id, so that a run can be repeated."""
    scores: dict[str, float] = {}
    for hits in (dense, sparse):
        for rank, hit in enumerate(hits, 1):
            scores[hit.chunk_id] = scores.get(hit.chunk_id, 0.0) + 1.0 / (RANK_OFFSET + rank)
    cosines = {hit.chunk_id: hit.score for hit in dense}
    weights = {hit.chunk_id: hit.score for hit in sparse}
    fused = [FusedHit(chunk_id, score, cosines.get(chunk_id), weights.get(chunk_id)) for chunk_id, score in scores.items()]
    return sorted(fused, key=lambda hit: (-hit.score, hit.chunk_id))
