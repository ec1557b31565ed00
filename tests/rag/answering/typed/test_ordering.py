"""Dates of unlike precision: a bare year is the whole year, and the answer does not presume where in it a thing lies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.types import Policy
from tests.rag.answering.typed.charting import Told, lab

Ask = Callable[..., Told]
SPRING, YEAR, BEFORE = lab("2020-03-01", "8.2"), lab("2020", "9.9"), lab("2019-02-01", "7.0")


@pytest.mark.parametrize(
    ("question", "told", "said"),
    [
        ("What was the latest A1c?", "8.2", "“Hemoglobin A1c” of 2020 may be newer"),
        ("What was the first A1c?", "7.0", ""),
    ],
)
def test_a_value_of_a_bare_year_may_be_the_newest(ask: Ask, question: str, told: str, said: str) -> None:
    answer = ask(question, SPRING, YEAR, BEFORE)
    assert told in answer.text and len(answer.texts) == 1
    assert [said in notice.text for notice in answer.found.composed.notices] == ([True] if said else [])


def test_a_value_of_a_bare_year_may_be_the_oldest(ask: Ask) -> None:
    answer = ask("What was the first A1c?", SPRING, YEAR)
    assert "9.9" in answer.text and answer.notices == ("order_unsure",)


def test_full_dates_and_years_that_lie_apart_are_in_order(ask: Ask) -> None:
    assert ask("What was the latest A1c?", SPRING, BEFORE, lab("2018", "9.9")).notices == ()


@pytest.mark.parametrize("policy", [Policy.DATE_SHIFT, Policy.SAFE_HARBOR])
def test_a_bare_year_that_was_not_moved_is_set_against_true_dates(ask: Ask, policy: Policy) -> None:
    """The day was moved from January 2020 back into 2019: it still lies in the year 2020."""
    answer = ask("What was the latest A1c?", lab("2020-01-15", "8.2"), lab("2020", "9.9"), policy=policy)
    assert "8.2" in answer.text and "9.9" not in answer.text and answer.notices == ("order_unsure",)


def test_a_value_of_that_day_is_nearer_than_one_of_that_year(ask: Ask) -> None:
    assert "8.2" in ask("What was the A1c around 2020-03-04?", SPRING, YEAR).text
