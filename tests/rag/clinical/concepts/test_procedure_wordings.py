"""Procedures, studies and devices as clinicians and patients say them find the thing meant, and no part of another."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept


def found(phrase: str, *things: tuple[str, str]) -> list[str]:
    concepts = [ChartConcept(kind, "", display, 1) for kind, display in things]
    return [match.concept.display for match in resolve(phrase, frozenset(), concepts).matches]


@pytest.mark.parametrize(
    ("phrase", "kind", "display"),
    [
        ("whipple", "procedure", "Pancreaticoduodenectomy"),
        ("CRRT", "procedure", "Continuous renal replacement therapy"),
        ("trach change", "procedure", "Tracheostomy tube change"),
        ("belly tap", "procedure", "Paracentesis"),
        ("stitches out", "procedure", "Suture removal"),
        ("extubated", "procedure", "Extubation"),
        ("HIDA", "report", "Hepatobiliary scan"),
        ("V/Q scan", "report", "Ventilation-perfusion scan"),
        ("head CTs", "report", "CT head"),
        ("quantiferon", "report", "Interferon-gamma release assay"),
        ("wound swab", "report", "Wound culture"),
        ("fibroscan", "report", "Transient elastography"),
        ("PICC", "device", "Peripherally inserted central catheter"),
        ("central line", "device", "Peripherally inserted central catheter"),
        ("IABP", "device", "Intra-aortic balloon pump"),
        ("wound vac", "device", "Negative pressure wound therapy device"),
        ("night guard", "device", "Occlusal splint"),
    ],
)
def test_another_wording_finds_the_thing(phrase: str, kind: str, display: str) -> None:
    assert found(phrase, (kind, display), (kind, "Other thing")) == [display]


@pytest.mark.parametrize(
    ("phrase", "kind", "display"),
    [
        ("PICC line", "device", "Central venous catheter"),
        ("scope", "procedure", "Colonoscopy"),
        ("gallbladder", "procedure", "Cholecystectomy"),
        ("restrained", "procedure", "Physical restraint"),
        ("kidney scan", "report", "Nuclear renal scan"),
    ],
)
def test_a_word_that_means_more_or_else_does_not(phrase: str, kind: str, display: str) -> None:
    assert found(phrase, (kind, display)) == []


def test_the_narrower_of_two_is_taken() -> None:
    lines = [("device", "Central venous catheter"), ("device", "Peripherally inserted central catheter")]
    assert found("PICC line", *lines) == [lines[1][1]]
