"""The end of every training: the adapter's folder with its card and the curve of its losses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from finetune.curves import draw_losses
from finetune.encoders import AdaptedEncoder, Recipe, read_log, save_adapter
from rag.encoder.checkpoint import Checkpoint


def finish(model: AdaptedEncoder, checkpoint: Checkpoint, recipe: Recipe, folder: Path, card: dict[str, Any]) -> Path:
    """Write ``folder/adapter`` for the training logged in ``folder``, its losses added to the card; returns it."""
    log = list(read_log(folder))
    adapter = folder / "adapter"
    save_adapter(model, checkpoint, recipe, adapter, card | {"losses": log})
    draw_losses(log, adapter)
    return adapter
