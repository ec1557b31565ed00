"""A second reading by marked words: taken where the rules find no fact or it is nearly sure, and only where facts answer it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from rag.answering.rereading import SURE, SecondReading, is_plain
from rag.answering.typed.chart import Chart
from rag.answering.typed.compose import Typed, answer_part
from rag.questions.marked import Marked
from rag.questions.understanding import understand
from rag.questions.understood import Intent
from rag.types import Span
from tests.rag.answering.typed.charting import Line, coded

TODAY = date(2024, 6, 1)
MakeChart = Callable[..., Chart]
POTASSIUM = [
    coded("observation", f"{{date|{day}}} {{name|Potassium}}: {{value|{value}}} {{unit|mmol/L}}", code="2823-3")
    for day, value in (("2022-03-01", "4.1"), ("2023-03-01", "3.2"), ("2024-03-01", "4.6"))
]


def marks(text: str, thing: str, intent: Intent, *flags: str, sure: float = 0.9, times: tuple[str, ...] = ()) -> Marked:
    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    return Marked(text, intent, sure, "obs", 0.9, (span(thing),), tuple(map(span, times)), (), frozenset(flags))


class Reader:
    """Reads each text as it was told to."""

    def __init__(self, *told: Marked) -> None:
        self.told = {marked.text: marked for marked in told}

    def read(self, text: str) -> Marked:
        return self.told[text]


def settled(chart: Chart, *told: Marked) -> list[Typed]:
    """The first text asked, each read as told."""
    typed = [answer_part(part, chart) for part in understand(told[0].text, as_of=TODAY)]
    return SecondReading(Reader(*told), TODAY, frozenset()).settle(told[0].text, typed, chart)  # type: ignore[arg-type]


def values(typed: list[Typed]) -> list[str]:
    return [sentence.text for part in typed for sentence in part.sentences]


@pytest.fixture
def potassium(chart: MakeChart) -> Chart:
    lines: list[Line] = POTASSIUM
    return chart(*lines)


def test_where_the_rules_find_nothing_the_marked_words_answer(potassium: Chart) -> None:
    text = "potassium bottomed where"
    assert not values([answer_part(part, potassium) for part in understand(text, as_of=TODAY)])
    (part,) = settled(potassium, marks(text, "potassium", Intent.LOWEST))
    assert part.asked.intent is Intent.LOWEST and "3.2" in part.sentences[0].text


def test_an_answer_of_the_rules_stands_unless_another_intent_is_nearly_sure(potassium: Chart) -> None:
    text = "What is the latest potassium?"
    doubtful = marks(text, "potassium", Intent.LOWEST, sure=SURE - 0.1)
    assert "4.6" in values(settled(potassium, doubtful))[0]
    assert "3.2" in values(settled(potassium, marks(text, "potassium", Intent.LOWEST, sure=SURE + 0.01)))[0]


def test_a_second_reading_without_an_answer_is_dropped(potassium: Chart) -> None:
    text = "What is the latest potassium?"
    sure = marks(text, "potassium", Intent.STOPPED, sure=0.99)
    assert "4.6" in values(settled(potassium, sure))[0]


def test_two_times_side_by_side_give_a_value_each(potassium: Chart) -> None:
    text = "potassium squeezed out 2022 with 2024 stood beside it"
    parts = settled(potassium, marks(text, "potassium", Intent.COMPARE, times=("2022", "2024"), sure=0.99))
    assert ["4.1" in values(parts)[0], "4.6" in values(parts)[1]] == [True, True]


def test_of_several_questions_only_the_unanswered_one_is_read_again(potassium: Chart) -> None:
    text = "What is the latest potassium? And potassium bottomed where?"
    second = "And potassium bottomed where?"
    parts = settled(potassium, marks(text, "potassium", Intent.LATEST, "several"), marks(second, "potassium", Intent.LOWEST))
    assert "4.6" in values(parts)[0] and "3.2" in values(parts)[-1]


def test_a_plain_question_needs_no_second_reading(potassium: Chart) -> None:
    def plain(text: str) -> bool:
        return is_plain([answer_part(part, potassium) for part in understand(text, as_of=TODAY)])

    assert plain("What is the latest potassium?")
    assert not plain("potassium bottomed where") and not plain("What is the latest potassium? And the lowest?")
