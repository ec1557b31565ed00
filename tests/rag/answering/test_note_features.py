"""What a question asks for in form, and what a sentence does with it."""

from __future__ import annotations

import pytest

from rag.answering.note_features import asks_for_plan, asks_when, is_only_planned, is_polar, starts_polar
from rag.answering.units_asked import held_by, units_of


@pytest.mark.parametrize(
    "text",
    ["Bronchoscopy overdue.", "If the pain persists, CT of the abdomen.", "Repeat echocardiogram in 4 to 6 months."],
)
def test_plans_and_conditions_are_only_planned(text: str) -> None:
    assert is_only_planned(text)


@pytest.mark.parametrize("text", ["Bronchoscopy showed no mass; repeat in 6 months.", "Echocardiogram normal."])
def test_what_was_done_is_not_only_planned(text: str) -> None:
    assert not is_only_planned(text)


def test_a_date_of_an_event_in_the_question_is_not_asked_for() -> None:
    assert asks_when("When was the cast removed?")
    assert asks_when("warfarin start date")
    assert not asks_when("What was he limping from when the clinic saw him?")


def test_a_bare_noun_phrase_asks_no_yes_or_no() -> None:
    assert starts_polar("does she cough at night")
    assert not starts_polar("spleen length")
    assert not is_polar("spleen length")


def test_a_question_of_advice_may_be_answered_by_a_plan() -> None:
    assert asks_for_plan("What should he do if the wound opens?")
    assert not asks_for_plan("What did the bronchoscopy show?")


def test_capitals_are_the_initials_of_words_in_a_row() -> None:
    (unit,) = units_of("TUG")
    assert unit.stands_in(held_by("Timed up go 14 seconds."))
    assert not unit.stands_in(held_by("Timed 14 seconds."))


def test_a_hyphen_between_letters_and_a_figure_does_not_count() -> None:
    (unit,) = units_of("Ca125")
    assert unit.stands_in(held_by("Ca-125 was 14."))
