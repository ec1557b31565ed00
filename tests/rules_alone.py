"""Detectors in place of the real ones: none beside the rules, for claims about rules and policies and quick; and one that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.deidentification.findings import FAINT, EntityType, Finding
from rag.deidentification.tagging import Tagging
from rag.errors import DetectorError
from rag.types import Span


class BelievesRules:
    """A tagger's seat without a tagger: it finds nothing and holds all that word lists find for conceivable."""

    def tag(self, texts: Sequence[str], clear: Sequence[Sequence[Span]]) -> list[tuple[Finding, ...]]:
        return [(Finding(0, len(text), EntityType.PERSON, FAINT),) for text in texts]


def rules_alone() -> Tagging:
    """For ``open_deidentifier(tagging=…)`` and ``ingest(tagging=…)``."""
    return Tagging(BelievesRules)


@dataclass(frozen=True, slots=True)
class MissingDetector:
    """A detector that is configured and cannot be loaded."""

    name: str
    reason: str

    def find(self, text: str) -> Sequence[Finding]:
        raise DetectorError(f"detector {self.name} is missing ({self.reason})")
