"""The entailment model's inference, with a head of random weights on the packaged encoder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from rag.encoder.adapter import Adapter
from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.tokens import Tokens
from rag.errors import ModelError
from rag.numeric import Vector
from rag.verification.entailment import CLASSES, MAX_PIECES, MAX_STATEMENT_PIECES, Entailment, open_entailment, pair_rows
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES

PAIRS = [
    ("He denies fever. Ramipril was stopped in December because of a dry cough.", "Ramipril was stopped because of cough."),
    ("His father had an infarct at 51.", "He had an infarct."),
    ("Potassium 4.1 mmol/L, sodium 139 mmol/L. " * 12, "Potassium was 4.9 mmol/L."),
]


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    return find_checkpoint()


def head(scale: float = 0.05) -> dict[str, Vector]:
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Vector:
        return (rng.standard_normal(shape) * scale).astype("float32")

    told, pair, d = len(PIECE_FEATURES), len(PAIR_FEATURES), 384
    return {
        "told.weight": drawn(d, told), "words.weight": drawn(1, d + told), "words.bias": drawn(1),
        "inner.weight": drawn(16, 3 * d + pair + 3), "inner.bias": drawn(16), "outer.weight": drawn(3, 16), "outer.bias": drawn(3),
    }  # fmt: skip


def model(checkpoint: Checkpoint, arrays: Mapping[str, Vector] | None = None, **changed: object) -> Entailment:
    card = {"features": list(PIECE_FEATURES), "pair_features": list(PAIR_FEATURES), "classes": list(CLASSES)} | changed
    return Entailment(checkpoint, Adapter("verify", 1.0, {}, head() if arrays is None else arrays, card, "0" * 16), 1)


def test_a_row_is_the_statement_then_the_evidence(checkpoint: Checkpoint) -> None:
    tokens = Tokens(checkpoint.folder, 1 << 30)
    row, _, long = pair_rows(tokens, [PAIRS[0], PAIRS[1], ("fever " * 600, "cough " * 300)])
    statement = PAIRS[0][1]
    assert statement[row.spans[0].start : row.spans[-1].end] == statement
    assert row.ids[len(row.spans) + 1] == row.ids[-1] != row.ids[0]
    assert row.told.shape == (len(row.ids), len(PIECE_FEATURES)) and not row.told[0].any() and not row.told[len(row.spans) + 1].any()
    assert len(long.ids) == MAX_PIECES and len(long.spans) == MAX_STATEMENT_PIECES


def test_a_judgement_is_a_distribution_with_a_doubt_per_word(checkpoint: Checkpoint) -> None:
    for (_, statement), found in zip(PAIRS, model(checkpoint).judge(PAIRS), strict=True):
        assert found.supported + found.contradicted + found.not_enough_information == pytest.approx(1.0, abs=1e-5)
        words = [statement[doubt.span.start : doubt.span.end] for doubt in found.doubts]
        assert " ".join(words) == statement.rstrip(".")
        assert all(0.0 <= doubt.chance <= 1.0 for doubt in found.doubts)
        assert found.unsupported == tuple(doubt.span for doubt in found.doubts if doubt.chance >= 0.5)


def test_a_judgement_does_not_depend_on_its_neighbours(checkpoint: Checkpoint) -> None:
    loaded = model(checkpoint)
    together = loaded.judge([*PAIRS, *PAIRS[::-1], ("Cough for a week.", "He has a cough.")])
    assert together[:3] == [loaded.judge([pair])[0] for pair in PAIRS] == together[3:6][::-1]


@pytest.mark.parametrize("pair", [("", "He has fever."), ("He has fever.", ""), ("", "")])
def test_nothing_is_held_of_an_empty_part(checkpoint: Checkpoint, pair: tuple[str, str]) -> None:
    found = model(checkpoint).judge([pair])[0]
    assert (found.supported, found.not_enough_information, found.doubts) == (0.0, 1.0, ())


def test_numbers_that_are_not_finite_are_no_judgement(checkpoint: Checkpoint) -> None:
    broken = head() | {"outer.bias": np.array([np.nan, 0, 0], dtype="float32")}
    with pytest.raises(ModelError, match="not finite"):
        model(checkpoint, broken).judge(PAIRS)


def test_an_adapter_for_other_features_is_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(ModelError, match="other features"):
        model(checkpoint, features=["rarity"])
    with pytest.raises(ModelError, match="lacks"):
        model(checkpoint, {name: array for name, array in head().items() if name != "inner.bias"})


def test_a_missing_adapter_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        open_entailment(1, tmp_path)
