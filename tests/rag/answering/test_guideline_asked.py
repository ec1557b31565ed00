"""What is asked of a guideline, in the words of the bedside, is looked for in the words of guidelines."""

from __future__ import annotations

import pytest

from rag.answering.guideline_asked import asked_of, drug_of
from rag.answering.units_asked import held_by


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("which pressor?", "Norepinephrine is the first-choice vasopressor."),
        ("abx?", "Give antibiotics."),
        ("after a knee replacement", "After major joint surgery"),
        ("dialysis", "patients with end-stage kidney disease"),
        ("cold turkey", "Never stop an opioid abruptly."),
        ("benzo", "patients who take a benzodiazepine"),
    ],
)
def test_everyday_word_is_found_under_the_name_that_guidelines_write(question: str, passage: str) -> None:
    assert any(unit.stands_in(held_by(passage)) for unit in asked_of(question).units)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("how many days of opioids?", "length"),
        ("UDS how often?", "often"),
        ("how fast can I taper?", "soon"),
        ("vasopressin dose?", "amount"),
        ("which antibiotic for pneumonia?", "drug"),
        ("can I use a sliding scale?", "permitted"),
        ("has the interval changed?", "change"),
        ("does it cover a 15 year old?", "scope"),
    ],
)
def test_kind_of_answer_is_read_off_the_question(question: str, kind: str) -> None:
    found = asked_of(question).kind
    assert found is not None
    assert found.name == kind


@pytest.mark.parametrize(
    ("question", "passage", "fits"),
    [
        ("how many mg per spray?", "Offer naloxone at 50 MME.", False),
        ("how many mg per spray?", "Give 4 mg.", True),
        ("how many sets of cultures?", "Draw two sets of blood cultures.", True),
        ("how many sets of cultures?", "Draw blood cultures within 1 hour.", False),
        ("how long may it run?", "for up to 24 hours", True),
        ("how long may it run?", "through a peripheral vein", False),
        ("which antibiotic?", "give ceftriaxone", True),
        ("which antibiotic?", "Review antibiotics every day.", False),
        ("which reversal agent for apixaban?", "Stop apixaban 2 days before.", False),
    ],
)
def test_only_a_passage_with_the_kind_of_answer_fits(question: str, passage: str, fits: bool) -> None:
    assert asked_of(question).fits(passage) is fits


def test_drug_asked_for_is_known_with_its_class() -> None:
    asked = asked_of("oxy for a sprain")
    assert asked.drugs == {"oxycodone"}
    assert any(frozenset({"opioid"}) in groups for groups in asked.wider)


def test_a_class_is_no_drug() -> None:
    assert drug_of("opioids") is None
    assert drug_of("mg") is None
    assert drug_of("coumadin") == "warfarin"
