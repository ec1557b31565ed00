"""Comparisons and units asked for."""

from decimal import Decimal

import pytest

from rag.questions.thresholds import find_threshold, find_unit
from rag.questions.understood import Threshold


@pytest.mark.parametrize(
    ("words", "threshold"),
    [
        ("above 7", Threshold(">", Decimal(7))),
        ("over 140/90", Threshold(">", Decimal(140), second=Decimal(90))),
        ("at least 8.5 %", Threshold(">=", Decimal("8.5"), "%")),
        ("below 60 ml/min", Threshold("<", Decimal(60), "ml/min")),
        ("> 100 mg/dl", Threshold(">", Decimal(100), "mg/dl")),
        (">=6.5%", Threshold(">=", Decimal("6.5"), "%")),
        ("≤ 4", Threshold("<=", Decimal(4))),
        ("no more than 5", Threshold("<=", Decimal(5))),
        ("greater than or equal to 5", Threshold(">=", Decimal(5))),
        ("7 or higher", Threshold(">=", Decimal(7))),
        ("90 mmhg or less", Threshold("<=", Decimal(90), "mmhg")),
        ("between 7 and 9", Threshold(">=", Decimal(7), upper=Decimal(9))),
        ("exceeded 1,000", Threshold(">", Decimal(1000))),
        ("under 120 mmhg", Threshold("<", Decimal(120), "mmhg")),
        ("gone above 200 lbs", Threshold(">", Decimal(200), "lbs")),
        ("over 38.5 degrees", Threshold(">", Decimal("38.5"), "degrees")),
    ],
)
def test_comparison_is_read(words: str, threshold: Threshold) -> None:
    found = find_threshold(f"was it {words}")
    assert found is not None
    assert found[0] == threshold


@pytest.mark.parametrize(
    "words",
    [
        "more than 2 years",
        "over the last 3 months",
        "between 2015 and 2017",
        "above the knee",
        "more than 3 times",
        "over 2 weeks",
        "no number",
    ],
)
def test_times_and_places_are_no_comparison(words: str) -> None:
    assert find_threshold(words) is None


@pytest.mark.parametrize(
    ("words", "unit"), [("in mmol/l", "mmol/l"), ("in pounds", "pounds"), ("expressed in mg/dl", "mg/dl"), ("in kg?", "kg")]
)
def test_wanted_unit_is_read(words: str, unit: str) -> None:
    found = find_unit(words)
    assert found is not None
    assert found[0] == unit


@pytest.mark.parametrize("words", ["in 2019", "in the morning", "in units", "in general"])
def test_other_words_after_in_are_no_unit(words: str) -> None:
    assert find_unit(words) is None
