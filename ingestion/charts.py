"""Copy-forward lineage of whole charts, brought up to date after a run.

A chart is looked at as a whole, so the result depends on what is stored and not on the order it came in. A mark in the
store says that charts changed: after a crash the next run looks at all of them.
"""

from __future__ import annotations

from collections.abc import Collection

from ingestion.lineage import find_origins, traced
from rag.store.chunks import charts, set_origins
from rag.store.database import Database
from rag.store.properties import get_property, set_property
from rag.types import NO_PATIENT


class ChartChanges:
    """Which charts of a corpus changed since their lineage was last made."""

    def __init__(self, database: Database, corpus: str) -> None:
        self._database = database
        self._corpus = corpus
        self._mark = f"lineage_stale:{corpus}"
        self._crashed = get_property(database, self._mark) is not None
        self._patients: set[str] = set()

    def note(self, patients: Collection[str]) -> None:
        """Say, before writing, that these patients' charts are about to change."""
        if not self._patients and not self._crashed and patients:
            set_property(self._database, self._mark, "1")
        self._patients |= set(patients)

    def refresh(self) -> int:
        """Make the lineage of the changed charts anew; gives how many charts were looked at."""
        if not self._patients and not self._crashed:
            return 0
        seen = 0
        for patient, chart in charts(self._database, self._corpus):
            if patient == NO_PATIENT or not (self._crashed or patient in self._patients):
                continue
            origins = find_origins(traced(dated.chunk, dated.date) for dated in chart)
            changed = {
                dated.chunk.chunk_id: origins.get(dated.chunk.chunk_id)
                for dated in chart
                if dated.chunk.copied_from != origins.get(dated.chunk.chunk_id)
            }
            set_origins(self._database, changed)
            seen += 1
        set_property(self._database, self._mark, None)
        self._patients, self._crashed = set(), False
        return seen
