"""Numbers and their units: exact, with names and dates left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.units import find_quantities
from tests.growth import grows_linearly


def quantities(text: str) -> list[tuple[str, str | None]]:
    return [(str(found.value), found.unit) for found in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lisinopril 10 mg daily", [("10", "mg")]),
        ("10-mg dose", [("10", "mg")]),
        ("A1c 8.20 %", [("8.20", "%")]),
        ("insulin 1,000 units", [("1000", "U")]),
        ("100 mcg, 100 µg and 100 μg", [("100", "ug")] * 3),
        ("0.5 mg/kg/day", [("0.5", "mg/kg/day")]),
        ("100 mcg per hour", [("100", "ug/hour")]),
        ("BP 120/80 mmHg", [("120", "mmHg"), ("80", "mmHg")]),
        ("BP 120/80 mm[Hg]", [("120", "mmHg"), ("80", "mmHg")]),
        ("5-10 mg", [("5", "mg"), ("10", "mg")]),
        ("10 to 20 mg", [("10", "mg"), ("20", "mg")]),
        ("a 2 x 3 cm nodule", [("2", "cm"), ("3", "cm")]),
        ("HR 72 bpm, 16 breaths per minute, 72 /min", [("72", "1/min"), ("16", "1/min"), ("72", "1/min")]),
        ("T 98.6 F (37.0 °C)", [("98.6", "degF"), ("37.0", "degC")]),
        ("WBC 7.2 x10^9/L, 7.2 K/uL, 7.2 10*3/uL", [("7.2", "10*3/uL")] * 3),
        ("eGFR 55 mL/min/1.73 m2", [("55", "mL/min/1.73m2")]),
        ("BMI 31.2 kg/m²", [("31.2", "kg/m2")]),
        ("base excess -3.2 mmol/L", [("-3.2", "mmol/L")]),
        ("troponin <0.01 ng/mL", [("0.01", "ng/mL")]),
        ("a 44-year-old man, 55 yo", [("44", "year"), ("55", "year")]),
        ("for two weeks", [("2", "week")]),
        ("1/2 tablet, 1½ tabs, 1 1/2 pills", [("0.5", "tablet"), ("1.5", "tablet"), ("1.5", "pill")]),
        ("pH 7.35", [("7.35", None)]),
        ("20 pack-years", [("20", "pack-year")]),
        (".5 mL", [("0.5", "mL")]),
        ("On 2024-03-01 took 12 mg", [("12", "mg")]),
        ("a 45 F with T 101 F", [("45", None), ("101", "degF")]),
        ("fell to 5 in March", [("5", None)]),
    ],
)
def test_quantities_are_read(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert quantities(text) == expected


@pytest.mark.parametrize(
    "text", ["vitamin B12, T4, L5-S1, H1N1", "COVID-19", "25-hydroxyvitamin", "one of them", "seen 3/4/2024 and in 2015", "Q6H"]
)
def test_names_and_dates_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


def test_span_holds_number_and_unit() -> None:
    text = "dose: 1,500 mg/day."
    (found,) = find_quantities(text)
    assert text[found.span.start : found.span.end] == "1,500 mg/day"
    assert found.value == Decimal(1500)


@given(
    st.decimals(min_value=0, max_value=99999, places=2),
    st.sampled_from(["mg", "mg/dL", "%", "mmol/L", "tablets"]),
    st.text("a ,;\n😀", max_size=6),
)
def test_every_decimal_is_kept_verbatim(value: Decimal, unit: str, around: str) -> None:
    text = f"{around} {value} {unit} {around}"
    (found,) = find_quantities(text)
    assert found.value == value
    assert text[found.span.start : found.span.end] == f"{value} {unit}"


@pytest.mark.parametrize("unit", ["1", "1/2/", "1,000,", "1 mg/mg/", "1-", " "])
def test_hostile_text_takes_linear_time(unit: str) -> None:
    assert grows_linearly(lambda size: find_quantities(unit * (size // len(unit))), 2_500)


def test_a_span_ends_with_the_text() -> None:
    assert find_quantities("1 mmol/L")[0].span.end == 8


def test_every_decimal_of_a_computed_value_is_read() -> None:
    assert str(find_quantities("2.4875903642598547 mg/dL")[0].value) == "2.4875903642598547"
