"""Dates as charts write them, read to ISO 8601 at their own precision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.dates import find_dates
from tests.growth import grows_linearly


@pytest.mark.parametrize(
    ("text", "written", "iso"),
    [
        ("Seen 2024-03-01.", "2024-03-01", "2024-03-01"),
        ("at 2024-03-01T10:20:00Z", "2024-03-01", "2024-03-01"),
        ("on 3/4/2024", "3/4/2024", "2024-03-04"),
        ("on 03/05/24,", "03/05/24", "2024-03-05"),
        ("born 3/4/45", "3/4/45", "1945-03-04"),
        ("on 25/12/2023", "25/12/2023", "2023-12-25"),
        ("on 3-4-2024", "3-4-2024", "2024-03-04"),
        ("in 12/2019 she", "12/2019", "2019-12"),
        ("March 1, 2024", "March 1, 2024", "2024-03-01"),
        ("Mar. 1st 2024", "Mar. 1st 2024", "2024-03-01"),
        ("1 March 2024", "1 March 2024", "2024-03-01"),
        ("the 2nd of May 2021", "2nd of May 2021", "2021-05-02"),
        ("01-Mar-2024", "01-Mar-2024", "2024-03-01"),
        ("5-MAR-24", "5-MAR-24", "2024-03-05"),
        ("Sept 2020", "Sept 2020", "2020-09"),
        ("March of 2023", "March of 2023", "2023-03"),
        ("labs 2023-11 show", "2023-11", "2023-11"),
        ("surgery in 2015.", "2015", "2015"),
        ("gout (2010)", "2010", "2010"),
        ("2021 Hemoglobin 12", "2021", "2021"),
    ],
)
def test_date_is_read(text: str, written: str, iso: str) -> None:
    (found,) = find_dates(text)
    assert text[found.span.start : found.span.end] == written
    assert found.iso == iso
    assert found.precision == {4: "year", 7: "month", 10: "day"}[len(iso)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30 never was",
        "13/13/2024",
        "BP 120/80, pain 7/10",
        "SSN 123-45-6789",
        "phone 555-12-2024",
        "in 2000 mg of sodium",
        "the 1950 steps",
        "version 1.2.2024.5",
        "May be better",
        "ratio 1/2/3",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert find_dates(text) == ()


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%d %b %Y", "%d-%b-%Y"]), st.text("ab .,\n😀", max_size=5))
def test_every_day_is_read_from_every_form(day, form: str, around: str) -> None:  # type: ignore[no-untyped-def]
    if not 1900 <= day.year <= 2099:
        return
    text = f"{around} {day.strftime(form)} {around}"
    assert [found.iso for found in find_dates(text)] == [day.isoformat()]


@pytest.mark.parametrize(("unit", "small"), [("1/", 120_000), ("in 2010 ", 10_000), (" ", 120_000), ("Mar ", 100_000), ("2024-", 120_000)])
def test_hostile_text_takes_linear_time(unit: str, small: int) -> None:
    assert grows_linearly(lambda size: find_dates(unit * (size // len(unit))), small)
