"""Training the question reader: examples, their variations, and that it learns."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from finetune.encoders import Recipe, read_log, save_adapter, train
from finetune.question_data import marked_questions
from finetune.question_reader import (
    MarkedQuestion,
    QuestionReaderTask,
    hold_back,
    joined,
    mistyped,
    score_question_reader,
    tags_of,
    varied,
    wrapped,
)
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import Checkpoint
from rag.question_reader import TAGS, QuestionReader
from rag.questions.marked import FLAGS, KINDS
from rag.questions.understood import Intent
from rag.types import Span

THINGS = ("sodium", "weight", "fever", "iron", "sugar", "pulse")


def question(before: str, thing: str, after: str, intent: Intent) -> MarkedQuestion:
    """One thing between words."""
    span = Span(len(before), len(before) + len(thing))
    return MarkedQuestion(before + thing + after, intent, "obs", (span,), (), (), frozenset(), thing, "test")


def examples() -> list[MarkedQuestion]:
    frames = (("top ", " reading", Intent.HIGHEST), ("when did ", " begin", Intent.STARTED), ("how many ", " checks", Intent.COUNT))
    return [question(before, thing, after, intent) for thing in THINGS for before, after, intent in frames] * 4


def words_of(made: MarkedQuestion) -> list[str]:
    return [made.text[span.start : span.end] for span in made.things]


def test_the_packaged_questions_are_whole() -> None:
    packaged = marked_questions()
    assert len(packaged) > 9_000 and len({one.text for one in packaged}) == len(packaged)
    for one in packaged:
        spans = sorted((span.start, span.end) for span in (*one.things, *one.times, *one.thresholds))
        assert all(0 <= start < end <= len(one.text) for start, end in spans), one.text
        assert all(first[1] <= second[0] for first, second in pairwise(spans)), one.text
        assert one.kind in KINDS and one.flags <= set(FLAGS)


def test_variations_keep_the_marked_words() -> None:
    first, second = question("top ", "sodium", "?", Intent.HIGHEST), question("any ", "fever", "", Intent.PRESENCE)
    assert words_of(joined(first, second, " and ")) == ["sodium", "fever"] and "several" in joined(first, second, " and ").flags
    assert words_of(wrapped(first, "hi, ", " please")) == ["sodium"]
    assert mistyped(first, random.Random(3)).text != first.text and mistyped(first, random.Random(3)).things == first.things
    drawn = [varied(first, [second], random.Random(seed)) for seed in range(60)]
    assert {len(one.things) for one in drawn} == {1, 2} and any(one == first for one in drawn)


def test_tags_fall_on_the_marked_pieces() -> None:
    made = replace(question("top ", "sodium", " today", Intent.HIGHEST), times=(Span(11, 16),))
    places = [Span(0, 0), Span(0, 3), Span(4, 8), Span(8, 10), Span(11, 16), Span(0, 0)]
    names = [TAGS[tag] if tag >= 0 else "" for tag in tags_of(made, places)]
    assert names == ["", "other", "thing_begins", "thing", "time", ""]


def test_it_learns_and_the_saved_adapter_reads_as_the_trained_model(small: Checkpoint, tmp_path: Path) -> None:
    learned, held = hold_back(examples(), 0.2, 1)
    task = QuestionReaderTask(learned, held, small, questions=8)
    recipe = Recipe(rank=8, alpha=16, learning_rate=1e-2, head_rate=1e-2, epochs=8, patience=9, bfloat16=False)
    model = train(task, small, recipe, tmp_path, tell=lambda line: None)
    losses = [line["validation"] for line in read_log(tmp_path)]
    assert min(losses) < 0.5 * losses[0]
    score = score_question_reader(task, model, held)
    assert score.intent > 0.8
    save_adapter(model, small, recipe, tmp_path / "adapter", {"task": "questions"})
    reader = QuestionReader(small, load_adapter(tmp_path / "adapter", small))
    right = [reader.read(one.text).intent is one.intent for one in held]
    assert sum(right) / len(right) == pytest.approx(score.intent, abs=0.05)
