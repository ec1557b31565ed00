"""Days called by name: weekdays, "the 12th", "5/12", holidays, months and seasons without a year. Asked on Saturday, 1 June 2024."""

import datetime

import pytest

from rag.clinical.holidays import holiday_days
from rag.questions.windows import find_times

AS_OF = datetime.date(2024, 6, 1)


def window(words: str) -> str:
    times = find_times(f"what was the potassium {words}?", AS_OF)
    return " ".join(f"{time.window.start or ''}..{time.window.end or ''}" for time in times)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("on sunday", "2024-05-26..2024-05-26"),
        ("last saturday", "2024-05-25..2024-05-25"),
        ("since tuesday", "2024-05-28.."),
        ("on fri", "2024-05-31..2024-05-31"),
        ("wed night", "2024-05-29..2024-05-30"),
        ("from monday to thursday", "2024-05-27..2024-05-30"),
        ("last weekend", "2024-05-25..2024-05-26"),
        ("on the 12th", "2024-05-12..2024-05-12"),
        ("between the 4th and the 7th", "2024-05-04..2024-05-07"),
        ("from the fourteenth through the twentieth", "2024-05-14..2024-05-20"),
        ("on 5/12", "2024-05-12..2024-05-12"),
        ("from 7/1 to 9/30", "2023-07-01..2023-09-30"),
        ("on the first of may", "2024-05-01..2024-05-01"),
        ("first week of august", "2023-08-01..2023-08-07"),
        ("mid-march", "2024-03-08..2024-03-22"),
        ("over christmas", "2023-12-24..2023-12-26"),
        ("on valentine's day 2022", "2022-02-14..2022-02-14"),
        ("since thanksgiving", "2023-11-23.."),
        ("in q3", "2023-07-01..2023-09-30"),
        ("this past quarter", "2024-01-01..2024-03-31"),
        ("in the autumn", "2023-09-01..2023-11-30"),
        ("june thru august", "2023-06-01..2023-08-31"),
        ("aug", "2023-08-01..2023-08-31"),
        ("may", "2024-05-01..2024-05-31"),
        ("january's", "2024-01-01..2024-01-31"),
        ("overnight", "2024-05-31..2024-06-01"),
        ("this am", "2024-06-01..2024-06-01"),
        ("over six months", "2023-12-01..2024-06-01"),
        ("in the last fortnight", "2024-05-18..2024-06-01"),
        ("last 24", "2024-05-31..2024-06-01"),
        ("in '09", "2009-01-01..2009-12-31"),
        ("23-24 season", "2023-07-01..2024-06-30"),
    ],
)
def test_a_named_day_is_the_latest_such_day(words: str, days: str) -> None:
    assert window(words) == days


@pytest.mark.parametrize(
    "words",
    ["on tuesdays", "o2 sat", "after the 2nd", "in the fall", "at 4/10 pain", "q4h", "christmas disease", "due in 6 weeks", "the 3rd dose"],
)
def test_what_is_no_day_is_not_read_as_one(words: str) -> None:
    assert window(words) == ""


def test_easter_moves() -> None:
    assert holiday_days("easter sunday", 2019) == (datetime.date(2019, 4, 21), datetime.date(2019, 4, 21))
    assert holiday_days("easter sunday", 2024)[0] == datetime.date(2024, 3, 31)
