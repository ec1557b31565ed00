"""The tagger of names, places and organisations: a tag per word piece. Its examples, and the loss that its adapter is trained with."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from finetune.encoders import AdaptedEncoder
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.types import Span

KINDS = ("NAME", "LOCATION", "ORGANISATION")
TAGS = ("O", *(f"{side}-{kind}" for kind in KINDS for side in "BI"))
WINDOW_TOKENS = 160
STRIDE_TOKENS = 120
UNCOUNTED = -100


@dataclass(frozen=True, slots=True)
class MarkedNote:
    """A note with its identifiers, as (start, end, type) in code points; types outside ``KINDS`` are other identifiers."""

    name: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """A run of word pieces of one note, with the special ones, and the right tag of each."""

    ids: tuple[int, ...]
    tags: tuple[int, ...]


class TaggerHead(nn.Module):
    """One linear layer over each vector."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dimensions, len(TAGS))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits of tags, float32[n, longest, 7]."""
        logits: torch.Tensor = self.linear(hidden)
        return logits


class TaggerTask:
    """Windows of notes in shuffled batches."""

    def __init__(self, train: Sequence[MarkedNote], validation: Sequence[MarkedNote], checkpoint: Checkpoint, *, windows: int = 16) -> None:
        self.tokens = Tokens(checkpoint.folder, 1 << 20)
        self._train = [window for note in train for window in windows_of(note, self.tokens)]
        self._validation = [window for note in validation for window in windows_of(note, self.tokens)]
        self._windows = windows

    def head(self, dimensions: int) -> nn.Module:
        return TaggerHead(dimensions)

    def batches(self, rng: random.Random) -> list[Sequence[Window]]:
        drawn = list(self._train)
        rng.shuffle(drawn)
        return [drawn[at : at + self._windows] for at in range(0, len(drawn), self._windows)]

    def validation(self) -> list[Sequence[Window]]:
        return [self._validation[at : at + self._windows] for at in range(0, len(self._validation), self._windows)]

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr((self._train, self._validation)).encode())
        return {"windows_per_batch": self._windows, "examples_sha256": digest.hexdigest()}

    def loss(self, model: AdaptedEncoder, batch: Sequence[Window]) -> torch.Tensor:
        total, counted = torch.zeros(()), 0
        for places, hidden, _ in model.vectors([window.ids for window in batch]):
            logits = model.head(hidden).float().cpu()
            wanted = torch.full(logits.shape[:2], UNCOUNTED)
            for index, place in enumerate(places):
                wanted[index, : len(batch[place].tags)] = torch.tensor(batch[place].tags)
            total = total + functional.cross_entropy(logits.transpose(1, 2), wanted, reduction="sum", ignore_index=UNCOUNTED)
            counted += int((wanted != UNCOUNTED).sum())
        return total / max(1, counted)


def windows_of(note: MarkedNote, tokens: Tokens) -> Iterator[Window]:
    """The note in overlapping windows of at most ``WINDOW_TOKENS`` word pieces beside the two special ones."""
    row = tokens.rows([note.text])[0]
    first, *inner, last = row.ids
    tags = tags_of(note, row.spans[1:-1])
    for at in range(0, max(1, len(inner)), STRIDE_TOKENS):
        ids = inner[at : at + WINDOW_TOKENS]
        yield Window((first, *ids, last), (UNCOUNTED, *tags[at : at + WINDOW_TOKENS], UNCOUNTED))
        if at + WINDOW_TOKENS >= len(inner):
            return


def tags_of(note: MarkedNote, places: Sequence[Span]) -> list[int]:
    """The right tag of each word piece; other identifiers are not counted: rules own them."""
    found = []
    for place in places:
        tag = TAGS.index("O")
        for start, end, kind in note.spans:
            if place.start < end and start < place.end:
                begins = place.start <= start
                tag = TAGS.index(f"{'B' if begins else 'I'}-{kind}") if kind in KINDS else UNCOUNTED
        found.append(tag)
    return found


@dataclass(frozen=True, slots=True)
class TaggerScore:
    """Shares of identifiers whose every word piece is tagged as some identifier, by type, and of other word pieces that are tagged."""

    recall: dict[str, float]
    touched: float


def score_tagger(task: TaggerTask, model: AdaptedEncoder, notes: Sequence[MarkedNote]) -> TaggerScore:
    """Tag each note window by window; what any window tags is tagged."""
    model.eval()
    found: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    touched = other = 0
    with torch.no_grad():
        for note in notes:
            row = task.tokens.rows([note.text])[0]
            tagged = [False] * (len(row.ids) - 2)
            for at, window in zip(range(0, len(tagged) + 1, STRIDE_TOKENS), windows_of(note, task.tokens), strict=False):
                ((_, hidden, _),) = model.vectors([window.ids])
                for offset, tag in enumerate(model.head(hidden)[0].argmax(-1).tolist()[1:-1]):
                    tagged[at + offset] = tagged[at + offset] or tag != 0
            wanted = tags_of(note, row.spans[1:-1])
            touched += sum(mark for mark, tag in zip(tagged, wanted, strict=True) if tag == 0)
            other += wanted.count(0)
            for start, end, kind in note.spans:
                if kind in KINDS:
                    inside = [mark for mark, place in zip(tagged, row.spans[1:-1], strict=True) if place.start < end and start < place.end]
                    found[kind].append(all(inside))
    recall = {kind: round(sum(hits) / len(hits), 4) for kind, hits in found.items() if hits}
    return TaggerScore(recall, round(touched / max(1, other), 5))
