"""Training the entailment model's adapter from its pairs to its folder, card and curve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from finetune.encoders import Recipe, train
from finetune.finishing import finish
from finetune.verifier import VerifierTask
from finetune.verifier_data import verifier_pairs
from finetune.verifier_scores import score_verifier
from rag.encoder.adapter import load_adapter
from rag.encoder.checkpoint import find_checkpoint
from rag.encoder.tokens import Tokens
from rag.verification.entailment import CLASSES, Entailment
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES

RECIPE = Recipe(learning_rate=7e-4, epochs=4)
LIMITS = (
    "English notes, reports and articles. Reads a statement and up to about 200 word pieces of evidence; what stands elsewhere it does not "
    "know. Trained on pairs written for this project, on public claims with evidence and on sentences made false by rule. Its numbers and "
    "units are the slot checks' to verify; a probability is not calibrated until the verifier combines it with them."
)


def plain_attention() -> AbstractContextManager[None]:
    """Attention written out: over rows of some 130 word pieces the fused kernel's backward pass takes a third of all time on a CPU
    (2.2 s for 32 pairs on one core with it, 1.5 s without)."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    return sdpa_kernel(SDPBackend.MATH)


def train_verifier(folder: Path, data: Path | None, recipe: Recipe, tell: Callable[[str], None]) -> Path:
    """Train, or go on training, in ``folder``; returns the adapter's folder. ``data`` as ``verifier_pairs`` says.

    Raises:
        InputError: ``data`` lacks a file, or ``folder`` holds another training.
    """
    checkpoint = find_checkpoint()
    training, validation = verifier_pairs(data)
    task = VerifierTask(training, validation, Tokens(checkpoint.folder, 1 << 30))
    tell(f"{len(training.fixed)} pairs and {training.drawn} drawn from {len(training.seeds)} sentences; {len(validation)} to validate on")
    with plain_attention():
        model = train(task, checkpoint, recipe, folder, tell=tell)
    card = {
        "task": "verify", "classes": CLASSES, "features": PIECE_FEATURES, "pair_features": PAIR_FEATURES, "limits": LIMITS,
        "data": task.described() | {"public": data is not None, "validation": dict(Counter(example.source for example in validation))},
    }  # fmt: skip
    adapter = finish(model, checkpoint, recipe, folder, card)
    score = score_verifier(Entailment(checkpoint, load_adapter(adapter, checkpoint), recipe.threads), validation)
    for source, own in score["sources"].items():
        tell(f"{source:24} {own}")
    tell(f"words {score['words']}")
    return finish(model, checkpoint, recipe, folder, card | {"validation": score})
