"""A LoRA adapter and its head on disk, and the encoder's weights with the adapter merged in.

The folder holds what ``peft`` writes (``adapter_config.json``, ``adapter_model.safetensors``), ``head.safetensors`` and ``card.json``.
Reading it takes NumPy alone: a product ``scale · B @ A`` is added to each weight, so that inference costs what the plain encoder costs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError

if TYPE_CHECKING:
    from rag.encoder.checkpoint import Checkpoint
    from rag.numeric import Vector

CONFIG_FILE, WEIGHTS_FILE, HEAD_FILE, CARD_FILE = "adapter_config.json", "adapter_model.safetensors", "head.safetensors", "card.json"
_PREFIX = "base_model.model."


@dataclass(frozen=True, slots=True)
class Adapter:
    """One trained adapter. ``pairs`` are its A, float32[r, in], and B, float32[out, r], by the weight's name; ``head`` its head's arrays.

    ``identity`` is 16 hex digits over its files: what an answer records of the model that made it.
    """

    name: str
    scale: float
    pairs: Mapping[str, tuple[Vector, Vector]]
    head: Mapping[str, Vector]
    card: Mapping[str, Any]
    identity: str

    def merged(self, arrays: Mapping[str, Vector]) -> dict[str, Vector]:
        """The encoder's weights with this adapter's changes added; arrays without a change are shared, not copied.

        Raises:
            ModelError: the adapter changes a weight that the encoder has not, or one of another shape.
        """
        changed = dict(arrays)
        for name, (a, b) in self.pairs.items():
            weight = arrays.get(f"{name}.weight")
            if weight is None or weight.shape != (b.shape[0], a.shape[1]):
                raise ModelError(f"adapter {self.name}: made for another encoder, {name} does not fit; train it again on this one")
            changed[f"{name}.weight"] = weight + self.scale * (b @ a)
        return changed


def load_adapter(folder: Path, checkpoint: Checkpoint) -> Adapter:
    """The adapter at ``folder``, made for ``checkpoint``.

    Raises:
        ModelError: a file is missing or damaged, or the adapter was trained on another encoder.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        config = json.loads((folder / CONFIG_FILE).read_bytes())
        card = json.loads((folder / CARD_FILE).read_bytes())
        weights, head = load_file(folder / WEIGHTS_FILE), load_file(folder / HEAD_FILE)
        scale = float(config["lora_alpha"]) / float(config["r"])
        base = str(card["encoder"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        kind = type(error).__name__
        raise ModelError(f"adapter {folder.name}: cannot be read ({kind}); reinstall the package or train it again") from None
    if base != checkpoint.identity:
        raise ModelError(f"adapter {folder.name}: trained on encoder {base}, not on {checkpoint.identity}; train it on this one")
    pairs = {}
    for name, array in weights.items():
        if name.endswith(".lora_A.weight"):
            other = weights.get(name.replace(".lora_A.", ".lora_B."))
            if other is None:
                raise ModelError(f"adapter {folder.name}: half of {name} is missing; reinstall the package or train it again")
            inner = name.removeprefix(_PREFIX).removesuffix(".lora_A.weight")
            pairs[inner] = (array.astype("float32"), other.astype("float32"))
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in (CONFIG_FILE, WEIGHTS_FILE, HEAD_FILE))).hexdigest()[:16]
    return Adapter(folder.name, scale, pairs, {name: array.astype("float32") for name, array in head.items()}, card, digest)
