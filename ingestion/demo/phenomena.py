"""What was planted in the demo notes, as records: raw material for suites of questions."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import yaml

KINDS = frozenset({
    "abbreviation", "age_over_89", "copied_forward", "date_form", "disagreement", "dose_change", "eponym", "family_history", "historical",
    "hypothetical", "identifier_header", "identifier_signature", "lab_trend", "laterality", "misspelling", "negation", "relative_name",
    "superseded_note", "text_table", "uncertain",
})  # fmt: skip
"""Every kind of phenomenon; each occurs at least once in the corpus."""


@dataclass(frozen=True, slots=True)
class Phenomenon:
    """One planted passage. ``document`` is the key of its note (``DocumentReference/demo-01-n1``).

    ``topic`` joins passages that belong together: the sides of a disagreement, the copies of a paragraph.
    """

    patient: str
    document: str
    kind: str
    quote: str
    topic: str | None = None


def load_phenomena() -> tuple[Phenomenon, ...]:
    """Return every planted passage, in the order of ``phenomena.yaml``.

    Raises:
        ValueError: a kind that is not in ``KINDS``.
    """
    source = files("ingestion.demo").joinpath("phenomena.yaml").read_text(encoding="utf-8")
    found = []
    for patient, documents in yaml.safe_load(source).items():
        for document, entries in documents.items():
            found += [Phenomenon(patient, document, entry["kind"], entry["quote"], entry.get("topic")) for entry in entries]
    unknown = {item.kind for item in found} - KINDS
    if unknown:
        raise ValueError(f"phenomena.yaml: unknown kinds {sorted(unknown)}")
    return tuple(found)
