"""Places smaller than a state, facilities and employers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Hidden = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lives at 1234 Elm Street, Apt 5B.", [("ADDRESS", "1234 Elm Street, Apt 5B")]),
        ("601 CROSS STREET", [("ADDRESS", "601 CROSS STREET")]),
        ("1101 SW 29TH ST", [("ADDRESS", "1101 SW 29TH ST")]),
        ("write to PO Box 771", [("ADDRESS", "PO Box 771")]),
        ("BURLINGTON, KS 66839", [("LOCATION", "BURLINGTON"), ("ZIP", "66839")]),
        ("zip code 03601-1234", [("ZIP", "03601-1234")]),
        ("She lives in Alborn.", [("LOCATION", "Alborn")]),
        ("moved from Las Vegas to Ohio", [("LOCATION", "Las Vegas")]),
        ("Hope, MN", [("LOCATION", "Hope")]),
        ("from Johnson County, Kansas", [("LOCATION", "Johnson")]),
        ("seen at Mercy General Hospital today", [("ORGANIZATION", "Mercy General Hospital")]),
        ("transferred to University of Kansas Hospital", [("ORGANIZATION", "University of Kansas Hospital")]),
        ("He works at Taco Bell.", [("ORGANIZATION", "Taco Bell")]),
        ("born in London", [("LOCATION", "London")]),
        ("TOPEKA^KS^66614", [("LOCATION", "TOPEKA"), ("ZIP", "66614")]),
    ],
)
def test_place_is_hidden(hidden: Hidden, text: str, expected: list[tuple[str, str]]) -> None:
    assert hidden(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "from Vermont, in Kansas and Mexico",
        "the Pain Clinic, the Emergency Department, our Outpatient Clinic",
        "12 lead EKG with 2 mm ST elevation; 500 MG DR capsule",
        "2 View Chest X-ray; 10 Day Course; 3 Wound Place",
        "University hospital course; HOSPITAL COURSE:",
        "Cincinnati stroke scale, Philadelphia chromosome, Ottawa ankle rules",
        "PROSTATE, CT abdomen, chest, CT",
        "allergic to Lortab; smokes in Winter",
    ],
)
def test_state_kind_and_phrase_stay(hidden: Hidden, text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize("text", ["Calle de Alcalá 42", "Hauptstraße 12b", "Via Roma 5", "12 rue de la Paix"])
def test_street_written_the_foreign_way_is_hidden(hidden: Hidden, text: str) -> None:
    assert hidden(f"He stays at {text}.")[0] == ("ADDRESS", text)
