"""Training the question reader's adapter from its examples to its folder, card and curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from finetune.encoders import Recipe, train
from finetune.finishing import finish
from finetune.question_data import marked_questions
from finetune.question_reader import QuestionReaderTask, hold_back, score_question_reader
from rag.encoder.checkpoint import find_checkpoint

RECIPE = Recipe(learning_rate=1e-3, epochs=4)
VALIDATION_SHARE = 0.06
LIMITS = (
    "Trained on English questions written for this project, each author imagining one kind of asker: what real staff type differs. "
    "It reads one question at a time, marks no abbreviation's sense, and is sure of an intent more often than it is right."
)


def train_question_reader(folder: Path, recipe: Recipe, tell: Callable[[str], None]) -> Path:
    """Train, or go on training, in ``folder``; returns the adapter's folder. A share of the questions is held back to validate on."""
    checkpoint = find_checkpoint()
    learned, held = hold_back(marked_questions(), VALIDATION_SHARE, recipe.seed)
    tell(f"{len(learned)} questions to learn from, {len(held)} to validate on")
    task = QuestionReaderTask(learned, held, checkpoint)
    model = train(task, checkpoint, recipe, folder, tell=tell)
    score = score_question_reader(task, model, [question for question in held if "several" not in question.flags])
    tell(f"validation: intent {score.intent}, thing {score.thing}, time {score.time} of {score.questions}")
    data = {"questions": len(learned) + len(held), "validation": len(held)} | task.described()
    card = {"task": "questions", "data": data, "validation": asdict(score), "limits": LIMITS}
    return finish(model, checkpoint, recipe, folder, card)
