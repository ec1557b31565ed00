from __future__ import annotations

import json
from importlib import resources

import numpy as np
import pytest

from rag.answering.features import FEATURES
from rag.answering.scorer import packaged_scorer, parse_scorer
from rag.errors import ModelError

TEXT = resources.files("rag.answering").joinpath("data/sentence_scorer.json").read_text(encoding="utf-8")


def altered(**changes: object) -> str:
    return json.dumps({**json.loads(TEXT), **changes})


def test_the_packaged_weights_fit_the_features() -> None:
    assert packaged_scorer().weights.shape == (len(FEATURES),)
    assert json.loads(TEXT)["card"]["fitted_by"]


@pytest.mark.parametrize(
    "changes", [{"features": ["other"]}, {"scale": [0.0] * len(FEATURES)}, {"answer_threshold": float("nan")}, {"mean": [0.0]}]
)
def test_unusable_weights_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        parse_scorer(altered(**changes))


def test_probability_rises_with_the_rank_score() -> None:
    features = np.random.default_rng(0).random((20, len(FEATURES))).astype(np.float32)
    rank, probabilities, _ = packaged_scorer().score(features)
    assert np.array_equal(np.argsort(rank), np.argsort(probabilities))


def test_the_fingerprint_tells_weights_apart() -> None:
    assert parse_scorer(TEXT).fingerprint != parse_scorer(altered(answer_threshold=0.5)).fingerprint
