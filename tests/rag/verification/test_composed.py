"""Composed statements: their own words say nothing, their slots are the quotes', their results come out again."""

from __future__ import annotations

from typing import Any

import pytest

from rag.types import Fact, Part, SourceSpan
from rag.verification.composed import check_composed, recount

SPAN = SourceSpan("d", "s", 0, 1)
QUOTE = "2014-03-02 Body Weight: 62.3 kg (vital signs, final)"
LATER = "2015-05-09 Body Weight: 64.7 kg (vital signs, final)"


def words(text: str) -> Part:
    """Words of the composer's own."""
    return Part("words", text)


def slot(text: str) -> Part:
    """Words of a quote."""
    return Part("slot", text, span=SPAN)


def day(iso: str) -> Part:
    """A printed date."""
    return Part("date", iso, time=iso)


def computed(text: str, operation: str, time: str | None = None) -> Part:
    """A result."""
    return Part("computed", text, time=time, operation=operation)


def slots_of(parts: list[Part], quotes: list[str], **more: Any) -> list[str]:
    """The slots violated by the statement that the parts make up."""
    return [violation.slot for violation in check_composed("".join(part.text for part in parts), parts, quotes, **more)]


def weight(value: str, unit: str = "kg", day: str = "2014-03-02") -> Fact:
    """A weight on record."""
    return Fact("p-1", "observation", "", "Body Weight", value, unit, day, "final", "present", "d", 0, 1)


TEMPLATES = [
    *(
        " was ",
        " on ",
        " in ",
        "Yes: ",
        "No: ",
        " rose from ",
        " fell to ",
        ", by ",
        " was first recorded on ",
        " was first prescribed on ",
    ),
    *("The highest ", "The lowest ", ", of ", " on record.", " measurements of ", " visits", " records of ", ", from ", " to ", " values"),
    *(" before the record's last date", "Allergy to ", "Visit: ", "Device: ", "Goal: ", "Care plan: ", ", reaction ", ", severity "),
    *(", body site ", ", stage ", ", reason: ", " was performed", " was given", " took place", " ended on ", " resolved on ", " later"),
    *("The mean of ", " over ", "; lowest ", ", highest ", " stayed the same, from ", " went from ", ", criticality ", ", outcome ", " ("),
]


@pytest.mark.parametrize("template", TEMPLATES)
def test_words_of_templates_hold_no_slot(template: str) -> None:
    assert slots_of([words(template)], []) == []


@pytest.mark.parametrize(
    ("slot_name", "own"),
    [
        ("number", " was 62.3 kg"),
        ("date", " on 2014-03-02"),
        ("laterality", " of the left knee"),
        ("drug", " by metformin "),
        ("condition", " of asthma"),
    ],
)
def test_a_slot_in_our_own_words_is_caught_although_a_quote_has_it(slot_name: str, own: str) -> None:
    quote = f"{QUOTE}, left knee, asthma, metformin"
    assert slot_name in slots_of([slot("Body Weight"), words(own)], [quote])


def test_a_value_sentence_passes() -> None:
    parts = [slot("Body Weight"), words(" was "), slot("62.3"), words(" "), slot("kg"), words(" on "), day("2014-03-02"), words(".")]
    assert slots_of(parts, [QUOTE]) == []


def test_a_date_that_only_the_document_has_must_be_given() -> None:
    parts = [day("2014-03-09"), words(": "), slot("Denies asthma.")]
    assert slots_of(parts, ["Denies asthma."]) == ["date"]
    assert slots_of(parts, ["Denies asthma."], dates=["2014-03-09"]) == []


def test_parts_that_do_not_make_up_the_text_are_refused() -> None:
    assert [v.slot for v in check_composed("Body Weight was 62.3 kg.", [slot("Body Weight")], [QUOTE])] == ["computed"]


@pytest.mark.parametrize(
    ("told", "interval"),
    [
        *(("14 months", "2014-03-02/2015-05-09"), ("5 days", "2014-03-02/2014-03-07"), ("3 weeks", "2014-03-02/2014-03-23")),
        *(
            ("3 years", "2014-03-02/2017-03-02"),
            ("1 month", "2014-02-01/2014-03-01"),
            ("2 years", "2014/2016"),
            ("1 day", "2014-03-02/2014-03-03"),
        ),
        *(("11 months", "2014-01-31/2015-01-01"), ("14 months", "2014-03/2015-05"), ("9 years", "2010-06-30/2020-06-29")),
    ],
)
def test_an_interval_that_comes_out_again_passes(told: str, interval: str) -> None:
    assert slots_of([computed(told, "duration", interval)], [QUOTE]) == []


@pytest.mark.parametrize(
    ("told", "interval"),
    [
        *(("15 months", "2014-03-02/2015-05-01"), ("4 days", "2014-03-02/2014-03-07"), ("13 months", "2014-03-02/2015-05-09")),
        *(("4 years", "2014-03-02/2017-03-02"), ("14 years", "2014-03-02/2015-05-09"), ("soon", "2014-03-02/2015-05-09")),
    ],
)
def test_a_wrong_interval_is_caught(told: str, interval: str) -> None:
    assert "computed" in slots_of([computed(told, "duration", interval)], [QUOTE])


FACTS = [weight("62.3"), weight("64.7", day="2015-05-09"), weight("66")]


@pytest.mark.parametrize(
    ("operation", "shown"), [("count", "3"), ("mean", "64.33"), ("difference", "3.7"), ("time_before_as_of", "14 months")]
)
def test_a_right_result_passes(operation: str, shown: str) -> None:
    assert recount(operation, shown, FACTS) is None


@pytest.mark.parametrize(
    ("operation", "shown"),
    [("count", "4"), ("count", "many"), ("mean", "64.34"), ("mean", "64"), ("difference", "3.8"), ("difference", "2.4")],
)
def test_a_wrong_result_is_caught(operation: str, shown: str) -> None:
    violation = recount(operation, shown, FACTS)
    assert violation is not None
    assert violation.slot == "computed"


def test_values_are_compared_in_the_last_unit() -> None:
    assert recount("difference", "1", [weight("61000", "g"), weight("62", "kg")]) is None
    assert recount("mean", "61.5", [weight("61000", "g"), weight("62", "kg")]) is None
    assert recount("mean", "30531", [weight("61000", "g"), weight("62", "kg")]) is not None


def test_a_result_of_nothing_is_wrong() -> None:
    assert recount("mean", "5", []) is not None
    assert recount("count", "0", []) is None


@pytest.mark.parametrize(
    ("shown", "right"),
    [("136.7 lb", True), ("137 lb", True), ("136.6 lb", False), ("136.7", False), ("62.0 kg", True), ("4.0 mmol/L", False)],
)
def test_a_conversion_is_made_again(shown: str, right: bool) -> None:
    assert (recount("conversion", shown, [weight("62", "kg")]) is None) == right
