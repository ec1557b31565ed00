"""Items of a checklist and the marks that answer them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.checklists import answered
from tests.growth import grows_linearly, repeated


def _items(text: str) -> list[tuple[str, bool]]:
    return [(text[part.start : part.end].strip(" ,:"), part.negated) for part in answered(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("[ ] fever [x] cough", [("fever", True), ("cough", False)]),
        ("☐ Fever ☑ Cough", [("Fever", True), ("Cough", False)]),
        ("Fever [ ] Cough [x]", [("Fever", True), ("Cough", False)]),
        ("Fever: [x] yes [ ] no, Cough: [ ] Yes [x] No", [("Fever", False), ("Cough", True)]),
        ("- fever, + cough", [("fever", True), ("cough", False)]),
        ("+ fever\n- chills", [("fever", False), ("chills", True)]),
        ("(-) CP, (+) SOB", [("CP", True), ("SOB", False)]),
        ("Rash (no), itching (yes)", [("Rash", True), ("itching", False)]),
        ("ROS: fever no, cough yes.", [("fever", True), ("cough", False)]),
        ("Fever, chills: none. Cough: yes", [("Fever, chills", True), ("Cough", False)]),
        ("Vomiting - no, diarrhea - yes", [("Vomiting", True), ("diarrhea", False)]),
        ("Fever | No\nCough | Yes", [("Fever", True), ("Cough", False)]),
    ],
)
def test_mark_answers_its_item(text: str, items: list[tuple[str, bool]]) -> None:
    assert _items(text) == items


@pytest.mark.parametrize(
    "text", ["- continue metformin", "No fever, no cough.", "- calcium + vitamin D", "Dose 5 mg (n = 3)", "He takes vitamin K."]
)
def test_bullets_and_prose_are_no_checklist(text: str) -> None:
    assert _items(text) == []


@given(
    st.lists(st.sampled_from(["[x]", "[ ]", "+", "-", "no", "yes", ",", ":", "fever", "\n", "(", ")", "|", "İ"]), max_size=30).map(" ".join)
)
def test_answered_stretches_lie_in_the_text_and_in_order(text: str) -> None:
    parts = answered(text, 0, len(text))
    assert all(0 <= part.start <= part.end <= len(text) for part in parts)


@pytest.mark.parametrize("part", ["fever: no, ", "[x] a ", "- a, + b ", "(-) ", "yes ", "\n- ", " . "])
def test_line_of_nothing_but_marks_takes_linear_time(part: str) -> None:
    def answer_the_middle(size: int) -> object:
        return answered(repeated(part, size), size // 2, size // 2 + 10)

    assert grows_linearly(answer_the_middle, 250)
    assert grows_linearly(answer_the_middle, 2_500)  # beyond the stretch of the line that is read
