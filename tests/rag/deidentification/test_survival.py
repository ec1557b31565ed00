"""Clinical meaning that a replacement took is marked, and only that."""

from __future__ import annotations

import pytest

from rag.deidentification.deidentifier import Deidentifier
from rag.deidentification.findings import EntityType
from rag.deidentification.reversal import Replacement
from rag.deidentification.survival import survival_marks
from rag.types import Policy
from tests.rag.deidentification.conftest import STRANGER


def replaced(text: str, original: str, surrogate: str, kind: EntityType = EntityType.PERSON) -> list[str]:
    """The marks' kinds when ``original`` is replaced in ``text``."""
    start = text.index(original)
    made = Replacement(start, start + len(original), start, start + len(surrogate), kind.value, original, surrogate, ("x",))
    marks = survival_marks(text, [made])
    assert all(mark.endswith(f"[{start}:{start + len(original)}]") and mark.startswith("survival:") for mark in marks)
    return [mark.removeprefix("survival:").partition("[")[0] for mark in marks]


@pytest.mark.parametrize(
    ("text", "original", "surrogate", "kinds"),
    [
        ("Start furosemide 40 mg daily.", "40 mg", "77 xy", ["quantity"]),
        ("Start furosemide 40 mg daily.", "furosemide 40", "Miller 61", ["quantity", "drug"]),
        ("Infuse 250 mL over an hour.", "mL", "Kay", ["quantity"]),
        ("Antiemetic: Emend 125 mg given.", "Emend", "Toole", ["drug"]),
        ("Avoid St John's wort.", "John", "Omar", ["drug"]),
        ("Blood pressure 138/82 today.", "138/82", "455/19", ["measurement"]),
        ("Hemoglobin 9.6, stable.", "9.6", "3.1", ["measurement"]),
        ("Pain in the left knee.", "left", "Smith", ["side"]),
        ("Patient denies chest pain.", "denies", "Deniz", ["negation"]),
        ("There is no evidence of bleeding.", "no evidence", "Nora Eves", ["negation"]),
    ],
)
def test_meaning_that_goes_is_marked(text: str, original: str, surrogate: str, kinds: list[str]) -> None:
    assert replaced(text, original, surrogate) == kinds


@pytest.mark.parametrize(
    ("text", "original", "surrogate"),
    [
        ("Seen by Dr. Okonkwo, who denies delay of aspirin 81 mg.", "Okonkwo", "Miller"),
        ("Call (617) 555-0143 about the left knee.", "(617) 555-0143", "(202) 555-0177"),
        ("MRN 00482913; hemoglobin 9.6.", "00482913", "77120431"),
        ("Hemoglobin 9.6 on 03/14/2021.", "03/14/2021", "2021"),
        ("Seen by Dr. John Left.", "John Left", "Omar Left"),
    ],
)
def test_identifiers_beside_meaning_are_not_marked(text: str, original: str, surrogate: str) -> None:
    assert replaced(text, original, surrogate) == []


def test_ages_over_89_are_meant_to_go() -> None:
    assert replaced("A 92 year old man.", "92", "90+", EntityType.AGE) == []


def test_a_name_that_reads_like_meaning_is_only_marked(deidentifier: Deidentifier) -> None:
    result = deidentifier.deidentify("Seen by Dr. Heather Left, MD.", policy=Policy.SAFE_HARBOR, identity=STRANGER)
    assert "Left" not in result.text
    assert all("Left" not in mark for mark in survival_marks("Seen by Dr. Heather Left, MD.", result.replacements))
