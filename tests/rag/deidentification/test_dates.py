"""Dates in every written form: found, parsed, moved in the same form."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.deidentification.date_shift import shifted
from rag.deidentification.dates import find_written_dates, is_birth_date, parse_written_date


def found(text: str) -> list[str]:
    return [text[w.start : w.end] for w in find_written_dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seen 03/14/2021.", ["03/14/2021"]),
        ("on 3/4/21 and 2021-03-05T10:00:00Z", ["3/4/21", "2021-03-05T10:00:00Z"]),
        ("In January of 1991 he", ["January of 1991"]),
        ("Mar 3rd, '21", ["Mar 3rd, '21"]),
        ("MARCH 3, 2020", ["MARCH 3, 2020"]),
        ("14 March 2020", ["14 March 2020"]),
        ("the 14th of March", ["the 14th of March"]),
        ("12-Mar-2021", ["12-Mar-2021"]),
        ("taken 20210314", ["20210314"]),
        ("Dated 25/12/2020", ["25/12/2020"]),
        ("since 06/2019", ["06/2019"]),
        ("from 9/93 to now", ["9/93"]),
        ("in March of 2007, she", ["March of 2007"]),
        ("last October he", ["October"]),
        ("admitted 3/14-3/18 for", ["3/14", "3/18"]),
        ("3/14: extubated", ["3/14"]),
        ("returned on the 14th.", ["the 14th"]),
        ("12/25/19 10:22", ["12/25/19 10:22"]),
        ("D/C 1/9; next visit Tuesday 3/3", ["1/9", "Tuesday 3/3"]),
        ("March 2021-April 2022", ["March 2021", "April 2022"]),
        ("Friday, August 11, 2017", ["Friday, August 11, 2017"]),
        ("on 04/09/2023 (Monday).", ["04/09/2023 (Monday)"]),
        ("seen on 12, 19 and 26 October 2023", ["12, 19 and 26 October 2023"]),
        ("away 23-27 June (choir)", ["23-27 June"]),
        ("9 de enero de 2023, 2. Mai 2016", ["9 de enero de 2023", "2. Mai 2016"]),
        ("27.viii.2023", ["27.viii.2023"]),
        ("D0B l2/O7/1998", ["l2/O7/1998"]),
        ("June l4, 2Ol6", ["June l4, 2Ol6"]),
        ("19JAN24 and 22 FEB 24", ["19JAN24", "22 FEB 24"]),
        ("on the ninth of June", ["the ninth of June"]),
        ("September twenty second twenty twenty three", ["September twenty second twenty twenty three"]),
        ("Adm R3.8.12", ["R3.8.12"]),
        ("from 14.09. to 22.09.2021", ["14.09.", "22.09.2021"]),
        ("summer of 2020", ["summer of 2020"]),
        ("bday was may 9", ["may 9"]),
    ],
)
def test_written_date_is_found_whole(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Strength is 4/5 on the right and 5/5 on the left.",
        "pain from 6/10 to 7/10, worst on 10/10",
        "a 2/6 systolic murmur",
        "BP 120/80, disc at L4/5",
        "may take 10 mg; march in place",
        "3-4 times, 1-2 tablets",
        "diagnosed in 2004",
        "ratio 1:2, version 1.2.3",
        "Visual acuity 20/20",
        "0.5-1.5-2.5",
    ],
)
def test_fractions_scores_and_years_are_no_dates(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03/14/2021", "01/03/2021"),
        ("3/14/2021", "1/3/2021"),
        ("2021-03-14T10:00:00Z", "2021-01-03T10:00:00Z"),
        ("March 14th, 2021", "January 3rd, 2021"),
        ("14 MAR 2021", "3 JAN 2021"),
        ("Mar 3rd, '21", "Dec 23rd, '20"),
        ("20210314", "20210103"),
        ("Sept. 14, 2019", "Jul. 6, 2019"),
    ],
)
def test_shift_keeps_the_written_form(text: str, expected: str) -> None:
    (written,) = find_written_dates(text)
    assert shifted(text, written, -70) == expected


@given(
    st.dates(date(1900, 6, 1), date(2030, 1, 1)),
    st.integers(-52, 52).filter(bool),
    st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%B %d, %Y", "%d %b %Y"]),
)
def test_shift_equals_the_calendar_and_comes_back(day: date, weeks: int, form: str) -> None:
    text = day.strftime(form)
    written = parse_written_date(text)
    assert written is not None
    moved = shifted(text, written, 7 * weeks)
    assert moved is not None
    again = parse_written_date(moved)
    assert again is not None
    assert date(again.year or 0, again.month or 0, again.day or 0) == day + timedelta(weeks=weeks)


def test_shift_beyond_the_calendar_gives_nothing() -> None:
    written = parse_written_date("1899-12-31")
    assert written is not None
    assert shifted("1899-12-31", written, -800_000) is None


def test_words_before_tell_a_birth_date() -> None:
    text = "Smith, DOB: 03/14/1931, seen 03/14/2021"
    assert is_birth_date(text, text.index("03/14/1931"))
    assert not is_birth_date(text, text.index("03/14/2021"))
