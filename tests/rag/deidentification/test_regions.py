"""The state and country that end an address go with it; alone they stay."""

from __future__ import annotations

import pytest

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.regions import regions_of_addresses


@pytest.mark.parametrize(
    ("address", "rest", "taken"),
    [
        ("12 Marl Street, Ovington", ", Ohio, is home", ", Ohio"),
        ("12 Marl Street, Ovington", ", New Jersey 07756. Then", ", New Jersey 07756"),
        ("12 Marl Street\nOvington", "\n OH\n 44114 now", "\n OH\n 44114"),
        ("9 Rue du Lac, 1200 Genève", "\nSwitzerland\nTel", "\nSwitzerland"),
        ("5 High Row, Leeds", ", England, United Kingdom", ", England, United Kingdom"),
        ("5 Kirkkokatu, Turku, Finland", " 20100 soon", " 20100"),
        ("12 Marl Street", " 14 days ago", ""),
        ("12 Marl Street", " 20100 seen", ""),
        ("12 Marl Street", " Indianapolis", ""),
        ("12 Marl Street", " In Canada she", ""),
    ],
)
def test_a_region_ends_its_address(address: str, rest: str, taken: str) -> None:
    found = list(regions_of_addresses(address + rest, [Finding(0, len(address), EntityType.ADDRESS, "x")]))
    assert [(address + rest)[f.start : f.end] for f in found] == ([address + taken] if taken else [])


def test_a_country_after_a_town_alone_stays() -> None:
    text = "came from Odesa, Ukraine in May"
    assert not list(regions_of_addresses(text, [Finding(10, 15, EntityType.LOCATION, "x")]))
