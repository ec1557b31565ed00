"""A patient's value decides which row or sentence of a guideline applies."""

from __future__ import annotations

import pytest

from rag.answering.guideline_values import compare, values_in, without_values

INSIDE, OUTSIDE, NEITHER = (1, 0), (0, 1), (0, 0)


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("INR 7, no bleeding", "INR: 4.6 to 10.0; Action: Hold 1 to 2 doses", INSIDE),
        ("INR 7, no bleeding", "INR: 3.1 to 4.5; Action: Lower the weekly dose", OUTSIDE),
        ("A1c 8.9 at discharge", "For an A1c of 8 to 10 percent, add basal insulin.", INSIDE),
        ("A1c 8.9 at discharge", "For an A1c above 10 percent, discharge on basal insulin.", OUTSIDE),
        ("sugar of 50 overnight", "Every glucose below 54 mg/dL is reported.", INSIDE),
        ("sugar of 54 overnight", "Every glucose below 54 mg/dL is reported.", OUTSIDE),
        ("84 yo with AF", "- Age of 80 years or older.", INSIDE),
        ("he weighs 72 kg", "- Body weight of 60 kg or less.", OUTSIDE),
        ("pt on 60 mme", "Offer naloxone to every patient who takes 50 MME per day or more.", INSIDE),
        ("more than 90 MME a day", "Less than 90 MME: usual care", OUTSIDE),
        ("taper above 90", "Doses of 90 MME per day or more must be reduced.", INSIDE),
        ("potassium 6.3", "For an A1c above 10 percent, discharge on basal insulin.", NEITHER),
        ("on oxycodone for 3 years", "Give antibiotics at least 1 hour before.", NEITHER),
    ],
)
def test_value_is_compared_with_the_ranges_of_its_thing(question: str, passage: str, expected: tuple[int, int]) -> None:
    found = compare(values_in(question), passage)
    assert (found.inside, found.outside) == expected


def test_column_names_what_a_row_without_labels_measures() -> None:
    assert compare(values_in("INR 7"), "4.6 to 10.0 | Hold 1 to 2 doses", "INR | Action").inside == 1


@pytest.mark.parametrize(
    "passage",
    [
        "Age over 70, eGFR below 45, or frail",
        "Check the kidney function once a year; every 6 months over the age of 75.",
    ],
)
def test_one_of_several_conditions_does_not_rule_a_passage_out(passage: str) -> None:
    assert compare(values_in("frail 50 yo"), passage).outside == 0


def test_nearer_threshold_is_closer() -> None:
    values = values_in("100 MME a day")
    assert compare(values, "90 MME or more").close > compare(values, "50 MME or more").close


def test_number_of_a_tablet_and_the_first_one_are_no_values() -> None:
    assert values_in("hydrocodone 5/325 QID") == ()
    assert values_in("when the first one is high") == ()


def test_values_are_not_looked_for_as_words() -> None:
    assert "7" not in without_values("INR 7 no bleeding")
