"""What a phrase means among all of a chart's concepts: tiers, senses, panels, kinds and corrections."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import Resolution, resolve
from rag.types import ChartConcept
from tests.growth import grows_linearly

ANY: frozenset[str] = frozenset()


def _chart(*concepts: tuple[str, str]) -> list[ChartConcept]:
    return [ChartConcept(kind, "", display, 1) for kind, display in concepts]


def _shown(found: Resolution) -> set[str]:
    return {match.concept.display for match in found.matches}


LABS = _chart(
    ("observation", "Glucose"),
    ("observation", "Glucose [Mass/volume] in Serum or Plasma"),
    ("observation", "Glucose [Mass/volume] in Urine by Test strip"),
    ("observation", "Systolic Blood Pressure"),
    ("observation", "Diastolic Blood Pressure"),
    ("observation", "Total Cholesterol"),
    ("observation", "Low Density Lipoprotein Cholesterol"),
    ("condition", "Essential hypertension (disorder)"),
    ("medication", "lisinopril 10 MG Oral Tablet"),
    ("medication", "lisinopril 20 MG Oral Tablet [Prinivil]"),
    ("allergy", "Aspirin"),
    ("medication", "Aspirin 81 MG Oral Tablet"),
)


def test_displays_of_one_thing_are_found_together_best_first() -> None:
    found = resolve("glucose", ANY, LABS)
    assert [(match.concept.display, match.how) for match in found.matches] == [
        ("Glucose", "exact"),
        ("Glucose [Mass/volume] in Serum or Plasma", "name"),
    ]
    assert not found.ambiguous


def test_strengths_of_one_drug_are_not_ambiguous() -> None:
    found = resolve("lisinopril", ANY, LABS)
    assert _shown(found) == {"lisinopril 10 MG Oral Tablet", "lisinopril 20 MG Oral Tablet [Prinivil]"}
    assert not found.ambiguous


def test_pair_gives_its_members() -> None:
    assert _shown(resolve("blood pressure", ANY, LABS)) == {"Systolic Blood Pressure", "Diastolic Blood Pressure"}
    assert _shown(resolve("top number", ANY, LABS)) == {"Systolic Blood Pressure"}


def test_kinds_narrow() -> None:
    assert {match.concept.kind for match in resolve("aspirin", ANY, LABS).matches} == {"allergy", "medication"}
    assert [match.concept.kind for match in resolve("aspirin", frozenset({"medication"}), LABS).matches] == ["medication"]
    assert resolve("aspirin", frozenset({"procedure"}), LABS).matches == ()


def test_word_that_tells_the_kind_narrows() -> None:
    assert [match.concept.kind for match in resolve("aspirin allergy", ANY, LABS).matches] == ["allergy"]


def test_abbreviation_with_two_senses_in_the_chart_is_ambiguous() -> None:
    chart = _chart(("condition", "Pulmonary embolism (disorder)"), ("procedure", "Physical examination procedure (procedure)"))
    found = resolve("PE", ANY, chart)
    assert _shown(found) == {"Pulmonary embolism (disorder)"}
    assert found.ambiguous
    assert _shown(resolve("PE", ANY, chart[1:])) == {"Physical examination procedure (procedure)"}
    assert not resolve("PE", ANY, chart[1:]).ambiguous


def test_misspelling_is_named() -> None:
    found = resolve("cholestrol", ANY, LABS)
    assert _shown(found) == {"Total Cholesterol"}
    assert found.corrected == (("cholestrol", "cholesterol"),)
    assert {match.how for match in found.matches} == {"spelling"}


@pytest.mark.parametrize("word", ["hypotension", "hypertensive emergency", "hyperthyroidism", "prednisolone"])
def test_one_real_word_is_never_read_as_another(word: str) -> None:
    chart = [*LABS, *_chart(("condition", "Hypothyroidism (disorder)"), ("medication", "predniSONE 5 MG Oral Tablet"))]
    assert not resolve(word, ANY, chart).corrected


def test_same_thing_hides_wider_ones() -> None:
    chart = _chart(
        ("condition", "Asthma"), ("condition", "Family history of asthma"), ("encounter", "Emergency hospital admission for asthma")
    )
    assert _shown(resolve("asthma", ANY, chart)) == {"Asthma"}
    assert _shown(resolve("asthma", frozenset({"encounter"}), chart)) == {"Emergency hospital admission for asthma"}


def test_wide_name_gives_every_narrower_one() -> None:
    chart = _chart(
        ("condition", "Chronic kidney disease stage 1 (disorder)"),
        ("condition", "Chronic kidney disease stage 2 (disorder)"),
        ("condition", "Anemia (disorder)"),
    )
    found = resolve("kidney disease", ANY, chart)
    assert len(found.matches) == 2
    assert {match.how for match in found.matches} == {"broader"}


def test_what_a_thing_is_due_to_comes_last() -> None:
    chart = _chart(("condition", "Neuropathy due to type 2 diabetes mellitus (disorder)"))
    (match,) = resolve("type 2 diabetes", ANY, chart).matches
    assert match.how == "broader"
    assert match.score < 0.5


def test_disease_is_not_its_vaccine() -> None:
    chart = _chart(("immunization", "varicella"), ("immunization", "Influenza, seasonal, injectable, preservative free"))
    assert resolve("chickenpox", ANY, chart).matches == ()
    assert resolve("flu", ANY, chart).matches == ()
    assert _shown(resolve("flu", frozenset({"immunization"}), chart)) == {"Influenza, seasonal, injectable, preservative free"}


def test_code_speaks_where_the_display_says_little() -> None:
    coded = ChartConcept("observation", "http://loinc.org|4548-4", "Lab result 17", 3)
    vaccine = ChartConcept("immunization", "http://hl7.org/fhir/sid/cvx|08", "", 1)
    diagnosis = ChartConcept("condition", "http://hl7.org/fhir/sid/icd-10-cm|E11.9", "", 1)
    assert [match.concept for match in resolve("A1c", ANY, [coded, vaccine, diagnosis]).matches] == [coded]
    assert [match.concept for match in resolve("hep b vaccine", ANY, [coded, vaccine, diagnosis]).matches] == [vaccine]
    assert [match.concept for match in resolve("diabetes", ANY, [coded, vaccine, diagnosis]).matches] == [diagnosis]


def test_relative_illness_is_found_as_family_history() -> None:
    chart = _chart(("family_history", "Malignant neoplasm of breast (disorder)"))
    assert _shown(resolve("breast cancer", frozenset({"family_history"}), chart)) == {"Malignant neoplasm of breast (disorder)"}
    assert _shown(resolve("family history of breast cancer", ANY, chart)) == {"Malignant neoplasm of breast (disorder)"}


def test_terminology_adds_names() -> None:
    class Local:
        def synonyms(self, code: str) -> tuple[str, ...]:
            return ("quinsy",) if code == "x|1" else ()

    chart = [ChartConcept("condition", "x|1", "Peritonsillar abscess", 1)]
    assert resolve("quinsy", ANY, chart).matches == ()
    assert _shown(resolve("quinsy", ANY, chart, Local())) == {"Peritonsillar abscess"}


@pytest.mark.parametrize("phrase", ["", " ", "the", "level", "()", "a" * 4000, "x " * 2000, "🩺"])
def test_odd_phrases_find_nothing(phrase: str) -> None:
    assert resolve(phrase, ANY, LABS).matches == ()


def test_time_grows_with_the_concepts() -> None:
    sites = ("forearm", "ankle", "rib", "hand", "foot", "knee", "hip", "wrist", "skull", "clavicle")
    things = (
        "Fracture of",
        "Laceration of",
        "Sprain of",
        "Burn of",
        "Injury of",
        "Pain in",
        "Biopsy of",
        "X-ray of",
        "Cyst of",
        "Tumor of",
    )
    chart = _chart(*(("condition", f"{thing} {site} {n} (disorder)") for n in range(8) for thing in things for site in sites))
    assert grows_linearly(lambda size: resolve("kidney stones", ANY, chart[:size]), len(chart) // 8)
