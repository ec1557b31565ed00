"""Training a LoRA adapter and a head on the project's sentence encoder: seeded, resumable to the same losses, with its curve kept.

What is learned is a ``Task``: it gives batches of rows of word pieces and the loss of a batch. Everything else is here, once: the adapted
encoder, the optimiser's schedule, checkpoints, the log of losses, early stopping on a validation loss and the adapter folder.
"""

from __future__ import annotations

import json
import math
import os
import random
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as rag.encoder.torch_encoder says; read when torch loads
import torch
from torch import nn

from rag.embedding import batches_of
from rag.encoder.adapter import CARD_FILE, HEAD_FILE
from rag.encoder.checkpoint import Checkpoint
from rag.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = ["query", "key", "value", "dense"]
LOG_FILE, STATE_FILE = "losses.jsonl", "state.pt"
CARD_SCHEMA = 1
TOKENS_PER_PASS = 1536
_CLIP_NORM = 1.0
_WEIGHT_DECAY = 0.01
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. ``learning_rate`` is the adapter's and ``head_rate`` the head's, both falling linearly to nothing after a warm-up of
    ``warm_up`` of all steps; ``patience`` is how many epochs without a better validation loss end the training."""

    seed: int = 17
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    learning_rate: float = 5e-4
    head_rate: float = 1e-3
    epochs: int = 2
    warm_up: float = 0.06
    patience: int = 2
    threads: int = 2
    bfloat16: bool = True


class Task(Protocol[Batch]):
    """What is learned: ``head`` maps token vectors to whatever ``loss`` needs."""

    def head(self, dimensions: int) -> nn.Module:
        """A fresh head over vectors of this many dimensions."""

    def batches(self, rng: random.Random) -> Sequence[Batch]:
        """One epoch's batches, drawn anew from ``rng``."""

    def validation(self) -> Sequence[Batch]:
        """The batches that choose the epoch kept; never trained on."""

    def loss(self, model: AdaptedEncoder, batch: Batch) -> torch.Tensor:
        """The mean loss of a batch."""

    def described(self) -> dict[str, Any]:
        """What is learned from and how it is cut into batches, as JSON: with the recipe all that decides the weights."""


class AdaptedEncoder(nn.Module):
    """The encoder with trainable LoRA matrices on every linear layer, and a head."""

    def __init__(self, checkpoint: Checkpoint, head: nn.Module, recipe: Recipe) -> None:
        from peft import LoraConfig, get_peft_model
        from transformers import BertConfig, BertModel

        super().__init__()
        shape = BertConfig.from_pretrained(str(checkpoint.folder), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
        base = BertModel(shape, add_pooling_layer=False)
        base.load_state_dict({name: torch.from_numpy(array) for name, array in checkpoint.arrays().items()}, strict=False)
        config = LoraConfig(r=recipe.rank, lora_alpha=recipe.alpha, lora_dropout=recipe.dropout, target_modules=TARGETS, bias="none")
        with warnings.catch_warnings():  # peft asks transformers by a name that it deprecates
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing`", FutureWarning)
            self.encoder = get_peft_model(base, config)
        self.head = head

    def vectors(
        self, rows: Sequence[Sequence[int]], added: Sequence[torch.Tensor] | None = None
    ) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
        """Rows of like length together, so that little is padding: which rows, their token vectors, float32[n, longest, d], and which
        places hold tokens, bool[n, longest]. ``added`` holds what is added to each row's word vectors, float32[len(row), d]."""
        device = next(self.parameters()).device
        words = self.encoder.get_input_embeddings()
        for places in batches_of([len(row) for row in rows], TOKENS_PER_PASS):
            longest = max(len(rows[place]) for place in places)
            ids = torch.zeros(len(places), longest, dtype=torch.long)
            for index, place in enumerate(places):
                ids[index, : len(rows[place])] = torch.tensor(list(rows[place]))
            mask = torch.arange(longest) < torch.tensor([len(rows[place]) for place in places])[:, None]
            ids, mask = ids.to(device), mask.to(device)
            embedded = words(ids)
            if added is not None:
                embedded = embedded + nn.utils.rnn.pad_sequence([added[place] for place in places], batch_first=True)
            hidden = self.encoder(inputs_embeds=embedded, attention_mask=mask).last_hidden_state
            yield places, hidden.float(), mask

    def trained(self) -> dict[str, torch.Tensor]:
        """Every trainable tensor by name: adapter and head, what a checkpoint holds."""
        return {name: value for name, value in self.named_parameters() if value.requires_grad}


def train(
    task: Task[Batch], checkpoint: Checkpoint, recipe: Recipe, folder: Path, *, tell: Callable[[str], None], stop_after: int | None = None
) -> AdaptedEncoder:
    """Train to the best validation loss, from the last finished epoch in ``folder`` on if there is one.

    Args:
        folder: takes ``state.pt`` after every epoch and one line per epoch in ``losses.jsonl``; a second call goes on from there and
            ends with the weights that an uninterrupted one would have.
        tell: takes a line of progress now and then.
        stop_after: ends after this many epochs of this call, as an interruption would; for tests.

    Raises:
        InputError: ``folder`` holds an unfinished training with another recipe, other data or another encoder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.threads)
    model = AdaptedEncoder(checkpoint, task.head(checkpoint.shape.dimensions), recipe)
    if torch.cuda.is_available():
        model.cuda()
    total = sum(len(list(task.batches(draws(recipe.seed + epoch)))) for epoch in range(recipe.epochs))
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in model.encoder.parameters() if p.requires_grad], "lr": recipe.learning_rate},
            {"params": list(model.head.parameters()), "lr": recipe.head_rate},
        ],
        weight_decay=_WEIGHT_DECAY,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, total, recipe.warm_up))
    decides = {name: value for name, value in asdict(recipe).items() if name != "threads"}
    made_of = {"encoder": checkpoint.identity, "recipe": decides, "task": task.described()}
    progress = _Progress.read(folder, made_of, model, optimiser, schedule)
    for epoch in range(progress.epochs, recipe.epochs):
        if progress.waited >= recipe.patience or (stop_after is not None and epoch - progress.started >= stop_after):
            break
        torch.manual_seed(recipe.seed * 1000 + epoch)
        began = time.perf_counter()
        trained = _one_epoch(task, model, optimiser, schedule, recipe, epoch, tell)
        validated = validate(task, model, recipe)
        progress.note(model, trained, validated, time.perf_counter() - began)
        progress.save(folder, model, optimiser, schedule)
        tell(f"epoch {epoch + 1} of {recipe.epochs}: loss {trained:.4f}, validation {validated:.4f}")
    model.load_state_dict(progress.best, strict=False)
    model.eval()
    return model


def validate(task: Task[Batch], model: AdaptedEncoder, recipe: Recipe) -> float:
    """The mean loss over the validation batches."""
    model.eval()
    with torch.no_grad():
        losses = [float(_loss(task, model, batch, recipe)) for batch in task.validation()]
    return sum(losses) / len(losses) if losses else math.nan


def save_adapter(model: AdaptedEncoder, checkpoint: Checkpoint, recipe: Recipe, folder: Path, card: dict[str, Any]) -> None:
    """Write the adapter folder that ``rag.encoder.adapter`` reads: half precision, with its card."""
    from safetensors.torch import load_file, save_file

    folder.mkdir(parents=True, exist_ok=True)
    model.encoder.save_pretrained(str(folder), save_embedding_layers=False)  # else it asks a hub about the base
    (folder / "README.md").unlink(missing_ok=True)  # peft's template: the card says it all
    weights = folder / "adapter_model.safetensors"
    save_file({name: array.half() for name, array in load_file(weights).items()}, weights)
    save_file({name: value.detach().cpu().contiguous() for name, value in model.head.state_dict().items()}, folder / HEAD_FILE)
    config = folder / "adapter_config.json"
    settings = json.loads(config.read_text(encoding="utf-8")) | {"base_model_name_or_path": checkpoint.folder.name}
    config.write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    whole = {"schema": CARD_SCHEMA, "encoder": checkpoint.identity, "recipe": asdict(recipe)} | card
    (folder / CARD_FILE).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


@dataclass(slots=True)
class _Progress:
    """What an interrupted training goes on from."""

    made_of: Mapping[str, Any]
    epochs: int
    started: int
    waited: int
    lowest: float
    best: dict[str, torch.Tensor]
    log: list[dict[str, float]]

    @classmethod
    def read(cls, folder: Path, made_of: Mapping[str, Any], model: AdaptedEncoder, *parts: Any) -> _Progress:
        path = folder / STATE_FILE
        if not path.exists():
            return cls(made_of, 0, 0, 0, math.inf, _copied(model), [])
        state = torch.load(path, weights_only=True)
        if json.loads(state["made_of"]) != json.loads(json.dumps(made_of)):
            raise InputError(f"{folder}: holds a training with another recipe, other data or another encoder; give another folder")
        model.load_state_dict(state["now"], strict=False)
        for part, kept in zip(parts, state["parts"], strict=True):
            part.load_state_dict(kept)
        return cls(made_of, state["epochs"], state["epochs"], state["waited"], state["lowest"], state["best"], state["log"])

    def note(self, model: AdaptedEncoder, trained: float, validated: float, seconds: float) -> None:
        self.epochs += 1
        self.log.append({"epoch": self.epochs, "loss": trained, "validation": validated, "seconds": round(seconds, 1)})
        if not validated >= self.lowest:
            self.lowest, self.waited, self.best = validated, 0, _copied(model)
        else:
            self.waited += 1

    def save(self, folder: Path, model: AdaptedEncoder, *parts: Any) -> None:
        state = {
            "made_of": json.dumps(self.made_of), "epochs": self.epochs, "waited": self.waited, "lowest": self.lowest, "best": self.best,
            "log": self.log, "now": _copied(model), "parts": [part.state_dict() for part in parts],
        }  # fmt: skip
        torch.save(state, folder / (STATE_FILE + ".new"))
        (folder / (STATE_FILE + ".new")).replace(folder / STATE_FILE)
        (folder / LOG_FILE).write_text("".join(json.dumps(line) + "\n" for line in self.log), encoding="utf-8")


def _copied(model: AdaptedEncoder) -> dict[str, torch.Tensor]:
    return {name: value.detach().cpu().clone() for name, value in model.trained().items()}


def _one_epoch(
    task: Task[Batch], model: AdaptedEncoder, optimiser: torch.optim.Optimizer, schedule: Any, recipe: Recipe, epoch: int,
    tell: Callable[[str], None],
) -> float:  # fmt: skip
    model.train()
    batches = task.batches(draws(recipe.seed + epoch))
    losses = []
    for number, batch in enumerate(batches):
        loss = _loss(task, model, batch, recipe)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(list(model.trained().values()), _CLIP_NORM)
        optimiser.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if number % 20 == 19:
            tell(f"epoch {epoch + 1}: batch {number + 1} of {len(batches)}, loss {sum(losses[-20:]) / 20:.4f}")
    return sum(losses) / len(losses)


def draws(seed: int) -> random.Random:
    """The pseudo-random numbers of one seed: for what is trained on, never for secrets."""
    return random.Random(seed)  # noqa: S311


def _loss(task: Task[Batch], model: AdaptedEncoder, batch: Batch, recipe: Recipe) -> torch.Tensor:
    kind = next(model.parameters()).device.type
    with torch.autocast(kind, dtype=torch.bfloat16, enabled=recipe.bfloat16):
        return task.loss(model, batch)


def _rate(step: int, total: int, warm_up: float) -> float:
    rising = max(1, round(total * warm_up))
    return (step + 1) / rising if step < rising else max(0.0, (total - step) / max(1, total - rising))


def read_log(folder: Path) -> Iterator[dict[str, float]]:
    """The lines of a training's log, one per epoch."""
    for line in (folder / LOG_FILE).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
