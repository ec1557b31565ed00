"""The question reader: intent, kind, flags and a tag per word piece. Its examples, and the loss that its adapter is trained with."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from finetune.encoders import AdaptedEncoder, draws
from rag.encoder.checkpoint import Checkpoint
from rag.encoder.tokens import Tokens
from rag.question_reader import INTENTS, MAX_TOKENS, TAGS, spans_of
from rag.questions.marked import FLAGS, KINDS
from rag.questions.understood import Intent
from rag.types import Span

JOINTS = (", and ", " and ", "? ", ". ", "; ", ", also ", "? And ", " + ", ", ")
WRAPS = (
    ("", "?"), ("", " please"), ("", ", thanks"), ("hi, ", ""), ("hello - ", "?"), ("please: ", ""), ("quick one: ", "?"), ("sorry, ", "?"),
    ("could you check ", "?"), ("for the handover: ", ""), ("", " - asap"), ("", "??"), ("q: ", ""), ("", " thx"),
)  # fmt: skip
JOINED_SHARE, WRAPPED_SHARE, MISTYPED_SHARE = 0.12, 0.15, 0.15
KIND_WEIGHT, FLAG_WEIGHT = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class MarkedQuestion:
    """A question with its right marks; spans are code points. ``name`` is the thing's standard term, ``source`` who wrote it."""

    text: str
    intent: Intent
    kind: str
    things: tuple[Span, ...]
    times: tuple[Span, ...]
    thresholds: tuple[Span, ...]
    flags: frozenset[str]
    name: str
    source: str


class QuestionReaderHead(nn.Module):
    """Linear layers: tags over each vector, the rest over the first vector and the mean."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.tags = nn.Linear(dimensions, len(TAGS))
        self.intent = nn.Linear(2 * dimensions, len(INTENTS))
        self.kind = nn.Linear(2 * dimensions, len(KINDS))
        self.flags = nn.Linear(2 * dimensions, len(FLAGS))

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits of tags, float32[n, longest, 5], of intents, kinds and flags, float32[n, classes]."""
        weight = mask.float()[..., None]
        pooled = torch.cat([hidden[:, 0], (hidden * weight).sum(dim=1) / weight.sum(dim=1)], dim=-1)
        return self.tags(hidden), self.intent(pooled), self.kind(pooled), self.flags(pooled)


class QuestionReaderTask:
    """Questions in shuffled batches; some joined to another, wrapped in courtesies or mistyped, drawn anew for each epoch."""

    def __init__(
        self, train: Sequence[MarkedQuestion], validation: Sequence[MarkedQuestion], checkpoint: Checkpoint, *, questions: int = 32
    ) -> None:
        self._train, self._validation, self._questions = list(train), list(validation), questions
        self.tokens = Tokens(checkpoint.folder, MAX_TOKENS)

    def head(self, dimensions: int) -> nn.Module:
        return QuestionReaderHead(dimensions)

    def batches(self, rng: random.Random) -> list[Sequence[MarkedQuestion]]:
        drawn = [varied(question, self._train, rng) for question in self._train]
        rng.shuffle(drawn)
        return [drawn[at : at + self._questions] for at in range(0, len(drawn), self._questions)]

    def validation(self) -> list[Sequence[MarkedQuestion]]:
        return [self._validation[at : at + self._questions] for at in range(0, len(self._validation), self._questions)]

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr((self._train, self._validation)).encode())
        return {"questions_per_batch": self._questions, "examples_sha256": digest.hexdigest()}

    def loss(self, model: AdaptedEncoder, batch: Sequence[MarkedQuestion]) -> torch.Tensor:
        rows = self.tokens.rows([question.text for question in batch])
        total = torch.zeros(())
        for places, hidden, mask in model.vectors([row.ids for row in rows]):
            tags, intents, kinds, flags = (logits.float().cpu() for logits in model.head(hidden, mask))
            mine = [batch[place] for place in places]
            wanted = torch.full(tags.shape[:2], -100)
            for index, place in enumerate(places):
                wanted[index, : len(rows[place].spans)] = torch.tensor(tags_of(batch[place], rows[place].spans))
            single = torch.tensor(["several" not in question.flags for question in mine]).float()
            by_question = functional.cross_entropy(intents, torch.tensor([INTENTS.index(q.intent) for q in mine]), reduction="none")
            by_kind = functional.cross_entropy(kinds, torch.tensor([KINDS.index(q.kind) for q in mine]), reduction="none")
            flagged = torch.tensor([[float(name in q.flags) for name in FLAGS] for q in mine])
            by_flag = functional.binary_cross_entropy_with_logits(flags, flagged, reduction="none")
            flag_loss = by_flag[:, -1] + by_flag[:, :-1].sum(dim=1) * single
            tag_loss = functional.cross_entropy(tags.transpose(1, 2), wanted, reduction="sum") / max(1, int((wanted >= 0).sum()))
            whole = ((by_question + KIND_WEIGHT * by_kind) * single + FLAG_WEIGHT * flag_loss).sum()
            total = total + (whole + 2.0 * tag_loss * len(mine)) / len(batch)
        return total


def tags_of(question: MarkedQuestion, places: Sequence[Span]) -> list[int]:
    """The right tag of each word piece, -100 (not counted) for special ones."""
    found = []
    for place in places:
        if place.start == place.end:
            found.append(-100)
            continue
        tag = "other"
        for name, spans in (("threshold", question.thresholds), ("time", question.times), ("thing", question.things)):
            for span in spans:
                if span.start <= place.start < span.end:
                    tag = "thing_begins" if name == "thing" and place.start == span.start else name
        found.append(TAGS.index(tag))
    return found


def varied(question: MarkedQuestion, others: Sequence[MarkedQuestion], rng: random.Random) -> MarkedQuestion:
    """The question as it is, or joined to another, wrapped in a courtesy, or with a letter mistyped."""
    drawn = rng.random()
    if drawn < JOINED_SHARE:
        return joined(question, rng.choice(others), rng.choice(JOINTS))
    if drawn < JOINED_SHARE + WRAPPED_SHARE:
        before, after = rng.choice(WRAPS)
        return wrapped(question, before, after)
    if drawn < JOINED_SHARE + WRAPPED_SHARE + MISTYPED_SHARE:
        return mistyped(question, rng)
    return question


def wrapped(question: MarkedQuestion, before: str, after: str) -> MarkedQuestion:
    """The question with words before and after it."""
    text = question.text.rstrip("?. ") if after else question.text
    if any(span.end > len(text) for span in (*question.things, *question.times, *question.thresholds)):
        return question
    return _moved(question, len(before), f"{before}{text}{after}")


def joined(first: MarkedQuestion, second: MarkedQuestion, joint: str) -> MarkedQuestion:
    """Two questions as one text."""
    head = first.text.rstrip("?. ")
    if any(span.end > len(head) for span in (*first.things, *first.times, *first.thresholds)):
        return first
    moved = _moved(second, len(head) + len(joint), f"{head}{joint}{second.text}")
    return replace(
        first,
        text=moved.text,
        things=(*first.things, *moved.things),
        times=(*first.times, *moved.times),
        thresholds=(*first.thresholds, *moved.thresholds),
        flags=first.flags | {"several"},
    )


def mistyped(question: MarkedQuestion, rng: random.Random) -> MarkedQuestion:
    """Two neighbouring letters of one longer word swapped: no span moves."""
    places = [at for at in range(1, len(question.text) - 2) if question.text[at - 1 : at + 3].isalpha()]
    if not places:
        return question
    at = rng.choice(places)
    text = question.text
    return replace(question, text=text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _moved(question: MarkedQuestion, by: int, text: str) -> MarkedQuestion:
    def shift(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(Span(span.start + by, span.end + by) for span in spans)

    return replace(question, text=text, things=shift(question.things), times=shift(question.times), thresholds=shift(question.thresholds))


@dataclass(frozen=True, slots=True)
class QuestionReaderScore:
    """Shares of questions read right: the intent, the kind, the exact words of the thing, of the time, and intent and thing together."""

    questions: int
    intent: float
    kind: float
    thing: float
    time: float
    intent_and_thing: float
    by_intent: dict[str, float]


def score_question_reader(task: QuestionReaderTask, model: AdaptedEncoder, questions: Sequence[MarkedQuestion]) -> QuestionReaderScore:
    """Read every question with the model and compare."""
    model.eval()
    right: list[tuple[bool, bool, bool, bool]] = []
    with torch.no_grad():
        for question in questions:
            row = task.tokens.rows([question.text])[0]
            ((_, hidden, mask),) = model.vectors([row.ids])
            tags, intents, kinds, _ = model.head(hidden, mask)
            spans = spans_of(tags[0].argmax(-1).tolist(), row.spans, question.text)
            right.append(
                (
                    INTENTS[int(intents[0].argmax())] is question.intent,
                    KINDS[int(kinds[0].argmax())] == question.kind,
                    spans["thing"] == question.things,
                    spans["time"] == question.times,
                )
            )
    by_intent = {
        intent.value: _share([one[0] for one, question in zip(right, questions, strict=True) if question.intent is intent])
        for intent in sorted({question.intent for question in questions})
    }
    intent, kind, thing, time = (_share(column) for column in zip(*right, strict=True))
    both = _share([one[0] and one[2] for one in right])
    return QuestionReaderScore(len(right), intent, kind, thing, time, both, by_intent)


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else 0.0


def hold_back(questions: Sequence[MarkedQuestion], share: float, seed: int) -> tuple[list[MarkedQuestion], list[MarkedQuestion]]:
    """(train, validation): a share of the questions, drawn by the seed."""
    order = list(questions)
    draws(seed).shuffle(order)
    held = round(len(order) * share)
    return order[held:], order[:held]
