"""What a composer hands to citing: drafts of statements over evidence, before any number is given."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Evidence, Notice, Part


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement before citation: ``evidence`` indexes ``Composed.evidence``; without ``parts``, ``text`` is the evidence verbatim.

    ``fault`` says why it may not be shown, in words without chart text; empty where nothing is known against it.
    """

    text: str
    evidence: tuple[int, ...]
    parts: tuple[Part, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DraftPoint:
    """One value of a series and the evidence it stands in; ``date`` is ``time``, a moved date, as it may be printed."""

    time: str
    date: str
    value: str
    evidence: int


@dataclass(frozen=True, slots=True)
class DraftSeries:
    """Values over time before citation."""

    label: str
    unit: str
    points: tuple[DraftPoint, ...]


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Evidence that disagrees on one slot."""

    slot: str
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """Drafts strongest first; no drafts means "not documented". ``lead`` is "Yes", "No" or empty."""

    lead: str
    drafts: tuple[Draft, ...]
    evidence: tuple[Evidence, ...]
    series: tuple[DraftSeries, ...] = ()
    conflicts: tuple[DraftConflict, ...] = ()
    notices: tuple[Notice, ...] = ()
