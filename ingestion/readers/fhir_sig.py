"""A dosage written as text: where it says how much, how often, by which route and for how long."""

from __future__ import annotations

from collections.abc import Iterator

from rag.clinical.mentions.medication_doses import find_doses, main_dose
from rag.clinical.mentions.medication_schedules import find_duration, find_frequency, find_listed
from rag.types import Span


def sig_slots(sig: str) -> Iterator[tuple[str, Span]]:
    """(slot name, place in ``sig``) of the dose, frequency, route and duration that a dosage text states; each at most once."""
    amount, _, count = main_dose(find_doses(sig, 0, len(sig)))
    found = {
        "dose": Span(amount.start, amount.end) if amount else None,
        "quantity": Span(count.start, count.end) if count else None,
        "frequency": find_frequency(sig, 0, len(sig)),
        "route": find_listed("route", sig, 0, len(sig)),
        "duration": find_duration(sig, 0, len(sig)),
    }
    return ((name, span) for name, span in found.items() if span)
