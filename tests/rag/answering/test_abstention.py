from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answering.abstention import strong_enough
from rag.answering.evidence import Selection
from rag.answering.scorer import packaged_scorer
from rag.types import Evidence, SourceSpan

Select = Callable[..., Selection]
CHART = [
    "2016-02-01 Body weight: 70.2 kg (vital signs, final)",
    "2016-02-01 Body height: 170 cm (vital signs, final)",
    "2016-02-01 Sodium: 140 mmol/L (laboratory, final)",
    "2016-02-01 Medication request: atorvastatin 40 MG Oral Tablet, status active",
    "2016-02-01 Condition: Hypertension, clinical status active, onset 2016-02-01",
]


@pytest.mark.parametrize(
    "question", ["What is the body weight?", "Which dose of atorvastatin was ordered?", "Since when is there hypertension?"]
)
def test_what_the_chart_holds_is_answered(select: Select, question: str) -> None:
    assert strong_enough(select(question, CHART))


@pytest.mark.parametrize(
    "question", ["What is the troponin?", "Which dose of warfarin 5 MG oral tablet was ordered?", "Since when is there psoriasis?"]
)
def test_what_the_chart_does_not_hold_is_not_answered(select: Select, question: str) -> None:
    assert not strong_enough(select(question, CHART))


def test_nothing_found_is_not_answered() -> None:
    assert not strong_enough(Selection((), 0))


def test_only_sentences_over_the_threshold_are_used() -> None:
    scorer = packaged_scorer()
    strong, weak = (
        Evidence(SourceSpan("d-1", "0" * 64, start, start + 4), "text", score, "other")
        for start, score in ((0, scorer.support_threshold), (9, scorer.support_threshold - 1e-6))
    )
    assert strong_enough(Selection((strong, weak), 2, scorer.answer_threshold)) == (strong,)
    assert strong_enough(Selection((strong, weak), 2, scorer.answer_threshold - 1e-6)) == ()
