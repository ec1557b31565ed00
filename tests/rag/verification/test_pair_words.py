"""Words as a statement is held against its evidence."""

from __future__ import annotations

import pytest

from rag.verification.pair_words import alike, meaning_of, pair_words, stem_of


def words(text: str) -> list[str]:
    return [word.word for word in pair_words(text)]


def test_words_stand_where_they_are_written() -> None:
    text = "A1c was 8.2 % on 1,204 visits; didn't rise."
    assert all(text[word.start : word.end].lower() == word.word for word in pair_words(text))
    assert "8.2" in words(text) and "1,204" in words(text) and "didn't" in words(text)


def test_sentences_are_counted_and_a_name_is_no_capital_at_their_start() -> None:
    found = {word.word: word for word in pair_words("Cough resolved. Fever persists with Lisinopril.")}
    assert (found["cough"].sentence, found["fever"].sentence) == (0, 1)
    assert found["lisinopril"].capital and not found["fever"].capital


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Denies fever and chills.", {"fever", "and", "chills"}),
        ("No fever, but cough.", {"fever"}),
        ("He did not improve. Cough persists.", {"improve"}),
        ("Cough without sputum", {"sputum"}),
        ("Cough and sputum", set()),
    ],
)
def test_a_negation_reaches_to_the_end_of_its_clause(text: str, denied: set[str]) -> None:
    assert {word.word for word in pair_words(text) if word.negated} == denied


def test_numbers_are_equal_however_they_are_written() -> None:
    assert meaning_of("1,204").number == meaning_of("1204").number == 1204
    assert meaning_of("three").number == meaning_of("3").number == meaning_of("3.0").number == 3
    assert meaning_of("fever").number is None and meaning_of("1.2.3").number is None


def test_opposites_are_the_two_poles_of_one_line_in_any_inflection() -> None:
    for one, other in (
        ("increased", "decreasing"),
        ("left", "right"),
        ("mother", "father"),
        ("before", "after"),
        ("hypertension", "hypotension"),
    ):
        lines = {line for line, _ in meaning_of(one).poles}
        assert any((line, 1 - side) in meaning_of(other).poles for line, side in meaning_of(one).poles), (one, other)
        assert lines
    assert not meaning_of("aspirin").poles


def test_inflections_share_a_stem_and_families_a_beginning() -> None:
    assert stem_of("increased") == stem_of("increasing") == stem_of("increases")
    assert alike("hypertension", "hypertensive") and not alike("hypo", "hyper") and not alike("fever", "cough")


def test_an_abbreviation_knows_its_words() -> None:
    assert frozenset({stem_of("chronic"), stem_of("obstructive"), stem_of("pulmonary"), stem_of("disease")}) in meaning_of("copd").senses
    assert not meaning_of("the").senses
