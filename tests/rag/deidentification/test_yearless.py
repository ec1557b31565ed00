"""Dates without a year: told from scores, doses and settings by what stands around them."""

from __future__ import annotations

import pytest

from rag.deidentification.dates import find_written_dates


def found(text: str) -> list[str]:
    return [text[w.start : w.end] for w in find_written_dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("repeat Hgb, ortho clinic 11/9.", ["11/9"]),
        ("trach 12/28, PEG 12/29", ["12/28", "12/29"]),
        ("(LMP 9/14, EDD 6/21)", ["9/14", "6/21"]),
        ("covering 9/6–9/8", ["9/6", "9/8"]),
        ("took it sat 8/26", ["sat 8/26"]),
        ("labs 7/8: Na 140", ["7/8"]),
        ("\n15/2 1820  Gram neg rods", ["15/2"]),
        ("visit the 14th.", ["the 14th"]),
        ("since Sunday the 6th", ["Sunday the 6th"]),
        ("4th - ulcer smaller", ["4th"]),
        ("used in november", ["november"]),
        ("January labs fine", ["January"]),
        ("fell at Thanksgiving", ["Thanksgiving"]),
        ("since Diwali 2022", ["Diwali 2022"]),
        ("began around THANKSGIVING OF 2020", ["THANKSGIVING OF 2020"]),
    ],
)
def test_date_without_a_year_is_found(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Norco 5/325 as needed, Lotrel 5/20 daily",
        "BiPAP 12/5, FiO2 40",
        "02/05 pulses, 2/4 reflexes",
        "Beighton 7/9: hypermobile",
        "ESS 4/24",
        "Seen 03/04/2021 and 25/04/2021. Review 6/12.",
        "the 3rd metatarsal, the 1st and 2nd met heads",
        "Christmas tree pattern; Christmas disease",
        "he may march on",
        "grew in 2/4 bottles",
    ],
)
def test_scores_doses_and_ordinals_of_things_are_no_dates(text: str) -> None:
    assert [value for value in found(text) if len(value) < 8] == []
