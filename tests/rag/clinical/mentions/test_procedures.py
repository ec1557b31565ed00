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
