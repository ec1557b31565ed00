"""Names misspelt in a question: the likeliest reading first, right words left."""

import pytest

from rag.clinical.concepts.spelling import candidates


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("atack", "attack"), ("boes", "bones"), ("nduced", "induced"), ("cefwzolin", "cefazolin"), ("sawb", "swab"), ("msucle", "muscle")],
)
def test_likeliest_reading_comes_first(typed: str, meant: str) -> None:
    assert candidates(typed, ("swab",))[0] == meant


@pytest.mark.parametrize("word", ["stage", "plane", "sigh", "board", "house", "hfpef", "hfref", "stemi", "nstemi"])
def test_everyday_and_clinical_words_are_no_misspellings(word: str) -> None:
    assert candidates(word, ("stag", "plan", "beard", "horse")) == ()


def test_word_of_the_chart_goes_before_an_equal_one_of_the_lists() -> None:
    assert candidates("tramadel", ("tramadol",))[0] == "tramadol"


def test_short_word_is_not_read_as_a_far_one() -> None:
    assert candidates("qxzt", ("quit",)) == ()
