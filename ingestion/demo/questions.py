"""The three questions that ``chartcite demo`` asks, and where the bundled manifests lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

MANIFEST_NAMES = ("demo-charts.yaml", "demo-guidelines.yaml")


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """A question and the sentence of the corpus that answers it, verbatim in ``document`` (a document key or file name)."""

    question: str
    patient: str | None
    document: str
    sentence: str


DEMO_QUESTIONS = (
    DemoQuestion(
        question="Why was lisinopril stopped, and what was the serum potassium?",
        patient="demo-05",
        document="DocumentReference/demo-05-n4",
        sentence="Lisinopril 20 mg daily was stopped on 2024-02-14 because the serum potassium was 6.1 mmol/L.",
    ),
    DemoQuestion(
        question="Did the patient have gastrointestinal bleeding while on warfarin?",
        patient="demo-06",
        document="DocumentReference/demo-06-n2",
        sentence="She denies melena, hematochezia or any other gastrointestinal bleeding while on warfarin.",
    ),
    DemoQuestion(
        question="How soon must antibiotics be given in septic shock?",
        patient=None,
        document="sepsis-bundle.docx",
        sentence="Give intravenous broad-spectrum antibiotics within 1 hour of recognition of septic shock.",
    ),
)


def demo_manifests() -> tuple[Path, ...]:
    """Return the two bundled manifests; they lie beside the ``ingestion`` package, in a checkout as in an installation."""
    folder = Path(__file__).resolve().parents[2] / "corpora_manifests"
    return tuple(folder / name for name in MANIFEST_NAMES)
