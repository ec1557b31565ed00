"""Training the entailment model: its loss, its scores, and that it learns classes and words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from finetune.encoders import Recipe, read_log, save_adapter, train
from finetune.verifier import UNSUPPORTED, Example, VerifierTask, class_loss, pair_logits
from finetune.verifier_scores import auroc, score_verifier
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.types import Span
from rag.verification.entailment import CLASSES, Entailment, pair_rows
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES

WORDS = ("fever", "cough", "rash", "edema", "nausea", "vertigo")
CARD = {"classes": CLASSES, "features": PIECE_FEATURES, "pair_features": PAIR_FEATURES}


class Repeated:
    """The same pairs in each epoch."""

    def __init__(self, kept: Sequence[Example]) -> None:
        self._kept = kept

    def examples(self, rng: random.Random) -> Sequence[Example]:
        return self._kept

    def described(self) -> dict[str, Any]:
        return {}


def example(number: int) -> Example:
    """A finding that is there, denied or not spoken of."""
    word, other, label = WORDS[number % 6], WORDS[(number + 1 + number // 6 % 5) % 6], CLASSES[number % 3]
    evidence = {CLASSES[0]: f"Has {word} since May.", CLASSES[1]: f"Denies {word} since May.", CLASSES[2]: f"Has {other} since May."}[label]
    doubted = (Span(4, 4 + len(word)),) if label == CLASSES[2] else () if label == CLASSES[0] else None
    return Example(evidence, f"Has {word}.", label, "made-true" if label == CLASSES[0] else "made-x", f"g{number}", doubted)


@pytest.mark.parametrize("label", [*CLASSES, UNSUPPORTED])
def test_the_loss_is_small_for_the_right_class_only(label: str) -> None:
    logits = {CLASSES[0]: [9.0, 0.0, 0.0], CLASSES[1]: [0.0, 9.0, 0.0], CLASSES[2]: [0.0, 0.0, 9.0]}
    losses = {name: float(class_loss(torch.tensor([row]), [label])) for name, row in logits.items()}
    right = {label} if label in CLASSES else set(CLASSES[1:])
    assert all((loss < 0.1) == (name in right) for name, loss in losses.items())


def test_it_learns_classes_and_words_and_is_read_back_the_same(small: Checkpoint, tmp_path: Path) -> None:
    examples = [example(number) for number in range(90)]
    task = VerifierTask(Repeated(examples), examples[:30], Tokens(small.folder, 1 << 30))
    recipe = Recipe(rank=8, alpha=16, learning_rate=5e-3, head_rate=5e-3, epochs=10, patience=10, bfloat16=False)
    model = train(task, small, recipe, tmp_path / "run", tell=lambda line: None)
    losses = [line["validation"] for line in read_log(tmp_path / "run")]
    assert min(losses) < 0.4 * losses[0]
    save_adapter(model, small, recipe, tmp_path / "adapter", CARD)
    loaded = Entailment(small, load_adapter(tmp_path / "adapter", small), 1)
    pairs = [(one.evidence, one.statement) for one in examples[:30]]
    judged = loaded.judge(pairs)
    with torch.no_grad():
        trained = {
            place: row
            for places, logits, _ in pair_logits(model, pair_rows(task.tokens, pairs))
            for place, row in zip(places, torch.softmax(logits, dim=-1).tolist(), strict=True)
        }
    for place, found in enumerate(judged):
        assert [found.supported, found.contradicted, found.not_enough_information] == pytest.approx(trained[place], abs=0.05)
    score = score_verifier(loaded, examples[:30])
    assert score["sources"]["made"]["auroc"] > 0.95 and score["words"]["auroc"] > 0.95
    assert score["sources"]["made-x"]["n"] == 30 and score["sources"]["made-true"]["auroc"] is None


def test_auroc_counts_ties_as_half_and_is_none_without_two_sides() -> None:
    assert auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]) == 0.75
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    assert auroc([0.5, 0.5], [True, True]) is None and auroc([], []) is None
