"""One loaded de-identifier for all tests of the package."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from rag.deidentification.deidentifier import Deidentifier, open_deidentifier
from rag.deidentification.identity import KnownIdentifier, PatientIdentity
from rag.keys import KEY_BYTES, Keys
from rag.types import Policy
from tests.rules_alone import rules_alone

KEYS = Keys(bytes(range(KEY_BYTES)))
STRANGER = PatientIdentity("p-0000000000000001", (), -70)


@pytest.fixture(scope="session")
def deidentifier() -> Deidentifier:
    return open_deidentifier(KEYS, tagging=rules_alone(), today=date(2026, 6, 1))


@pytest.fixture(scope="session")
def hidden(deidentifier: Deidentifier) -> Callable[[str], list[tuple[str, str]]]:
    """What is replaced in a text under Safe Harbor when the patient is not known: (type, original) in order."""

    def run(text: str) -> list[tuple[str, str]]:
        result = deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=STRANGER)
        return [(r.entity_type, r.original) for r in result.replacements]

    return run


def person(name: str, role: str = "patient") -> KnownIdentifier:
    return KnownIdentifier(name, "PERSON", role)
