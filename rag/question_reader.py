"""What a question asks, read by the encoder with the ``questions`` adapter: its intent, its kind of thing, and which words say what.

The rules of ``rag.questions`` know many wordings exactly; the reader was trained on thousands of others, and says how sure it is. Source:
the adapter's card, ``adapters/questions/card.json``.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.encoder.adapter import Adapter, load_adapter
from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.numpy_encoder import NumpyEncoder
from rag.encoder.tokens import Tokens
from rag.questions.marked import FLAGS, KINDS, Marked
from rag.questions.understood import Intent
from rag.types import Span

if TYPE_CHECKING:
    from rag.numeric import Vector

ADAPTER = Path(__file__).parent / "adapters" / "questions"
MAX_TOKENS = 96
INTENTS = tuple(intent for intent in Intent)
TAGS = ("other", "thing_begins", "thing", "time", "threshold")
"""The classes of the head beside ``KINDS`` and ``FLAGS``, in the order of its rows."""


class QuestionReader:
    """Reads one question at a time, 7 ms for one of usual length. Thread-safe; weights are loaded when first used."""

    def __init__(self, checkpoint: Checkpoint, adapter: Adapter) -> None:
        self.identity = adapter.identity
        self._checkpoint, self._adapter = checkpoint, adapter
        self._tokens = Tokens(checkpoint.folder, MAX_TOKENS)
        self._loading = threading.Lock()
        self._encoder: NumpyEncoder | None = None

    def read(self, text: str) -> Marked:
        """The marks of a question; of a text beyond 96 word pieces only the beginning is read."""
        with self._loading:
            if self._encoder is None:
                self._encoder = NumpyEncoder(self._checkpoint, self._adapter)
        row = self._tokens.rows([text])[0]
        hidden = self._encoder.token_vectors(row.ids)
        tags = self._logits("tags", hidden).argmax(axis=-1)
        pooled = np.concatenate([hidden[0], hidden.mean(axis=0)])
        intents, kinds = _softmax(self._logits("intent", pooled)), _softmax(self._logits("kind", pooled))
        flags = self._logits("flags", pooled)
        spans = spans_of(tags.tolist(), row.spans, text)
        intent, kind = int(intents.argmax()), int(kinds.argmax())
        return Marked(
            text, INTENTS[intent], float(intents[intent]), KINDS[kind], float(kinds[kind]),
            spans["thing"], spans["time"], spans["threshold"],
            frozenset(name for name, logit in zip(FLAGS, flags, strict=True) if logit > 0),
        )  # fmt: skip

    def _logits(self, name: str, values: Vector) -> Vector:
        return values @ self._adapter.head[f"{name}.weight"].T + self._adapter.head[f"{name}.bias"]


def spans_of(tags: Sequence[int], places: Sequence[Span], text: str) -> dict[str, tuple[Span, ...]]:
    """Runs of word pieces with one tag as spans of whole words; a thing that begins anew is another span."""
    runs: dict[str, list[tuple[int, int]]] = {"thing": [], "time": [], "threshold": []}
    before = "other"
    for tag, place in zip(tags, places, strict=True):
        if place.start == place.end:
            continue
        name = TAGS[tag]
        inside = place.start > 0 and text[place.start - 1].isalnum() and text[place.start].isalnum()
        if inside:
            name = before.removesuffix("_begins")  # a word takes its first piece's tag
        kind = name.removesuffix("_begins")
        if kind in runs:
            joins = runs[kind] and not text[runs[kind][-1][1] : place.start].strip()  # "RAI ablation" is one thing, however it began
            if before.removesuffix("_begins") == kind and (joins or not name.endswith("_begins")):
                runs[kind][-1] = (runs[kind][-1][0], place.end)
            else:
                runs[kind].append((place.start, place.end))
        before = name
    return {kind: tuple(_whole_words(start, end, text) for start, end in found) for kind, found in runs.items()}


def _whole_words(start: int, end: int, text: str) -> Span:
    """The span with what hangs on its edges by a hyphen or an apostrophe ("weigh-in", "patient's")."""
    while end + 1 < len(text) and text[end] in "-'’" and text[end + 1].isalnum():
        end += 1
        while end < len(text) and text[end].isalnum():
            end += 1
    return Span(start, end)


def open_question_reader() -> QuestionReader:
    """The packaged reader, on the packaged encoder whatever encoder embeds.

    Raises:
        ModelError: the adapter is missing, damaged or was trained on another encoder.
    """
    checkpoint = find_checkpoint()
    return QuestionReader(checkpoint, load_adapter(ADAPTER, checkpoint))


def _softmax(logits: Vector) -> Vector:
    shifted = np.exp(logits - logits.max())
    return np.asarray(shifted / shifted.sum())
