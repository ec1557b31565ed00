"""Units convert exactly where that is known, and not at all elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.clinical.conversion import convert, same_unit


@pytest.mark.parametrize(
    ("value", "unit", "to", "analyte", "wanted", "places"),
    [
        ("126", "mg/dL", "mmol/L", "glucose", "7.0", 1),
        ("7.0", "mmol/L", "mg/dL", "Glucose [Mass/volume] in Serum or Plasma", "126", 0),
        ("200", "mg/dL", "mmol/L", "total cholesterol", "5.17", 2),
        ("100", "mg/dL", "mmol/L", "Low Density Lipoprotein Cholesterol", "2.59", 2),
        ("150", "mg/dL", "mmol/L", "triglycerides", "1.69", 2),
        ("1.0", "mg/dL", "umol/L", "creatinine", "88.4", 1),
        ("20", "mg/dL", "mmol/L", "BUN", "7.1", 1),
        ("6", "mg/dL", "umol/L", "uric acid", "357", 0),
        ("10", "mg/dL", "mmol/L", "calcium", "2.50", 2),
        ("4", "mEq/L", "mmol/L", "potassium", "4", 0),
        ("140", "mmol/L", "mEq/L", "Sodium", "140", 0),
        ("5", "mEq/L", "mmol/L", "calcium", "2.5", 1),
        ("24", "mmol/L", "mEq/L", "bicarbonate", "24", 0),
        ("1", "mg/dL", "umol/L", "bilirubin", "17.1", 1),
        ("30", "ng/mL", "nmol/L", "vitamin D", "74.9", 1),
        ("1.2", "ng/dL", "pmol/L", "free T4", "15.4", 1),
        ("500", "pg/mL", "pmol/L", "B12", "369", 0),
        ("7.0", "%", "mmol/mol", "HbA1c", "53.0", 1),
        ("53", "mmol/mol", "%", "hemoglobin a1c", "7.0", 1),
        ("300", "mg/g", "mg/mmol", "Microalbumin Creatinine Ratio", "33.9", 1),
        ("14", "g/dL", "g/L", None, "140", 0),
        ("154", "lb", "kg", None, "69.9", 1),
        ("70", "kg", "[lb_av]", None, "154.3", 1),
        ("180", "cm", "in", None, "70.9", 1),
        ("98.6", "[degF]", "Cel", None, "37.0", 1),
        ("37", "°C", "°F", None, "98.6", 1),
        ("120", "mm[Hg]", "kPa", None, "16.0", 1),
        ("6.5", "10*3/uL", "10*9/L", None, "6.5", 1),
        ("6500", "/uL", "K/uL", None, "6.5", 1),
        ("4.5", "10*6/uL", "10*12/L", None, "4.5", 1),
        ("45", "%", "L/L", None, "0.45", 2),
        ("1", "ug/L", "ng/mL", None, "1", 0),
        ("2.5", "mIU/L", "uIU/mL", None, "2.5", 1),
    ],
)
def test_value_converts(value: str, unit: str, to: str, analyte: str | None, wanted: str, places: int) -> None:
    found = convert(Decimal(value), unit, to, analyte)
    assert found is not None
    assert round(found, places) == Decimal(wanted)


@pytest.mark.parametrize(
    ("unit", "to", "analyte"),
    [
        ("mg/dL", "mmol/L", None),
        ("mg/dL", "mmol/L", "unicorn protein"),
        ("mEq/L", "mmol/L", None),
        ("mg/dL", "kg", "glucose"),
        ("%", "mmHg", "hemoglobin a1c"),
        ("blob", "mg", None),
        ("", "mg", None),
        ("degC", "mmol/L", None),
        ("mg/dL", "U/L", "glucose"),
        ("g", "mL", None),
    ],
)
def test_what_is_not_known_to_convert_is_none(unit: str, to: str, analyte: str | None) -> None:
    assert convert(Decimal(1), unit, to, analyte) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mm[Hg]", "mmHg"),
        ("K/uL", "10*9/L"),
        ("10*3/uL", "x10^3/µL"),
        ("mcg/mL", "ug/mL"),
        ("mL/min/{1.73_m2}", "mL/min/1.73 m2"),
        ("Cel", "°C"),
        ("/min", "{beats}/min"),
        ("beats/min", "/min"),
        ("U/L", "[IU]/L"),
        ("m[IU]/L", "mIU/L"),
        ("kg/m2", "kg/m^2"),
        ("MG/DL", "mg/dL"),
        ("ng/mL", "ug/L"),
        ("ten-thousand blobs", "ten-thousand blobs"),
    ],
)
def test_written_forms_of_one_unit_are_the_same(one: str, other: str) -> None:
    assert same_unit(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mg/dL", "mmol/L"),
        ("kg", "lb"),
        ("Cel", "[degF]"),
        ("mEq/L", "mmol/L"),
        ("g/dL", "g/L"),
        ("ml/min", "mL/min/1.73 m2"),
        ("blob", "blip"),
    ],
)
def test_different_units_are_not_the_same(one: str, other: str) -> None:
    assert not same_unit(one, other)


def test_pounds_and_inches_are_exact() -> None:
    assert convert(Decimal(1), "lb", "g") == Decimal("453.59237")
    assert convert(Decimal(1), "in", "cm") == Decimal("2.54")
