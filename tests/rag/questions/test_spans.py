"""How far a window reaches from its event, dates in an event's name, and two events side by side."""

import datetime

import pytest

from rag.questions.understanding import understand
from rag.questions.understood import Anchor, Intent, Relation, Understood

AS_OF = datetime.date(2020, 5, 17)


def asked(question: str) -> Understood:
    return understand(question, as_of=AS_OF)[0]


def anchor(question: str) -> Anchor:
    found = asked(question).anchor
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("question", "relation", "days"),
    [
        ("Ferritin in the month before the last visit?", Relation.BEFORE, 30),
        ("Platelets in the five weeks before her last admission", Relation.BEFORE, 35),
        ("Weights from the two months leading up to her last clinic visit", Relation.BEFORE, 60),
        ("GAD-7 scores in the year after her first visit", Relation.AFTER, 365),
        ("blood pressure 48 hours after the transfusion", Relation.AFTER, 2),
        ("phosphate right after the thyroidectomy", Relation.AFTER, 30),
        ("LDL before the stroke", Relation.BEFORE, None),
    ],
)
def test_stretch_before_or_after_an_event_bounds_the_window(question: str, relation: Relation, days: int | None) -> None:
    found = anchor(question)
    assert (found.relation, found.span_days) == (relation, days)
    assert asked(question).kinds == {"observation"}


@pytest.mark.parametrize(
    ("question", "days"),
    [
        ("lowest platelets around the delivery", 3),
        ("sodium around the time of the colectomy", 7),
        ("INR within 7 days of the surgery", 7),
        ("INR during the surgery", 0),
    ],
)
def test_around_an_event_leaves_a_margin(question: str, days: int) -> None:
    found = anchor(question)
    assert (found.relation, found.margin_days) == (Relation.DURING, days)


@pytest.mark.parametrize(
    "question", ["GCS from arrival onward", "lactates done at or after the last visit", "sodium on or before the first visit"]
)
def test_event_itself_counts_where_the_words_include_it(question: str) -> None:
    assert anchor(question).inclusive
    assert not anchor("sodium after the last visit").inclusive


def test_stretch_before_a_date_bounds_the_window() -> None:
    window = asked("A1c in the two months before 3 May 2019").windows[0]
    assert (window.start, window.end) == ("2019-03-03", "2019-05-02")


def test_month_in_the_name_of_a_visit_narrows_the_visit() -> None:
    found = asked("Pulse at the August 2019 visit?")
    assert found.kinds == {"observation"}
    assert found.anchor is not None
    assert found.anchor.window is not None
    assert (found.anchor.words, found.anchor.window.start) == ("", "2019-08-01")
    assert found.windows[0].end == "2019-08-31"


def test_window_after_a_dated_visit_is_not_the_visits_own() -> None:
    found = asked("BMI after the March 2019 visit")
    assert found.windows == ()
    assert found.anchor is not None
    assert found.anchor.window is not None


def test_day_of_a_call_is_the_window_itself() -> None:
    found = asked("Which dose was she put on after the 8 December 2019 call?")
    assert found.anchor is None
    assert [(window.start, window.end) for window in found.windows] == [("2019-12-08", None)]


def test_visit_words_of_a_time_never_set_kinds() -> None:
    assert asked("Was she put on a ventilator in the January 2019 admission?").kinds == frozenset()
    assert asked("Her BMI: first visit compared with the last").kinds == {"observation"}


def test_two_events_are_two_parts() -> None:
    found = understand("Hematocrit before the operation and on the day she went home", as_of=AS_OF)
    anchors = [part.anchor for part in found if part.anchor]
    assert [(a.relation, a.kind, a.event) for a in anchors] == [(Relation.BEFORE, "procedure", ""), (Relation.DURING, "encounter", "stop")]
    assert {part.phrase for part in found} == {"hematocrit"}


@pytest.mark.parametrize("question", ["Weight at the first and the last visit?", "Compare the weight at the first visit with the last one"])
def test_first_and_last_visit_are_two_parts(question: str) -> None:
    found = understand(question, as_of=AS_OF)
    assert [part.anchor.which for part in found if part.anchor] == ["first", "last"]


def test_two_days_are_two_parts() -> None:
    found = understand("INRs on 3/14 and 4/11 of 2019?", as_of=AS_OF)
    assert [(part.intent, part.at) for part in found] == [(Intent.VALUE_AT, "2019-03-14"), (Intent.VALUE_AT, "2019-04-11")]


def test_colon_ends_the_event() -> None:
    assert anchor("Head CT after the collapse: result?").words == "collapse"


def test_drug_during_which_something_happened_is_an_event() -> None:
    found = asked("Did he have melena while on apixaban?")
    assert found.phrase == "melena"
    assert found.anchor == Anchor("apixaban", Relation.DURING, "medication", "")
