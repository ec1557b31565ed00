"""The question reader: marks from tags, and what the packaged adapter makes of questions nobody trained it on."""

from __future__ import annotations

import pytest

from rag.question_reader import TAGS, QuestionReader, open_question_reader, spans_of
from rag.questions.understood import Intent
from rag.types import Span

THING, BEGIN, TIME, OTHER = TAGS.index("thing"), TAGS.index("thing_begins"), TAGS.index("time"), TAGS.index("other")


@pytest.fixture(scope="module")
def reader() -> QuestionReader:
    return open_question_reader()


def found(text: str, words: list[tuple[str, int]]) -> dict[str, list[str]]:
    """The spans of word pieces given in order with their tags, as text."""
    places, at = [Span(0, 0)], 0
    for word, _ in words:
        at = text.index(word, at)
        places.append(Span(at, at + len(word)))
        at += len(word)
    spans = spans_of([OTHER, *(tag for _, tag in words), OTHER], [*places, Span(0, 0)], text)
    return {kind: [text[span.start : span.end] for span in there] for kind, there in spans.items()}


def test_pieces_of_one_tag_are_one_span_and_a_beginning_starts_another() -> None:
    words = [("any", OTHER), ("chest", BEGIN), ("pain", THING), (",", OTHER), ("cough", BEGIN), ("since", TIME), ("may", TIME)]
    assert found("any chest pain, cough since may", words) == {"thing": ["chest pain", "cough"], "time": ["since may"], "threshold": []}


def test_a_beginning_right_after_a_thing_is_part_of_it() -> None:
    assert found("rai ablation date", [("rai", BEGIN), ("ablation", BEGIN), ("date", OTHER)])["thing"] == ["rai ablation"]


def test_a_word_takes_the_tag_of_its_first_piece() -> None:
    words = [("radio", OTHER), ("logy", THING), ("plate", BEGIN), ("lets", OTHER)]
    assert found("radiology platelets", words)["thing"] == ["platelets"]


def test_what_hangs_on_by_a_hyphen_belongs_to_the_span() -> None:
    assert found("weigh-in kgs", [("weigh", BEGIN), ("-", OTHER), ("in", OTHER), ("kgs", OTHER)])["thing"] == ["weigh-in"]


@pytest.mark.parametrize(
    ("question", "intent", "thing"),
    [
        ("how far down did the phosphate get", Intent.LOWEST, "phosphate"),
        ("folks want to hear when gabapentin came on board", Intent.STARTED, "gabapentin"),
        ("number of falls this year pls", Intent.COUNT, "falls"),
        ("what'd the thyroid ultrasound turn up", Intent.REPORT, "thyroid ultrasound"),
        ("bicarb heading which way", Intent.TREND, "bicarb"),
        ("strength of the nitro patch he wears", Intent.DOSE, "nitro patch"),
    ],
)
def test_the_packaged_reader_reads_unseen_wordings(reader: QuestionReader, question: str, intent: Intent, thing: str) -> None:
    read = reader.read(question)
    assert (read.intent, read.words(read.things)) == (intent, (thing,))


def test_texts_of_any_length_are_read(reader: QuestionReader) -> None:
    assert reader.read("").things == ()
    assert reader.read("latest sodium " + "and so on " * 400).text.startswith("latest sodium")
