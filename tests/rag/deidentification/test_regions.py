"""The state and country that end an address go with it; alone they stay."""

from __future__ import annotations

import pytest

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.regions import region_start, regions_of_addresses
from rag.deidentification.surrogates import Surrogates
from rag.keys import KEY_BYTES, Keys


@pytest.mark.parametrize(
    ("address", "rest", "taken"),
    [
        ("12 Marl Street, Ovington", ", Ohio, is home", ", Ohio"),
        ("12 Marl Street, Ovington", ", New Jersey 07756. Then", ", New Jersey 07756"),
        ("12 Marl Street\nOvington", "\n OH\n 44114 now", "\n OH\n 44114"),
        ("9 Rue du Lac, 1200 Genève", "\nSwitzerland\nTel", "\nSwitzerland"),
        ("5 High Row, Leeds", ", England, United Kingdom", ", England, United Kingdom"),
        ("5 Kirkkokatu, Turku, Finland", " 20100 soon", " 20100"),
        ("12 Marl Street", "; Chad Prentiss is the son", ""),
        ("12 Marl Street", "\nVirginia Prentiss, mother", ""),
        ("12 Marl Street", ". Georgia is her aunt", ""),
        ("12 Marl Street", " 14 days ago", ""),
        ("12 Marl Street", " 20100 seen", ""),
        ("12 Marl Street", " Indianapolis", ""),
        ("12 Marl Street", " In Canada she", ""),
    ],
)
def test_a_region_ends_its_address(address: str, rest: str, taken: str) -> None:
    found = regions_of_addresses(address + rest, [Finding(0, len(address), EntityType.ADDRESS, "x")])
    assert [(address + rest)[f.start : f.end] for f in found] == ([address + taken] if taken else [])


def test_a_country_after_a_town_alone_stays() -> None:
    text = "came from Odesa, Ukraine in May"
    assert not regions_of_addresses(text, [Finding(10, 15, EntityType.LOCATION, "x")])


def test_what_is_found_to_be_a_person_is_no_region() -> None:
    text = "12 Marl Street, Jordan"
    person = Finding(16, 22, EntityType.PERSON, "known")
    assert not regions_of_addresses(text, [Finding(0, 14, EntityType.ADDRESS, "x"), person])


@pytest.mark.parametrize(
    ("address", "kept"),
    [("12 Jordan Street", ""), ("9 Virginia Rd, Ovington, Ohio 44114", ", Ohio"), ("9 Lea Rd\nPoole\nOH 44114", "\nOH")],
)
def test_a_surrogate_keeps_the_region_at_the_end_and_no_street_of_that_name(address: str, kept: str) -> None:
    made = Surrogates(Keys(bytes(KEY_BYTES)), None).of(EntityType.ADDRESS, address)
    assert kept in made and "Jordan" not in made and "Virginia" not in made and "44114" not in made
    assert region_start(address) == (address.index(kept) if kept else len(address))


def test_an_organisation_s_surrogate_keeps_no_country_or_state_of_its_name() -> None:
    made = Surrogates(Keys(bytes(KEY_BYTES)), None).of(EntityType.ORGANIZATION, "Virginia Jordan Clinic")
    assert made.endswith("Clinic") and "Virginia" not in made and "Jordan" not in made
