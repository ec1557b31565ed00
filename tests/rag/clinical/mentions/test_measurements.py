"""Measured values in text: verbatim, with their unit and their own date; goals are no results."""

from __future__ import annotations

import pytest

from rag.clinical.mentions.measurements import DIASTOLIC, SYSTOLIC, find_measurements
from rag.clinical.mentions.mention import Mention
from rag.clinical.sections import find_sections


def measured(text: str) -> tuple[Mention, ...]:
    return find_measurements(text, find_sections(text))


def values(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return [(found.value, found.unit, found.time) for found in measured(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1c 8.2 %.", [("8.2", "%", None)]),
        ("Hemoglobin A1c has gone up to 8.2.", [("8.2", None, None)]),
        ("Creatinine was 1.4 mg/dL on 2/14/2024.", [("1.4", "mg/dL", "2024-02-14")]),
        ("A1c of 7.4 % (March 2023) to 8.2 % (September 2023).", [("7.4", "%", "2023-03"), ("8.2", "%", "2023-09")]),
        ("INR today 2.4 (prior: 4/18 2.2, 3/21 1.8).", [("2.4", None, None), ("2.2", None, "--04-18"), ("1.8", None, "--03-21")]),
        ("Labs 3/4/2024: potassium 4.2, creatinine 1.1.", [("4.2", None, "2024-03-04"), ("1.1", None, "2024-03-04")]),
        ("Temperature 98.6 F, O2 sat 97% on room air.", [("98.6", "F", None), ("97", "%", None)]),
        ("Weight 84.6 kg.", [("84.6", "kg", None)]),
        ("EF 35-40 %.", [("35-40", "%", None)]),
        ("The ejection fraction is 45%.", [("45", "%", None)]),
        ("PHQ-9 12.", [("12", None, None)]),
        ("Potassium (mmol/L): 4.8.", [("4.8", "mmol/L", None)]),
        ("Troponin <0.01 ng/mL.", [("<0.01", "ng/mL", None)]),
        ("WBC 12.4, Hgb 8.9 and platelets 204.", [("12.4", None, None), ("8.9", None, None), ("204", None, None)]),
        ("SpO2 86 % RA -> 91 % on 2 L.", [("86", "%", None), ("91", "%", None)]),
        ("Lactate 3.9 mmol/L at 18:00.", [("3.9", "mmol/L", None)]),
    ],
)
def test_a_value_has_its_unit_and_date(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert values(text) == expected


def test_a_blood_pressure_is_two_values() -> None:
    systolic, diastolic = measured("BP 138/82 mmHg.")
    assert (systolic.value, systolic.code, diastolic.value, diastolic.code) == ("138", SYSTOLIC, "82", DIASTOLIC)
    assert systolic.unit == diastolic.unit == "mmHg"


@pytest.mark.parametrize(
    "text",
    [
        "Goal A1c below 7.",
        "A1c target of 6.5 %.",
        "If potassium exceeds 5.5, hold lisinopril.",
        "Call if heart rate is above 120.",
        "MAP goal 65.",
    ],
)
def test_goals_and_conditions_are_hypothetical(text: str) -> None:
    assert {found.assertion for found in measured(text)} <= {"hypothetical"}


def test_a_dated_value_is_present() -> None:
    assert measured("A1c was 7.4 % in March 2023.")[0].assertion == "present"


@pytest.mark.parametrize("text", ["Metformin 500 mg twice daily.", "Repeat hemoglobin A1c in 3 months.", "Check potassium in 2 weeks."])
def test_doses_and_delays_are_no_results(text: str) -> None:
    assert [found.value for found in measured(text) if found.value] == []


def test_a_result_in_a_word() -> None:
    (found,) = measured("Troponin was negative.")
    assert found.value == "negative"


def test_elevated_is_an_interpretation() -> None:
    text = "Hemoglobin A1c is elevated at 8."
    (found,) = measured(text)
    assert found.value == "8"
    assert [text[slot.span.start : slot.span.end] for slot in found.slots if slot.name == "interpretation"] == ["elevated"]


@pytest.mark.parametrize("bar", [" | ", "\t", "     "])
def test_a_table_gives_each_value_the_date_over_it(bar: str) -> None:
    rows = [["Lab", "3/4/2024", "4/5/2024"], ["Potassium (mmol/L)", "4.8", "5.2"], ["Sodium", "138", "140 H"]]
    text = "\n".join(bar.join(row) for row in rows)
    assert values(text) == [
        ("4.8", "mmol/L", "2024-03-04"),
        ("5.2", "mmol/L", "2024-04-05"),
        ("138", None, "2024-03-04"),
        ("140", None, "2024-04-05"),
    ]


def test_the_date_of_a_table_stands_in_the_sentence() -> None:
    text = "Lab | 3/4/2024\nPotassium | 4.8\n"
    (found,) = measured(text)
    assert "3/4/2024" in text[found.sentence.start : found.sentence.end]


@pytest.mark.parametrize("text", ["A1c 8.1 % (was 9.6 %).", "Hemoglobin fell from 14.2 to 11.1 g/dL.", "FiO2 0.60 -> 0.45."])
def test_an_earlier_value_beside_the_present_one_is_marked(text: str) -> None:
    assert sorted(found.status for found in measured(text)) == ["", "ended"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Home BPs 140s/80s.", ["140s", "80s"]),
        ("Home blood pressure 125-135/75-82.", ["125-135", "75-82"]),
        ("MoCA 14/30.", ["14"]),
        ("Pain 6/10 with walking.", ["6"]),
        ("Fasting fingersticks 120s-140s.", ["120s-140s"]),
        ("Apgar 8 and 9.", ["8 and 9"]),
        ("Ferritin 2.4875903642598547 ng/mL.", ["2.4875903642598547"]),
    ],
)
def test_a_value_is_verbatim_as_charts_write_it(text: str, expected: list[str]) -> None:
    assert [value for value, _, _ in values(text)] == expected


@pytest.mark.parametrize(
    "text",
    ["Checks fingersticks 2-3x/wk.", "Severe pain in the knee.", "Strength 4/5.", "Disc degeneration at C4-5.", "Height: 5’6."],
)
def test_counts_grades_and_levels_are_no_values(text: str) -> None:
    assert values(text) == []


def test_a_criterion_is_no_result() -> None:
    (found,) = measured("She meets no criterion (weight 60 kg or less).")
    assert (found.value, found.assertion) == ("60", "hypothetical")


@pytest.mark.parametrize(
    ("text", "value"),
    [("Blood cultures: Streptococcus pneumoniae in 2 of 2 sets.", "Streptococcus pneumoniae"), ("Urine culture grew E. coli.", "E. coli")],
)
def test_what_grew_is_the_value_of_a_culture(text: str, value: str) -> None:
    assert [value for value, _, _ in values(text)] == [value]


def test_a_table_with_a_date_in_each_row_gives_each_cell_its_date() -> None:
    text = "RESULTS:\nDate | TSH (mU/L) | PHQ-9\n2022-09-19 | 0.01 | not done\n10/16/2023 | 6.8 H | 17\n"
    assert values(text) == [("0.01", "mU/L", "2022-09-19"), ("6.8", "mU/L", "2023-10-16"), ("17", None, "2023-10-16")]


def test_a_month_without_a_year_is_the_values_own_date() -> None:
    assert values("TSH 18.4 mU/L (0.01 in September).") == [("18.4", "mU/L", None), ("0.01", "mU/L", "--09")]


def test_a_test_that_was_unremarkable_is_not_denied() -> None:
    assert [found.assertion for found in measured("His CBC was unremarkable.")] == ["present"]
