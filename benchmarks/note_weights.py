"""Fit the weights that rank the sentences of notes: maximum likelihood over questions whose answering sentences are known.

Every question is asked of an ingested workspace with the rules for sentences that name everything taken out, so that each one reaches
the ranking; the sentences judged are collected, those that hold a gold quote are the answers, and none is where nothing answers. The model
is the one of ``rag.answering.note_ranking``: a softmax over the sentences and "none of them". L2 on weights per standard deviation.

    python -m benchmarks.note_weights --workspace DIR QUESTIONS.jsonl…      prints the features' weights as YAML, and a table with each file
                                                                            scored by the weights fitted on the others
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize

import rag.answering.notes as notes
from api.opening import open_owner
from rag.answering.note_features import FEATURES, Judged
from rag.answering.note_ranking import Ranked, weights
from rag.scope import Principal
from rag.settings import ALL_ROLES, Settings
from rag.types import Question
from tests.questions.scoring import Line, read_lines

L2 = 3.0
SAME_WORDS = 0.6
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Case:
    """One question's sentences: their features, float64[n, f], and which of them answer."""

    features: np.ndarray
    answers: np.ndarray


def collect(workspace: Path, questions: Iterable[Line]) -> list[Case]:
    """The cases of the questions that reach the ranking. One whose answer was not among the sentences judged is left out."""
    cases = []
    caught: list[Sequence[Judged]] = []

    def catching(judged: Sequence[Judged]) -> Ranked:
        caught.append(judged)
        return Ranked((), (), 0.0)

    principal = Principal("local:fit", frozenset(ALL_ROLES))
    with (
        open_owner(Settings(workspace=workspace, workers=0)) as owner,
        patch.object(notes, "find_sentences", lambda *_: []),
        patch.object(notes, "rank", catching),
    ):
        for line in questions:
            if line["found_in"] not in ("notes", "none") or line["patient"] is None:
                continue
            caught.clear()
            owner.service.ask(Question(line["question"], patient=line["patient"], reveal=line["reveal"]), principal)
            judged = [sentence for found in caught for sentence in found]
            quotes = [_words(span["quote"]) for span in line["gold"].get("spans") or () if span.get("quote")]
            answers = np.array([line["found_in"] == "notes" and _holds(sentence, quotes) for sentence in judged], dtype=bool)
            if judged and (answers.any() or line["found_in"] == "none"):
                cases.append(Case(np.array([sentence.features for sentence in judged]), answers))
    return cases


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _holds(sentence: Judged, quotes: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence holds most words of a gold quote, or lies within one: dates and names were replaced, so the text may differ."""
    said = _words(sentence.candidate.text)
    return any(len(said & quote) >= SAME_WORDS * len(quote) or (len(said) > 3 and len(said & quote) >= 0.8 * len(said)) for quote in quotes)


def fit(cases: Sequence[Case]) -> tuple[np.ndarray, float]:
    """(weight per feature, what a sentence must outweigh)."""
    rows = np.concatenate([case.features for case in cases])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    scaled = [((case.features - middle) / spread, case.answers) for case in cases]

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = 0.5 * L2 * float(values[:-1] @ values[:-1]), np.append(L2 * values[:-1], 0.0)
        for features, answers in scaled:
            shares = _shares(features @ values[:-1] - values[-1])
            right = np.append(answers, not answers.any())
            wanted = np.where(right, shares, 0.0)
            total -= float(np.log(wanted.sum() + 1e-12))
            wrong = shares - wanted / max(wanted.sum(), 1e-12)
            slope[:-1] += features.T @ wrong[:-1]
            slope[-1] -= wrong[:-1].sum()
        return total, slope

    found = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B").x
    per_feature = found[:-1] / spread
    return per_feature, float(found[-1] + middle @ per_feature)


def _shares(scores: np.ndarray) -> np.ndarray:
    """Shares of the sentences and, last, of "none of them"."""
    whole = np.append(scores, 0.0)
    raised = np.exp(whole - whole.max())
    return np.asarray(raised / raised.sum())


def table(cases: Sequence[Case], per_feature: np.ndarray, none: float) -> str:
    """How often the best sentence is said and answers, is said and does not, and how often nothing is said where nothing answers."""
    least = weights()
    counts = {"right": 0, "wrong": 0, "silent": 0, "rightly silent": 0, "answered all the same": 0}
    for case in cases:
        shares = _shares(case.features @ per_feature - none)
        best = int(shares[:-1].argmax())
        said = shares[best] >= least.answers and 1 - shares[-1] >= least.any
        if not case.answers.any():
            counts["answered all the same" if said else "rightly silent"] += 1
        else:
            counts["silent" if not said else "right" if case.answers[best] else "wrong"] += 1
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def main() -> None:
    """Collect, cross-validate by file, fit on all, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("questions", type=Path, nargs="+")
    arguments = parser.parse_args()
    by_file = {path.name: collect(arguments.workspace, read_lines(path)) for path in arguments.questions}
    for name in by_file if len(by_file) > 1 else ():
        others = [case for other, cases in by_file.items() if other != name for case in cases]
        print(f"# {name}, fitted on the others: {table(by_file[name], *fit(others))}")
    per_feature, none = fit([case for cases in by_file.values() for case in cases])
    lines = [f"  {name}: {value:.3f}" for name, value in zip(FEATURES, per_feature, strict=True)]
    print("features:", *lines, f"none: {none:.3f}", sep="\n")


if __name__ == "__main__":
    main()
