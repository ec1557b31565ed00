"""Known identifiers of the patient are found in every guise."""

from __future__ import annotations

import pytest

from rag.deidentification.identity import KnownIdentifier
from rag.deidentification.known import KnownDetector
from tests.rag.deidentification.conftest import person

KNOWN = (
    person("Robert Zlandry-Qorvix"),
    person("O'Neil"),
    person("Marine542 Ai120"),
    person("Long"),
    person("Will Test", "practitioner"),
    KnownIdentifier("1101 SW 29th St", "ADDRESS"),
    KnownIdentifier("785-596-6088", "PHONE"),
    KnownIdentifier("S99940903", "LICENSE"),
    KnownIdentifier("12", "ID"),
    KnownIdentifier("Hospice", "ORGANIZATION", "organization"),
)
DETECTOR = KnownDetector(KNOWN)


def found(text: str) -> list[str]:
    return sorted({text[f.start : f.end] for f in DETECTOR.find(text)}, key=text.index)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ZLANDRY was seen", ["ZLANDRY"]),
        ("zlandry's pain", ["zlandry"]),
        ("Qorvix, Robert", ["Qorvix", "Robert"]),
        ("Robert\nZlandry", ["Robert", "Zlandry"]),
        ("Zlan-\ndry came", ["Zlan-\ndry"]),
        ("Bob and Rob and Bobby", ["Bob", "Rob", "Bobby"]),
        ("R. Zlandry", ["R", "Zlandry"]),
        ("ONeil and O’Neil", ["ONeil", "O’Neil"]),
        ("Zländry, Ζlandry", ["Zländry", "Ζlandry"]),
        ("marine542 AI120", ["marine542", "AI120"]),
        ("robert_zlandry@", ["robert", "zlandry"]),
        ("1101 s.w. 29TH", []),
        ("1101 SW, 29th St.", ["1101 SW, 29th St"]),
        ("(785) 596.6088 or 7855966088", ["785) 596.6088", "7855966088"]),
        ("call +1 785 596 6088", ["1 785 596 6088", "785 596 6088"]),
        ("licence S-99940903", []),
        ("s99940903", ["s99940903"]),
        ("Mr. Long came", ["Long"]),
        ("saw Long today", ["Long"]),
    ],
)
def test_guise_is_seen_through(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text", ["It has been long.", "Long walks help.", "Test results will follow. Will call.", "12 tablets", "home hospice"]
)
def test_plain_word_that_is_also_a_name_stays(text: str) -> None:
    assert found(text) == []


def test_thousands_of_known_values_cost_no_more_per_character() -> None:
    many = KnownDetector([KnownIdentifier(f"ID{n:07d}", "ID") for n in range(5_000)])
    text = "stable on room air " * 2_000 + "ID0004999"
    assert [(f.start, f.end) for f in many.find(text)] == [(len(text) - 9, len(text))]


def test_a_run_of_initials_before_a_known_surname_is_found_whole() -> None:
    known = [KnownIdentifier(value, "PERSON") for value in ("Amy", "V.", "Shaw")]
    text = "Seen by A. V. Shaw today, vitamin A. given."
    found = KnownDetector(known).find(text)
    assert {text[f.start : f.end] for f in found} == {"A", "V", "Shaw"} and max(f.end for f in found) <= text.index(" today")
