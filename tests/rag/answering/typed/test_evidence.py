"""Results are computed again before they are shown, and lines are cited once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.chart import Chart
from rag.answering.typed.compose import Typed, answer_part
from rag.answering.typed.evidence import joined, to_composed, versions_of
from rag.answering.typed.sentence import Sentence
from rag.citing import cite
from rag.questions.understood import Intent, Understood
from rag.store.documents import get_documents
from rag.types import Fact, Policy
from tests.rag.answering.typed.charting import lab

PLAIN = Calendar(Policy.NONE, 0, False)
A1C = Understood("A1c?", Intent.VALUES, "A1c")


@pytest.fixture
def facts(chart: Callable[..., Chart]) -> tuple[Typed, Chart, tuple[Fact, ...]]:
    opened = chart(lab("2018-02-01", "9.0"), lab("2019-05-01", "7.0"), lab("2020-03-01", "8.0"))
    typed = answer_part(A1C, opened)
    return typed, opened, typed.pool.asserted


def shown(typed: Typed, chart: Chart, sentence: Sentence) -> bool:
    """Whether a sentence composed by hand is shown in place of the part's own."""
    made = Typed(typed.asked, "", (sentence,), (), typed.pool, typed.resolution)
    composed = to_composed(made, get_documents(chart.database, versions_of([made])), PLAIN)
    return bool(cite(chart.database, composed).statements)


@pytest.mark.parametrize(("count", "right"), [("3", True), ("4", False), ("2", False)])
def test_a_wrong_count_is_withheld(facts: tuple[Typed, Chart, tuple[Fact, ...]], count: str, right: bool) -> None:
    typed, chart, found = facts
    assert shown(typed, chart, Sentence(PLAIN).computed(count, "count", found).words(" measurements.")) is right


@pytest.mark.parametrize(("mean", "right"), [("8", True), ("8.1", False), ("9", False)])
def test_a_wrong_mean_is_withheld(facts: tuple[Typed, Chart, tuple[Fact, ...]], mean: str, right: bool) -> None:
    typed, chart, found = facts
    assert shown(typed, chart, Sentence(PLAIN).words("The mean was ").computed(mean, "mean", found).words(".")) is right


@pytest.mark.parametrize(("difference", "right"), [("1", True), ("1.5", False)])
def test_a_wrong_difference_is_withheld(facts: tuple[Typed, Chart, tuple[Fact, ...]], difference: str, right: bool) -> None:
    typed, chart, found = facts
    pair = (found[1], found[2])
    assert shown(typed, chart, Sentence(PLAIN).words("It rose by ").computed(difference, "difference", pair).words(".")) is right


def test_a_sentence_on_a_document_that_is_not_stored_is_withheld(facts: tuple[Typed, Chart, tuple[Fact, ...]]) -> None:
    typed, chart, _ = facts
    composed = to_composed(typed, {}, PLAIN)
    assert all(draft.fault for draft in composed.drafts) and not cite(chart.database, composed).statements


def test_a_line_that_two_parts_rest_on_is_cited_once(facts: tuple[Typed, Chart, tuple[Fact, ...]]) -> None:
    typed, chart, _ = facts
    counted = answer_part(replace(A1C, intent=Intent.COUNT), chart)
    documents = get_documents(chart.database, versions_of([typed, counted]))
    whole = joined([to_composed(part, documents, PLAIN) for part in (typed, counted)])
    assert len(whole.evidence) == 3
    assert [statement.citations for statement in cite(chart.database, whole).statements] == [(1,), (2,), (3,), (1, 2, 3)]
