"""Surrogates: the same wherever a value stands, of its kind and layout, and nobody's."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.deidentification.findings import EntityType
from rag.deidentification.gazetteers import load_gazetteers
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.deidentification.surrogates import Surrogates
from rag.keys import KEY_BYTES, Keys
from tests.rag.deidentification.conftest import KEYS, person

IDENTITY = PatientIdentity("p-1", (person("John Quincy Smith"), KnownIdentifier("555-0143", "PHONE")))
SURROGATES = Surrogates(KEYS, IDENTITY)


def test_full_name_and_surname_share_the_surrogate() -> None:
    full = SURROGATES.of(EntityType.PERSON, "John Smith")
    assert SURROGATES.of(EntityType.PERSON, "Smith") == full.split()[1]
    assert SURROGATES.of(EntityType.PERSON, "SMITH, JOHN") == f"{full.split()[1].upper()}, {full.split()[0].upper()}"


def test_an_initial_is_that_of_the_surrogate() -> None:
    assert SURROGATES.of(EntityType.PERSON, "J. Smith")[0] == SURROGATES.of(EntityType.PERSON, "John")[0]


def test_sex_of_a_first_name_is_kept() -> None:
    tables = load_gazetteers()
    for name, same in (("Margaret", tables.first_f), ("Gregory", tables.first_m)):
        assert SURROGATES.of(EntityType.PERSON, name).lower() in same


def test_another_patient_or_key_gives_other_surrogates() -> None:
    names = ["John Smith", "Maria Lopez", "Anna Mitchell", "Peter Kowalski"]
    other_patient = Surrogates(KEYS, PatientIdentity("p-2", IDENTITY.known))
    other_key = Surrogates(Keys(bytes(KEY_BYTES)), IDENTITY)
    ours = [SURROGATES.of(EntityType.PERSON, name) for name in names]
    assert ours == [Surrogates(KEYS, IDENTITY).of(EntityType.PERSON, name) for name in names]
    assert ours != [other_patient.of(EntityType.PERSON, name) for name in names]
    assert ours != [other_key.of(EntityType.PERSON, name) for name in names]


@pytest.mark.parametrize(
    ("entity_type", "value", "pattern"),
    [
        (EntityType.PHONE, "(617) 555-9243 x22", r"\([2-9]\d\d\) 555-01\d\d x\d\d"),
        (EntityType.PHONE, "555-9243", r"555-01\d\d"),
        (EntityType.PHONE, "+44 20 7946 0958", r"\+44 \d\d \d{4} \d{4}"),
        (EntityType.FAX, "1-800-555-9243", r"1-[2-9]\d\d-555-01\d\d"),
        (EntityType.SSN, "123-45-6789", r"9\d\d-\d\d-\d{4}"),
        (EntityType.MRN, "AB-00123x", r"[A-Z]{2}-\d{5}[a-z]"),
        (EntityType.EMAIL, "j.roe@example.net", r"[a-z]{8}@example\.org"),
        (EntityType.URL, "https://portal.example.net/p?id=1", r"https://example\.org/[a-z]{8}"),
        (EntityType.IP, "10.1.22.14", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d{1,3}"),
        (EntityType.ADDRESS, "1101 SW 29TH ST", r"\d{4} SW \d\dTH ST"),
        (EntityType.ADDRESS, "22 Elm Street, Apt 4B", r"\d\d [A-Z][a-z]+ Street, Apt \dB"),
        (EntityType.ORGANIZATION, "Mercy Regional Medical Center", r"[A-Z][a-z]+ Regional Medical Center"),
        (EntityType.LOCATION, "TOPEKA", r"[A-Z]+"),
        (EntityType.PERSON, "Marine542 Ai120", r"[A-Z][a-z]+\d{3} [A-Z][a-z]+\d{3}"),
        (EntityType.PERSON, "Anne-Marie de la Cruz Jr.", r"[A-Z][a-z]+-[A-Z][a-z]+ de la [A-Z][a-z]+ Jr\."),
    ],
)
def test_layout_is_kept_and_numbers_are_nobodys(entity_type: EntityType, value: str, pattern: str) -> None:
    made = SURROGATES.of(entity_type, value)
    assert re.fullmatch(pattern, made), made
    assert made != value


@given(st.integers(0, 3_000))
def test_no_surrogate_is_a_name_of_the_patient(number: int) -> None:
    surrogates = Surrogates(KEYS, PatientIdentity(f"p-{number}", (person("Linda Trujillo"), person("Patricia Villarreal"))))
    made = {word.lower() for name in ("Mary Lopez", "Anna Mitchell") for word in surrogates.of(EntityType.PERSON, name).split()}
    assert not made & {"linda", "trujillo", "patricia", "villarreal"}


def test_known_value_is_never_made() -> None:
    known = tuple(KnownIdentifier(f"555-01{n:02d}", "PHONE") for n in range(99))
    surrogates = Surrogates(KEYS, PatientIdentity("p-1", known))
    assert surrogates.of(EntityType.PHONE, "555-0111") in ("555-0199", "[phone]")


def test_an_initial_never_stands_for_itself() -> None:
    known = (KnownIdentifier("Sarah van Putten", EntityType.PERSON, "relative"),)
    for number in range(60):
        for identity in (PatientIdentity(f"p-{number}"), PatientIdentity(f"p-{number}", known)):
            assert " V. " not in Surrogates(KEYS, identity).of(EntityType.PERSON, "Amy V. Shaw")
