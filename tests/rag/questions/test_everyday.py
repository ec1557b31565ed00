"""Everyday words of a question."""

import pytest

from rag.questions.everyday import without_everyday


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("followed egfr", "egfr"),
        ("school form shots", "shots"),
        ("phq9 across", "phq9"),
        ("told nerve damage from diabetes", "nerve damage diabetes"),
    ],
)
def test_everyday_words_are_left_out(phrase: str, bare: str) -> None:
    assert without_everyday(phrase)[-1] == bare


@pytest.mark.parametrize("phrase", ["creatinine", "left knee pain", "urine glucose", "pulmonary hypertension"])
def test_clinical_words_are_never_left_out(phrase: str) -> None:
    assert without_everyday(phrase) == ()
