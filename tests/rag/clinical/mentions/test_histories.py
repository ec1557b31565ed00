"""Family and social history: whose, what, at what age; what habit, how much, until when."""

from __future__ import annotations

import pytest

from rag.clinical.mentions.histories import find_family, find_social
from rag.clinical.mentions.mention import Mention
from rag.clinical.sections import find_sections


def family(text: str) -> tuple[Mention, ...]:
    return find_family(text, find_sections(text))


def social(text: str) -> tuple[Mention, ...]:
    return find_social(text, find_sections(text))


def slots(text: str, mention: Mention) -> dict[str, str]:
    return {slot.name: text[slot.span.start : slot.span.end] for slot in mention.slots}


def test_a_death_has_relation_condition_and_age() -> None:
    text = "FAMILY HISTORY:\nFather died of a myocardial infarction at age 54.\n"
    (found,) = family(text)
    said = slots(text, found)
    assert (found.experiencer, said["relation"], said["name"], said["age"], said["outcome"]) == (
        "father",
        "Father",
        "myocardial infarction",
        "54",
        "died",
    )
    assert found.assertion == "family"


def test_each_relative_has_their_own_condition() -> None:
    text = "FAMILY HISTORY:\nMother has asthma. Sister has depression.\n"
    assert [found.experiencer for found in family(text)] == ["mother", "sister"]


def test_a_relative_in_brackets_is_the_one_meant() -> None:
    assert family("FAMILY HISTORY:\nBreast cancer (maternal aunt), gout (brother).\n")[0].experiencer == "maternal aunt"


def test_a_denied_family_history_is_negated() -> None:
    (found,) = family("FAMILY HISTORY:\nNo family history of colon cancer.\n")
    assert (found.assertion, found.experiencer) == ("negated", "family")


def test_the_patients_own_problem_is_no_family_history() -> None:
    assert family("HPI:\nHer husband drove her in. She has asthma.\n") == ()


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("She has never smoked.", "", "negated"),
        ("Smokes 1 pack per day.", "active", "present"),
        ("Former smoker, quit in 2014.", "ended", "present"),
        ("Not ready to quit smoking.", "active", "present"),
        ("Denies tobacco use.", "", "negated"),
    ],
)
def test_smoking_is_never_active_or_former(text: str, status: str, assertion: str) -> None:
    (found,) = social(f"SOCIAL HISTORY:\n{text}\n")
    assert (found.canonical, found.status, found.assertion) == ("tobacco use", status, assertion)


def test_pack_years_and_the_year_of_quitting() -> None:
    text = "SOCIAL HISTORY:\nSmoked, 40 pack-years, quit in 2014.\n"
    habit, amount = social(text)
    assert (habit.canonical, habit.status, habit.time, slots(text, habit)["stop"]) == ("tobacco use", "ended", "2014", "2014")
    assert (amount.canonical, amount.value, amount.unit) == ("pack years", "40", "pack-years")


def test_what_is_smoked_in_a_day_and_in_a_life_are_both_told() -> None:
    text = "SOCIAL HISTORY:\nSmokes 1 pack per day, 40 pack-years.\n"
    assert [(found.value, found.unit) for found in social(text)] == [("1", "pack per day"), ("40", "pack-years")]


@pytest.mark.parametrize("text", ["37-year-old teacher with cough.", "60 yo M, former roofer, back pain.", "She works as a nurse."])
def test_work_is_told_by_what_the_patient_is(text: str) -> None:
    assert "occupation" in [found.canonical for found in social(f"HPI:\n{text}\n")]


def test_a_clinicians_work_is_not_the_patients() -> None:
    assert social("HPI:\nSpoke with the school nurse.\n") == ()


def test_alcohol_work_and_home_are_topics_of_their_own() -> None:
    text = "SOCIAL HISTORY:\nRetired mail carrier, lives with his wife. Drinks 2 beers on weekends.\n"
    assert [found.canonical for found in social(text)] == ["occupation", "living situation", "alcohol use"]
