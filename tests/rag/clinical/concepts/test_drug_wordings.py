"""Drugs, classes, regimens, vaccines and allergens said in brands, clips and lay words find the thing meant and no other."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept


def found(phrase: str, *displays: str, kind: str = "medication") -> list[str]:
    return [
        match.concept.display for match in resolve(phrase, frozenset({kind}), [ChartConcept(kind, "", one, 1) for one in displays]).matches
    ]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("SSZ", "Sulfasalazine 500 MG Oral Tablet"),
        ("clexane", "enoxaparin"),
        ("co-amoxiclav", "Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet"),
        ("mero", "meropenem 1000 MG Injection"),
        ("tacro", "Tacrolimus 1 MG Oral Capsule"),
        ("levothyroxin", "levothyroxine"),
        ("noradrenaline", "norepinephrine"),
        ("blue inhaler", "albuterol"),
        ("calpol", "Acetaminophen 160 MG/5ML Oral Suspension"),
        ("fluclox", "flucloxacillin"),
        ("mini pill", "norethindrone"),
    ],
)
def test_a_clip_or_foreign_brand_is_its_drug(phrase: str, display: str) -> None:
    assert found(phrase, display, "aspirin") == [display]


@pytest.mark.parametrize("phrase", ["heparin gtt", "heparin drip", "heparin infusion", "subcut heparin"])
def test_the_way_it_is_given_does_not_change_the_drug(phrase: str) -> None:
    assert found(phrase, "heparin", "insulin") == ["heparin"]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("peeing pill", "Furosemide 40 MG Oral Tablet"),
        ("thinner", "Apixaban 5 MG Oral Tablet"),
        ("happy pills", "Sertraline 50 MG Oral Tablet"),
        ("bp tablets", "Amlodipine 5 MG Oral Tablet"),
        ("sugar meds", "metformin"),
        ("gliflozins", "empagliflozin"),
        ("skinny jab", "semaglutide"),
        ("paralytics", "rocuronium"),
        ("puffers", "albuterol"),
        ("LAI", "paliperidone"),
        ("DAPT", "clopidogrel"),
        ("tb pills", "isoniazid"),
        ("binders", "sevelamer"),
        ("ACE or ARB", "losartan"),
        ("iv iron", "iron sucrose"),
        ("checkpoint inhibitor", "nivolumab"),
        ("antirejection meds", "tacrolimus"),
        ("FOLFIRI", "irinotecan"),
        ("R-CHOP", "rituximab"),
        ("XELOX", "capecitabine"),
    ],
)
def test_lay_words_for_a_class_find_its_members(phrase: str, display: str) -> None:
    assert found(phrase, display, "latanoprost") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("water pill", "diuretic"),
        ("blood thinners", "anticoagulant"),
        ("bp pills", "antihypertensive agent"),
        ("bp pills", "beta blocker"),
        ("sleeping pill", "hypnotic"),
        ("pain meds", "analgesic"),
        ("diabetes pills", "oral hypoglycemic agent"),
        ("pressors", "vasopressor"),
    ],
)
def test_a_class_that_the_chart_names_itself_is_found(phrase: str, display: str) -> None:
    assert found(phrase, display, "latanoprost") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("vitamin k", "vitamin k antagonist"),
        ("iv iron", "ferrous sulfate"),
        ("oral diabetes meds", "insulin glargine"),
        ("FOLFOX", "irinotecan"),
        ("nausea", "aspirin"),
        ("levo", "levothyroxine"),
    ],
)
def test_a_neighbour_is_not_meant(phrase: str, display: str) -> None:
    assert found(phrase, display) == []


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("6-in-1 vaccine", "hexavalent vaccine"),
        ("hep b", "hexavalent vaccine"),
        ("flu mist", "live attenuated influenza vaccine"),
        ("tdap", "tetanus-diphtheria-pertussis vaccine"),
        ("men c", "meningococcal c vaccine"),
        ("prevenar", "pneumococcal conjugate vaccine"),
        ("covishield", "covid-19 vaccine"),
        ("vzig", "varicella zoster immune globulin"),
    ],
)
def test_a_vaccine_by_brand_or_lay_words(phrase: str, display: str) -> None:
    assert found(phrase, display, "rabies vaccine", kind="immunization") == [display]


@pytest.mark.parametrize(
    ("phrase", "display"),
    [
        ("contrast", "iodinated contrast"),
        ("ct dye", "iodinated contrast allergy"),
        ("plasters", "adhesive allergy"),
        ("kiwi", "kiwi allergy"),
        ("anaesthetic drugs", "anesthetic agent"),
        ("oysters", "mollusc"),
        ("shellfish", "oyster"),
        ("painkillers", "analgesic"),
    ],
)
def test_an_allergen_in_other_words(phrase: str, display: str) -> None:
    assert found(phrase, display, "latex", kind="allergy") == [display]


@pytest.mark.parametrize("phrase", ["cholestrol pill", "steriod"])
def test_a_misspelling_of_a_class_is_still_put_right(phrase: str) -> None:
    displays = {"cholestrol pill": "atorvastatin", "steriod": "prednisone"}
    assert found(phrase, displays[phrase]) == [displays[phrase]]


def test_the_narrow_class_comes_first() -> None:
    assert found("oral steroids", "fluticasone", "prednisone") == ["prednisone"]
    assert found("steroid cream", "prednisone", "clobetasol") == ["clobetasol"]
