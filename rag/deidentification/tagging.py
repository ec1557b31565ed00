"""The tagger over many texts at once, failing closed: a text that it fails on fails alone and is quarantined, and so is every text
where there is no tagger."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from rag.clinical.units import find_quantities
from rag.deidentification.findings import FAINT, EntityType, Finding, outside
from rag.deidentification.labels import load_labels
from rag.errors import DetectorError
from rag.types import Span

_RUN = re.compile(r"\S+")
_DAY_IN_DIGITS = re.compile(r"\d{1,2}\s?[./-]\s{0,2}\d{1,2}\s?[./-]\s{0,2}['’]?(?:\d{4}|\d\d)\.?")
MIN_CODE_CHARS = 4
UNIT_CHARS = 12
"""How far from a number its unit is looked for."""
_MARKS = ".,:;()#"
_OWNED_BY_RULES = (EntityType.DATE, EntityType.ID)
_OF_WORDS = ("names", "places", "organizations")
_REASONS = {"timed out": "detector_timeout", "is missing": "detector_missing"}


class BatchDetector(Protocol):
    """A detector that is faster over many texts."""

    def tag(self, texts: Sequence[str], clear: Sequence[Sequence[Span]]) -> Sequence[Sequence[Finding]]:
        """What is found in each text; what lies in ``clear`` need not be read."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What the tagger found in one text, or the reason to quarantine it."""

    findings: tuple[Finding, ...] = ()
    failed: str = ""


class Tagging:
    """A tagger, loaded when the first text comes. Thread-safe."""

    def __init__(self, load: Callable[[], BatchDetector]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._tagger: BatchDetector | None = None

    def tag(self, texts: Sequence[str], clear: Sequence[Sequence[Span]] | None = None) -> list[Tagged]:
        """One result per text. Never raises for what a text holds, nor for a tagger that cannot be loaded."""
        if not texts:
            return []
        walls = clear if clear is not None else [()] * len(texts)
        try:
            return [Tagged(tuple(found)) for found in self._loaded().tag(texts, walls)]
        except Exception as error:  # whatever it is, the text that caused it is not stored, and the message may hold text
            if len(texts) > 1 and self._tagger is not None:
                return [self.tag([text], [wall])[0] for text, wall in zip(texts, walls, strict=True)]
            return [Tagged(failed=failure_reason(error))] * len(texts)

    def _loaded(self) -> BatchDetector:
        with self._lock:
            if self._tagger is None:
                self._tagger = self._load()
            return self._tagger


def believed(rules: Iterable[Finding], tagged: Sequence[Finding]) -> list[Finding]:
    """The rules' findings but those of word lists in which the tagger finds nothing conceivable: it owns words and knows where they stand
    ("Kocher clamp"). Formats and known identifiers are always believed."""
    conceivable = sorted((f.start, f.end) for f in tagged)
    kept, at = [], 0
    for finding in sorted(rules, key=lambda f: f.start):
        while at < len(conceivable) and conceivable[at][1] <= finding.start:
            at += 1
        near = at < len(conceivable) and conceivable[at][0] < finding.end
        if near or finding.detector not in _OF_WORDS:
            kept.append(finding)
    return kept


def beside_rules(text: str, tagged: Iterable[Finding], rules: Sequence[Finding]) -> Iterator[Finding]:
    """The tagger's findings, those of dates and codes without what the rules found in them, which own digits and know a date's parts.

    Of what is left of such a finding, runs without a space count that hold a digit, go on what a rule found, or are in capitals and no
    label ("XQF" before "8829-10"). What no rule touched counts unless it is a number with its unit or of a few digits: those are results.
    """
    walls = [Span(finding.start, finding.end) for finding in rules]
    ends = {end for wall in walls for end in (wall.start, wall.end)}
    for finding in tagged:
        if finding.detector == FAINT:
            continue
        if finding.entity_type not in _OWNED_BY_RULES:
            yield finding
            continue
        left = list(outside([finding], walls))
        if left == [finding]:
            if _may_be_told_by_the_tagger(text, finding):
                yield finding
            continue
        for piece in left:
            for run in _RUN.finditer(text, piece.start, piece.end):
                coded = any(map(str.isdigit, run[0])) or (run[0].isupper() and run[0].strip(_MARKS).lower() not in _label_words())
                if coded or not ends.isdisjoint(run.span()):
                    yield replace(finding, start=run.start(), end=run.end())


def _may_be_told_by_the_tagger(text: str, finding: Finding) -> bool:
    value = text[finding.start : finding.end]
    letters = any(map(str.isalpha, value))
    if finding.entity_type is EntityType.ID and sum(map(str.isalnum, value)) < MIN_CODE_CHARS:
        return False
    if finding.entity_type is EntityType.DATE and not letters and "/" not in value and not _DAY_IN_DIGITS.fullmatch(value):
        return False
    around = Span(max(0, finding.start - UNIT_CHARS), finding.end + UNIT_CHARS)
    quantities = find_quantities(text[around.start : around.end])
    return not any(q.unit and q.span.start + around.start < finding.end and finding.start < q.span.end + around.start for q in quantities)


@cache
def _label_words() -> frozenset[str]:
    return frozenset(word for labels in load_labels().values() for label in labels for word in label.split())


def failure_reason(error: Exception) -> str:
    """The quarantine's reason for what a detector raised."""
    said = str(error) if isinstance(error, DetectorError) else ""
    return next((reason for words, reason in _REASONS.items() if words in said), "detector_failed")


def tagged_elsewhere() -> Tagging:
    """For a process that is given each text with its findings: a text that comes without is quarantined."""

    def refuse() -> BatchDetector:
        raise DetectorError("detector tagger is missing (its findings did not come with the text)")

    return Tagging(refuse)


def open_tagging(threads: int = 2) -> Tagging:
    """The shipped tagger, which loads in 3 s, most of it importing torch, when it is first asked."""

    def load() -> BatchDetector:
        from rag.deidentification.tagger import open_tagger

        return open_tagger(threads)

    return Tagging(load)
