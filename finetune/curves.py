"""The loss curves of a training, drawn where matplotlib is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

CURVE_FILE = "losses.png"


def draw_losses(log: Sequence[dict[str, float]], folder: Path) -> Path | None:
    """Draw training and validation loss by epoch into ``folder``; None, and no file, where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    epochs = [line["epoch"] for line in log]
    for name in ("loss", "validation"):
        axes.plot(epochs, [line[name] for line in log], marker="o", label=name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.set_xticks(epochs)
    axes.legend()
    figure.savefig(folder / CURVE_FILE, dpi=110)
    return folder / CURVE_FILE
