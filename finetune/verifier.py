"""The verifier's entailment model: its examples, and the loss that its adapter is trained with.

Two things are learned at once: which of three classes a pair is of, or only whether it is supported where no more is known; and, where
it is known, which words of the statement the evidence does not bear out.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from finetune.encoders import AdaptedEncoder
from rag.encoder.tokens import Tokens
from rag.types import Span
from rag.verification.entailment import CLASSES, PairRow, pair_rows
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES

UNSUPPORTED = "unsupported"
"""The label of a pair that is contradicted or lacks information, it is not known which."""
INNER_UNITS = 128
SUMMARY_VALUES = 3
PAIRS_PER_BATCH = 32
WORDS_WEIGHT = 0.5
BINARY_WEIGHT = 0.5
"""Of the loss of supported against not, which is what counts in the end, beside that of the three classes."""
MASKED_SHARE = 0.03  # of evidence pieces that are hidden in training
HEAD_DROPOUT = 0.15


@dataclass(frozen=True, slots=True)
class Example:
    """A pair with its label, one of ``CLASSES`` or ``UNSUPPORTED``; ``doubted`` are the statement's words that the evidence does not
    bear out, None where that is not known. ``group`` keeps together what must not be in training and validation at once."""

    evidence: str
    statement: str
    label: str
    source: str
    group: str
    doubted: tuple[Span, ...] | None = None


class Drawn(Protocol):
    """Where pairs come from: anew for each epoch."""

    def examples(self, rng: random.Random) -> Sequence[Example]:
        """One epoch's pairs."""

    def described(self) -> dict[str, Any]:
        """What decides them, as JSON."""


class VerifierHead(nn.Module):
    """What is told of a piece as a vector to add to the piece's; a logit per word piece; and three of the pair, from the first vector,
    the mean and the highest of the statement's, what is told of the pair and what the word logits come to."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.told = nn.Linear(len(PIECE_FEATURES), dimensions, bias=False)
        nn.init.normal_(self.told.weight, std=0.01)
        self.words = nn.Linear(dimensions + len(PIECE_FEATURES), 1)
        self.inner = nn.Linear(3 * dimensions + len(PAIR_FEATURES) + SUMMARY_VALUES, INNER_UNITS)
        self.outer = nn.Linear(INNER_UNITS, len(CLASSES))
        self.dropout = nn.Dropout(HEAD_DROPOUT)

    def forward(
        self, hidden: torch.Tensor, told: torch.Tensor, pair: torch.Tensor, lengths: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(logits of classes, float32[n, 3]; logits of pieces, float32[n, longest]); ``lengths`` are the statements' in pieces."""
        words = self.words(torch.cat([hidden, told], dim=-1))[..., 0].float()
        places = torch.arange(hidden.shape[1], device=hidden.device)
        own = (places >= 1) & (places <= lengths[:, None])
        lowest = torch.finfo(torch.float32).min
        chances = torch.sigmoid(words) * own
        summary = [
            chances.amax(dim=1),
            chances.sum(dim=1) / lengths,
            torch.logsumexp(words.masked_fill(~own, lowest), dim=1) - torch.log(lengths.float()),
        ]
        mean = (hidden * own[..., None]).sum(dim=1) / lengths[:, None]
        highest = hidden.masked_fill(~own[..., None], lowest).amax(dim=1)
        features = torch.cat([hidden[:, 0], mean, highest, pair, torch.stack(summary, dim=1)], dim=-1)
        return self.outer(functional.relu(self.inner(self.dropout(features)))).float(), words


class VerifierTask:
    """Freshly drawn pairs in shuffled batches."""

    def __init__(self, drawn: Drawn, validation: Sequence[Example], tokens: Tokens) -> None:
        self.tokens = tokens
        self._drawn = drawn
        self._validation = list(validation)

    def head(self, dimensions: int) -> nn.Module:
        return VerifierHead(dimensions)

    def batches(self, rng: random.Random) -> list[Sequence[Example]]:
        drawn = list(self._drawn.examples(rng))
        rng.shuffle(drawn)
        return batched(drawn)

    def validation(self) -> list[Sequence[Example]]:
        return batched(self._validation)

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr([(e.evidence, e.statement, e.label) for e in self._validation]).encode())
        return self._drawn.described() | {"pairs_per_batch": PAIRS_PER_BATCH, "validation_sha256": digest.hexdigest()}

    def loss(self, model: AdaptedEncoder, batch: Sequence[Example]) -> torch.Tensor:
        rows = pair_rows(self.tokens, [(example.evidence, example.statement) for example in batch])
        if model.training:
            rows = [_masked(row, self.tokens.mask) for row in rows]
        total = torch.zeros(())
        for places, classes, words in pair_logits(model, rows):
            total = total + class_loss(classes, [batch[place].label for place in places])
            wanted = torch.tensor(_wanted([(batch[place], rows[place]) for place in places], words.shape[1]))
            known = (wanted >= 0).float()
            each = functional.binary_cross_entropy_with_logits(words, wanted.clamp(min=0.0), reduction="none")
            total = total + WORDS_WEIGHT * ((each * known).sum(dim=1) / known.sum(dim=1).clamp(min=1.0)).sum()
        return total / len(batch)


def pair_logits(model: AdaptedEncoder, rows: Sequence[PairRow]) -> Iterator[tuple[list[int], torch.Tensor, torch.Tensor]]:
    """(places in ``rows``, logits of classes, logits of pieces), some rows at a time."""
    device = next(model.parameters()).device
    told = [torch.from_numpy(row.told).to(device) for row in rows]
    head: Any = model.head
    for places, hidden, _ in model.vectors([row.ids for row in rows], [head.told(one) for one in told]):
        padded = nn.utils.rnn.pad_sequence([told[place] for place in places], batch_first=True)
        pair = torch.from_numpy(np.stack([rows[place].pair for place in places])).to(device)
        lengths = torch.tensor([max(1, len(rows[place].spans)) for place in places], device=device)
        classes, words = head(hidden, padded, pair, lengths)
        yield places, classes.cpu(), words.cpu()


def class_loss(logits: torch.Tensor, labels: Sequence[str]) -> torch.Tensor:
    """The summed loss of pairs: of the three classes where the class is known, and of supported against not for all."""
    logs = functional.log_softmax(logits, dim=-1)
    against = torch.logsumexp(logs[:, 1:], dim=-1)
    losses = []
    for row, other, label in zip(logs, against, labels, strict=True):
        binary = row[0] if label == CLASSES[0] else other
        known = binary if label == UNSUPPORTED else row[CLASSES.index(label)]
        losses.append(-(known + BINARY_WEIGHT * binary))
    return torch.stack(losses).sum()


def _wanted(pairs: Sequence[tuple[Example, PairRow]], longest: int) -> list[list[float]]:
    """1 for a piece of a doubted word, 0 for others of the statement, -1 where it is not known."""
    found = []
    for example, row in pairs:
        wanted = [-1.0] * longest
        if example.doubted is not None:
            for at, span in enumerate(row.spans, start=1):
                wanted[at] = float(any(span.start < other.end and other.start < span.end for other in example.doubted))
        found.append(wanted)
    return found


def _masked(row: PairRow, mask: int) -> PairRow:
    """The row with some pieces of its evidence hidden from the encoder, though not from what is told."""
    hidden = torch.rand(len(row.ids)) < MASKED_SHARE
    begin = len(row.spans) + 2
    ids = tuple(
        mask if gone and begin <= at < len(row.ids) - 1 else piece
        for at, (piece, gone) in enumerate(zip(row.ids, hidden.tolist(), strict=True))
    )
    return PairRow(ids, row.spans, row.told, row.pair)


def batched(examples: Sequence[Example]) -> list[Sequence[Example]]:
    """Examples in batches, in order."""
    return [examples[at : at + PAIRS_PER_BATCH] for at in range(0, len(examples), PAIRS_PER_BATCH)]
