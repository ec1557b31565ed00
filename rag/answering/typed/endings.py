"""Where a coded record tells of its own end in prose: "Stopped on 2024-01-24 because of nightmares"."""

from __future__ import annotations

import re

from rag.clinical.dates import find_dates
from rag.types import Fact, FactSlot

_ENDING = re.compile(
    r"\b(?:stop|discontinu|ended|resolved|finish|complet|d/c|replaced|switched|remov|extubat|taken out|withdrawn|explant|pulled)",
    re.IGNORECASE,
)


def told_end(fact: Fact) -> FactSlot | None:
    """The prose of a coded record that tells of its end with a date; None where there is none."""
    told = (slot for slot in fact.slots if slot.name == "text")
    return next((slot for slot in told if _ENDING.search(slot.text) and find_dates(slot.text)), None)
