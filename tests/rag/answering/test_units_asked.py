"""What is asked for, in units: known things under any name, words by their stems, everyday words by what notes write."""

from __future__ import annotations

import pytest

from rag.answering.units_asked import held_by, names_setting, settings_of, units_of, weighed


def names(phrase: str, text: str, question: str = "") -> list[str]:
    """The words of the units of ``phrase`` that ``text`` holds."""
    held = held_by(text)
    return [unit.words for unit in units_of(phrase, question) if unit.stands_in(held)]


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("heart attack", "Inferior myocardial infarction in 2011."),
        ("high blood pressure", "HTN, on two agents."),
        ("drink", "No alcohol since the spring."),
        ("occupation", "She is a retired welder."),
        ("chest film", "CXR clear."),
        ("smoke", "Tobacco: 1 ppd."),
        ("breathing tube", "Intubated for airway protection."),
    ],
)
def test_a_thing_is_found_under_another_name(phrase: str, text: str) -> None:
    assert names(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("heart attack", "Panic attack in the night."),
        ("hpv shot", "Flu shot given today."),
        ("hip fracture", "Wrist fracture in childhood."),
        ("occupation", "Occupies a single room."),
    ],
)
def test_part_of_a_known_name_is_not_the_thing(phrase: str, text: str) -> None:
    assert not names(phrase, text)


def test_an_everyday_word_is_told_by_what_notes_write_but_not_the_other_way_round() -> None:
    assert names("tracing", "EKG: sinus rhythm.")
    assert not names("ekg", "Tracing paper was used for the wound.")


def test_everyday_words_of_several_words_are_looked_for_in_the_whole_question() -> None:
    assert names("blood", "Hgb stable, no transfusion.", "was she given blood after the operation")
    assert not names("blood", "Hgb stable, no transfusion.", "blood in the stool")


def test_a_phrase_is_found_by_its_initials() -> None:
    assert names("wandering purple lines", "WPL on the left arm.") == ["wandering", "purple", "lines"]


def test_endings_do_not_matter() -> None:
    assert names("weaned", "Weaning from the ventilator.") == ["weaned"]


def test_what_every_sentence_holds_weighs_less() -> None:
    sentences = [held_by(f"Knee pain, day {day}.") for day in range(8)] + [held_by("Knee: haemarthrosis.")]
    common, rare = weighed(units_of("knee haemarthrosis"), sentences)
    assert rare.weight > common.weight


def test_an_unknown_word_that_no_sentence_holds_weighs_less_than_one_that_is_rare() -> None:
    sentences = [held_by("Walks to the shop."), held_by("Sleeps badly."), held_by("Eats little.")]
    unnamed, rare = weighed(units_of("zigzagging shop"), sentences)
    assert unnamed.weight < 1.0
    assert rare.weight > 0.4


def test_a_setting_is_named_by_a_word_with_the_same_beginning() -> None:
    assert names_setting(settings_of("the endocrine visit"), held_by("ENDOCRINOLOGY CONSULTATION")) >= {"endocrin"}


def test_figures_of_a_question_are_a_setting_and_dates_are_not() -> None:
    assert "5.8" in settings_of("what made it rise to 5.8 on 4/30/2024")
    assert not {"4", "30", "2024"} & settings_of("what made it rise to 5.8 on 4/30/2024")


def test_what_only_tells_of_a_thing_never_decides_yes_or_no() -> None:
    held = held_by("Hematoma on the left.")
    assert any(unit.stands_in(held) for unit in units_of("side", "which side was it"))
    assert not any(unit.stands_in(held) for unit in units_of("side", "which side was it", polar=True))
