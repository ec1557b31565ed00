"""Names said short, in lay words or with a stage, side or strength find the thing meant and no other."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept


def found(phrase: str, *things: tuple[str, str], kinds: tuple[str, ...] = ()) -> list[str]:
    concepts = [ChartConcept(kind, "", display, 1) for kind, display in things]
    return [match.concept.display for match in resolve(phrase, frozenset(kinds), concepts).matches]


STAGES = tuple(("condition", f"Chronic kidney disease stage {stage} (disorder)") for stage in range(1, 5))


@pytest.mark.parametrize("phrase", ["CKD 3", "stage 3 CKD", "stage III CKD", "stage 3 kidney disease"])
def test_a_stage_finds_that_stage_alone(phrase: str) -> None:
    assert found(phrase, *STAGES) == ["Chronic kidney disease stage 3 (disorder)"]


def test_another_stage_is_not_the_one_asked_for() -> None:
    assert found("stage 3 CKD", STAGES[3]) == []


def test_acute_kidney_failure_is_no_chronic_kidney_disease() -> None:
    assert found("CKD", ("condition", "Acute kidney failure, unspecified")) == []


def test_influenza_a_is_not_influenza_b() -> None:
    viruses = [("observation", f"Influenza virus {letter} Ag [Presence] in Nasopharynx by Rapid immunoassay") for letter in "AB"]
    assert found("flu A", *viruses) == [viruses[0][1]]


def test_the_other_side_is_not_meant() -> None:
    assert found("left knee pain", ("condition", "Pain in right knee")) == []


def test_strength_in_the_phrase_picks_the_strength() -> None:
    tablets = [("medication", f"Hydrochlorothiazide {strength} MG") for strength in ("25", "6.25")]
    assert found("hydrochlorothiazide 6.25 mg", *tablets) == ["Hydrochlorothiazide 6.25 MG"]
    assert len(found("hydrochlorothiazide", *tablets)) == 2


def test_narrow_class_is_not_the_wide_one() -> None:
    assert found("loop diuretic", ("medication", "Lasix 40mg"), ("medication", "Hydrochlorothiazide 25 MG")) == ["Lasix 40mg"]


@pytest.mark.parametrize(("phrase", "display"), [("bone", "Alendronic acid 10 MG Oral Tablet"), ("cholesterol", "Simvastatin 10 MG")])
def test_what_a_pill_is_for_finds_it_among_medications(phrase: str, display: str) -> None:
    assert found(phrase, ("medication", display), ("observation", "Total Cholesterol"), kinds=("medication",)) == [display]


def test_not_every_shot_is_a_vaccine() -> None:
    injection = "Vitamin B 12 5 MG/ML Injectable Solution"
    assert found("B12 shots", ("medication", injection), kinds=("immunization",)) == [injection]
    assert found("flu shot", ("procedure", "Influenza test"), kinds=("immunization",)) == []


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("drug screening", "Screening for drug abuse (procedure)"),
        ("cardiology referral", "Referral to cardiology service (procedure)"),
        ("abortion counseling", "Counseling for termination of pregnancy"),
    ],
)
def test_screening_and_referral_are_things_of_their_own(phrase: str, display: str) -> None:
    assert found(phrase, ("procedure", display)) == [display]
    assert found("drug abuse", ("procedure", "Screening for drug abuse (procedure)")) == []


def test_suspicion_said_in_other_words_is_still_suspicion() -> None:
    suspected = ("condition", "Suspected lung cancer (situation)")
    assert found("possible lung cancer", suspected) == [suspected[1]]
    assert found("lung cancer", suspected) == []


@pytest.mark.parametrize("phrase", ["blood calcium", "serum calcium"])
def test_blood_is_understood_of_a_measurement(phrase: str) -> None:
    assert found(phrase, ("observation", "Calcium")) == ["Calcium"]
    assert found("blood in urine", ("procedure", "Urine culture")) == []


def test_partial_pressure_is_not_the_content() -> None:
    gas = "Carbon dioxide [Partial pressure] in Arterial blood"
    assert found("pCO2", ("observation", gas)) == [gas]
    assert found("bicarb", ("observation", gas), ("observation", "Carbon Dioxide")) == ["Carbon Dioxide"]


@pytest.mark.parametrize("phrase", ["peanut IgE", "peanut allergy blood test"])
def test_specific_antibody_is_found_by_its_allergen(phrase: str) -> None:
    peanut = "Peanut IgE Ab in Serum"
    assert found(phrase, ("observation", "Walnut IgE Ab in Serum"), ("observation", peanut)) == [peanut]
