"""Content words, in a form that can be shown."""

from __future__ import annotations

import pytest

from rag.clinical.terms import content_terms, stem


def test_stop_and_question_words_go_and_each_term_comes_once() -> None:
    assert content_terms("Does the patient have any fevers, a fever or COVID-19?") == ("fever", "covid-19")


def test_numbers_and_codes_stay() -> None:
    assert content_terms("What was the A1c of 8.2 on day 3") == ("a1c", "8.2", "day", "3")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("biopsies", "biopsy"),
        ("doses", "dose"),
        ("masses", "mass"),
        ("diagnoses", "diagnosis"),
        ("diabetes", "diabetes"),
        ("pancreas", "pancreas"),
        ("sepsis", "sepsis"),
        ("thrombus", "thrombus"),
        ("rashes", "rash"),
        ("medications", "medication"),
        ("gas", "gas"),
    ],
)
def test_only_plurals_are_taken_off(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_possessives_and_case_do_not_matter() -> None:
    assert content_terms("Crohn’s CROHN'S crohn") == ("crohn",)


def test_nothing_of_nothing() -> None:
    assert content_terms("of the") == ()
