"""Whether a sentence answers a question, read together by the encoder with the ``reranker`` adapter: a score per sentence.

A score is a logit against "no sentence answers", for which the adapter was trained to give 0: scores of several sentences are compared with
each other and with 0. Source: the adapter's card, ``adapters/reranker/card.json``.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding import batches_of
from rag.encoder.adapter import Adapter, load_adapter
from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.numpy_encoder import NumpyEncoder
from rag.encoder.tokens import Tokens

if TYPE_CHECKING:
    from rag.encoder.torch_encoder import TorchEncoder
    from rag.numeric import Vector

ADAPTER = Path(__file__).parent / "adapters" / "reranker"
MAX_QUESTION_TOKENS = 48
MAX_SENTENCE_TOKENS = 80
ROW_TOKENS_PER_BATCH = 1024
MAX_ROWS_WITHOUT_TORCH = 400
STEP = 0.05
"""Scores are rounded to this, so that bfloat16 and float32 nearly always agree on them."""


def paired_ids(tokens: Tokens, question: str, sentences: Sequence[str]) -> list[tuple[tuple[int, ...], int]]:
    """One row of word pieces per sentence, the question before it, and where the sentence begins in each row."""
    asked, *rows = tokens.rows([question, *sentences])
    head = asked.ids if len(asked.ids) <= MAX_QUESTION_TOKENS else (*asked.ids[: MAX_QUESTION_TOKENS - 1], asked.ids[-1])
    bodies = [row.ids[1:] if len(row.ids) <= MAX_SENTENCE_TOKENS else (*row.ids[1 : MAX_SENTENCE_TOKENS - 1], row.ids[-1]) for row in rows]
    return [((*head, *body), len(head)) for body in bodies]


class Reranker:
    """Scores sentences for a question. Thread-safe.

    Where torch is loaded already (a process that serves or ingests) rows go through it in batches, else through NumPy one by one:
    importing torch would take longer than a few questions, so that it is left for after ``MAX_ROWS_WITHOUT_TORCH``.
    """

    def __init__(self, checkpoint: Checkpoint, adapter: Adapter, threads: int) -> None:
        self.identity = adapter.identity
        self._checkpoint, self._adapter, self._threads = checkpoint, adapter, threads
        self._loading = threading.Lock()
        self._single: NumpyEncoder | None = None
        self._rows_single = 0
        self._batched: TorchEncoder | None = None
        self._tokens = Tokens(checkpoint.folder, checkpoint.shape.max_tokens)
        self._weight, self._bias = adapter.head["linear.weight"][0], float(adapter.head["linear.bias"][0])

    def scores(self, question: str, sentences: Sequence[str]) -> Vector:
        """A logit per sentence, float32[n], in steps of 0.05: above 0 where it answers rather than not."""
        if not sentences:
            return np.zeros(0, dtype=np.float32)
        pairs = paired_ids(self._tokens, question, sentences)
        rows = self._vectors([ids for ids, _ in pairs])
        found = [float(_features(row, begin) @ self._weight) + self._bias for row, (_, begin) in zip(rows, pairs, strict=True)]
        return np.round(np.array(found, dtype=np.float32) / STEP) * np.float32(STEP)

    def warm(self) -> None:
        """Load torch and the weights, so that every question goes the fast way."""
        importlib.import_module("torch")
        self.scores("warm", ["warm"])

    def _vectors(self, rows: Sequence[Sequence[int]]) -> list[Vector]:
        if "torch" not in sys.modules and self._rows_single < MAX_ROWS_WITHOUT_TORCH:
            with self._loading:
                if self._single is None:
                    self._single = NumpyEncoder(self._checkpoint, self._adapter)
                self._rows_single += len(rows)
            return [self._single.token_vectors(row) for row in rows]
        from rag.encoder.torch_encoder import TorchEncoder

        with self._loading:
            if self._batched is None:
                self._batched = TorchEncoder(self._checkpoint, threads=self._threads, adapter=self._adapter)
        vectors: dict[int, Vector] = {}
        for batch in batches_of([len(row) for row in rows], ROW_TOKENS_PER_BATCH):
            hidden = self._batched.token_vectors([rows[place] for place in batch])
            vectors |= {place: values[: len(rows[place])] for place, values in zip(batch, hidden, strict=True)}
        return [vectors[place] for place in range(len(rows))]


def open_reranker(threads: int) -> Reranker:
    """The packaged reranker, on the packaged encoder whatever encoder embeds; its weights are loaded when first used.

    Raises:
        ModelError: the adapter is missing, damaged or was trained on another encoder.
    """
    checkpoint = find_checkpoint()
    return Reranker(checkpoint, load_adapter(ADAPTER, checkpoint), threads)


def _features(hidden: Vector, begin: int) -> Vector:
    """What the head weighs of one row, float32[3 d]: the product and the distance of both parts' mean vectors, and the first vector."""
    asked, said = (part / max(float(np.linalg.norm(part)), 1e-6) for part in (hidden[:begin].mean(axis=0), hidden[begin:].mean(axis=0)))
    return np.concatenate([asked * said * np.float32(len(asked)), np.abs(asked - said), hidden[0]])


def as_read(text: str, *above: str) -> str:
    """A sentence as the reranker reads it: before it what stands above it (title, heading), once and where it does not say it itself."""
    kept: list[str] = []
    for words in (" ".join(part.split()).strip(" :#") for part in above):
        if words and words.casefold() not in text.casefold() and words.casefold() not in " ".join(kept).casefold():
            kept.append(words)
    return f"{' · '.join(kept)}: {text}" if kept else text
