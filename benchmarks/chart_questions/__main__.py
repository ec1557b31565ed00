"""Ask a workspace many wordings about its charts, and score the answers.

    python -m benchmarks.chart_questions FHIR [FHIR ...] --workspace WS [--seed N] [--per-intent N] [--noise N] [--json FILE] [--show N]

FHIR are folders, archives or files of bundles, NDJSON or single resources that the workspace was ingested from; the answers are
recomputed from them with the standard library. Accuracy counts right answers; RS(10) takes ten for each wrong one. ``--noise N`` takes N
of the questions again with each kind of noise. Some 10 ms a question.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.chart_questions.charts import read_charts
from benchmarks.chart_questions.judging import judge
from benchmarks.chart_questions.noise import NOISES
from benchmarks.chart_questions.paraphrases import Asked, make_questions
from benchmarks.chart_questions.report import draw, write_table

Judged = tuple[Asked, str, bool, dict[str, Any]]


def ask_all(questions: Sequence[Asked], workspace: Path) -> list[dict[str, Any]]:
    """The product's answers, in order: one batch of the command line.

    Raises:
        SystemExit: it gave another number of answers than it was asked.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for number, asked in enumerate(questions):
            line = {"id": str(number), "patient": asked.patient, "question": asked.question, "reveal": "benchmark"}
            file.write(json.dumps(line) + "\n")
        file.flush()
        command = [sys.executable, "-m", "api.cli", "ask", "--batch", file.name, "--workspace", str(workspace)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]
    if len(answers) != len(questions):
        raise SystemExit(f"{len(answers)} answers to {len(questions)} questions; see what `chartcite ask` said above")
    return answers


def judged(questions: Sequence[Asked], workspace: Path) -> list[Judged]:
    """Each question with its verdict, whether it was cited, and the answer."""
    return [(asked, *judge(asked.expect, answer), answer) for asked, answer in zip(questions, ask_all(questions, workspace), strict=True)]


def figures(rows: Sequence[Judged]) -> dict[str, float]:
    """n, accuracy, right and cited, wrong, abstained (shares of n) and RS(10)."""
    counts = Counter(verdict for _, verdict, _, _ in rows)
    cited = sum(verdict == "right" and cites for _, verdict, cites, _ in rows)
    n = len(rows)
    return {
        "n": n, "accuracy": round(counts["right"] / n, 4), "right_and_cited": round(cited / n, 4), "wrong": round(counts["wrong"] / n, 4),
        "abstained": round(counts["abstained"] / n, 4), "rs10": round(100 * (counts["right"] - 10 * counts["wrong"]) / n, 1),
    }  # fmt: skip


def summary(rows: Sequence[Judged]) -> dict[str, Any]:
    """Figures of all, by naming and by intent."""
    by_naming, by_intent = defaultdict(list), defaultdict(list)
    for row in rows:
        by_naming[row[0].naming or "none"].append(row)
        by_intent[row[0].intent].append(row)
    return {
        "all": figures(rows),
        "naming": {name: figures(group) for name, group in sorted(by_naming.items())},
        "intent": {name: figures(group) for name, group in sorted(by_intent.items())},
    }


def noise_losses(questions: Sequence[Asked], workspace: Path, seed: int) -> tuple[dict[str, Any], list[Judged]]:
    """Accuracy of the clean questions, and of each noisy version with the points lost; and the newly failed."""
    clean = judged(questions, workspace)
    base = figures(clean)["accuracy"]
    found: dict[str, Any] = {"clean": {"n": len(clean), "accuracy": base}}
    failed = []
    for name, noise in NOISES.items():
        rng = random.Random(seed)
        noisy = [Asked(q.patient, name, q.naming, noise(q.question, rng), q.expect) for q in questions]
        rows = judged(noisy, workspace)
        accuracy = figures(rows)["accuracy"]
        found[name] = {"accuracy": accuracy, "points_lost": round(100 * (base - accuracy), 1), "wrong": figures(rows)["wrong"]}
        failed += [row for row, before in zip(rows, clean, strict=True) if before[1] == "right" and row[1] != "right"]
    return found, failed


def main() -> int:
    """Make, ask, score, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fhir", nargs="+", type=Path)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--per-intent", type=int, default=60)
    parser.add_argument("--noise", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=int, default=20, metavar="N", help="failures printed")
    parser.add_argument("--failures", type=Path, help="write every failure here, as JSON lines")
    arguments = parser.parse_args()
    charts = read_charts(arguments.fhir)
    questions = make_questions(charts, seed=arguments.seed, per_intent=arguments.per_intent)
    rows = judged(questions, arguments.workspace)
    report: dict[str, Any] = {"settings": {"seed": arguments.seed, "patients": len(charts), "questions": len(questions)}, **summary(rows)}
    failed = [row for row in rows if row[1] != "right" or not row[2]]
    if arguments.noise:
        right = [row[0] for row in rows]
        sample = random.Random(arguments.seed).sample(right, min(arguments.noise, len(right)))
        report["noise"], newly = noise_losses(sample, arguments.workspace, arguments.seed)
        failed += newly
    print(write_table(report))
    for row in failed[: arguments.show]:
        print(" ", _line(row))
    if arguments.failures:
        arguments.failures.write_text("".join(_line(row) + "\n" for row in failed), encoding="utf-8")
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(draw(arguments.json, report), file=sys.stderr)
    return 0


def _line(row: Judged) -> str:
    asked, verdict, _, answer = row
    read = answer.get("interpretation") or {}
    shown = {key: value for key, value in asked.expect.items() if key not in ("some", "resources")}
    gold = {key: value[:4] if isinstance(value, list) else value for key, value in shown.items()}
    fault = verdict if verdict != "right" else "uncited"
    text = (answer.get("answer") or "")[:200]
    return json.dumps([asked.intent, asked.naming, fault, asked.question, text, read, gold, asked.patient])


if __name__ == "__main__":
    sys.exit(main())
