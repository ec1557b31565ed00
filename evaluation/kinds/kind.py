"""What a kind is: how samples of a build are taken, how they are recorded, and how one is scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from evaluation.build import Build
from evaluation.items import Data, Item
from evaluation.scores import Score

Take = Callable[[Sequence[Item]], list[Data]]
"""A block of items, to one sample each, in order."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. ``block`` items are always taken together, whether a run was interrupted or not, so that batches are the same.

    ``take`` opens what the samples need, given the build and a part's folder; ``score`` is pure.
    """

    name: str
    sample: type[Data]
    take: Callable[[Build, Path | None], AbstractContextManager[Take]]
    score: Callable[[Item, Data], Score]
    block: int
