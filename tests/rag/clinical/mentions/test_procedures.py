"""Procedures, vaccines and devices in text: done, planned or declined, and when."""

from __future__ import annotations

import pytest

from rag.clinical.mentions.mention import Mention
from rag.clinical.mentions.procedures import find_procedures
from rag.clinical.sections import find_sections


def procedures(text: str) -> tuple[Mention, ...]:
    return find_procedures(text, find_sections(text))


@pytest.mark.parametrize(
    ("text", "iso"), [("Cholecystectomy 1998.", "1998"), ("S/p appendectomy in 2004.", "2004"), ("Colonoscopy in 2019 was normal.", "2019")]
)
def test_a_procedure_done_has_its_date(text: str, iso: str) -> None:
    (found,) = procedures(text)
    assert (found.kind, found.assertion, found.time) == ("procedure", "present", iso)


@pytest.mark.parametrize(
    "text",
    [
        "She is scheduled for a colonoscopy.",
        "We will order an MRI.",
        "I recommend a mammogram.",
        "PLAN:\nColonoscopy.",
        "Echocardiogram was ordered.",
    ],
)
def test_a_planned_procedure_is_hypothetical(text: str) -> None:
    (found,) = procedures(text)
    assert (found.assertion, found.status) == ("hypothetical", "planned")


@pytest.mark.parametrize("text", ["She declined a colonoscopy.", "No prior colonoscopy.", "Colonoscopy was not done."])
def test_a_declined_procedure_is_negated(text: str) -> None:
    assert procedures(text)[0].assertion == "negated"


def test_a_vaccine_given_is_an_immunization() -> None:
    (found,) = procedures("PCV20 given today.")
    assert (found.kind, found.assertion) == ("immunization", "present")


def test_a_device_in_place_is_present() -> None:
    (found,) = procedures("Pacemaker placed in 2018.")
    assert (found.kind, found.time) == ("device", "2018")


def test_a_relatives_procedure_is_not_the_patients() -> None:
    assert procedures("FAMILY HISTORY:\nMother had a mastectomy.\n")[0].assertion == "family"


def test_a_referral_under_a_condition_is_no_device_in_place() -> None:
    (found,) = procedures("If EF remains 35 % or less after 3 months of therapy, refer for ICD.")
    assert (found.kind, found.assertion, found.status) == ("device", "hypothetical", "planned")


def test_a_device_that_is_out_is_ended() -> None:
    assert [(found.kind, found.status) for found in procedures("Foley out 0600, voided 350 mL.")] == [("device", "ended")]


def test_the_adjective_of_a_disease_is_no_vaccine() -> None:
    assert [found.kind for found in procedures("Septic shock due to pneumococcal pneumonia.") if found.kind == "immunization"] == []


def test_two_vaccines_that_share_the_word_are_two() -> None:
    found = procedures("Did not get flu or pneumococcal vaccines.")
    assert [(mention.kind, mention.assertion) for mention in found] == [("immunization", "negated")] * 2


def test_an_unremarkable_study_was_done() -> None:
    assert [found.assertion for found in procedures("Her lumbar spine x-ray was unremarkable.")] == ["present"]


def test_a_surname_is_no_walker() -> None:
    assert procedures("Regarding his arthritis, Mr. Walker reports pain.") == ()


def test_the_side_of_a_finding_is_not_the_studys() -> None:
    (found,) = (mention for mention in procedures("CXR: small bilateral effusions.") if mention.kind == "procedure")
    assert [slot.name for slot in found.slots if slot.name == "laterality"] == []


def test_only_a_denied_hospital_stay_is_told() -> None:
    assert [(found.kind, found.assertion) for found in procedures("Never hospitalized for her breathing.")] == [("encounter", "negated")]
    assert procedures("He was hospitalized for pneumonia.") == ()
