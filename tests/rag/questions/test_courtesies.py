"""What is said around a question asks nothing."""

import pytest

from rag.questions.courtesies import without_courtesies

ASKED = "When was the last INR?"


@pytest.mark.parametrize(
    "said",
    [
        "Hi, could you please tell me: {}",
        "Hey, one more thing: {}",
        "Sorry to bother you, but {}",
        "Just one question: {}",
        "{} I need it for the discharge summary.",
        "{} That would be a great help.",
        "{} I would really appreciate it. Thanks!",
        "{} No rush.",
        "{} Cheers",
        "{} It's for my notes, thank you so much.",
    ],
)
def test_courtesy_is_taken_off(said: str) -> None:
    assert without_courtesies(said.format(ASKED)).strip() == ASKED


@pytest.mark.parametrize("text", ["Thanks!", "I need the INR from 2019.", "Hi there", "That is his statin, right?"])
def test_question_and_lone_courtesy_are_left(text: str) -> None:
    assert without_courtesies(text) == text
