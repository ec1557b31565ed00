"""A response in statements: each can be supported or not by itself, and nothing of the response is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification.statements import facts_of, plain, split_statements
from tests.growth import grows_linearly, repeated


def texts(response: str) -> list[str]:
    return [response[part.span.start : part.span.end] for part in split_statements(response)]


def bodies(response: str) -> list[str]:
    return [response[part.body.start : part.body.end] for part in split_statements(response)]


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("She takes metformin 500 mg. She denies chest pain.", ["She takes metformin 500 mg.", "She denies chest pain."]),
        ("Yes: she takes metformin.", ["Yes: she takes metformin."]),
        ("Yes. She takes metformin.", ["Yes. She takes metformin."]),
        ("No, there is no fever. The cough is dry.", ["No, there is no fever.", "The cough is dry."]),
        ("The knee is swollen; the hip is not tender.", ["The knee is swollen;", "the hip is not tender."]),
        ("Medications: metformin; lisinopril; aspirin.", ["Medications: metformin; lisinopril; aspirin."]),
        ("Takes two drugs (metformin for her diabetes; lisinopril for blood pressure).", 1),
        ("- fever since Monday\n- cough at night\n", ["- fever since Monday", "- cough at night"]),
        ("## Plan\n\n1. Stop aspirin 81 mg.\n2. Repeat the CT.", ["## Plan\n\n1. Stop aspirin 81 mg.", "2. Repeat the CT."]),
        ("Medications:\n- metformin 500 mg", ["Medications:\n- metformin 500 mg"]),
        ("Follow-up:", ["Follow-up:"]),
        ("Yes.", ["Yes."]),
        ("— … !", []),
        ("", []),
    ],
)
def test_a_response_becomes_its_statements(response: str, expected: list[str] | int) -> None:
    assert (len(texts(response)) if isinstance(expected, int) else texts(response)) == expected


def test_bullet_and_heading_are_not_judged_but_a_leading_no_is() -> None:
    assert bodies("Plan:\n1. Stop aspirin.\n- No. She has no fever.") == ["Stop aspirin.", "No. She has no fever."]


def test_citation_marks_are_blanked_at_the_same_offsets() -> None:
    text = "**A1c** was 8.2 % [1][2, 3] on 2024-03-01 [4]."
    assert plain(text).split() == ["A1c", "was", "8.2", "%", "on", "2024-03-01", "."]
    assert len(plain(text)) == len(text) and plain(text).index("8.2") == text.index("8.2")


def test_parts_of_one_statement_can_be_checked_apart() -> None:
    assert facts_of("She has diabetes, takes metformin 1,000 mg and denies chest pain.") == (
        "She has diabetes",
        "takes metformin 1,000 mg",
        "denies chest pain.",
    )
    assert facts_of("Stable") == ("Stable",)


@given(st.text(alphabet="aB1 .;:,!?\n-#*[]()é’\u00a0Yesno", max_size=120))
def test_every_letter_and_digit_belongs_to_exactly_one_statement(response: str) -> None:
    parts = split_statements(response)
    inside = [at for part in parts for at in range(part.span.start, part.span.end)]
    assert len(inside) == len(set(inside)) and inside == sorted(inside)
    assert {at for at, letter in enumerate(response) if letter.isalnum()} <= set(inside)
    assert all(part.span.start <= part.body.start < part.body.end <= part.span.end for part in parts)


@pytest.mark.parametrize("unit", ["She is well. ", "a b c; ", "Yes. ", "Plan:\n", "((; ", "[1]", "- x\n"])
def test_splitting_is_linear(unit: str) -> None:
    assert grows_linearly(lambda size: split_statements(repeated(unit, size)), 3_000)
