"""Nothing lost in silence: what went into each step equals what came out plus what was dropped, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.errors import StoreError


@dataclass(slots=True)
class Step:
    """Running counts of one step. ``unit`` says what is counted (resources, documents, chunks)."""

    name: str
    unit: str
    taken: int = 0
    passed: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def count(self, taken: int, passed: int, dropped: Mapping[str, int] | None = None) -> None:
        """Add one portion's counts."""
        self.taken += taken
        self.passed += passed
        self.dropped.update(dropped or {})

    @property
    def balanced(self) -> bool:
        """True when nothing is unaccounted for."""
        return self.taken == self.passed + sum(self.dropped.values())

    def as_json(self) -> dict[str, Any]:
        """The step as the ingest report prints it."""
        return {"unit": self.unit, "in": self.taken, "out": self.passed, "dropped": dict(sorted(self.dropped.items()))}


class Accounts:
    """The steps of one ingest run, in order."""

    def __init__(self) -> None:
        self.read = Step("read", "records")
        self.prepare = Step("prepare", "documents")
        self.store = Step("store", "documents")
        self.index = Step("index", "chunks")

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step, first to last."""
        return (self.read, self.prepare, self.store, self.index)

    def check(self) -> None:
        """Return if every step balances.

        Raises:
            StoreError: a step lost something without a reason: names the step and its counts.
        """
        for step in self.steps:
            if not step.balanced:
                raise StoreError(
                    f"step {step.name}: {step.taken} {step.unit} in, {step.passed} out and "
                    f"{sum(step.dropped.values())} dropped do not balance; this is a defect, please report it"
                )
        if self.prepare.passed != self.store.taken:
            raise StoreError(
                f"{self.prepare.passed} documents were prepared and {self.store.taken} came to be stored; "
                "this is a defect, please report it"
            )

    def as_json(self) -> dict[str, Any]:
        """All steps by name."""
        return {step.name: step.as_json() for step in self.steps}
