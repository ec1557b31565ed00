"""Training the reranker's adapter from its examples to its folder, card and curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from finetune.encoders import Recipe, train
from finetune.finishing import finish
from finetune.reranker import RerankerTask, score_reranker, split_by_group
from finetune.reranker_data import reranker_examples
from rag.embedding import open_embedder
from rag.encoder.checkpoint import find_checkpoint

RECIPE = Recipe(epochs=1)
VALIDATION_SHARE = 0.08
LIMITS = (
    "Trained on English visit notes, sections of reports and charts written for this project, with questions written for this project; "
    "a score says how well a sentence answers, not whether what it says is true of the patient today."
)


def train_reranker(folder: Path, notes: Path | None, recipe: Recipe, tell: Callable[[str], None]) -> Path:
    """Train, or go on training, in ``folder``; returns the adapter's folder.

    Charts are split into training and validation as wholes. ``notes`` is the folder of the public notes that part of the questions are
    about; without it only the charts of our own are used.

    Raises:
        InputError: ``notes`` lacks a file, or is another release.
    """
    checkpoint = find_checkpoint()
    with open_embedder(None, recipe.threads) as embedder:
        examples = reranker_examples(embedder, notes)
    learned, held = split_by_group(examples, VALIDATION_SHARE, recipe.seed)
    tell(f"{len(learned)} questions to learn from, {len(held)} of other charts to validate on")
    task = RerankerTask(learned, held, checkpoint)
    model = train(task, checkpoint, recipe, folder, tell=tell)
    score = score_reranker(task, model, held)
    tell(f"validation: the best sentence answers {score.best_answers} of {score.answerable}; silent {score.silent} of {score.unanswerable}")
    charts = len({example.group for example in examples})
    data = {"questions": len(examples), "validation": len(held), "charts": charts, "public_notes": notes is not None} | task.described()
    card = {"task": "reranker", "data": data, "validation": asdict(score), "limits": LIMITS}
    return finish(model, checkpoint, recipe, folder, card)
