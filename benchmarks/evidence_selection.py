"""Fit, measure and plot sentence-level evidence selection; the figures of docs/abstention.md.

    python -m benchmarks.evidence_selection --data ../shared/data --cache CACHE              the table on held-out sources
    python -m benchmarks.evidence_selection … --baseline                                     plain sentence BM25 beside it
    python -m benchmarks.evidence_selection … --fit                                          fit the weights again and write them
    python -m benchmarks.evidence_selection … --plot docs/img/abstention.png                 the abstention curve

Sources (articles, questions, patients) are split 60/40 by a hash of their name; every figure is of the 40.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.chart_evidence_cases import chart_cases
from benchmarks.evidence_cases import Bm25, Case, Encoder, sentences_of, snippet_cases, trial_cases, words
from rag.answering.candidates import is_heading, lay_out
from rag.answering.evidence import select_evidence
from rag.answering.features import FEATURES, feature_table
from rag.answering.lexical import profile_question
from rag.answering.scorer import ABSOLUTE_FEATURES, Calibration, Scorer, packaged_scorer, parse_scorer
from rag.numeric import Vector

TRAIN_PERCENT = 60
RIDGE = 0.003
CALIBRATION_RIDGE = 0.001
SUPPORT_SHARE = 0.95
TOP = 3
ABSTAIN_SHARE = 0.9
CERTAIN_DOMAINS = ("trials", "charts")
WEIGHTS = Path(__file__).resolve().parent.parent / "rag" / "answering" / "data" / "sentence_scorer.json"
DEMO_CHARTS = Path(__file__).resolve().parent.parent / "ingestion" / "demo" / "corpus" / "charts"
PHRASINGS = (
    "Does {i} change {o} when compared to {c}?",
    "How does {i} affect {o}, as opposed to {c}?",
    "{o}: {i} versus {c}",
    "In people given {i} rather than {c}, what happened to {o}?",
    "Was there a difference in {o} between {i} and {c}?",
    "Which result for {o} was reported with {i} against {c}?",
)


@dataclass(frozen=True, slots=True)
class Table:
    """One case as numbers: features of every sentence and which are gold."""

    domain: str
    values: Vector
    gold: Vector


def phrase(intervention: str, comparator: str, outcome: str) -> str:
    """One of our phrasings, by a hash of the prompt, so that the fit learns no single one."""
    pick = int(hashlib.sha256(f"{intervention}|{comparator}|{outcome}".encode()).hexdigest(), 16) % len(PHRASINGS)
    return PHRASINGS[pick].format(i=intervention, c=comparator, o=outcome)


def held_out(case: Case) -> bool:
    """Whether the case's source is on the held-out side."""
    return int(hashlib.sha256(f"{case.domain}:{case.group}".encode()).hexdigest(), 16) % 100 >= TRAIN_PERCENT


def tabulate(case: Case) -> Table:
    """The features that selection would see for this case."""
    candidates = lay_out(case.hits, case.vectors)
    if not candidates.sentences:
        return Table(case.domain, np.zeros((0, len(FEATURES)), dtype=np.float32), np.zeros(0, dtype=bool))
    table = feature_table(profile_question(case.question), case.query_vector, candidates)
    gold_spans = {
        (hit.chunk.doc_id, hit.chunk.sentences[at].start)
        for hit in case.hits
        for at in range(len(hit.chunk.sentences))
        if (hit.chunk.chunk_id, at) in case.gold
    }
    gold = np.array([(found.span.doc_id, found.span.start) in gold_spans for found in candidates.sentences])
    return Table(case.domain, table.values, gold)


def fit_ranker(tables: Sequence[Table]) -> tuple[Vector, Vector, Vector]:
    """(mean, scale, weights): softmax over a question's sentences, the gold ones' share maximised; each domain weighs the same.

    Whether a line is a rendered, dated one may not count: in the charts at hand only such lines are gold, in others notes answer too.
    """
    tables = [table for table in tables if table.gold.any()]
    stacked = np.concatenate([table.values for table in tables]).astype(np.float64)
    mean, scale = stacked.mean(axis=0), stacked.std(axis=0)
    scale = np.where(scale < 1e-6, 1.0, scale)
    rows = (stacked - mean) / scale
    rows[:, [FEATURES.index(name) for name in FEATURES if "dated" in name]] = 0
    gold = np.concatenate([table.gold for table in tables])
    starts = np.cumsum([0, *(len(table.gold) for table in tables)])[:-1]
    owner = np.repeat(np.arange(len(tables)), [len(table.gold) for table in tables])
    domains = [table.domain for table in tables]
    weight = np.array([1 / domains.count(domain) for domain in domains]) / len(set(domains))

    def loss(weights: Vector) -> tuple[float, Vector]:
        scores = rows @ weights
        exponent = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total, won = np.add.reduceat(exponent, starts), np.add.reduceat(exponent * gold, starts)
        pull = exponent / total[owner] - exponent * gold / won[owner]
        value = -float((weight * np.log(won / total)).sum()) + RIDGE * float(weights @ weights)
        return value, rows.T @ (pull * weight[owner]) + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return mean, scale, found.x


def fit_calibration(scorer: Scorer, tables: Sequence[Table], *, of_question: bool) -> Calibration:
    """A logistic fit: of a question, whether it has gold; of each of the ``TOP`` best sentences, whether it is gold.

    Answerable and unanswerable cases of each domain weigh the same. Features are standardised for the ridge, then folded back.
    """
    columns = [FEATURES.index(name) for name in ABSOLUTE_FEATURES]
    size = collections.Counter((table.domain, bool(table.gold.any())) for table in tables)
    rows, labels, weights = [], [], []
    for table in tables:
        rank = scorer.rank(table.values)
        for row in np.argsort(-rank, kind="stable")[: 1 if of_question else TOP]:
            rows.append([rank[row], *table.values[int(np.argmax(rank)), columns]])
            labels.append(float(table.gold.any() if of_question else table.gold[row]))
            weights.append(1 / size[table.domain, bool(table.gold.any())])
    x, y, w = np.array(rows, dtype=np.float64), np.array(labels), np.array(weights) / sum(weights)
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-9
    x = np.column_stack([np.ones(len(x)), (x - mean) / scale])

    def loss(theta: Vector) -> tuple[float, Vector]:
        logit = x @ theta
        value = float((w * (np.logaddexp(0, logit) - y * logit)).sum()) + CALIBRATION_RIDGE * float(theta[1:] @ theta[1:])
        slope = x.T @ (w * (1 / (1 + np.exp(-logit)) - y))
        slope[1:] += 2 * CALIBRATION_RIDGE * theta[1:]
        return value, slope

    theta = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    folded = theta[1:] / scale
    return Calibration(float(theta[0] - folded @ mean), float(folded[0]), folded[1:])


def answerable(scorer: Scorer, table: Table) -> float:
    """The probability that the case's question is answered."""
    return scorer.score(table.values)[2] if len(table.values) else 0.0


def choose_support(scorer: Scorer, tables: Sequence[Table]) -> float:
    """The sentence threshold that keeps ``SUPPORT_SHARE`` of the gold sentences among the ``TOP`` best."""
    kept = []
    for table in tables:
        if table.gold.any():
            rank, probabilities, _ = scorer.score(table.values)
            kept += [float(probabilities[row]) for row in np.argsort(-rank, kind="stable")[:TOP] if table.gold[row]]
    return round(float(np.quantile(kept, 1 - SUPPORT_SHARE)), 3)


def choose_threshold(unanswerable: Mapping[str, Vector]) -> float:
    """The lowest threshold at which ``ABSTAIN_SHARE`` of the unanswerable questions of every certain domain are abstained from.

    Absence is certain in trials and charts; BioASQ's other snippets often answer as well, so they only inform the calibration.
    """
    grid = np.round(np.arange(0.02, 0.9, 0.005), 3)
    return next(float(t) for t in grid if all((unanswerable[d] < t).mean() >= ABSTAIN_SHARE for d in CERTAIN_DOMAINS if d in unanswerable))


def by_domain(scorer: Scorer, tables: Sequence[Table], *, with_gold: bool) -> dict[str, Vector]:
    """Probabilities that the question is answered, of the answerable or the unanswerable cases, per domain."""
    names = sorted({table.domain for table in tables})
    return {d: np.array([answerable(scorer, t) for t in tables if t.domain == d and bool(t.gold.any()) == with_gold]) for d in names}


def fit(cases: Sequence[Case]) -> Scorer:
    """Fit on the training sources and write the weights with their card."""
    tables = [table for case in cases if not held_out(case) and len((table := tabulate(case)).gold)]
    mean, scale, weights = fit_ranker(tables)
    none = Calibration(0.0, 1.0, np.zeros(len(ABSOLUTE_FEATURES)))
    draft = Scorer(mean.astype(np.float32), scale.astype(np.float32), weights.astype(np.float32), none, none, 0.5, 0.5, "")
    sentence, question = (fit_calibration(draft, tables, of_question=of_question) for of_question in (False, True))
    fitted = replace(draft, sentence=sentence, question=question)
    threshold, support = choose_threshold(by_domain(fitted, tables, with_gold=False)), choose_support(fitted, tables)
    counts = {d: sum(t.domain == d for t in tables) for d in sorted({t.domain for t in tables})}
    text = json.dumps(
        {
            "card": {
                "what": "Linear sentence scorer and its calibration, read by rag/answering/scorer.py.",
                "fitted_by": "python -m benchmarks.evidence_selection --fit",
                "on": {
                    "trials": "Evidence Inference, 60 % of the articles",
                    "snippets": "BioASQ 7-9, 60 % of the questions",
                    "charts": "the bundled demo charts and Synthea charts, 60 % of the patients",
                },
                "training_cases": counts,
                "ridge": RIDGE,
                "holds": "means, scales and weights of generic features only; no text of any source",
                "figures": "docs/abstention.md",
            },
            "features": FEATURES,
            "absolute_features": ABSOLUTE_FEATURES,
            "mean": [round(float(v), 5) for v in mean],
            "scale": [round(float(v), 5) for v in scale],
            "weights": [round(float(v), 4) for v in weights],
            **{
                name: {"bias": round(part.bias, 4), "slope": round(part.slope, 4), "absolute": [round(float(v), 4) for v in part.absolute]}
                for name, part in (("sentence", sentence), ("question", question))
            },
            "answer_threshold": threshold,
            "support_threshold": support,
        },
        indent=1,
    )  # fmt: skip
    WEIGHTS.write_text(text + "\n", encoding="utf-8")
    return parse_scorer(text)


def hits_at(gold: Sequence[bool]) -> tuple[bool, bool]:
    return any(gold[:1]), any(gold[:TOP])


def measure(cases: Sequence[Case], scorer: Scorer | None) -> dict[str, float | int | None]:
    """hit@1, hit@3 and the median of cited words of the three best sentences of answerable cases; plain BM25 where no scorer is given."""
    ones, threes, cited, seconds = [], [], [], []
    for case in cases:
        texts = {
            (hit.chunk.doc_id, span.start): (hit.chunk.chunk_id, at) for hit in case.hits for at, span in enumerate(hit.chunk.sentences)
        }
        started = time.perf_counter()
        if scorer is None:
            sentences = [
                ((hit.chunk.chunk_id, at), text)
                for hit in case.hits
                for at, text in enumerate(sentences_of(hit.chunk))
                if not is_heading(text)
            ]
            scores = Bm25([text for _, text in sentences]).scores(case.question)
            best = [sentences[row] for row in np.argsort(-scores, kind="stable")[:TOP]]
        else:
            chosen = select_evidence(case.question, case.query_vector, case.hits, case.vectors, limit=TOP, scorer=scorer).evidence
            best = [(texts[e.span.doc_id, e.span.start], e.quote) for e in chosen]
        seconds.append(time.perf_counter() - started)
        one, three = hits_at([key in case.gold for key, _ in best])
        ones.append(one)
        threes.append(three)
        cited.append(sum(len(words(text)) for _, text in best))
    if not cases:
        return {"n": 0, "hit@1": None, "hit@3": None, "words": None, "ms": None}
    return {
        "n": len(cases),
        "hit@1": round(statistics.mean(ones), 3),
        "hit@3": round(statistics.mean(threes), 3),
        "words": statistics.median(cited),
        "ms": round(1000 * statistics.median(seconds), 1),
    }


def abstention(cases: Sequence[Case], scorer: Scorer) -> dict[str, float | int | None]:
    """Shares of answerable cases answered and of unanswerable ones abstained from at the shipped threshold, and the AUROC between them."""
    tables = [tabulate(case) for case in cases]
    yes = np.array([answerable(scorer, t) for t in tables if t.gold.any()])
    no = np.array([answerable(scorer, t) for t in tables if not t.gold.any()])
    if not len(yes) or not len(no):
        return {"answered": None, "abstained": None, "auroc": None}
    auroc = (yes[:, None] > no).mean() + (yes[:, None] == no).mean() / 2
    answered, abstained = (yes >= scorer.answer_threshold).mean(), (no < scorer.answer_threshold).mean()
    return {"answered": round(float(answered), 3), "abstained": round(float(abstained), 3), "auroc": round(float(auroc), 3)}


def load_cases(arguments: argparse.Namespace) -> list[Case]:
    """The cases of every domain that was asked for."""
    encoder = Encoder(arguments.cache)
    makers = {
        "trials": lambda: trial_cases(arguments.data / "citations" / "evidence_inference", encoder, phrase),
        "snippets": lambda: snippet_cases(arguments.data / "retrieval" / "bioasq_7_9", encoder, questions=arguments.questions),
        "charts": lambda: chart_cases(
            encoder, [DEMO_CHARTS, arguments.data / "fhir" / "synthea_bundles.tar.gz"], patients=arguments.patients
        ),
    }
    cases: list[Case] = []
    for name in arguments.domains:
        started = time.perf_counter()
        cases += makers[name]()
        print(f"{name}: {len(cases)} cases in all, {time.perf_counter() - started:.0f} s", file=sys.stderr)
    return cases


def plot(cases: Sequence[Case], scorer: Scorer, path: Path) -> None:
    """The share answered against the threshold, answerable and not, per domain, with the shipped threshold."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    tables = [tabulate(case) for case in cases]
    yes, no = by_domain(scorer, tables, with_gold=True), by_domain(scorer, tables, with_gold=False)
    figure, axes = pyplot.subplots(1, len(yes), figsize=(4.2 * len(yes), 3.4), sharey=True, squeeze=False)
    grid = np.linspace(0, 1, 201)
    for axis, domain in zip(axes[0], yes, strict=True):
        axis.plot(grid, [(yes[domain] >= t).mean() for t in grid], label="answerable", color="#1b6ca8")
        axis.plot(grid, [(no[domain] >= t).mean() for t in grid], label="not answerable", color="#b5442e")
        axis.axvline(scorer.answer_threshold, color="#555555", linestyle="--", linewidth=1)
        axis.set(title=f"{domain} (n = {len(yes[domain])} + {len(no[domain])})", xlabel="threshold")
    axes[0][0].set_ylabel("share answered")
    axes[0][0].legend(frameon=False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--domains", nargs="+", default=["trials", "snippets", "charts"], choices=["trials", "snippets", "charts"])
    parser.add_argument("--questions", type=int, default=400, help="BioASQ questions to sample")
    parser.add_argument("--patients", type=int, default=40, help="charts to take of each source")
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    cases = load_cases(arguments)
    scorer = fit(cases) if arguments.fit else packaged_scorer()
    kept = [case for case in cases if held_out(case)]
    report: dict[str, dict[str, object]] = {}
    for domain in arguments.domains:
        of_domain = [case for case in kept if case.domain == domain]
        answerable = [case for case in of_domain if case.gold]
        report[domain] = {**measure(answerable, scorer), **abstention(of_domain, scorer)}
        if arguments.baseline:
            report[f"{domain}, BM25"] = dict(measure(answerable, None))
    for name, row in report.items():
        print(f"{name:16}" + "".join(f"{key} {value!s:8}" for key, value in row.items()))
    if arguments.plot:
        plot(kept, scorer, arguments.plot)
    print(json.dumps({"threshold": scorer.answer_threshold, **report}))


if __name__ == "__main__":
    main()
