"""Yes or no to "is it rising": by the values, and not at all where no direction is asked for or none can be told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Told, lab

Ask = Callable[..., Told]
FALLING = (lab("2018-02-01", "9.1"), lab("2019-05-01", "7.4"), lab("2020-03-01", "7.0"))


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Is her A1c rising?", "No"),
        ("Is her A1c going down?", "Yes"),
        ("Has her A1c been increasing?", "No"),
        ("Did her A1c fall between 2018 and 2020?", "Yes"),
    ],
)
def test_the_values_say_which_way(ask: Ask, question: str, lead: str) -> None:
    answer = ask(question, *FALLING)
    assert answer.text.startswith(f"{lead}: ") and "7.0" in answer.text


def test_values_that_stay_rise_no_more_than_they_fall(ask: Ask) -> None:
    for question in ("Is her A1c rising?", "Is her A1c falling?"):
        assert ask(question, lab("2018-02-01", "7.0"), lab("2019-02-01", "7.0")).text.startswith("No: ")


def test_units_that_do_not_meet_give_no_direction(ask: Ask) -> None:
    answer = ask("Is her ferritin rising?", lab("2018-02-01", "7", "ng/mL", "Ferritin"), lab("2019-02-01", "9", "U", "Ferritin"))
    assert not answer.text.startswith(("Yes", "No"))
