"""Numbers asked for: which value is meant, in which unit, and how it is rounded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Line, Told, coded, lab, told

Ask = Callable[..., Told]
A1C = (lab("2018-02-01", "9.1"), lab("2019-05-01", "7.4"), lab("2020-03-01", "8.2"))
SYSTOLIC, DIASTOLIC = "Systolic Blood Pressure", "Diastolic Blood Pressure"
PRESSURES = (
    lab("2020-04-02", "128", "mm[Hg]", SYSTOLIC),
    lab("2020-04-02", "82", "mm[Hg]", DIASTOLIC),
    lab("2021-04-02", "148", "mm[Hg]", SYSTOLIC),
    lab("2021-04-02", "92", "mm[Hg]", DIASTOLIC),
)


def potassium(date: str, value: str, **more: str) -> Line:
    return lab(date, value, "mmol/L", "Potassium", **more)


@pytest.mark.parametrize(
    ("question", "texts"),
    [
        ("What was the last A1c?", ["Hemoglobin A1c was 8.2 % on 2020-03-01."]),
        ("What was the first A1c?", ["Hemoglobin A1c was 9.1 % on 2018-02-01, 2 years before the record's last date."]),
        ("What was the A1c in 2019?", ["Hemoglobin A1c was 7.4 % on 2019-05-01."]),
        ("What was the A1c around 2019-04-20?", ["Hemoglobin A1c was 7.4 % on 2019-05-01."]),
        ("What was the highest A1c?", ["The highest Hemoglobin A1c was 9.1 % on 2018-02-01, of 3 on record."]),
        ("What was the lowest A1c?", ["The lowest Hemoglobin A1c was 7.4 % on 2019-05-01, of 3 on record."]),
        ("What was the average A1c?", ["The mean of Hemoglobin A1c was 8.23 % over 3 values."]),
        ("How many times was the A1c measured?", ["3 measurements of Hemoglobin A1c, from 2018-02-01 to 2020-03-01."]),
        ("How many times was the A1c measured in 2019?", ["1 measurement of Hemoglobin A1c, on 2019-05-01."]),
        ("How did the A1c change?", ["Hemoglobin A1c rose from 7.4 % on 2019-05-01 to 8.2 on 2020-03-01, by 0.8."]),
        (
            "What is the trend of the A1c?",
            ["Hemoglobin A1c fell over 3 values: 9.1 % on 2018-02-01, 7.4 on 2019-05-01, 8.2 on 2020-03-01."],
        ),
        ("What were the last two A1c values?", ["Hemoglobin A1c was 7.4 % on 2019-05-01.", "Hemoglobin A1c was 8.2 % on 2020-03-01."]),
        ("Compare the A1c in 2018 with 2019", ["Hemoglobin A1c was 9.1 % on 2018-02-01.", "Hemoglobin A1c was 7.4 % on 2019-05-01."]),
    ],
)
def test_each_intent_tells_its_value(ask: Ask, question: str, texts: list[str]) -> None:
    answer = ask(question, *A1C)
    assert list(answer.texts) == texts
    assert not answer.cited.withheld


def test_every_value_counted_or_averaged_is_cited(ask: Ask) -> None:
    for question in ("What was the highest A1c?", "What was the average A1c?", "How many times was the A1c measured?"):
        assert sorted(ask(question, *A1C).quotes()) == sorted(f"{d}: Hemoglobin A1c {v} %, final" for d, v in (
            ("2018-02-01", "9.1"), ("2019-05-01", "7.4"), ("2020-03-01", "8.2"),
        ))  # fmt: skip


def test_a_trend_has_its_points_for_a_plot(ask: Ask) -> None:
    (series,) = ask("What is the trend of the A1c?", *A1C).cited.series
    assert (series.label, series.unit) == ("Hemoglobin A1c", "%")
    assert [(p.date, p.value) for p in series.points] == [("2018-02-01", "9.1"), ("2019-05-01", "7.4"), ("2020-03-01", "8.2")]
    assert len({p.citation for p in series.points}) == 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("8.25555", "8.26"),
        ("8.245", "8.24"),
        ("0.00444", "0.00444"),
        ("0.0044444", "0.00444"),
        ("7", "7"),
        ("7.00", "7.00"),
        ("1234.5678", "1234.57"),
        ("1" * 30 + ".2345", "1" * 30 + ".2345"),
    ],
)
def test_a_value_is_told_to_two_decimals_or_three_digits(ask: Ask, value: str, shown: str) -> None:
    answer = ask("What was the last A1c?", lab("2020-03-01", value))
    assert answer.texts == (f"Hemoglobin A1c was {shown} % on 2020-03-01.",)


def test_two_values_of_one_day_are_ordered_by_the_clock(ask: Ask) -> None:
    morning, noon = potassium("2020-05-01", "6.6", clock="T08:00:00-05:00"), potassium("2020-05-01", "6.1", clock="T12:00:00-05:00")
    answer = ask("What was the last potassium?", noon, morning)
    assert answer.texts == ("Potassium was 6.1 mmol/L on 2020-05-01.",)


def test_a_pair_of_pressures_is_told_as_two(ask: Ask) -> None:
    answer = ask("What was the last blood pressure?", *PRESSURES)
    assert answer.texts == (f"{SYSTOLIC} was 148 mm[Hg] on 2021-04-02.", f"{DIASTOLIC} was 92 mm[Hg] on 2021-04-02.")


@pytest.mark.parametrize(
    ("question", "lead", "value"),
    [
        ("Was the blood pressure ever above 140/90?", "Yes", "148"),
        ("Was the blood pressure ever above 150/95?", "No", "148"),
        ("Was the blood pressure ever below 90?", "No", "128"),
        ("Was the blood pressure ever above 140?", "Yes", "148"),
    ],
)
def test_a_pair_limits_both_pressures_and_a_single_number_the_systolic(ask: Ask, question: str, lead: str, value: str) -> None:
    answer = ask(question, *PRESSURES)
    assert answer.text.startswith(f"{lead}: ") and f"{SYSTOLIC} was {value} mm[Hg]" in answer.text


@pytest.mark.parametrize(
    ("question", "lead", "shown"),
    [
        ("Was the A1c ever above 9%?", "Yes", "9.1 %"),
        ("Was the A1c ever above 9?", "Yes", "9.1 %"),
        ("Was the A1c ever above 10%?", "No", "9.1 %"),
        ("Was the A1c ever above 80 mmol/mol?", "No", "9.1 %"),
        ("Was the A1c ever above 75 mmol/mol?", "Yes", "9.1 %"),
        ("Was the A1c ever below 6%?", "No", "7.4 %"),
    ],
)
def test_limits_and_values_meet_in_one_unit(ask: Ask, question: str, lead: str, shown: str) -> None:
    answer = ask(question, *A1C, lab("2021-03-02", "66", "mmol/mol"))
    assert answer.text.startswith(f"{lead}: Hemoglobin A1c was {shown}")
    assert lead == "No" or len(answer.texts) == 1


def test_a_limit_in_a_unit_that_no_value_can_be_told_in_decides_nothing(ask: Ask) -> None:
    assert ask("Was the A1c ever above 9 mg/dL?", *A1C).texts == ()


def test_values_in_two_units_are_each_told_in_their_own_and_compared_in_one(ask: Ask) -> None:
    lines = (lab("2020-01-01", "126", "mg/dL", "Glucose"), lab("2020-02-01", "5.5", "mmol/L", "Glucose"))
    assert ask("What was the highest glucose?", *lines).text == "The highest Glucose was 126 mg/dL on 2020-01-01, of 2 on record."


def test_a_change_between_units_names_both(ask: Ask) -> None:
    lines = (lab("2020-01-01", "180", "mg/dL", "Glucose"), lab("2020-02-01", "5.5", "mmol/L", "Glucose"))
    text = ask("How did the glucose change?", *lines).text
    assert text.startswith("Glucose fell from 180 mg/dL on 2020-01-01 to 5.5 mmol/L on 2020-02-01, by 4.4")


def test_the_earliest_of_equal_values_is_the_highest(ask: Ask) -> None:
    answer = ask("What was the highest potassium?", potassium("2020-01-01", "5.0"), potassium("2021-01-01", "5.0"))
    assert answer.text == "The highest Potassium was 5.0 mmol/L on 2020-01-01, of 2 on record."


def test_an_undated_value_is_told_without_a_date_and_never_inside_a_window(ask: Ask) -> None:
    undated = coded("observation", "{name|Ferritin}: {value|30} {unit|ng/mL}", code="fer")
    assert ask("What was the ferritin?", undated).texts == ("Ferritin was 30 ng/mL.",)


def test_an_undated_value_is_outside_every_window(ask: Ask) -> None:
    answer = ask("What was the ferritin in 2020?", coded("observation", "{name|Ferritin}: {value|30} {unit|ng/mL}", code="fer"))
    assert answer.texts == () and answer.near == (("outside_window", "Ferritin: 30 ng/mL"),)


@pytest.mark.parametrize(
    ("question", "found"), [("What was the BMI in 2012?", 2), ("What was the BMI in June 2012?", 1), ("BMI in 2013?", 0)]
)
def test_a_date_known_by_year_may_lie_in_any_month_of_it(ask: Ask, question: str, found: int) -> None:
    lines = (lab("2012", "31", "kg/m2", "Body mass index"), lab("2012-05", "33", "kg/m2", "Body mass index"))
    assert len(ask(question, *lines).texts) == found


def test_a_value_far_from_the_day_asked_for_is_outside(ask: Ask) -> None:
    answer = ask("What was the A1c on 2010-01-01?", *A1C)
    assert answer.texts == () and answer.near[0][0] == "outside_window"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_entered_in_error_is_not_on_record(ask: Ask, status: str) -> None:
    answer = ask("What was the potassium?", potassium("2020-01-01", "9.9", status=status))
    assert answer.texts == () and answer.near == ()


def test_a_note_that_restates_a_coded_value_adds_none(ask: Ask) -> None:
    restated = told("observation", "Her {name|A1c} was {value|9.1} {unit|%}.", "2018-03-01")
    assert ask("How many times was the A1c measured?", *A1C, restated).text.startswith("3 measurements")


@pytest.mark.parametrize(
    ("copy", "counted"),
    [
        ({}, 2),
        ({"value": "8.20"}, 2),
        ({"value": "8.4"}, 3),
        ({"clock": "T16:10:00Z"}, 2),
        ({"clock": "T16:40:00Z"}, 3),
        ({"name": "HbA1c"}, 2),
        ({"doc": "chart"}, 3),
    ],
)
def test_a_record_copied_into_another_document_counts_once(ask: Ask, copy: dict[str, str], counted: int) -> None:
    lines = (lab("2020-01-01", "7.0"), lab("2020-03-01", "8.2", clock="T11:10:00-05:00"))
    again = {"date": "2020-03-01", "value": "8.2", "clock": "T11:10:00-05:00", "doc": "second", **copy}
    answer = ask("How many times was the A1c measured?", *lines, lab(**again))
    assert answer.text.startswith(f"{counted} measurements")


def test_a_copied_record_is_one_point_of_a_trend(ask: Ask) -> None:
    answer = ask("A1c trend", lab("2020-01-01", "7.0"), lab("2020-03-01", "8.2"), lab("2020-03-01", "8.2", doc="second"))
    assert "over 2 values" in answer.text and [len(series.points) for series in answer.cited.series] == [2]


def test_a_note_with_a_value_of_its_own_is_the_latest(ask: Ask) -> None:
    new = told("observation", "Her {name|A1c} is {value|6.5} {unit|%} today.", "2022-03-01")
    answer = ask("What was the last A1c?", *A1C, new)
    assert answer.texts == ("A1c was 6.5 % on 2022-03-01.",) and answer.quotes() == ["Her A1c is 6.5 % today."]


def test_equal_numbers_of_two_things_do_not_restate_each_other(ask: Ask) -> None:
    other = told("observation", "The {name|diastolic blood pressure} was {value|128} {unit|mmHg}.", "2020-04-03")
    answer = ask("What was the last blood pressure?", PRESSURES[0], other)
    assert len(answer.texts) == 2


def test_coded_and_told_values_of_one_thing_make_one_trend(ask: Ask) -> None:
    long = lab("2019-01-01", "8.0", name="Hemoglobin A1c/Hemoglobin.total in Blood", code="4548-4")
    new = told("observation", "Her {name|A1c} is {value|6.5} {unit|%} today.", "2022-03-01")
    answer = ask("What is the trend of the A1c?", long, new)
    assert len(answer.texts) == 1 and "8.0 % on 2019-01-01, 6.5 on 2022-03-01" in answer.text


def test_as_of_counts_from_the_day_given(ask: Ask) -> None:
    assert "4 years" in ask("What was the last A1c?", *A1C, as_of="2024-06-01").text
    assert ask("What was the A1c in the last six months?", *A1C, as_of="2024-06-01").texts == ()
    assert ask("What was the A1c in the last six months?", *A1C).texts == ("Hemoglobin A1c was 8.2 % on 2020-03-01.",)


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("Was the CRP ever above 250?", "Yes: C reactive protein was >300 mg/L on 2020-01-01."),
        ("Was the CRP ever above 10?", "Yes: C reactive protein was >300 mg/L on 2020-01-01."),
        ("Was the CRP ever above 400?", ""),
        ("Was the CRP ever below 10?", "No: C reactive protein was 12 mg/L on 2019-01-01."),
        ("What was the highest CRP?", "The highest C reactive protein was 12 mg/L on 2019-01-01, of 1 that can be compared."),
        ("How did the CRP change?", "C reactive protein was 12 mg/L on 2019-01-01. C reactive protein was >300 mg/L on 2020-01-01."),
    ],
)
def test_a_value_told_as_above_a_number_is_never_left_out(ask: Ask, question: str, start: str) -> None:
    lines = (lab("2019-01-01", "12", "mg/L", "C reactive protein"), lab("2020-01-01", ">300", "mg/L", "C reactive protein"))
    text = ask(question, *lines).text
    assert text.startswith(start) and bool(text) is bool(start)
    assert "highest" not in question or ">300" in text


def test_a_change_in_mixed_units_says_the_unit_of_the_difference(ask: Ask) -> None:
    lines = (lab("2019-01-01", "70", "kg", "Body weight"), lab("2020-01-01", "160", "lb", "Body weight"))
    assert ask("How did her weight change?", *lines).text.endswith("by 5.68 lb.")


WEIGHTS = tuple(lab(date, value, "kg", "Body weight") for date, value in (("2020-01-01", "80.0"), ("2020-03-01", "83.2")))


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What was her last weight in pounds?", "Body weight was 83.2 kg (183.4 lb) on 2020-03-01."),
        ("What was her last weight in kilograms?", "Body weight was 83.2 kg on 2020-03-01."),
        ("What was her last weight in mmol/L?", "Body weight was 83.2 kg on 2020-03-01."),
        ("What was her highest weight in lbs?", "The highest Body weight was 83.2 kg (183.4 lb) on 2020-03-01, of 2 on record."),
        (
            "Weight trend in pounds",
            "Body weight rose over 2 values: 80.0 kg (176.4 lb) on 2020-01-01, 83.2 (183.4 lb) on 2020-03-01.",
        ),
    ],
)
def test_a_value_is_told_in_the_unit_asked_for_beside_its_own(ask: Ask, question: str, text: str) -> None:
    answer = ask(question, *WEIGHTS)
    assert answer.text == text and not answer.cited.withheld


@pytest.mark.parametrize(
    ("question", "line", "shown"),
    [
        ("Latest temperature in Fahrenheit?", lab("2020-01-01", "37.0", "Cel", "Body temperature"), "37.0 Cel (98.6 °F)"),
        ("Latest glucose in mmol/L?", lab("2020-01-01", "231", "mg/dL", "Glucose"), "231 mg/dL (12.8 mmol/L)"),
        ("Latest creatinine in umol/L?", lab("2020-01-01", "0.9", "mg/dL", "Creatinine"), "0.9 mg/dL (79.6 umol/L)"),
        ("Latest rheumatoid factor in mmol/L?", lab("2020-01-01", "12", "mg/dL", "Rheumatoid factor"), "12 mg/dL on"),
    ],
)
def test_a_conversion_needs_to_be_known_for_the_thing(ask: Ask, question: str, line: Line, shown: str) -> None:
    answer = ask(question, line)
    assert shown in answer.text and not answer.cited.withheld
