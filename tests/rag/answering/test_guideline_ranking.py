"""Passages of guidelines are weighed against each other and against "none of them"."""

from __future__ import annotations

from dataclasses import replace

from rag.answering.candidates import Candidate
from rag.answering.guideline_features import FEATURES, Judged, Passage
from rag.answering.guideline_ranking import answering, rank, weights
from rag.types import SourceSpan

PASSAGE = Passage(Candidate(SourceSpan("g", "0" * 64, 0, 10), "Give 30 mL.", "", "", 0, 0.0, False), "", "", "")
GOOD = Judged(PASSAGE, tuple(1.0 if name in {"own", "best_unit", "like"} else 0.0 for name in FEATURES), barred=False)
POOR = Judged(
    replace(PASSAGE, candidate=replace(PASSAGE.candidate, text="Give 10 mL.")),
    tuple(1.0 if name == "gap" else 0.0 for name in FEATURES),
    barred=False,
)


def test_every_feature_has_a_weight() -> None:
    assert len(weights().features) == len(FEATURES)


def test_good_passage_answers_and_a_poor_one_does_not() -> None:
    ranked = rank([POOR, GOOD])
    assert ranked.passages[0] is PASSAGE
    assert answering(ranked, 3) == [0]
    assert answering(rank([POOR]), 3) == []


def test_barred_passage_is_never_said() -> None:
    assert rank([replace(GOOD, barred=True)]).passages == ()


def test_what_two_documents_say_in_the_same_words_is_one_passage() -> None:
    other = replace(PASSAGE, candidate=replace(PASSAGE.candidate, span=SourceSpan("h", "1" * 64, 0, 10)))
    assert len(rank([GOOD, replace(GOOD, passage=other)]).passages) == 1


def test_nothing_found_is_no_answer() -> None:
    assert answering(rank([]), 3) == []
