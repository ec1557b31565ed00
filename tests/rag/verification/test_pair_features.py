"""What is told to the entailment model of a pair."""

from __future__ import annotations

import re

import numpy as np
import pytest

from rag.types import Span
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES, PairTold, pair_told

RARE = 20_000


def pieces(text: str) -> list[tuple[int, Span]]:
    """One piece per word, as if the vocabulary held them all."""
    return [(RARE, Span(*match.span())) for match in re.finditer(r"\d+(?:[.,]\d+)*|\w+|[^\w\s]", text)]


def told(statement: str, evidence: str) -> PairTold:
    return pair_told(statement, pieces(statement), evidence, pieces(evidence))


def of_pair(statement: str, evidence: str) -> dict[str, float]:
    return dict(zip(PAIR_FEATURES, told(statement, evidence).pair.tolist(), strict=True))


def of_word(statement: str, evidence: str, word: str) -> dict[str, float]:
    place = next(at for at, (_, span) in enumerate(pieces(statement)) if statement[span.start : span.end] == word)
    return dict(zip(PIECE_FEATURES, told(statement, evidence).statement[place].tolist(), strict=True))


def test_shapes_and_sides() -> None:
    made = told("He has fever.", "Fever since Monday, no cough.")
    assert made.statement.shape == (4, len(PIECE_FEATURES)) and made.evidence.shape == (7, len(PIECE_FEATURES))
    assert made.pair.shape == (len(PAIR_FEATURES),) and np.isfinite(made.pair).all()
    assert made.statement[:, 0].all() and not made.statement[:, 1].any() and made.evidence[:, 1].all()


def test_a_copy_is_found_whole_in_one_run() -> None:
    found = of_pair("Ramipril 5 mg was stopped in December.", "Ramipril 5 mg was stopped in December. Cough resolved.")
    assert found["found"] == found["best_sentence"] == found["trigrams"] == found["numbers_found"] == 1.0
    assert found["missing_share"] == found["opposed_near"] == found["negation_differs"] == 0.0
    assert found["longest_run"] > 0.8


@pytest.mark.parametrize(
    ("statement", "evidence", "feature"),
    [
        ("He has fever.", "He denies fever.", "negation_dropped"),
        ("He denies fever.", "He has fever.", "negation_added"),
        ("Potassium was 4.9.", "Potassium was 4.1.", "numbers_missing"),
        ("Potassium increased after the dose.", "Potassium decreased after the dose.", "opposed_near"),
        ("Pain in the left knee.", "Pain in the right knee.", "opposed_near"),
        ("Seen by Horvat in Zadar.", "Seen in the clinic.", "capitals_missing"),
        ("It may be cancer.", "It is cancer.", "certainty_added"),
        ("His father had gout.", "He had gout.", "relative_added"),
        ("Drug A was better.", "There was no significant difference between drug A and B (p = 0.41).", "null_found"),
        ("Drug A was better.", "There was no significant difference between drug A and B (p = 0.41).", "p_large"),
        ("Drug A was better.", "Drug A lowered pain (P<.001).", "p_small"),
    ],
)
def test_what_tells_against_a_statement_is_told(statement: str, evidence: str, feature: str) -> None:
    assert of_pair(statement, evidence)[feature] > 0
    assert of_pair(evidence, evidence)[feature] == 0 or feature in ("null_found", "p_large", "p_small")


def test_a_number_in_words_and_an_abbreviation_are_found() -> None:
    evidence = "Three of the patients with chronic obstructive pulmonary disease relapsed."
    assert of_word("3 relapsed", evidence, "3")["number_same"] == 1.0
    assert of_word("COPD relapsed", evidence, "COPD")["alike"] == 1.0
    assert of_word("asthma relapsed", evidence, "asthma")["missing"] == 1.0


def test_a_number_in_other_company_stands_apart() -> None:
    evidence = "Ramipril 5 mg was started in May for high blood pressure. "
    evidence += "Much later, in an unrelated visit to the eye clinic, drops 0.2 ml were given."
    right, wrong = "Ramipril 5 mg was started in May", "In the eye clinic drops of 5 ml were given"
    assert of_word(right, evidence, "5")["company"] > of_word(wrong, evidence, "5")["company"]
    assert of_word(wrong, evidence, "5")["apart"] == 1.0


def test_a_denied_word_is_told_where_it_stands() -> None:
    assert of_word("Fever and cough", "No fever. Cough for a week.", "Fever")["negation_differs"] == 1.0
    assert of_word("Fever and cough", "No fever. Cough for a week.", "cough")["negation_differs"] == 0.0


def test_nothing_is_told_of_what_is_not_read() -> None:
    evidence = "He has fever."
    made = pair_told("Fever", pieces("Fever"), evidence, pieces(evidence)[:2])
    assert dict(zip(PAIR_FEATURES, made.pair.tolist(), strict=True))["found"] == 0.0
    assert made.evidence.shape[0] == 2


def test_empty_texts_have_no_rows() -> None:
    made = told("", "")
    assert made.statement.shape == made.evidence.shape == (0, len(PIECE_FEATURES)) and np.isfinite(made.pair).all()
