"""The calibrated combination: a logistic model over named features, its weights packaged as ``data/verifier_weights.yaml``.

``benchmarks/verifier_weights.py`` fits them again. There are two models: ``slots`` from words and slots alone, ``entailment`` with what the
entailment model says beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from rag.errors import ModelError
from rag.verification.features import FEATURES

if TYPE_CHECKING:
    from rag.verification.entailment import Entailed

ENTAILMENT_FEATURES = ("entailed", "refuted", "most_doubted")
"""Beside ``FEATURES``: the entailment model's log odds that the evidence supports the statement, that it contradicts it, and that it does
not bear out the most doubtful word."""
MAX_LOG_ODDS = 8.0


@dataclass(frozen=True, slots=True)
class Weighing:
    """``sigmoid(bias + weights · features)``, and the probability from which on a statement counts as supported."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float

    def probability(self, row: Sequence[float]) -> float:
        """The probability of support for one row in the order of ``names``, between 0 and 1.

        Raises:
            ModelError: a feature that is no finite number: nothing may be released on it.
        """
        logit = self.bias + sum(weight * value for weight, value in zip(self.weights, row, strict=True))
        if not math.isfinite(logit):
            raise ModelError("the verifier's features hold a number that is not finite")
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def entailment_row(entailed: Entailed) -> tuple[float, ...]:
    """The values of ``ENTAILMENT_FEATURES``.

    Raises:
        ModelError: what the model gave are no probabilities.
    """
    doubted = max((doubt.chance for doubt in entailed.doubts), default=1.0)
    return log_odds(entailed.supported), log_odds(entailed.contradicted), log_odds(doubted)


def log_odds(probability: float) -> float:
    """The log odds of a probability, cut at ±8.

    Raises:
        ModelError: not a probability.
    """
    if not 0.0 <= probability <= 1.0:  # also where it is no number
        raise ModelError("the entailment model gave a number that is no probability")
    least = 1.0 / (1.0 + math.exp(MAX_LOG_ODDS))
    kept = min(max(probability, least), 1.0 - least)
    return math.log(kept / (1.0 - kept))


@cache
def packaged_weighing(name: str) -> Weighing:
    """The packaged model ``slots`` or ``entailment``, read once.

    Raises:
        ModelError: the file is missing or was fitted for other features.
    """
    try:
        text = resources.files("rag.verification").joinpath("data/verifier_weights.yaml").read_text(encoding="utf-8")
        return parse_weighing(yaml.safe_load(text)[name], FEATURES + (ENTAILMENT_FEATURES if name == "entailment" else ()))
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise ModelError(f"verifier weights {name}: cannot be read ({type(error).__name__}); reinstall the package") from None


def parse_weighing(tree: Mapping[str, object], names: tuple[str, ...]) -> Weighing:
    """A weighing from its YAML tree ``{bias, threshold, weights: {feature: weight}}``.

    Raises:
        ModelError: other features than ``names``, or a number that is not finite.
    """
    weights = tree["weights"]
    if not isinstance(weights, Mapping) or set(weights) != set(names):
        raise ModelError("verifier weights: fitted for other features than this version computes; fit them again")
    found = Weighing(names, tuple(float(weights[name]) for name in names), float(str(tree["bias"])), float(str(tree["threshold"])))
    if not all(map(math.isfinite, (*found.weights, found.bias, found.threshold))):
        raise ModelError("verifier weights: a weight is not a finite number; fit them again")
    return found
