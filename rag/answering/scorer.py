"""The fitted sentence scorer: a linear rank score, and the probabilities it stands for.

The weights are data (``data/sentence_scorer.json``, with a card); ``benchmarks/evidence_selection.py --fit`` makes them again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from rag.answering.features import FEATURES
from rag.errors import ModelError
from rag.numeric import Vector

ABSOLUTE_FEATURES = (
    "cosine", "coverage", "window_coverage", "bm25_of_ideal", "specific_coverage", "specific_window", "specific_known",
    "specific_all", "specific_all_known", "dated", "dated_specific_all", "dated_specific_all_known",
)  # fmt: skip
_ABSOLUTE_COLUMNS = [FEATURES.index(name) for name in ABSOLUTE_FEATURES]


@dataclass(frozen=True, slots=True)
class Calibration:
    """``sigmoid(bias + slope·rank + absolute · the best sentence's absolute features)``: rises with the rank within one question."""

    bias: float
    slope: float
    absolute: Vector

    def probability(self, rank: Vector, best: Vector) -> Vector:
        """Probability per rank score, float64[n] in (0, 1); ``best`` is the feature row of the best-ranked sentence."""
        logit = self.bias + self.slope * np.asarray(rank, dtype=np.float64) + float(best[_ABSOLUTE_COLUMNS] @ self.absolute)
        return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


@dataclass(frozen=True, slots=True)
class Scorer:
    """``rank = (features - mean) / scale · weights`` orders sentences; ``sentence`` says how likely each is evidence, ``question`` how
    likely the question is answered at all. ``answer_threshold`` is for the latter, ``support_threshold`` for each sentence."""

    mean: Vector
    scale: Vector
    weights: Vector
    sentence: Calibration
    question: Calibration
    answer_threshold: float
    support_threshold: float
    fingerprint: str

    def rank(self, features: Vector) -> Vector:
        """Rank score per row, float32[n]; comparable within one question only."""
        return np.asarray((features - self.mean) / self.scale @ self.weights, dtype=np.float32)

    def score(self, features: Vector) -> tuple[Vector, Vector, float]:
        """(rank score per row, probability per row that it is evidence, probability that the question is answered). At least one row."""
        rank = self.rank(features)
        best = features[int(np.argmax(rank))]
        return rank, self.sentence.probability(rank, best), float(self.question.probability(rank.max(keepdims=True), best)[0])


@lru_cache(maxsize=1)
def packaged_scorer() -> Scorer:
    """The scorer that ships with the project, read once.

    Raises:
        ModelError: the file was fitted for other features than this version computes, or holds a number that is none.
    """
    return parse_scorer(resources.files("rag.answering").joinpath("data/sentence_scorer.json").read_text(encoding="utf-8"))


def parse_scorer(text: str) -> Scorer:
    """A scorer from its JSON text.

    Raises:
        ModelError: as ``packaged_scorer``.
    """
    raw = json.loads(text)
    if tuple(raw["features"]) != FEATURES or tuple(raw["absolute_features"]) != ABSOLUTE_FEATURES:
        raise ModelError("sentence scorer: fitted for other features than this version computes; fit it again")
    sentence, question = (
        Calibration(float(part["bias"]), float(part["slope"]), np.array(part["absolute"], dtype=np.float64))
        for part in (raw["sentence"], raw["question"])
    )
    mean, scale, weights = (np.array(raw[name], dtype=np.float32) for name in ("mean", "scale", "weights"))
    thresholds = float(raw["answer_threshold"]), float(raw["support_threshold"])
    parts = (sentence.absolute, question.absolute, [sentence.bias, sentence.slope, question.bias, question.slope, *thresholds])
    numbers = np.concatenate([mean, scale, weights, *parts])
    sizes = {len(mean), len(scale), len(weights), len(FEATURES)}
    if not np.isfinite(numbers).all() or (scale <= 0).any() or sentence.slope <= 0 or len(sizes) > 1:
        raise ModelError("sentence scorer: a weight that is not a usable number, or one too many or too few")
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Scorer(mean, scale, weights, sentence, question, *thresholds, fingerprint=digest)
