"""What of a date may be printed, in which calendar a question speaks, and how far apart two dates are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.typed.calendar import Calendar, distance, first_day, last_day
from rag.deidentification.calendar import policy_date
from rag.types import Policy

OFFSET_DAYS = -126
OFFSETS = st.integers(-52, 52).filter(bool).map(lambda weeks: 7 * weeks)
DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31))
PRECISIONS = st.sampled_from([4, 7, 10])


def calendar(policy: Policy, revealed: bool = False, offset: int = OFFSET_DAYS) -> Calendar:
    return Calendar(policy, 0 if policy is Policy.NONE else offset, revealed)


def moved(iso: str, offset: int = OFFSET_DAYS) -> str:
    return policy_date(iso, Policy.DATE_SHIFT, offset) or ""


@pytest.mark.parametrize("revealed", [False, True])
@pytest.mark.parametrize(
    ("policy", "shown"), [(Policy.NONE, "2024-03-01"), (Policy.DATE_SHIFT, moved("2024-03-01")), (Policy.SAFE_HARBOR, "2024")]
)
def test_what_is_printed_never_depends_on_reveal(policy: Policy, shown: str, revealed: bool) -> None:
    time = "2024-03-01" if policy is Policy.NONE else moved("2024-03-01")
    assert calendar(policy, revealed).printed(time) == shown


@pytest.mark.parametrize(
    ("policy", "revealed", "spoken"),
    [
        (Policy.NONE, False, "2024-03-01"),
        (Policy.SAFE_HARBOR, False, "2024-03-01"),
        (Policy.SAFE_HARBOR, True, "2024-03-01"),
        (Policy.DATE_SHIFT, True, "2024-03-01"),
        (Policy.DATE_SHIFT, False, moved("2024-03-01")),
    ],
)
def test_a_question_speaks_of_true_dates_but_of_shifted_ones_where_only_those_are_seen(policy: Policy, revealed: bool, spoken: str) -> None:
    time = "2024-03-01" if policy is Policy.NONE else moved("2024-03-01")
    assert calendar(policy, revealed).in_question(time) == spoken


@given(DAYS, OFFSETS, st.sampled_from(list(Policy)), st.booleans())
def test_a_day_of_the_question_and_its_time_are_each_others_inverse(day: date, offset: int, policy: Policy, revealed: bool) -> None:
    asked = calendar(policy, revealed, offset)
    assert asked.in_question(asked.to_time(day.isoformat())) == day.isoformat()


@given(DAYS, OFFSETS, PRECISIONS)
def test_safe_harbor_prints_the_true_year_at_every_precision(day: date, offset: int, precision: int) -> None:
    written = day.isoformat()[:precision]
    assert calendar(Policy.SAFE_HARBOR, False, offset).printed(moved(written, offset)) == written[:4]


@given(DAYS, OFFSETS, PRECISIONS)
def test_a_time_moved_back_is_true_as_far_as_it_goes(day: date, offset: int, precision: int) -> None:
    written = day.isoformat()[:precision]
    true = calendar(Policy.DATE_SHIFT, True, offset).true(moved(written, offset))
    assert written.startswith(true) and len(true) >= 4
    assert precision == 7 or true == written


def test_two_months_that_were_moved_to_one_are_told_by_their_year() -> None:
    assert moved("2023-02", 14) == moved("2023-03", 14) == "2023-03"
    assert calendar(Policy.DATE_SHIFT, True, 14).true("2023-03") == "2023"


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2023-12", "2023-12-01", "2023-12-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_date_covers_the_days_of_its_precision(iso: str, first: str, last: str) -> None:
    assert (first_day(iso).isoformat(), last_day(iso).isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("earlier", "later", "told"),
    [
        ("2024-03-01", "2024-03-01", ""),
        ("2024-03-02", "2024-03-01", ""),
        ("2024-03-01", "2024-03-02", "1 day"),
        ("2024-03-01", "2024-03-08", "7 days"),
        ("2024-03-01", "2024-03-15", "2 weeks"),
        ("2024-03-01", "2024-03-16", "15 days"),
        ("2024-01-31", "2024-03-30", "59 days"),
        ("2024-01-31", "2024-04-30", "2 months"),
        ("2024-01-31", "2024-05-31", "4 months"),
        ("2023-03-01", "2024-05-01", "14 months"),
        ("2020-03-02", "2024-03-01", "3 years"),
        ("2020-03-01", "2024-03-01", "4 years"),
        ("2024-01", "2024-03-20", "2 months"),
        ("2024-03", "2024-03-20", ""),
        ("2020", "2024-03-20", "4 years"),
        ("2024", "2024-11-20", ""),
    ],
)
def test_a_distance_is_told_in_the_largest_unit_that_tells(earlier: str, later: str, told: str) -> None:
    assert distance(earlier, later) == told


@given(DAYS, st.integers(0, 4000))
def test_years_only_tells_whole_years_or_nothing(day: date, apart: int) -> None:
    told = distance(day.isoformat(), (day + timedelta(days=apart)).isoformat(), years_only=True)
    assert told == "" or told.endswith(("year", "years"))
    assert bool(told) is (apart >= 366) or apart == 365


def test_safe_harbor_tells_distances_in_years_revealed_or_not() -> None:
    for revealed in (False, True):
        assert calendar(Policy.SAFE_HARBOR, revealed).distance(moved("2020-03-01"), moved("2020-11-01")) == ""
        assert calendar(Policy.SAFE_HARBOR, revealed).distance(moved("2020-03-01"), moved("2022-11-01")) == "2 years"
    assert calendar(Policy.DATE_SHIFT).distance(moved("2020-03-01"), moved("2020-11-01")) == "8 months"


def test_a_bare_year_is_set_against_printed_years_and_never_against_shifted_dates() -> None:
    assert calendar(Policy.SAFE_HARBOR).distance("2016", moved("2020-03-11")) == "4 years"
    assert calendar(Policy.NONE).distance("2016", "2020-03-11") == "4 years"
    assert calendar(Policy.DATE_SHIFT).distance("2016", moved("2020-03-11")) == ""
    assert calendar(Policy.DATE_SHIFT).distance("2016", "2020") == "4 years"


def test_ago_says_what_it_counts_from() -> None:
    assert calendar(Policy.NONE).counted_from == "the record's last date"
    assert Calendar(Policy.NONE, 0, False, as_of_given=True).counted_from == "the day given"
