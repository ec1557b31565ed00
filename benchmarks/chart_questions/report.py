"""The figures of a run as Markdown tables and as a plot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.plots import OURS

COLUMNS = ("n", "accuracy", "right_and_cited", "wrong", "abstained", "rs10")


def write_table(report: dict[str, Any]) -> str:
    """All, by naming, by intent, and by noise where it was measured."""
    lines = ["| | " + " | ".join(column.replace("_", " ") for column in COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    rows = [("all", report["all"]), *report["naming"].items(), *report["intent"].items()]
    lines += ["| " + " | ".join([name, *(str(found[column]) for column in COLUMNS)]) + " |" for name, found in rows]
    if "noise" in report:
        lines += ["", "| noise | accuracy | points lost |", "|---|---|---|"]
        lines += [f"| {name} | {found['accuracy']} | {found.get('points_lost', '')} |" for name, found in report["noise"].items()]
    return "\n".join(lines)


def draw(path: Path, report: dict[str, Any]) -> Path:
    """Accuracy by naming and intent, saved beside the JSON file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [("all", report["all"]), *report["naming"].items(), *report["intent"].items()]
    figure, axes = pyplot.subplots(figsize=(8, 9), layout="constrained")
    bars = axes.barh([name for name, _ in rows], [100 * found["accuracy"] for _, found in rows], color=OURS)
    axes.bar_label(bars, fmt="{:.1f}", padding=2, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 108)
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("% of questions answered right")
    axes.set_title(f"{report['settings']['questions']:,} questions about {report['settings']['patients']} charts", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    target = path.with_suffix(".png")
    figure.savefig(target, dpi=100, metadata={"Software": None})
    pyplot.close(figure)
    return target
