"""What one item of a suite scored, before anything is averaged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Tally:
    """``hits`` out of ``of``; where ``of`` is 0 the metric says nothing of this item."""

    hits: float
    of: float

    @property
    def value(self) -> float | None:
        """The share; None of nothing."""
        return self.hits / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Score:
    """One item's tallies by metric; ``inner`` by metric and by what is told apart inside an item (slots, types of identifier).

    ``missing`` says why there is no score: then nothing else is there, and the gate fails. ``notes`` say in words what is wrong.
    """

    item: str
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    inner: Mapping[str, Mapping[str, Tally]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    missing: str | None = None
