"""How surely each passage of the guidelines answers a question, against all others and against "none of them", by fitted weights."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import yaml

from rag.answering.guideline_features import FEATURES, Judged, Passage, matrix
from rag.numeric import Vector

_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight per feature; ``none`` is what a passage must outweigh; ``answers`` is the least probability of the best passage against
    "none of them" for an answer, ``second`` the least part of the best's share for another passage beside it."""

    features: Vector
    none: float
    answers: float
    second: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """Passages best first, each with its share of the probability; ``sure`` is the probability of the best against "none of them" alone."""

    passages: tuple[Passage, ...]
    shares: tuple[float, ...]
    sure: float


@cache
def weights() -> Weights:
    """The packaged weights of ``data/guideline_weights.yaml``, read once."""
    raw = yaml.safe_load(resources.files("rag.answering").joinpath("data/guideline_weights.yaml").read_text(encoding="utf-8"))
    named = np.array([float(raw["features"][name]) for name in FEATURES])
    return Weights(named, float(raw["none"]), *(float(raw["least"][key]) for key in ("answers", "second")))


def rank(judged: Sequence[Judged]) -> Ranked:
    """The passages that nothing bars by how surely each is the answer; the shares and that of "none of them" sum to 1.

    What several documents say in the same words is one passage, with the shares of all.
    """
    open_ = [one for one in judged if not one.barred]
    if not open_:
        return Ranked((), (), 0.0)
    scores = np.append(matrix(open_) @ weights().features - weights().none, 0.0)
    raised = np.exp(scores - scores.max())
    shares = raised / raised.sum()
    joined: dict[str, float] = {}
    first: dict[str, Passage] = {}
    for row in np.argsort(-shares[:-1], kind="stable"):
        key = _PLAIN.sub(" ", open_[row].passage.candidate.text.casefold()).strip()
        joined[key] = joined.get(key, 0.0) + float(shares[row])
        first.setdefault(key, open_[row].passage)
    order = sorted(joined, key=lambda key: -joined[key])
    return Ranked(tuple(first[key] for key in order), tuple(joined[key] for key in order), _sure(joined[order[0]], float(shares[-1])))


def _sure(best: float, none: float) -> float:
    return best / (best + none) if best + none else 0.0


def answering(ranked: Ranked, limit: int) -> list[int]:
    """Places of the best passage and of those that stand close to it, at most ``limit``; none where "none of them" is the better answer."""
    least = weights()
    if not ranked.shares or ranked.sure < least.answers:
        return []
    return [at for at, share in enumerate(ranked.shares[:limit]) if share >= least.second * ranked.shares[0]]
