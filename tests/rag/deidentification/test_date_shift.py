"""Moved dates: intervals hold between full, partial and named dates, and nothing is made up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.holidays import holiday_days
from rag.deidentification.date_shift import shifted
from rag.deidentification.dates import find_written_dates, parse_written_date
from rag.deidentification.deidentifier import Deidentifier
from rag.deidentification.identity import PatientIdentity
from rag.types import Policy

WEEKS = st.integers(-52, 52).filter(bool)
DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))


def move(text: str, days: int, near: date | None = None) -> str | None:
    (written,) = find_written_dates(text)
    return shifted(text, written, days, near)


def run(deidentifier: Deidentifier, text: str, policy: Policy, days: int = -70) -> str:
    return deidentifier.deidentify(text, policy=policy, identity=PatientIdentity("p-0000000000000001", (), days)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday, August 11, 2017", "Friday, June 2, 2017"),
        ("2. Mai 2016", "22. Februar 2016"),
        ("9 de enero de 2023", "31 de octubre de 2022"),
        ("27.viii.2023", "18.vi.2023"),
        ("19JAN24", "10NOV23"),
        ("12, 19 and 26 October 2023", "3, 10 and 17 August 2023"),
        ("the ninth of June 2021", "the thirty first of March 2021"),
        ("THANKSGIVING OF 2020", "September 17, 2020"),
    ],
)
def test_every_form_is_moved_in_its_own_way(text: str, expected: str) -> None:
    assert move(text, -70) == expected


def test_a_list_of_days_that_leaves_its_month_names_the_other_one() -> None:
    assert move("5, 12 and 26 October 2023", -14) == "21 September, 28 September and 12 October 2023"


@given(DAYS, st.integers(-150, 150), WEEKS)
def test_interval_of_a_full_and_a_yearless_date_is_kept(full: date, gap: int, weeks: int) -> None:
    other = full + timedelta(days=gap)
    moved = move(f"seen on {other.month}/{other.day} @ 10:00", 7 * weeks, near=full)
    assert moved is not None
    target = other + timedelta(weeks=weeks)
    assert moved == f"{target.month}/{target.day}"


@given(DAYS, st.integers(-13, 13), WEEKS)
def test_interval_of_a_full_date_and_a_day_of_the_month_is_kept(full: date, gap: int, weeks: int) -> None:
    other = full + timedelta(days=gap)
    moved = move(f"Sunday the {other.day}th", 7 * weeks, near=full)
    assert moved is not None
    assert int("".join(filter(str.isdigit, moved))) == (other + timedelta(weeks=weeks)).day


@given(st.integers(1990, 2030), WEEKS)
def test_a_holiday_becomes_the_day_it_is_moved_to(year: int, weeks: int) -> None:
    target = holiday_days("thanksgiving", year)[0] + timedelta(weeks=weeks)
    assert move("Thanksgiving", 7 * weeks, near=date(year, 10, 1)) == f"{target:%B} {target.day}"
    assert target.weekday() == 3


@given(DAYS, WEEKS)
def test_the_weekday_written_stays_true(day: date, weeks: int) -> None:
    moved = move(f"{day:%A}, {day:%B} {day.day}, {day.year}", 7 * weeks)
    assert moved is not None
    again = parse_written_date(moved)
    assert again is not None
    assert date(again.year or 0, again.month or 0, again.day or 0).strftime("%A") == moved.split(",")[0]


@pytest.mark.parametrize("text", ["the 14th.", "Thanksgiving", "12 Rajab", "Diwali 2022", "summer of 2020"])
def test_what_cannot_be_known_is_not_moved(text: str) -> None:
    assert move(text, -70) is None


def test_partial_dates_take_the_year_and_month_of_the_nearest_full_date(deidentifier: Deidentifier) -> None:
    text = "Seen 01/10/2021. Fell on 12/28, back on the 14th."
    assert run(deidentifier, text, Policy.DATE_SHIFT, -14) == "Seen 12/27/2020. Fell on 12/14, back on the 31st."


def test_safe_harbor_leaves_no_part_of_a_date_but_the_year(deidentifier: Deidentifier) -> None:
    text = "Fell at Thanksgiving, seen the 14th and Tues 2/11, again on Friday, March 5, 2021."
    assert run(deidentifier, text, Policy.SAFE_HARBOR) == "Fell at [date], seen [date] and [date], again on 2021."


@pytest.mark.parametrize(
    "form", ["a {} y/o woman", "{}F with CHF", "a {}-year-old", "Age: {}", "Ebba ({}) lives here", "she is {} and well"]
)
@pytest.mark.parametrize("age", [90, 94, 101])
def test_ages_of_ninety_and_over_are_capped_in_every_form(deidentifier: Deidentifier, form: str, age: int) -> None:
    assert run(deidentifier, form.format(age), Policy.SAFE_HARBOR) == form.format("90+")


@pytest.mark.parametrize("form", ["a {} y/o woman", "Age: {}", "she is {} and well"])
def test_ages_under_ninety_stay(deidentifier: Deidentifier, form: str) -> None:
    assert run(deidentifier, form.format(89), Policy.SAFE_HARBOR) == form.format(89)
