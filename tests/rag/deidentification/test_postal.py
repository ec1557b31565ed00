"""Postcodes and address lines of many countries."""

from __future__ import annotations

import pytest

from rag.deidentification.addresses import AddressDetector


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in AddressDetector().find(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Huddersfield HD5 9QX", "HD5 9QX"),
        ("Ottawa K1A 0B1", "K1A 0B1"),
        ("Castlebar F23 XY55", "F23 XY55"),
        ("1234 AB Utrecht", "1234 AB"),
        ("D-70999 Hohenfelsen", "D-70999 Hohenfelsen"),
        ("Vellampatti - 699 001", "699 001"),
        ("〒299-5555", "〒299-5555"),
        ("at RR 2 Box 118, Swift", "RR 2 Box 118"),
        ("on US-421 north", "US-421"),
        ("Flat 2, 81 Tanner's Brow, Marsden", "Flat 2, 81 Tanner's Brow"),
        ("Lindenstieg 14, D", "Lindenstieg 14"),
        ("on Jalan Cempaka Biru 12, Bandar", "Jalan Cempaka Biru 12"),
        ("2 Chapel Row, Castlebar", "2 Chapel Row"),
    ],
)
def test_address_is_found(text: str, value: str) -> None:
    assert value in found(text)


@pytest.mark.parametrize("text", ["RR 18, HR 90", "US 172 mm", "Cr 2.1", "5 Hills", "FM 20 kHz", "in block 4 mg", "T4 2NM units"])
def test_measures_are_no_addresses(text: str) -> None:
    assert found(text) == []
