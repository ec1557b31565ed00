"""Problems in text: named in full, each with its own assertion, side, site, date and status."""

from __future__ import annotations

import pytest

from rag.clinical.mentions.mention import Mention
from rag.clinical.mentions.problems import find_problems
from rag.clinical.sections import find_sections
from tests.growth import grows_linearly, repeated


def problems(text: str) -> tuple[Mention, ...]:
    return find_problems(text, find_sections(text))


def named(text: str) -> list[str]:
    return [text[found.name.start : found.name.end] for found in problems(text)]


def slots(text: str, index: int = 0) -> dict[str, str]:
    return {slot.name: text[slot.span.start : slot.span.end] for slot in problems(text)[index].slots if slot.name != "name"}


def test_each_item_of_a_denied_list_is_its_own_negated_mention() -> None:
    found = problems("She denies chest pain, dyspnea, or edema.")
    assert [mention.assertion for mention in found] == ["negated"] * 3


@pytest.mark.parametrize(
    "text",
    ["Type 2 diabetes.", "diabetes mellitus type 2", "type II diabetes", "T2DM", "TYPE 2 DIABETES", "type-2 diabetes", "Diabetes, type 2"],
)
def test_a_condition_is_found_in_any_order_case_and_hyphenation(text: str) -> None:
    assert named(text) == [text.rstrip(".")]


def test_the_longest_name_wins() -> None:
    assert named("Atrial fibrillation and congestive heart failure.") == ["Atrial fibrillation", "congestive heart failure"]


@pytest.mark.parametrize(
    ("text", "name", "site"),
    [
        ("She has a proximal humerus fracture.", "proximal humerus fracture", "proximal humerus"),
        ("He reports pain in the left knee.", "pain in the left knee", "left knee"),
        ("Swelling of both ankles.", "Swelling of both ankles", "ankles"),
    ],
)
def test_a_site_belongs_to_its_complaint(text: str, name: str, site: str) -> None:
    assert named(text) == [name]
    assert slots(text)["body_site"] in (site, f"both {site}")


def test_side_and_severity_are_slots() -> None:
    found = slots("Severe right knee pain.")
    assert (found["laterality"], found["severity"]) == ("right", "Severe")


def test_a_bare_head_word_is_no_problem() -> None:
    assert named("Discharge to home. Treatment failure was discussed.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Screening for depression was done.",
        "Asthma action plan given.",
        "Rapid strep throat test.",
        "She got a flu vaccine.",
        "Pain clinic referral.",
    ],
)
def test_tests_vaccines_and_plans_are_no_problems(text: str) -> None:
    assert named(text) == []


def test_a_heading_is_no_problem() -> None:
    assert named("ALLERGIES:\nNone.\n") == []


@pytest.mark.parametrize("text", ["She was seen as a new patient.", "He will call Ms. Reed."])
def test_a_small_word_is_no_abbreviation(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "iso", "slot"),
    [
        ("Type 2 diabetes since May 2016.", "2016-05", "onset"),
        ("Hypertension, diagnosed in 2012.", "2012", "onset"),
        ("Gout (2009).", "2009", "date"),
        ("Pneumonia 2014.", "2014", "date"),
        ("In March 2019 she had pneumonia.", "2019-03", "date"),
        ("Fever on 4/18.", "--04-18", "date"),
    ],
)
def test_a_date_beside_a_problem_is_its_time(text: str, iso: str, slot: str) -> None:
    assert problems(text)[0].time == iso
    assert slot in slots(text)


def test_a_date_behind_another_problem_is_not_ones_own() -> None:
    first, second = problems("Hypertension, gout in 2009.")
    assert (first.time, second.time) == (None, "2009")


@pytest.mark.parametrize("text", ["Cough x 3 days.", "Cough for the past 3 days.", "A 3 days history of cough."])
def test_how_long_is_a_duration(text: str) -> None:
    assert "3 days" in slots(text)["duration"]


def test_a_pain_score_is_no_date() -> None:
    assert problems("She rates her pain 9/10.")[0].time is None


def test_a_resolved_problem_is_ended() -> None:
    found = problems("Hypokalemia, resolved.")[0]
    assert (found.status, found.assertion) == ("ended", "historical")


def test_an_unresolved_problem_is_not_ended() -> None:
    assert problems("The cough has not resolved.")[0].status != "ended"


def test_a_relatives_problem_is_not_the_patients() -> None:
    assert problems("Her mother has asthma.")[0].assertion == "family"


def test_spans_lie_inside_their_sentence() -> None:
    text = "HPI:\nCough for two weeks. No fever.\n\nPMH:\n1. Asthma since 2009\n2. GERD\n"
    for mention in problems(text):
        for slot in mention.slots:
            assert mention.sentence.start <= slot.span.start < slot.span.end <= mention.sentence.end


def test_one_endless_sentence_is_read_in_linear_time() -> None:
    assert grows_linearly(lambda size: problems(repeated("He denies chest pain, fever and ", size)), 5_000)


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("PAST MEDICAL HISTORY:\nHypertension.", "present"),
        ("He has a history of diabetes.", "present"),
        ("PAST MEDICAL HISTORY:\nGestational diabetes in 1993.", "historical"),
        ("PAST MEDICAL HISTORY:\nChildhood asthma.", "historical"),
        ("PAST MEDICAL HISTORY:\nPneumonia.", "historical"),
    ],
)
def test_a_lasting_illness_in_a_past_history_is_present(text: str, assertion: str) -> None:
    assert problems(text)[0].assertion == assertion


def test_a_disease_in_no_list_is_found_by_its_name() -> None:
    assert named("She has Alagille syndrome and fasciitis.") == ["Alagille syndrome", "fasciitis"]


@pytest.mark.parametrize("text", ["Seen by Dr. Parkinson.", "SpO2 93 % RA.", "MR-23-1542"])
def test_names_and_abbreviations_for_other_things_are_no_problems(text: str) -> None:
    assert named(text) == []


def test_a_grade_is_no_date() -> None:
    assert [found.time for found in problems("2/6 holosystolic murmur.")] == [None]


def test_a_date_of_another_thing_is_not_the_symptoms() -> None:
    text = "CAD with LAD stent in June 2014, who presents with ten days of progressive dyspnea."
    assert [found.time for found in problems(text)][-1] is None


def test_days_of_a_symptom_are_its_duration() -> None:
    assert slots("She has twelve years of low back pain.")["duration"] == "twelve years"
