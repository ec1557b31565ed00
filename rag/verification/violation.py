"""What is wrong with a statement: the slot, the words that say it, and why."""

from __future__ import annotations

from dataclasses import dataclass

SLOTS = (
    *("number", "unit", "dose", "date", "laterality", "negation", "experiencer", "certainty", "drug", "condition"),
    "computed",
)


@dataclass(frozen=True, slots=True)
class Violation:
    """One slot that differs from the quotes. ``slot`` is one of ``SLOTS``; ``found`` is chart text: show it, never log it."""

    slot: str
    found: str
    why: str
