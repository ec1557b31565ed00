"""What detectors find, and how their findings become one list of disjoint spans.

Detectors' spans are united: a character that any detector marks is replaced. Disagreement is only recorded, for review.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from rag.types import Span


class EntityType(StrEnum):
    """The kinds of identifier. Source: 45 CFR 164.514(b)(2)(i), items A to R."""

    PERSON = "PERSON"  # A
    ORGANIZATION = "ORGANIZATION"  # B: employers and facilities place a person
    LOCATION = "LOCATION"  # B: city, county, precinct
    ADDRESS = "ADDRESS"  # B: street address, PO box
    ZIP = "ZIP"  # B
    DATE = "DATE"  # C
    AGE = "AGE"  # C: over 89
    PHONE = "PHONE"  # D
    FAX = "FAX"  # E
    EMAIL = "EMAIL"  # F
    SSN = "SSN"  # G
    MRN = "MRN"  # H
    HEALTH_PLAN = "HEALTH_PLAN"  # I
    ACCOUNT = "ACCOUNT"  # J
    LICENSE = "LICENSE"  # K
    VEHICLE = "VEHICLE"  # L
    DEVICE = "DEVICE"  # M
    URL = "URL"  # N
    IP = "IP"  # O
    ID = "ID"  # P (biometric) and R (any other unique number or code)


_BY_STRENGTH = (
    EntityType.EMAIL,
    EntityType.URL,
    EntityType.SSN,
    EntityType.ADDRESS,
    EntityType.MRN,
    EntityType.HEALTH_PLAN,
    EntityType.DATE,
    EntityType.IP,
    EntityType.FAX,
    EntityType.PHONE,
    EntityType.VEHICLE,
    EntityType.DEVICE,
    EntityType.LICENSE,
    EntityType.ACCOUNT,
    EntityType.ID,
    EntityType.ZIP,
    EntityType.AGE,
    EntityType.ORGANIZATION,
    EntityType.LOCATION,
    EntityType.PERSON,
)
_STRENGTH = {entity: index for index, entity in enumerate(_BY_STRENGTH)}
_IN_WORDS = frozenset({EntityType.PERSON, EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.ADDRESS, EntityType.ZIP})
_IN_TIME = frozenset({EntityType.DATE, EntityType.AGE})
UNSURE = "tagger_unsure"
"""The detector's name in findings of the tagger that are more likely none; where nothing else says so, a person should look."""
FAINT = "tagger_faint"
"""The detector's name where the tagger finds nothing and yet would believe a word list: no finding by itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One detector's claim that ``text[start:end]`` is an identifier."""

    start: int
    end: int
    entity_type: EntityType
    detector: str


@dataclass(frozen=True, slots=True)
class Identified:
    """A stretch to replace: the union of overlapping findings. ``disputed`` where detectors took it for different things (words, times,
    codes), or only an unsure one found it."""

    start: int
    end: int
    entity_type: EntityType
    detectors: tuple[str, ...]
    disputed: bool


class Detector(Protocol):
    """Anything that marks identifiers in a text: a rule set, a gazetteer, a trained tagger.

    ``find`` is linear in the text and returns findings in any order. On a failure it raises; it never returns less in silence.
    """

    @property
    def name(self) -> str: ...

    def find(self, text: str) -> Sequence[Finding]: ...


def unite(findings: Iterable[Finding], clear: Sequence[Span] = ()) -> tuple[Identified, ...]:
    """Merge overlapping findings and cut out the ``clear`` spans; ordered and disjoint. O(n log n).

    A merged stretch takes the type of the finding that covers all of it, else of the longest; ties go to the harder format.
    What a clear span leaves of a finding is kept as it is.
    """
    ordered = sorted((f for f in outside(findings, clear) if f.start < f.end), key=lambda f: (f.start, -f.end))
    united: list[Identified] = []
    group: list[Finding] = []
    reach = -1
    for finding in ordered:
        if group and finding.start >= reach:
            united.append(_merge(group))
            group = []
        group.append(finding)
        reach = max(reach, finding.end) if len(group) > 1 else finding.end
    if group:
        united.append(_merge(group))
    return tuple(united)


def without(walls: Sequence[Span], findings: Iterable[Finding]) -> tuple[Span, ...]:
    """``walls`` less the findings: what is left of them, in order."""
    cuts = [Span(f.start, f.end) for f in findings]
    if not cuts:
        return tuple(walls)
    pieces = outside([Finding(w.start, w.end, EntityType.ID, "") for w in _merged(walls)], cuts)
    return tuple(Span(piece.start, piece.end) for piece in pieces)


def _merge(group: Sequence[Finding]) -> Identified:
    start, end = min(f.start for f in group), max(f.end for f in group)
    best = min(group, key=lambda f: (-(f.end - f.start), _STRENGTH[f.entity_type]))
    detectors = tuple(sorted({f.detector for f in group}))
    disputed = detectors == (UNSURE,) or len({_thing(f.entity_type) for f in group}) > 1
    return Identified(start, end, best.entity_type, detectors, disputed)


def _thing(entity: EntityType) -> str:
    return "words" if entity in _IN_WORDS else "time" if entity in _IN_TIME else "code"


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def outside(findings: Iterable[Finding], clear: Sequence[Span]) -> Iterable[Finding]:
    """What of the findings lies in no ``clear`` span, in order of place."""
    if not clear:
        yield from findings
        return
    walls = _merged(clear)
    ordered = sorted(findings, key=lambda f: f.start)
    first = 0
    for finding in ordered:
        while first < len(walls) and walls[first].end <= finding.start:
            first += 1
        cursor = finding.start
        for wall in walls[first:]:
            if wall.start >= finding.end:
                break
            if wall.end <= cursor:
                continue
            if wall.start > cursor:
                yield Finding(cursor, wall.start, finding.entity_type, finding.detector)
            cursor = max(cursor, wall.end)
        if cursor < finding.end:
            yield Finding(cursor, finding.end, finding.entity_type, finding.detector)
