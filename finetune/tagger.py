"""The tagger of identifiers in words: a tag per word piece. Its examples, and the loss that its adapter is trained with."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from finetune.encoders import AdaptedEncoder
from rag.deidentification.tagger import TAGS, WINDOW_PIECES
from rag.deidentification.word_features import FEATURES, GAZETTEER_COLUMNS, piece_features
from rag.encoder.tokens import Tokens
from rag.types import Span

UNCOUNTED = -100
WINDOWS_PER_BATCH = 16
UNLISTED_SHARE = 0.08  # of words whose census columns are hidden in training, so that no list is relied on alone
MASKED_SHARE = 0.08  # of word pieces that are hidden in training, so that what stands around them is read


@dataclass(frozen=True, slots=True)
class MarkedNote:
    """A note with its identifiers, as (start, end, type) in code points.

    Types are ``TAGS``, or another where a word piece must not count either way.
    """

    name: str
    text: str
    spans: tuple[tuple[int, int, str], ...]


class Drawn(Protocol):
    """Where notes come from: anew for each epoch."""

    def notes(self, rng: random.Random) -> Sequence[MarkedNote]:
        """One epoch's notes."""

    def described(self) -> dict[str, Any]:
        """What decides them, as JSON."""


@dataclass(frozen=True, slots=True)
class Example:
    """A run of word pieces of one note with the special ones, what is told of each, and the right tag of each."""

    ids: tuple[int, ...]
    told: NDArray[np.float32]
    tags: tuple[int, ...]


class TaggerHead(nn.Module):
    """What is told of a word piece, as a vector to add to the piece's; and tags from the last layer's vector with the same again."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.told = nn.Linear(len(FEATURES), dimensions, bias=False)
        nn.init.normal_(self.told.weight, std=0.01)
        self.linear = nn.Linear(dimensions + len(FEATURES), len(TAGS))

    def forward(self, hidden: torch.Tensor, told: torch.Tensor) -> torch.Tensor:
        """Logits of tags, float32[n, longest, 6]."""
        logits: torch.Tensor = self.linear(torch.cat([hidden, told], dim=-1))
        return logits


class TaggerTask:
    """Windows of freshly drawn notes in shuffled batches."""

    def __init__(self, drawn: Drawn, validation: Sequence[MarkedNote], tokens: Tokens) -> None:
        self.tokens = tokens
        self._drawn = drawn
        self._validation = [window for note in validation for window in windows_of(note, tokens)]

    def head(self, dimensions: int) -> nn.Module:
        return TaggerHead(dimensions)

    def batches(self, rng: random.Random) -> list[Sequence[Example]]:
        windows = [window for note in self._drawn.notes(rng) for window in windows_of(note, self.tokens, rng)]
        windows.sort(key=lambda window: len(window.ids))
        batches = _batched(windows)
        rng.shuffle(batches)
        return batches

    def validation(self) -> list[Sequence[Example]]:
        return _batched(self._validation)

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr([(window.ids, window.tags) for window in self._validation]).encode())
        return self._drawn.described() | {"windows_per_batch": WINDOWS_PER_BATCH, "validation_sha256": digest.hexdigest()}

    def loss(self, model: AdaptedEncoder, batch: Sequence[Example]) -> torch.Tensor:
        total, counted = torch.zeros(()), 0
        for places, logits in tag_logits(model, batch):
            wanted = torch.full(logits.shape[:2], UNCOUNTED)
            for index, place in enumerate(places):
                wanted[index, : len(batch[place].tags)] = torch.tensor(batch[place].tags)
            total = total + functional.cross_entropy(logits.transpose(1, 2), wanted, reduction="sum", ignore_index=UNCOUNTED)
            counted += int((wanted != UNCOUNTED).sum())
        return total / max(1, counted)


def tag_logits(model: AdaptedEncoder, batch: Sequence[Example]) -> Iterator[tuple[list[int], torch.Tensor]]:
    """Logits, float32[n, longest, tags], with the places in the batch that they are of."""
    device = next(model.parameters()).device
    told = [torch.from_numpy(window.told).to(device) for window in batch]
    head: Any = model.head
    for places, hidden, _ in model.vectors([window.ids for window in batch], [head.told(one) for one in told]):
        padded = nn.utils.rnn.pad_sequence([told[place] for place in places], batch_first=True)
        yield places, head(hidden, padded).float().cpu()


def windows_of(note: MarkedNote, tokens: Tokens, rng: random.Random | None = None) -> Iterator[Example]:
    """The note in windows of at most ``WINDOW_PIECES`` word pieces beside the two special ones; with ``rng`` cut anywhere, with some
    words hidden from the census and some pieces from the encoder."""
    row = tokens.rows([note.text])[0]
    first, *inner, last = row.ids
    places = row.spans[1:-1]
    tags, told = tags_of(note, places), piece_features(note.text, places)
    if rng is not None:
        _hide_from_census(told, places, rng)
        inner = [tokens.mask if rng.random() < MASKED_SHARE else piece for piece in inner]
    blank = np.zeros((1, len(FEATURES)), dtype=np.float32)
    at = 0
    while at < len(inner):
        end = at + (WINDOW_PIECES if rng is None or at or len(inner) <= WINDOW_PIECES else rng.randint(WINDOW_PIECES // 3, WINDOW_PIECES))
        yield Example((first, *inner[at:end], last), np.concatenate([blank, told[at:end], blank]), (UNCOUNTED, *tags[at:end], UNCOUNTED))
        at = end


def _hide_from_census(told: NDArray[np.float32], places: Sequence[Span], rng: random.Random) -> None:
    hidden = False
    for row, place, before in zip(told, places, [Span(-1, -1), *places], strict=False):
        if place.start != before.end:
            hidden = rng.random() < UNLISTED_SHARE
        if hidden:
            row[list(GAZETTEER_COLUMNS)] = 0.0


def tags_of(note: MarkedNote, places: Sequence[Span]) -> list[int]:
    """The right tag of each word piece; ``UNCOUNTED`` where a span of another type lies."""
    found = [TAGS.index("O")] * len(places)
    for start, end, kind in note.spans:
        tag = TAGS.index(kind) if kind in TAGS else UNCOUNTED
        for index, place in enumerate(places):
            if place.start < end and start < place.end:
                found[index] = tag
    return found


def _batched(windows: Sequence[Example]) -> list[Sequence[Example]]:
    return [windows[at : at + WINDOWS_PER_BATCH] for at in range(0, len(windows), WINDOWS_PER_BATCH)]
