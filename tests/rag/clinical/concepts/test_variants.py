"""Variants of one thing do not stand for each other; the thing itself stands for all of them."""

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept

PAIRS = (
    ("condition", "HFpEF", "Heart failure with reduced ejection fraction"),
    ("condition", "HFrEF", "Diastolic heart failure"),
    ("condition", "HFmrEF", "HFrEF"),
    ("condition", "STEMI", "NSTEMI"),
    ("condition", "NSTEMI", "Acute ST segment elevation myocardial infarction (disorder)"),
    ("condition", "STEMI", "Non-ST elevation myocardial infarction"),
    ("immunization", "PCV15", "Pneumococcal conjugate PCV20"),
    ("immunization", "Prevnar 13", "Pneumococcal conjugate vaccine, 20 valent"),
    ("immunization", "PPSV23", "pneumococcal conjugate PCV 13"),
    ("observation", "troponin I", "Troponin T.cardiac [Mass/volume] in Serum or Plasma"),
    ("observation", "troponin T", "Troponin I.cardiac [Mass/volume] in Serum or Plasma by High sensitivity method"),
)
SAME = (
    ("condition", "HFpEF", "Heart failure with preserved ejection fraction"),
    ("condition", "HFrEF", "Systolic heart failure"),
    ("condition", "heart failure", "HFrEF"),
    ("condition", "NSTEMI", "Non-ST elevation myocardial infarction"),
    ("condition", "heart attack", "STEMI"),
    ("immunization", "PCV13", "pneumococcal conjugate PCV 13"),
    ("immunization", "pneumonia shot", "Pneumococcal conjugate PCV20"),
    ("observation", "troponin", "Troponin T.cardiac [Mass/volume] in Serum or Plasma"),
    ("observation", "troponin I", "Troponin I.cardiac [Mass/volume] in Serum or Plasma"),
)


@pytest.mark.parametrize(("kind", "asked", "display"), PAIRS)
def test_variant_is_not_the_other(kind: str, asked: str, display: str) -> None:
    assert resolve(asked, frozenset(), (ChartConcept(kind, "", display, 1),)).matches == ()


@pytest.mark.parametrize(("kind", "asked", "display"), SAME)
def test_variant_and_its_thing_are_found(kind: str, asked: str, display: str) -> None:
    assert resolve(asked, frozenset(), (ChartConcept(kind, "", display, 1),)).matches
