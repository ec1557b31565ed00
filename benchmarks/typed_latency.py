"""Typed answers at 10,000, 100,000 and 1,000,000 facts: latency by kind of question, and how it grows.

    python -m benchmarks.typed_latency [--facts 10000,100000,1000000] [--questions 300] [--rounds 3] [--json FILE] [--out DIR]

About 1,000 facts per patient at every size (``benchmarks.typed_charts``), in a temporary workspace that is deleted afterwards. Random
patients are asked through the service, audit record included; every other question reveals identifiers for a purpose. Each size
is measured in a process of its own after a warm-up; each round asks other questions, and its percentiles are told by their
median over the rounds. Processor time stands beside wall time, since other processes hardly change it. A typed answer is composed from
facts; what they do not answer is looked for in the notes (the encoder runs: some 12 ms more) and is told apart.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import run_python

if TYPE_CHECKING:
    from api.opening import Owner

WARM_UP = 60
SEED = 11
PURPOSE = "treatment"
FORMS: dict[str, tuple[str, ...]] = {
    "latest": ("What was the latest {lab}?", "most recent {lab}", "What is her current {vital}?"),
    "first": ("What was the first {lab}?", "What was her first recorded {vital}?"),
    "change": ("How did {lab} change between the last two results?", "How much has the {vital} changed since 2019?"),
    "trend": ("What is the trend of {lab}?", "How has her {vital} developed over time?"),
    "highest": ("What was the highest {lab}?", "What was the lowest {vital} in {year}?"),
    "threshold": ("Was {lab} ever above {limit}?", "How often was the {lab} over {limit}?"),
    "count": ("How many {lab} results were there in {year}?", "How many visits were there in {year}?"),
    "window": ("All {lab} results in {year}", "What was the {vital} in {year}?"),
    "onset": ("When was {disease} diagnosed?", "When did {disease} start?"),
    "presence": ("Does the patient have {disease}?", "Has she ever had {disease}?"),
    "medications": ("What medications is the patient taking?", "current medication list"),
    "drug": ("Is she taking {drug}?", "When was {drug} started?", "What is the dose of {drug}?"),
    "reason": ("Which medications is the patient taking for hypertension?", "What meds is she on for diabetes?"),
    "allergies": ("What is the patient allergic to?", "Any drug allergies?"),
    "procedure": ("When was the last {act}?", "How many times was {act} done?"),
    "immunization": ("When was the last {vaccine} vaccine?", "Which vaccines were given in {year}?"),
    "conditions": ("What are the active problems?", "List all resolved conditions"),
    "absent": ("Does the patient have {absent}?", "What was the latest {absent_lab}?"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "lab": ("hemoglobin A1c", "A1c", "creatinine", "potassium", "serum potassium", "LDL", "TSH", "platelets", "WBC", "eGFR", "albumin"),
    "vital": ("weight", "heart rate", "blood pressure", "temperature", "oxygen saturation"),
    "disease": ("hypertension", "type 2 diabetes", "heart failure", "gout", "COPD", "atrial fibrillation", "osteoporosis", "asthma"),
    "drug": ("metformin", "lisinopril", "amlodipine", "furosemide", "apixaban", "warfarin", "sertraline", "Lipitor", "gabapentin"),
    "act": ("echocardiogram", "ECG", "knee replacement", "spirometry", "foot exam"),
    "vaccine": ("flu", "tetanus", "shingles", "pneumococcal", "COVID"),
    "year": ("2013", "2015", "2017", "2019", "2021"),
    "limit": ("4", "5", "6", "7.5"),
    "absent": ("sarcoidosis", "myasthenia gravis", "psoriasis", "lupus", "glaucoma"),
    "absent_lab": ("ferritin", "vitamin D", "PSA", "ammonia", "troponin"),
}


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds per question: percentiles of wall time, the longest, and processor time (all threads); each a median over rounds."""

    questions: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float


@dataclass(frozen=True, slots=True)
class Timed:
    """One question asked: which kind it was, whether identifiers were revealed, whether facts answered it, and what it took."""

    kind: str
    revealed: bool
    typed: bool
    wall_ms: float
    cpu_ms: float


def questions(count: int, draw: random.Random) -> list[tuple[str, str]]:
    """``count`` questions with their kinds, each kind in turn."""
    kinds = list(FORMS)
    found = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        words = {name: draw.choice(values) for name, values in WORDS.items()}
        found.append((kind, draw.choice(FORMS[kind]).format(**words)))
    return found


def measure(workspace: Path, patients: int, count: int, rounds: int) -> dict[str, Any]:
    """Latencies over a workspace that is opened afresh."""
    from api.opening import local_principal, open_owner
    from rag.settings import Settings

    settings = Settings(workspace=workspace)
    principal = local_principal(settings)
    statuses: dict[str, Counter[str]] = {kind: Counter() for kind in FORMS}
    with open_owner(settings) as owner:
        owner.service.warm()
        _ask(owner, principal, patients, WARM_UP, random.Random(0), {kind: Counter() for kind in FORMS})
        timed = [_ask(owner, principal, patients, count, random.Random(f"{SEED}:{number}"), statuses) for number in range(rounds)]
    return {
        "patients": patients,
        "rounds": rounds,
        "groups": {
            "typed answers": _told(timed, lambda t: t.typed),
            "typed, plain": _told(timed, lambda t: t.typed and not t.revealed),
            "typed, revealed": _told(timed, lambda t: t.typed and t.revealed),
            "from notes, or none": _told(timed, lambda t: not t.typed),
            "all questions": _told(timed, lambda _: True),
        },
        "kinds": {kind: _told(timed, lambda t, kind=kind: t.kind == kind) for kind in FORMS},
        "statuses": {kind: dict(found) for kind, found in statuses.items()},
    }


def _ask(owner: Owner, principal: Any, patients: int, count: int, draw: random.Random, statuses: dict[str, Counter[str]]) -> list[Timed]:
    from benchmarks.typed_charts import patient_name
    from rag.types import Question

    timed = []
    for number, (kind, text) in enumerate(questions(count, draw)):
        revealed = number // len(FORMS) % 2 == 1
        question = Question(text, patient=patient_name(draw.randrange(patients)), reveal=PURPOSE if revealed else None)
        begun, used = time.perf_counter(), time.process_time()
        answer = owner.service.ask(question, principal)
        wall, cpu = (time.perf_counter() - begun) * 1000, (time.process_time() - used) * 1000
        timed.append(Timed(kind, revealed, any(statement.parts for statement in answer.statements), wall, cpu))
        statuses[kind][answer.status.value] += 1
    return timed


def _told(rounds: Sequence[Sequence[Timed]], wanted: Callable[[Timed], bool]) -> dict[str, Any]:
    kept = [[timed for timed in asked if wanted(timed)] for asked in rounds]
    return asdict(_latency([asked for asked in kept if asked]))


def _latency(rounds: Sequence[Sequence[Timed]]) -> Latency:
    def told(percentile: float, name: str) -> float:
        return round(statistics.median(_percentile([getattr(t, name) for t in asked], percentile) for asked in rounds), 2)

    wall, cpu = "wall_ms", "cpu_ms"
    return Latency(sum(map(len, rounds)), told(50, wall), told(95, wall), told(99, wall), told(100, wall), told(50, cpu), told(95, cpu))


def _percentile(values: Sequence[float], percentile: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(percentile / 100 * (len(ordered) - 1)))]


def run(sizes: Sequence[int], count: int, rounds: int) -> list[dict[str, Any]]:
    """Grow one temporary workspace through the sizes, measuring each in its own process."""
    from api.opening import open_owner
    from benchmarks.typed_charts import Builder
    from rag.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="typed-latency-"))
    settings = Settings(workspace=folder / "workspace")
    results, builder = [], None
    try:
        for size in sorted(sizes):
            with open_owner(settings, create=True) as owner:
                builder = Builder(owner, builder)
                builder.grow(size)
            asked = ["--measure", str(settings.workspace), str(builder.patients), "--questions", str(count), "--rounds", str(rounds)]
            result = run_python(["-m", "benchmarks.typed_latency", *asked]).result
            stored = (settings.workspace / "store.sqlite").stat().st_size / 2**20
            results.append({"facts": builder.facts, "store_mib": round(stored), **result})
            print(f"typed at {builder.facts:,}: {json.dumps(result['groups'])}", file=sys.stderr)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return results


def main() -> int:
    """Build, measure, print and write JSON; with ``--measure``, be the process that measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", default="10000,100000,1000000")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--out", type=Path, help="a folder for typed_latency.json and typed_latency.png")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        workspace, patients = arguments.measure
        print(json.dumps(measure(Path(workspace), int(patients), arguments.questions, arguments.rounds)))
        return 0
    results = run([int(size) for size in arguments.facts.split(",")], arguments.questions, arguments.rounds)
    written = json.dumps(results, indent=1)
    print(written)
    if arguments.json:
        arguments.json.write_text(written + "\n")
    if arguments.out:
        from benchmarks.plots import draw

        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "typed_latency.json").write_text(written + "\n")
        draw(arguments.out, only=["typed_latency"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
