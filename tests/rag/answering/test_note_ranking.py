"""Sentences weighed against each other and against "none of them"."""

from __future__ import annotations

import pytest

from rag.answering.candidates import Candidate
from rag.answering.note_features import FEATURES, Judged
from rag.answering.note_ranking import answering, rank, weights
from rag.clinical.assertions import Assertion, assess
from rag.types import SourceSpan, Span

STRONG = {"own": 1.0, "phrase": 1.0, "several": 0.75, "best_unit": 1.0, "words": 2.5, "asked_units": 1.4}


def judged(text: str, **shares: float) -> Judged:
    candidate = Candidate(SourceSpan("n1", "0" * 64, 0, len(text)), text, "plan", "Plan", 0, 0.0, False)
    told: Assertion = assess(text, Span(0, len(text)), "plan")
    return Judged(candidate, tuple(shares.get(name, 0.0) for name in FEATURES), told, shares.get("own", 0.0), 1.0, 0.0)


def test_every_feature_has_a_weight() -> None:
    assert len(weights().features) == len(FEATURES)


def test_shares_and_none_of_them_sum_to_one() -> None:
    ranked = rank([judged("Uses a rail on the stairs.", **STRONG), judged("Feels well.", words=1.1)])
    assert sum(ranked.shares) == pytest.approx(ranked.any)
    assert 0.0 < ranked.any < 1.0


def test_the_sentence_that_names_what_was_asked_goes_first() -> None:
    ranked = rank([judged("Feels well.", words=1.1), judged("Uses a rail on the stairs.", **STRONG)])
    assert ranked.sentences[0].candidate.text.startswith("Uses")
    assert answering(ranked)


def test_a_plan_weighs_less_than_the_same_words_asserted() -> None:
    asserted = rank([judged("Uses a rail.", **STRONG)])
    planned = rank([judged("Will use a rail.", **STRONG, planned=1.0)])
    assert planned.any < asserted.any


def test_nothing_answers_where_nothing_is_named() -> None:
    assert answering(rank([judged("Feels well.", words=1.1)])) == []
    assert answering(rank([])) == []
