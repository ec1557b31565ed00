"""``ask`` at 10,000 and 100,000 chunks: latency of a question about one patient and of one to the literature, and memory.

    python -m benchmarks.ask_latency [--sizes 10000 100000] [--queries 200] [--cache DIR] [--json FILE]

A question is timed as a client of the open engine sees it: scope, encoding, both searches, SQL checks, sentence evidence, composing,
span check, the durable audit record. One in four has no answer, so that the receipt of an abstention is timed too. Each size
is measured in a process of its own that only opens the workspace (``benchmarks.big_workspace`` builds it).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks import big_workspace as big
from benchmarks.child import run_python

DEFAULT_CACHE = Path(".chartcite/bench")
WARM_UP = 10
SEED = 7
CHART_QUESTIONS = (
    "What was the latest {lab}?",
    "Is the patient taking {drug}?",
    "Does the patient have {symptom}?",
    "When was the cochlear implant of {site} placed?",
)
LITERATURE_QUESTIONS = (
    "Does {drug} lower {outcome} in {disease}?",
    "How many patients with {disease} got {drug} in the {site} trial?",
    "When should {drug} be offered in {disease}?",
    "Which {site} surgeon invented the bamboo bicycle for {disease}?",
)


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds per question of one scope in a workspace of ``chunks`` points, and how the answers ended.

    ``engine_p95_ms`` is without the audit record; ``cpu_p95_ms`` is processor time, all threads, which other processes hardly change.
    """

    chunks: int
    scope: str
    queries: int
    p50_ms: float
    p95_ms: float
    engine_p95_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident set after the questions, MiB: all of it, and the part that is not backed by files; seconds to open the workspace."""

    chunks: int
    resident_mib: float
    anonymous_mib: float
    open_seconds: float


def questions(forms: tuple[str, ...], count: int) -> Iterator[str]:
    """``count`` questions, each form in turn."""
    random = np.random.default_rng(SEED)
    drawn = {**big.WORDS, "symptom": big.SYMPTOMS}
    for number in range(count):
        yield forms[number % len(forms)].format(**{name: str(random.choice(values)) for name, values in drawn.items()})


def measure(workspace: Path, size: int, queries: int) -> dict[str, object]:
    """Latencies and memory over a workspace that is opened afresh."""
    import psutil

    from api.opening import Owner, local_principal, open_owner
    from rag.settings import Settings
    from rag.types import Question

    settings = Settings(workspace=workspace)
    principal = local_principal(settings)
    started = time.perf_counter()
    with open_owner(settings) as owner:
        opening = time.perf_counter() - started

        def latency(scope: str, forms: tuple[str, ...], owner: Owner) -> Latency:
            times, processor, inner, statuses = [], [], [], Counter[str]()
            for number, text in enumerate(questions(forms, queries + WARM_UP)):
                patient = big.patient_name(number % big.patients_of(size)) if forms is CHART_QUESTIONS else None
                begun, used = time.perf_counter(), time.process_time()
                answer = owner.service.ask(Question(text, patient=patient), principal)
                times.append((time.perf_counter() - begun) * 1000)
                processor.append((time.process_time() - used) * 1000)
                inner.append(dict(answer.timings_ms)["total"])
                statuses[answer.status.value] += number >= WARM_UP
            p50, p95, engine, cpu50, cpu95 = *_percentiles(times, 50, 95), *_percentiles(inner, 95), *_percentiles(processor, 50, 95)
            return Latency(owner.index.count(), scope, queries, p50, p95, engine, cpu50, cpu95, dict(statuses))

        found = [latency("one patient", CHART_QUESTIONS, owner), latency("literature", LITERATURE_QUESTIONS, owner)]
        memory = psutil.Process().memory_full_info()
        anonymous = memory.rss - memory.shared
        held = Memory(found[0].chunks, round(memory.rss / 2**20, 1), round(anonymous / 2**20, 1), round(opening, 2))
    return {"latencies": [asdict(latency) for latency in found], "memory": asdict(held)}


def _percentiles(values: list[float], *wanted: int) -> list[float]:
    return [round(float(value), 1) for value in np.percentile(values[WARM_UP:], wanted)]


def main() -> int:
    """Build what is missing, measure each size in its own process, print and write JSON; with ``--measure``, be that process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="generated workspaces stay here, 1.5 GiB per 100,000 chunks")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure, arguments.sizes[0], arguments.queries)))
        return 0
    results = []
    for size in arguments.sizes:
        workspace = big.open_big_workspace(arguments.cache, size)
        options = ["--sizes", str(size), "--queries", str(arguments.queries), "--measure", str(workspace)]
        results.append(run_python(["-m", "benchmarks.ask_latency", *options]).result)
        print(f"ask at {size}: {json.dumps(results[-1])}", file=sys.stderr)
    print(json.dumps(results, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
