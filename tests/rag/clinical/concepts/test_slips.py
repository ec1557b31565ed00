"""What a slip of the hand costs, and which words are everyday English."""

import pytest

from rag.clinical.concepts.english import is_english
from rag.clinical.concepts.slips import LIKELY_COST, slip_cost


@pytest.mark.parametrize(("typed", "right"), [("waht", "what"), ("wat", "what"), ("wgat", "what"), ("whatt", "what"), ("atack", "attack")])
def test_letter_exchanged_left_out_doubled_or_beside_is_a_likely_slip(typed: str, right: str) -> None:
    cost = slip_cost(typed, right)
    assert cost is not None and cost <= LIKELY_COST


@pytest.mark.parametrize(
    ("typed", "likelier", "other"),
    [
        ("resultss", "results", "result's"),
        ("atack", "attack", "stack"),
        ("diabetis", "diabetes", "diabetic"),
        ("lasr", "last", "lash"),
        ("zinus", "minus", "genus"),
    ],
)
def test_likelier_slip_costs_less(typed: str, likelier: str, other: str) -> None:
    cost, more = slip_cost(typed, likelier), slip_cost(typed, other)
    assert cost is not None and (more is None or cost < more)


@pytest.mark.parametrize(("typed", "right"), [("same", "same"), ("abc", "xyz"), ("hsitoyr", "history"), ("", "what"), ("a", "abc")])
def test_equal_words_and_two_slips_have_no_cost(typed: str, right: str) -> None:
    assert slip_cost(typed, right) is None


def test_wrong_first_letter_costs_more_than_one_inside() -> None:
    first, inside = slip_cost("kast", "last"), slip_cost("lsst", "last")
    assert first is not None and inside is not None and first > inside


@pytest.mark.parametrize("word", ["when", "sigh", "fate", "boards", "marsh", "softly"])
def test_everyday_word_is_known(word: str) -> None:
    assert is_english(word)


@pytest.mark.parametrize("word", ["wehn", "sicne", "lesss", "resluts"])
def test_misspelling_is_no_everyday_word(word: str) -> None:
    assert not is_english(word)
