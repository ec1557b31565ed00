"""How surely each sentence of the notes answers a question, against all others and against "none of them", by fitted weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml

from rag.answering.note_features import FEATURES, Judged
from rag.numeric import Vector


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight per feature; ``none`` is what a sentence must outweigh; ``answers`` and ``any`` are the least shares of the best
    sentence and of all sentences for an answer, ``second`` of the best's share for a second sentence beside it; ``named`` is the least
    score of the reranker for a sentence that names all that was asked."""

    features: Vector
    none: float
    answers: float
    any: float
    second: float
    named: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Sentences best first, each with its share of the probability; ``any`` is the share of all of them, 1 less that of "none"."""

    sentences: tuple[Judged, ...]
    shares: tuple[float, ...]
    any: float


@cache
def weights() -> Weights:
    """The packaged weights of ``data/note_weights.yaml``, read once."""
    raw = yaml.safe_load(resources.files("rag.answering").joinpath("data/note_weights.yaml").read_text(encoding="utf-8"))
    named = np.array([float(raw["features"][name]) for name in FEATURES])
    return Weights(named, float(raw["none"]), *(float(raw["least"][key]) for key in ("answers", "any", "second", "named")))


def rank(judged: Sequence[Judged]) -> Ranked:
    """The sentences by how surely each is the answer; the shares and that of "none of them" sum to 1."""
    if not judged:
        return Ranked((), (), 0.0)
    scores = np.array([sentence.features for sentence in judged]) @ weights().features - weights().none
    raised = np.exp(scores - max(0.0, float(scores.max())))
    total = float(raised.sum()) + float(np.exp(-max(0.0, float(scores.max()))))
    order = sorted(range(len(judged)), key=lambda row: -raised[row])
    return Ranked(tuple(judged[row] for row in order), tuple(float(raised[row]) / total for row in order), float(raised.sum()) / total)


def answering(ranked: Ranked) -> list[tuple[Judged, float]]:
    """The best sentence, and the second where it stands close; none where "none of them" is the better answer."""
    least = weights()
    if not ranked.shares or ranked.shares[0] < least.answers or ranked.any < least.any:
        return []
    pairs = list(zip(ranked.sentences, ranked.shares, strict=True))
    return [pair for pair in pairs[:2] if pair[1] >= least.second * ranked.shares[0]]
