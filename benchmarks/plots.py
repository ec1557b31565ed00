"""The plots of ``benchmarks/results``, drawn from its JSON files.

python -m benchmarks.plots [--results DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESULTS = Path(__file__).parent / "results"
OURS, PEER, LATER = "#1b6ca8", "#b8b8b8", "#e08e45"
BAR_MS, BAR_SECONDS, BAR_MIB, BAR_RATIO, BAR_TYPED_MS = 80, 5, 2048, 1.3, 25
"""What is promised: p95 of ``ask`` at 100,000 chunks, a cold start, resident memory, ingestion over the plain pipeline, and p95 of
typed answers at 1,000,000 facts."""


def draw(results: Path, only: Collection[str] | None = None) -> list[Path]:
    """Draw a plot for each JSON file that is there (of ``only``, where given); gives the PNG files."""
    plots: dict[str, Callable[[Path, Any], Path]] = {
        "ingestion": _ingestion, "ask": _ask, "typed_latency": _typed_latency, "startup": _startup,
    }  # fmt: skip
    drawn = []
    for name, plot in plots.items():
        file = results / f"{name}.json"
        if file.exists() and (only is None or name in only):
            drawn.append(plot(results, json.loads(file.read_text())))
    return drawn


def _ingestion(results: Path, report: Any) -> Path:
    summary = report["summary"]
    speeds = summary["characters_per_second"]
    target = BAR_RATIO * speeds["llamaindex"]

    def fill(axes: Axes) -> None:
        bars = axes.bar(list(speeds), list(speeds.values()), color=[OURS, PEER, PEER], width=0.6)
        axes.bar_label(bars, fmt="{:,.0f}", label_type="center")
        for run in report["runs"]:
            axes.plot(run["side"], run["characters"] / run["seconds"], "o", color="black", markersize=3)
        axes.axhline(target, color=LATER, linestyle="--", linewidth=1, label=f"{BAR_RATIO} × LlamaIndex")
        axes.set_ylabel("characters per second")
        axes.set_title(f"Ingestion of {summary['characters']:,} characters; only chartcite de-identifies", fontsize=10)
        axes.legend(frameon=False)

    return _saved(results / "ingestion.png", fill)


def _ask(results: Path, report: Any) -> Path:
    found = [latency for size in report for latency in size["latencies"]]
    names = [f"{latency['scope']}\n{latency['chunks']:,} chunks" for latency in found]

    def fill(axes: Axes) -> None:
        for shift, key, colour in ((-0.2, "p50_ms", OURS), (0.2, "p95_ms", LATER)):
            places = [at + shift for at in range(len(found))]
            bars = axes.bar(places, [latency[key] for latency in found], width=0.38, color=colour, label=key.removesuffix("_ms"))
            axes.bar_label(bars, fmt="{:.0f}")
        axes.set_xticks(range(len(found)), names, fontsize=8)
        axes.axhline(BAR_MS, color="black", linestyle="--", linewidth=1, label=f"bar: {BAR_MS} ms at p95")
        axes.set_ylabel("ms per question")
        memory = ", ".join(f"{size['memory']['resident_mib']:,.0f} MiB at {size['memory']['chunks']:,}" for size in report)
        axes.set_title(f"ask, warm; resident memory {memory} (bar: {BAR_MIB:,})", fontsize=10)
        axes.legend(frameon=False)

    return _saved(results / "ask.png", fill)


def _typed_latency(results: Path, report: Any) -> Path:
    facts = [size["facts"] for size in report]

    def fill(axes: Axes) -> None:
        for key, label, colour, style in (
            ("p50_ms", "p50", OURS, "-"), ("p95_ms", "p95", LATER, "-"), ("p99_ms", "p99", PEER, "-"),
            ("cpu_p95_ms", "p95 of processor time", LATER, ":"),
        ):  # fmt: skip
            axes.plot(facts, [size["groups"]["typed answers"][key] for size in report], style, marker="o", color=colour, label=label)
        for size in report:
            p95 = size["groups"]["typed answers"]["p95_ms"]
            axes.annotate(f"{p95:.1f}", (size["facts"], p95), (0, 6), textcoords="offset points")
        axes.axhline(BAR_TYPED_MS, color="black", linestyle="--", linewidth=1, label=f"bar: p95 {BAR_TYPED_MS} ms")
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xticks(facts, [f"{count:,}\n{size['patients']:,} patients" for count, size in zip(facts, report, strict=True)])
        axes.minorticks_off()
        axes.set_xlabel("facts in the store, about 1,000 per patient")
        axes.set_ylabel("milliseconds per question")
        axes.set_title("typed answers, warm, audit record included", fontsize=10)
        axes.legend(frameon=False, ncols=3)

    return _saved(results / "typed_latency.png", fill)


def _startup(results: Path, report: Any) -> Path:
    names = [f"{start['workspace']}: {start['command']}{' (evicted)' if start['evicted'] else ''}" for start in report]

    def fill(axes: Axes) -> None:
        bars = axes.barh(names, [start["median_seconds"] for start in report], color=OURS)
        axes.bar_label(bars, fmt="{:.1f} s", padding=12)
        axes.plot([start["slowest_seconds"] for start in report], names, "|", color="black", label="slowest")
        axes.axvline(BAR_SECONDS, color=LATER, linestyle="--", linewidth=1, label=f"bar: {BAR_SECONDS} s")
        axes.invert_yaxis()
        axes.tick_params(axis="y", labelsize=8)
        axes.set_xlabel("seconds, process start to process end")
        axes.set_title("chartcite ask from a cold start", fontsize=10)
        axes.legend(frameon=False)

    return _saved(results / "startup.png", fill)


def _saved(path: Path, fill: Callable[[Axes], None]) -> Path:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4), layout="constrained")
    fill(axes)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=100, metadata={"Software": None})
    pyplot.close(figure)
    return path


def main() -> int:
    """Draw what can be drawn and name the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--results", type=Path, default=RESULTS)
    for path in draw(parser.parse_args().results):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
