"""Fit the verifier's combination: a logistic model over what slots, words and entailment tell of a claim, and its verdict threshold.

Each set weighs as much as its share below, its two labels alike, so that a score is a probability where half the statements are supported.
Weights keep the sign that their feature must have: a missing number never raises a score. The threshold is where the worst set loses
least balanced accuracy against its own best threshold. All figures printed are of folds that the weights were not fitted on.

    python -m benchmarks.verifier_weights [--adapter DIR] [--write]

Without an adapter the model ``slots`` is fitted. With one, ``entailment``: on claims alone that the adapter was not trained on, since of
the others what it says would be too good. They are few, so that each block of ``slots`` keeps its weights among themselves, and only how
much words, slots and entailment count beside each other is fitted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import rankdata

import rag.verification
from api.progress import track
from benchmarks.verifier_cases import Case, overlap, read_cases
from rag.verification.entailment import Entailment, open_entailment
from rag.verification.evidence import premise
from rag.verification.examination import examine
from rag.verification.features import FEATURES
from rag.verification.verdicts import Claimed
from rag.verification.weighing import ENTAILMENT_FEATURES, Weighing, entailment_row, packaged_weighing

WEIGHTS = Path(rag.verification.__file__).parent / "data" / "verifier_weights.yaml"
DATA = Path("../shared/data")
RESULTS = Path(__file__).parent / "results"
SHARES: dict[str, dict[str, float]] = {
    "slots": {"wice": 1.0, "clinifact": 1.0, "scifact": 1.0, "variants": 1.0},
    "entailment": {
        "wice": 1.0,
        "clinifact": 1.0,
        "scifact": 1.0,
        "pubmedqa": 0.3,
        "evidence_inference": 0.3,
        "written": 1.0,
        "variants": 1.0,
    },
}
"""The sets of each model. Of the others, whose true and false statements have the same words, words and slots can learn nothing."""
L2, ROUNDS, FOLDS, BINS = 0.01, 3, 5, 10
RISING = ("coverage", "coverage_of_best", "coverage_of_all", "least_fact", "pairs", "entailed")
FREE = ("log_words", "near")


def _most(name: str) -> float:
    """The greatest weight of a feature that lowers scores. Names may be told otherwise, so that a name that is not found may be none."""
    if name in ("changed_numbers", "changed_denials", "changed_poles"):
        return CONTRACT
    return CONTRACT if name.startswith("wrong_") and name not in ("wrong_drug", "wrong_condition") else 0.0


def _is_slot(name: str) -> bool:
    return name.startswith(("wrong_", "changed_", "near_"))


BLOCKS: tuple[Callable[[str], bool], ...] = (lambda name: not _is_slot(name), _is_slot)
"""Words, and slots."""

CONTRACT = -4.0
"""A slot that differs in a copy of the evidence counts at least so much, however few of its kind the sets hold (law 2 of the design)."""

Array = NDArray[np.float64]
Bound = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Rows:
    """The statements of one set's claims: features, the claim of each, and the claims' labels."""

    features: Array
    claim: NDArray[np.int64]
    labels: NDArray[np.bool_]
    overlaps: Array


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights per feature as they stand, and the bias."""

    weights: Array
    bias: float

    def claims(self, rows: Rows) -> Array:
        """The score of each claim: the least of its statements'."""
        scores = 1 / (1 + np.exp(-np.clip(rows.features @ self.weights + self.bias, -30, 30)))
        found = np.ones(len(rows.labels))
        np.minimum.at(found, rows.claim, scores)
        return found


def collect(cases: Sequence[Case], entailment: Entailment | None, title: str) -> Rows:
    """The features of every statement of the cases, with an entailment model of those that were held back from its training alone."""
    kept = [case for case in cases if entailment is None or case.held]
    examined = [examine(Claimed(case.claim, case.contexts)) for case in track(kept, title, len(kept))]
    stated = [(case, statements) for case, statements in zip(kept, examined, strict=True) if statements]
    features = [statement.row for _, statements in stated for statement in statements]
    if entailment is not None:
        pairs = [(premise(s.contexts, s.found), s.text) for _, statements in stated for s in statements]
        features = [(*row, *entailment_row(told)) for row, told in zip(features, entailment.judge(pairs), strict=True)]
    claim = np.repeat(np.arange(len(stated)), [len(statements) for _, statements in stated])
    labels = np.array([case.supported for case, _ in stated])
    return Rows(np.array(features), claim, labels, np.array([overlap(case) for case, _ in stated]))


def subset(rows: Rows, kept: NDArray[np.bool_]) -> Rows:
    """The claims that are kept."""
    numbers = np.cumsum(kept) - 1
    own = kept[rows.claim]
    return Rows(rows.features[own], numbers[rows.claim[own]], rows.labels[kept], rows.overlaps[kept])


def fit(sets: Mapping[str, Rows], blocks: Array, bounds: Sequence[Bound]) -> Fitted:
    """Maximum likelihood with L2 over the columns of ``blocks``, sums of features, the weight of each within its bounds.

    A claim that is not supported teaches by the statement that has the least score so far.
    """
    columns = {name: rows.features @ blocks for name, rows in sets.items()}
    every = np.concatenate(list(columns.values()))
    middle, spread = every.mean(axis=0), every.std(axis=0) + 1e-6
    scaled = [(None if low is None else low * s, None if high is None else high * s) for (low, high), s in zip(bounds, spread, strict=True)]
    shares = SHARES["slots" if len(blocks) == len(FEATURES) else "entailment"]
    found = np.zeros(len(bounds) + 1)
    for _ in range(ROUNDS):
        taken = {name: _teaching(rows, (columns[name] - middle) / spread @ found[:-1]) for name, rows in sets.items()}
        labels = {name: rows.labels[rows.claim[taken[name]]] for name, rows in sets.items()}
        x = np.concatenate([(columns[name][taken[name]] - middle) / spread for name in sets])
        weight = np.concatenate([_balance(labels[name]) * shares[name] for name in sets])
        loss = _loss(x, np.concatenate(list(labels.values())), weight / weight.sum())
        found = minimize(loss, found, jac=True, method="L-BFGS-B", bounds=[*scaled, (None, None)]).x
    return Fitted(blocks @ (found[:-1] / spread), float(found[-1] - (middle / spread) @ found[:-1]))


def _loss(x: Array, y: NDArray[np.bool_], weight: Array) -> Callable[[Array], tuple[float, Array]]:
    def loss(values: Array) -> tuple[float, Array]:
        logits = x @ values[:-1] + values[-1]
        wrong = weight * (1 / (1 + np.exp(-logits)) - y)
        value = float(weight @ (np.logaddexp(0, logits) - y * logits) + 0.5 * L2 * values[:-1] @ values[:-1])
        return value, np.append(x.T @ wrong + L2 * values[:-1], wrong.sum())

    return loss


def _teaching(rows: Rows, scores: Array) -> NDArray[np.int64]:
    """All statements of supported claims, and of each other claim the one with the least score."""
    order = np.lexsort((scores, rows.claim))
    first = np.append(True, rows.claim[order][1:] != rows.claim[order][:-1])
    least = np.zeros(len(scores), dtype=bool)
    least[order[first]] = True
    return np.flatnonzero(least | rows.labels[rows.claim])


def _balance(labels: NDArray[np.bool_]) -> Array:
    return np.where(labels, 0.5 / max(labels.sum(), 1), 0.5 / max((~labels).sum(), 1))


def plan(slots: Weighing | None) -> tuple[Array, list[Bound]]:
    """What is fitted: each feature of ``slots`` by itself, or beside entailment the blocks that its weights make of them."""
    if slots is None:
        return np.eye(len(FEATURES)), [
            (None, None) if name in FREE else (0.0, None) if name in RISING else (None, _most(name)) for name in FEATURES
        ]
    size, own = len(FEATURES), np.array(slots.weights)
    blocks = np.zeros((size + len(ENTAILMENT_FEATURES), len(BLOCKS) + len(ENTAILMENT_FEATURES)))
    for column, chosen in enumerate(BLOCKS):
        for at, name in enumerate(FEATURES):
            blocks[at, column] = own[at] if chosen(name) else 0.0
    blocks[size:, len(BLOCKS) :] = np.eye(len(ENTAILMENT_FEATURES))
    return blocks, [(0.0, None), (1.0, None), (0.0, None), (None, 0.0), (None, 0.0)]


def auroc(scores: Array, labels: NDArray[np.bool_]) -> float:
    """Area under the curve, ties halved."""
    positive = int(labels.sum())
    return float((rankdata(scores)[labels].sum() - positive * (positive + 1) / 2) / (positive * (len(labels) - positive)))


def balanced_accuracy(scores: Array, labels: NDArray[np.bool_], threshold: float) -> float:
    """The mean of both labels' shares judged right."""
    return float(((scores >= threshold)[labels].mean() + (scores < threshold)[~labels].mean()) / 2)


def calibration_error(scores: Array, labels: NDArray[np.bool_]) -> tuple[float, list[tuple[float, float, float]]]:
    """Expected calibration error over ten bins of equal width, both labels weighing alike; and (mean score, share, weight) of each bin."""
    weight = _balance(labels)
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        own = weight * (place == number)
        if own.sum():
            bins.append((float(own @ scores / own.sum()), float(own @ labels / own.sum()), float(own.sum())))
    return sum(share * abs(mean - right) for mean, right, share in bins), bins


def out_of_fold(sets: Mapping[str, Rows], blocks: Array, bounds: Sequence[Bound]) -> dict[str, Array]:
    """Each claim's score by weights fitted without its fold."""
    folds = {name: np.random.default_rng(5).integers(FOLDS, size=len(rows.labels)) for name, rows in sets.items()}
    found = {name: np.zeros(len(rows.labels)) for name, rows in sets.items()}
    for fold in range(FOLDS):
        fitted = fit({name: subset(rows, folds[name] != fold) for name, rows in sets.items()}, blocks, bounds)
        for name, rows in sets.items():
            found[name][folds[name] == fold] = fitted.claims(rows)[folds[name] == fold]
    return found


def choose_threshold(scores: Mapping[str, Array], sets: Mapping[str, Rows]) -> float:
    """Where the set that loses most against its own best threshold loses least."""
    grid = np.arange(0.05, 0.96, 0.01)
    lost = []
    for name, rows in sets.items():
        reached = np.array([balanced_accuracy(scores[name], rows.labels, threshold) for threshold in grid])
        lost.append(reached.max() - reached)
    return round(float(grid[np.max(lost, axis=0).argmin()]), 2)


def report(
    sets: Mapping[str, Rows], scores: Mapping[str, Array], blocks: Array, bounds: Sequence[Bound], threshold: float
) -> list[dict[str, object]]:
    """A line per set: out of fold, and with the whole set left out."""
    lines: list[dict[str, object]] = []
    for name, rows in sets.items():
        others = fit({other: r for other, r in sets.items() if other != name}, blocks, bounds).claims(rows)
        best = max(balanced_accuracy(scores[name], rows.labels, at) for at in np.arange(0.02, 0.99, 0.01))
        lines.append({
            "set": name, "n": len(rows.labels), "overlap": round(auroc(rows.overlaps, rows.labels), 3),
            "auroc": round(auroc(scores[name], rows.labels), 3), "auroc_without_set": round(auroc(others, rows.labels), 3),
            "balanced_accuracy": round(balanced_accuracy(scores[name], rows.labels, threshold), 3), "best": round(best, 3),
            "ece": round(calibration_error(scores[name], rows.labels)[0], 3),
        })  # fmt: skip
    return lines


def draw(scores: Mapping[str, Array], sets: Mapping[str, Rows], file: Path) -> None:
    """The reliability plot: share supported by score, of each set and of all."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 5))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="#b8b8b8", linewidth=1)
    for name, rows in sets.items():
        error, bins = calibration_error(scores[name], rows.labels)
        axes.plot([mean for mean, _, _ in bins], [right for _, right, _ in bins], "o-", markersize=3, label=f"{name}, ECE {error:.3f}")
    axes.set_xlabel("score")
    axes.set_ylabel("share supported, labels weighing alike")
    axes.legend(frameon=False, fontsize=8)
    figure.savefig(file, dpi=110, bbox_inches="tight")


def main() -> None:
    """Collect, cross-validate, choose the threshold, fit on all, print; with ``--write`` the weights, the figures and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    entailment = open_entailment(1, arguments.adapter) if arguments.adapter else None
    model = "entailment" if entailment else "slots"
    names = FEATURES + (ENTAILMENT_FEATURES if entailment else ())
    sets = {name: collect(cases, entailment, name) for name, cases in read_cases(arguments.data, SHARES[model]).items()}
    blocks, bounds = plan(packaged_weighing("slots") if entailment else None)
    scores = out_of_fold(sets, blocks, bounds)
    threshold = choose_threshold(scores, sets)
    fitted = fit(sets, blocks, bounds)
    lines = report(sets, scores, blocks, bounds, threshold)
    for line in lines:
        print(json.dumps(line))
    weights = {name: round(float(weight), 4) for name, weight in zip(names, fitted.weights, strict=True)}
    tree = {"bias": round(fitted.bias, 4), "threshold": threshold, "weights": weights}
    print(yaml.safe_dump({model: tree}, sort_keys=False))
    if arguments.write:
        _write(model, tree)
        draw(scores, sets, RESULTS / f"verifier_reliability_{model}.png")
        (RESULTS / f"verifier_weights_{model}.json").write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


def _write(model: str, tree: dict[str, object]) -> None:
    known = yaml.safe_load(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}
    text = yaml.safe_dump({**known, model: tree}, sort_keys=False)
    WEIGHTS.write_text(f"# The verifier's combination, fitted by benchmarks/verifier_weights.py; do not edit.\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
