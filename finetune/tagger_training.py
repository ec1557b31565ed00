"""Training the tagger's adapter from its examples to its folder, card and curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from finetune.encoders import Recipe, draws, train
from finetune.finishing import finish
from finetune.tagger import TAGS, TaggerTask, score_tagger
from finetune.tagger_data import marked_notes
from rag.encoder.checkpoint import find_checkpoint

RECIPE = Recipe(learning_rate=1e-3, epochs=8)
VALIDATION_SHARE = 0.12
LIMITS = (
    "Trained on fictional English notes written for this project. It marks names, places and organisations; numbers and codes "
    "are the rules'. Not yet part of the de-identifier."
)


def train_tagger(folder: Path, recipe: Recipe, tell: Callable[[str], None]) -> Path:
    """Train, or go on training, in ``folder``; returns the adapter's folder. A share of the notes is held back to validate on."""
    checkpoint = find_checkpoint()
    notes = marked_notes()
    draws(recipe.seed).shuffle(notes)
    held = round(len(notes) * VALIDATION_SHARE)
    task = TaggerTask(notes[held:], notes[:held], checkpoint)
    tell(f"{len(notes) - held} notes to learn from, {held} to validate on")
    model = train(task, checkpoint, recipe, folder, tell=tell)
    score = score_tagger(task, model, notes[:held])
    tell(f"validation: recall {score.recall}, other word pieces tagged {score.touched}")
    card = {
        "task": "deid", "tags": TAGS, "data": {"notes": len(notes), "validation": held} | task.described(),
        "validation": asdict(score), "limits": LIMITS,
    }  # fmt: skip
    return finish(model, checkpoint, recipe, folder, card)
