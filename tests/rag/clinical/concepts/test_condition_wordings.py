"""Diseases, symptoms, pregnancy and mental states in lay words, verbs and abbreviations meet their standard name, and no bare word does."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept


def found(phrase: str, *displays: str) -> list[str]:
    concepts = [ChartConcept("condition", "", display, 1) for display in displays]
    return [match.concept.display for match in resolve(phrase, frozenset(), concepts).matches]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("seized", "Seizure"),
        ("thrown up", "Vomiting"),
        ("thoughts of harming herself", "Suicidal ideation"),
        ("took his own life", "Suicide"),
        ("runs of vt", "Ventricular tachycardia"),
        ("afib w rvr", "Atrial fibrillation with rapid ventricular response"),
        ("high blood", "Hypertension"),
        ("low phos", "Hypophosphatemia"),
        ("swollen ankles", "Ankle edema"),
        ("wakes up to pee", "Nocturia"),
        ("bedwetting", "Nocturnal enuresis"),
        ("water broke", "Rupture of membranes"),
        ("morning sickness", "Nausea and vomiting of pregnancy"),
        ("PPH", "Postpartum hemorrhage"),
        ("skin breakdown", "Pressure ulcer"),
        ("bone mets", "Secondary malignant neoplasm of bone"),
        ("dry socket", "Alveolar osteitis"),
        ("stammer", "Stuttering"),
    ],
)
def test_everyday_wording_meets_the_standard_name(phrase: str, display: str) -> None:
    assert found(phrase, display, "Gout", "Hip fracture") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("lows", "Hypoglycemia"),
        ("type 2", "Type 2 diabetes mellitus"),
        ("walking", "Gait abnormality"),
        ("spectrum", "Autism"),
        ("endo", "Endometriosis"),
    ],
)
def test_a_bare_word_of_several_meanings_meets_none(phrase: str, display: str) -> None:
    assert found(phrase, display) == []
