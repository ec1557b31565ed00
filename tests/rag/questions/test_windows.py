"""Time expressions, counted from 17 May 2020."""

import datetime

import pytest

from rag.questions.windows import find_times

AS_OF = datetime.date(2020, 5, 17)


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("in 2019", "2019-01-01..2019-12-31"),
        ("2019", "2019-01-01..2019-12-31"),
        ("during the year 2019", "2019-01-01..2019-12-31"),
        ("in march 2019", "2019-03-01..2019-03-31"),
        ("in mar. 2019", "2019-03-01..2019-03-31"),
        ("03/2019", "2019-03-01..2019-03-31"),
        ("2019-03", "2019-03-01..2019-03-31"),
        ("between 2015 and 2017", "2015-01-01..2017-12-31"),
        ("from january 2015 to march 2016", "2015-01-01..2016-03-31"),
        ("2015-2017", "2015-01-01..2017-12-31"),
        ("2015 through 2017", "2015-01-01..2017-12-31"),
        ("since march", "2020-03-01.."),
        ("since october", "2019-10-01.."),
        ("in december", "2019-12-01..2019-12-31"),
        ("since 2018", "2018-01-01.."),
        ("from 2018 onwards", "2018-01-01.."),
        ("from 2018", "2018-01-01..2018-12-31"),
        ("before 2018", "..2017-12-31"),
        ("prior to march 4, 2019", "..2019-03-03"),
        ("after 2018", "2019-01-01.."),
        ("after 2018-03-31", "2018-04-01.."),
        ("until 2018", "..2018-12-31"),
        ("as of 3/4/2019", "..2019-03-04"),
        ("by the end of 2018", "..2018-12-31"),
        ("on 03/04/2019", "2019-03-04..2019-03-04"),
        ("on 25/12/2018", "2018-12-25..2018-12-25"),
        ("3/4/19", "2019-03-04..2019-03-04"),
        ("on march 4th", "2020-03-04..2020-03-04"),
        ("on november 4", "2019-11-04..2019-11-04"),
        ("on the 4th of march 2019", "2019-03-04..2019-03-04"),
        ("in the last six months", "2019-11-17..2020-05-17"),
        ("over the past 2 years", "2018-05-17..2020-05-17"),
        ("past 6mo", "2019-11-17..2020-05-17"),
        ("in the last week", "2020-05-10..2020-05-17"),
        ("in the past year", "2019-05-17..2020-05-17"),
        ("last year", "2019-01-01..2019-12-31"),
        ("last month", "2020-04-01..2020-04-30"),
        ("this year", "2020-01-01..2020-05-17"),
        ("this month", "2020-05-01..2020-05-17"),
        ("since last year", "2019-01-01.."),
        ("yesterday", "2020-05-16..2020-05-16"),
        ("today", "2020-05-17..2020-05-17"),
        ("in the last 24 hours", "2020-05-16..2020-05-17"),
        ("in the 1990s", "1990-01-01..1999-12-31"),
        ("in the 90s", "1990-01-01..1999-12-31"),
        ("three days ago", "2020-05-14..2020-05-14"),
        ("a month ago", "2020-04-02..2020-05-02"),
        ("in the summer of 2018", "2018-06-01..2018-08-31"),
        ("early 2018", "2018-01-01..2018-04-30"),
        ("in the second half of 2018", "2018-07-01..2018-12-31"),
        ("q1 2019", "2019-01-01..2019-03-31"),
        ("last march", "2020-03-01..2020-03-31"),
        ("on 2020-02-29", "2020-02-29..2020-02-29"),
    ],
)
def test_expression_means_these_days(words: str, window: str) -> None:
    times = find_times(words, AS_OF)
    assert [f"{time.window.start or ''}..{time.window.end or ''}" for time in times] == [window]
    assert (times[0].start, times[0].end) == (0, len(words))


@pytest.mark.parametrize(
    "words",
    [
        *(
            "may i ask",
            "2000 mg",
            "140/90",
            "1/2 tablet",
            "fall risk",
            "march in place",
            "t4",
            "type 2",
            "the last three values",
            "may have been",
        ),
        *("2019-02-30", "31/31/2019", "b12", "500 ml", "last visit", "past surgeries", "24 hour urine", "5/6", "1900 cells", "mar"),
    ],
)
def test_no_time_is_read_into(words: str) -> None:
    assert find_times(words, AS_OF) == ()


def test_finest_unit_is_that_of_the_words() -> None:
    assert [
        find_times(words, AS_OF)[0].window.finest for words in ("in 2019", "in march 2019", "on 2019-03-04", "in the last 2 years")
    ] == [*("year", "month", "day", "day")]


def test_relative_windows_say_so() -> None:
    assert [find_times(words, AS_OF)[0].window.relative for words in ("in 2019", "last year", "in the last 3 weeks", "since march")] == [
        *(False, True, True, True)
    ]


@pytest.mark.parametrize(
    ("words", "relation"),
    [("around 2019", "near"), ("closest to 3/4/2019", "near"), ("ten years ago", "near"), ("2018 vs 2019", "compare")],
)
def test_relation_is_kept(words: str, relation: str) -> None:
    assert find_times(words, AS_OF)[0].relation == relation


def test_first_day_of_the_calendar_does_not_break() -> None:
    assert find_times("in the last 99 decades", datetime.date(1, 1, 1)) is not None
    assert find_times("two hundred years ago, 999 years ago", datetime.date(1, 1, 1)) is not None
