"""The reranker: which sentence of a chart answers a question. Its examples, and the loss that an adapter for it is trained with.

An example is a question with sentences beside each other, of which some, or none, answer it. The loss is the negative log of the share of
the answering ones, or of "none of them" with the fixed logit 0, among all: what ``rag.reranking`` scores then means the same everywhere.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from finetune.encoders import AdaptedEncoder, draws
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.reranking import paired_ids

COSINE_SCALE = 12.0
COSINE_MIDDLE = 6.0


@dataclass(frozen=True, slots=True)
class Example:
    """A question with sentences; ``answers`` are the places of those that answer it. ``group`` keeps one note's questions together."""

    question: str
    sentences: tuple[str, ...]
    answers: frozenset[int]
    group: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch: rows of word pieces, where each one's sentence begins, how many belong to each question, and which rows answer."""

    ids: tuple[tuple[int, ...], ...]
    begins: tuple[int, ...]
    sizes: tuple[int, ...]
    answers: tuple[bool, ...]


class RerankerHead(nn.Module):
    """A linear layer over the product and the distance of both parts' means and the first vector; begins as their cosine."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.linear = nn.Linear(3 * dimensions, 1)
        with torch.no_grad():
            self.linear.weight.zero_()
            self.linear.weight[0, :dimensions] = COSINE_SCALE / dimensions
            self.linear.bias.fill_(-COSINE_MIDDLE)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor, begins: torch.Tensor) -> torch.Tensor:
        """A logit per row, float32[rows]."""
        places = torch.arange(hidden.shape[1], device=hidden.device)
        before = (places < begins[:, None]) & mask
        after = (places >= begins[:, None]) & mask
        asked, said = (functional.normalize(_mean(hidden, chosen), dim=-1) for chosen in (before, after))
        features = torch.cat([asked * said * asked.shape[-1], (asked - said).abs(), hidden[:, 0]], dim=-1)
        logits: torch.Tensor = self.linear(features)[:, 0]
        return logits


def _mean(hidden: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
    weight = chosen.float()[..., None]
    return (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1.0)


class RerankerTask:
    """Examples cut into batches of about equal work; ``negatives`` sentences that do not answer are drawn anew for each epoch."""

    def __init__(
        self, train: Sequence[Example], validation: Sequence[Example], checkpoint: Checkpoint, *, negatives: int = 4, questions: int = 16
    ) -> None:
        self._train, self._validation = list(train), list(validation)
        self._tokens = Tokens(checkpoint.folder, checkpoint.shape.max_tokens)
        self._negatives, self._questions = negatives, questions

    def head(self, dimensions: int) -> nn.Module:
        return RerankerHead(dimensions)

    def batches(self, rng: random.Random) -> list[Sequence[Example]]:
        drawn = [self._drawn(example, rng) for example in self._train]
        rng.shuffle(drawn)
        return [drawn[at : at + self._questions] for at in range(0, len(drawn), self._questions)]

    def validation(self) -> list[Sequence[Example]]:
        rng = draws(0)
        drawn = [self._drawn(example, rng) for example in self._validation]
        return [drawn[at : at + self._questions] for at in range(0, len(drawn), self._questions)]

    def loss(self, model: AdaptedEncoder, batch: Sequence[Example]) -> torch.Tensor:
        rows = self.rows(batch)
        logits = self.logits(model, rows)
        losses, at = [], 0
        for size in rows.sizes:
            mine, answers = logits[at : at + size], torch.tensor(rows.answers[at : at + size], device=logits.device)
            whole = torch.logsumexp(torch.cat([mine, mine.new_zeros(1)]), dim=0)
            losses.append(whole - torch.logsumexp(mine[answers], dim=0) if bool(answers.any()) else whole)
            at += size
        return torch.stack(losses).mean()

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr([(e.question, e.sentences, sorted(e.answers)) for e in (*self._train, *self._validation)]).encode())
        return {"negatives": self._negatives, "questions_per_batch": self._questions, "examples_sha256": digest.hexdigest()}

    def logits(self, model: AdaptedEncoder, rows: Rows) -> torch.Tensor:
        """A logit per row, float32[rows], in the rows' order."""
        order, found = [], []
        for places, hidden, mask in model.vectors(rows.ids):
            begins = torch.tensor([rows.begins[place] for place in places], device=hidden.device)
            found.append(model.head(hidden, mask, begins).float())
            order += places
        return torch.cat(found)[torch.tensor(order, device=found[0].device).argsort()]

    def _drawn(self, example: Example, rng: random.Random) -> Example:
        """The example with its answers, the first sentences that do not answer (the tempting ones) and others drawn."""
        wrong = [place for place in range(len(example.sentences)) if place not in example.answers]
        tempting, rest = wrong[: self._negatives // 2 + 1], wrong[self._negatives // 2 + 1 :]
        kept = [*sorted(example.answers)[:2], *tempting, *rng.sample(rest, min(len(rest), self._negatives - len(tempting)))]
        return Example(
            example.question,
            tuple(example.sentences[place] for place in kept),
            frozenset(at for at, place in enumerate(kept) if place in example.answers),
            example.group,
        )

    def rows(self, batch: Sequence[Example]) -> Rows:
        """The batch as rows of word pieces."""
        ids: list[tuple[int, ...]] = []
        begins: list[int] = []
        for example in batch:
            for row, begin in paired_ids(self._tokens, example.question, example.sentences):
                ids.append(row)
                begins.append(begin)
        answers = tuple(place in example.answers for example in batch for place in range(len(example.sentences)))
        return Rows(tuple(ids), tuple(begins), tuple(len(example.sentences) for example in batch), answers)


def split_by_group(examples: Iterable[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """(train, validation): all questions of one note on one side."""
    kept = list(examples)
    groups = sorted({example.group for example in kept})
    draws(seed).shuffle(groups)
    held = frozenset(groups[: max(1, round(len(groups) * share))])
    return [e for e in kept if e.group not in held], [e for e in kept if e.group in held]


@dataclass(frozen=True, slots=True)
class RerankerScore:
    """How an adapter does on examples: how often the best sentence answers, mean reciprocal rank of the first that does, and how often no
    sentence stands above "none of them" where none answers. Shares are None where there is nothing to measure."""

    answerable: int
    best_answers: float | None
    reciprocal_rank: float | None
    unanswerable: int
    silent: float | None


def score_reranker(task: RerankerTask, model: AdaptedEncoder, examples: Sequence[Example]) -> RerankerScore:
    """Score the model on every sentence of each example."""
    model.eval()
    ranks, silent = [], []
    with torch.no_grad():
        for example in examples:
            logits = task.logits(model, task.rows([example]))
            if example.answers:
                order = logits.argsort(descending=True).tolist()
                ranks.append(1 + min(order.index(place) for place in example.answers))
            else:
                silent.append(bool(logits.max() < 0))
    return RerankerScore(
        len(ranks), _mean_of([rank == 1 for rank in ranks]), _mean_of([1 / rank for rank in ranks]), len(silent), _mean_of(silent)
    )


def _mean_of(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
