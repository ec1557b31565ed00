"""Words of a statement and of its evidence meet under one key, whatever their form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.encoder.checkpoint import find_checkpoint
from rag.encoder.tokens import Tokens
from rag.verification.words import count_pieces, rarity, spelled_out, words_in


def keys(text: str) -> set[str]:
    return {word.key for word in words_in(text)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("reduced", "lower"),
        ("reduced", "reduction"),
        ("renal", "kidney"),
        ("fractured", "fractures"),
        ("hemorrhagic", "bleeding"),
        ("62.30 kg", "62.3 kg"),
        ("1,000 steps", "1000 steps"),
        ("five lesions", "5 lesions"),
        ("Blood pressure", "BP"),
        ("tumours", "tumor"),
    ],
)
def test_forms_of_one_word_have_one_key(one: str, other: str) -> None:
    assert keys(one) == keys(other)


@pytest.mark.parametrize(
    ("one", "other"), [("8.2", "82"), ("10 mg", "100 mg"), ("left", "right"), ("hepatitis B", "hepatitis C"), ("cost", "rib")]
)
def test_other_things_have_other_keys(one: str, other: str) -> None:
    assert keys(one) != keys(other)


def test_abbreviations_are_spelled_out() -> None:
    assert any(keys("chronic obstructive pulmonary disease") == full for full in spelled_out("copd"))
    assert spelled_out("metformin") == ()


def test_rare_words_weigh_more() -> None:
    assert rarity("time") < rarity("lung") < rarity("metformin")


@given(st.text(alphabet="abcdefghij tion0189.,-()/é", max_size=60))
def test_word_pieces_are_counted_as_the_encoder_cuts(text: str) -> None:
    assert count_pieces(text.replace("é", "e")) + 2 == TOKENS.counts([text.replace("é", "e")])[0]


TOKENS = Tokens(find_checkpoint().folder, 256)
