"""The parts of an address as one finding, with the unit before it and the country behind it, and nothing clinical."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.whole_addresses import whole_addresses
from tests.growth import grows_linearly

KINDS = {"street": EntityType.ADDRESS, "town": EntityType.LOCATION, "zip": EntityType.ZIP, "person": EntityType.PERSON}


def parts(text: str, *found: tuple[str, str]) -> list[Finding]:
    return [Finding(text.index(part), text.index(part) + len(part), KINDS[kind], "x") for kind, part in found]


def longest(text: str, findings: Sequence[Finding]) -> str:
    whole = whole_addresses(text, findings)
    return max((text[f.start : f.end] for f in whole), key=len, default="")


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("to 5631 Akasya SOK. NO: 35 today", [("street", "5631 Akasya SOK"), ("street", "35")], "5631 Akasya SOK. NO: 35"),
        ("at 12 Marl Rd, Apt 4, Ovington OR 97001", [("street", "12 Marl Rd"), ("town", "Ovington"), ("zip", "97001")],
         "12 Marl Rd, Apt 4, Ovington OR 97001"),
        ("Flat 3, 12 Marl Rd", [("street", "12 Marl Rd")], "Flat 3, 12 Marl Rd"),
        ("Esc. 9, 5 Sentier Griselda", [("street", "5 Sentier Griselda")], "Esc. 9, 5 Sentier Griselda"),
        ("write to PO Box 962, 82796, US please", [("street", "PO Box 962"), ("zip", "82796")], "PO Box 962, 82796, US"),
        ("12 Marl Rd, Unit B, called", [("street", "12 Marl Rd")], "12 Marl Rd, Unit B"),
        ("12 Marl Rd US abdomen", [("street", "12 Marl Rd")], ""),
        ("12 Marl Rd for 14 days, 5 Lea Rd", [("street", "12 Marl Rd"), ("street", "5 Lea Rd")], ""),
        ("from Ovington OR Poole", [("town", "Ovington"), ("town", "Poole")], ""),
        ("12 Marl Rd, Unit B", [("street", "12 Marl Rd"), ("person", "B")], ""),
    ],
)  # fmt: skip
def test_an_address_is_found_whole(text: str, found: list[tuple[str, str]], whole: str) -> None:
    assert longest(text, parts(text, *found)) == whole


@given(st.text("12 Marl,.\nNO:Apt US OR"), st.data())
def test_every_address_given_lies_in_one_found_or_stays_as_it_is(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for found in whole_addresses(text, [Finding(start, end, EntityType.ADDRESS, "x")]):
        assert 0 <= found.start <= start and end <= found.end <= len(text)


@pytest.mark.parametrize("between", [" ", ", NO: ", " apt\n", "x" * 30])
def test_many_parts_take_linear_time(between: str) -> None:
    def read(count: int) -> None:
        text = f"12 Lea{between}" * count
        step = len(f"12 Lea{between}")
        whole_addresses(text, [Finding(at * step, at * step + 6, EntityType.ADDRESS, "x") for at in range(count)])

    assert grows_linearly(read, 50)
