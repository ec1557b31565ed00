"""Labs, measurements, scores and habits are found by the ways that clinicians, coders, patients and relatives name them."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept


def found(phrase: str, *displays: str, kind: str = "observation") -> list[str]:
    concepts = [ChartConcept(kind, "", display, 1) for display in displays]
    return [match.concept.display for match in resolve(phrase, frozenset(), concepts).matches]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("anti-Xa", "Anti-factor Xa level"),
        ("dsDNA", "Anti-double-stranded DNA antibody"),
        ("CMV PCR", "Cytomegalovirus DNA"),
        ("keppra level", "Levetiracetam level"),
        ("prograf troughs", "Tacrolimus"),
        ("orthostatics", "Orthostatic blood pressure"),
        ("decels", "Fetal heart rate deceleration"),
        ("braden", "Braden scale score"),
        ("CIWA", "Clinical institute withdrawal assessment score"),
        ("back disability score", "Oswestry disability index score"),
        ("cervical length", "Transvaginal cervical length"),
        ("cord gas", "Umbilical cord pH"),
        ("peak pressures", "Peak inspiratory pressure"),
        ("p/f ratio", "PaO2/FiO2 ratio"),
        ("bladder pressure", "Intra-abdominal pressure"),
        ("JP drainage", "Surgical drain output"),
        ("fluid removed", "Ultrafiltration volume"),
        ("audiogram", "Hearing threshold"),
        ("Qmax", "Maximum urinary flow rate"),
        ("quad strength", "Quadriceps strength"),
    ],
)
def test_measurement_is_found_by_its_usual_name(phrase: str, display: str) -> None:
    assert found(phrase, "Hemoglobin", display, "Body weight") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("sober", "Alcohol abstinence"),
        ("night shifts", "Shift work"),
        ("food stamps", "Welfare benefits"),
        ("dv", "Domestic violence"),
        ("guns", "Firearms in home"),
        ("kids living at home", "Children in household"),
        ("quit date", "Smoking cessation date"),
    ],
)
def test_circumstance_is_found_by_its_usual_name(phrase: str, display: str) -> None:
    assert found(phrase, "Education", display, "Religion") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("blood pressure", "Pulmonary artery pressure"),
        ("potassium", "Dialysate potassium"),
        ("weight", "Gestational weight gain"),
        ("glucose", "Glucose time in range"),
        ("strength", "Quadriceps strength"),
        ("HIV", "HIV test"),
    ],
)
def test_a_longer_name_is_another_thing(phrase: str, display: str) -> None:
    assert found(phrase, display) == []
