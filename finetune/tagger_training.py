"""Training the tagger's adapter from its examples to its folder, card, thresholds and curve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from finetune.encoders import Recipe, train
from finetune.finishing import finish
from finetune.tagger import TaggerTask
from finetune.tagger_data import tagger_notes
from finetune.tagger_scores import choose_thresholds, score_tagger, scored_words
from rag.deidentification.tagger import TAGS, THRESHOLDS, Tagger
from rag.deidentification.word_features import FEATURES
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import find_checkpoint
from rag.encoder.tokens import Tokens

RECIPE = Recipe(learning_rate=1e-3, epochs=5)
LIMITS = (
    "English notes. Trained on fictional notes written for this project and on carrier notes with invented identifiers set in. It marks "
    "names, places, organisations, dates and codes in words; formats are the rules'. Known identifiers are found beside it."
)


def train_tagger(folder: Path, public: Path | None, recipe: Recipe, tell: Callable[[str], None], *, without: str | None = None) -> Path:
    """Train, or go on training, in ``folder``; returns the adapter's folder. ``without`` leaves a source out, to be tested on."""
    checkpoint = find_checkpoint()
    training, validation = tagger_notes(public, without=without)
    task = TaggerTask(training, validation, Tokens(checkpoint.folder, 1 << 30))
    tell(f"{training.described()['notes']} to draw from, {len(validation)} notes to validate on")
    model = train(task, checkpoint, recipe, folder, tell=tell)
    card = {
        "task": "deid", "tags": TAGS, "features": FEATURES, "thresholds": dict.fromkeys(THRESHOLDS, 0.5),
        "data": task.described() | {"without": without}, "limits": LIMITS,
    }  # fmt: skip
    adapter = finish(model, checkpoint, recipe, folder, card)
    words = scored_words(Tagger(checkpoint, load_adapter(adapter, checkpoint), recipe.threads), validation)
    thresholds = choose_thresholds(words)
    score = score_tagger(words, thresholds)
    tell(f"validation: {score}")
    return finish(model, checkpoint, recipe, folder, card | {"thresholds": thresholds, "validation": score})
