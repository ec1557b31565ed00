"""The entailment model: whether evidence supports a statement, contradicts it or tells too little, and which words it does not bear out.

Both are read in one pass of the project's encoder with the ``verify`` adapter, the statement first; each word piece's vector starts
from what ``pair_features`` tells of it, and the head weighs what is told of the pair. Source: ``adapters/verify/card.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding import TOKENS_PER_BATCH
from rag.encoder.adapter import Adapter, load_adapter
from rag.encoder.blas import one_blas_thread
from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.tokens import TokenRow, Tokens
from rag.encoder.torch_encoder import TorchEncoder
from rag.errors import ModelError
from rag.types import Span
from rag.verification.pair_features import PAIR_FEATURES, PIECE_FEATURES, pair_told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rag.numeric import Vector

ADAPTER = Path(__file__).parents[1] / "adapters" / "verify"
CLASSES = ("supported", "contradicted", "not_enough_information")
MAX_PIECES, MAX_STATEMENT_PIECES = 256, 110
"""Of a row with its three special pieces, and of the statement in it; the evidence has the rest."""
BUCKET_PIECES = 64
DOUBTED = 0.5
_WORD = re.compile(r"\w+(?:[.,'’/-]\w+)*")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A word at ``statement[span]`` and the probability that the evidence does not bear it out."""

    span: Span
    chance: float


@dataclass(frozen=True, slots=True)
class Entailed:
    """What the model holds of one pair. The three probabilities sum to 1; ``doubts`` are all words of the statement that were read."""

    supported: float
    contradicted: float
    not_enough_information: float
    doubts: tuple[Doubt, ...]

    @property
    def unsupported(self) -> tuple[Span, ...]:
        """The words that the evidence rather does not bear out."""
        return tuple(doubt.span for doubt in self.doubts if doubt.chance >= DOUBTED)


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair as the encoder reads it: [CLS] statement [SEP] evidence [SEP]. ``spans`` are of the statement's pieces, which stand from
    place 1 on; ``told`` is float32[pieces, features] and ``pair`` float32[features]."""

    ids: tuple[int, ...]
    spans: tuple[Span, ...]
    told: NDArray[np.float32]
    pair: NDArray[np.float32]


def pair_rows(tokens: Tokens, pairs: Sequence[tuple[str, str]]) -> list[PairRow]:
    """Rows of (evidence, statement) pairs, cut to ``MAX_PIECES``."""
    rows = tokens.rows([text for pair in pairs for text in pair])
    return [_pair_row(*pair, *rows[2 * at : 2 * at + 2]) for at, pair in enumerate(pairs)]


def _pair_row(evidence: str, statement: str, given: TokenRow, said: TokenRow) -> PairRow:
    ours = list(zip(said.ids, said.spans, strict=True))[1:-1][:MAX_STATEMENT_PIECES]
    theirs = list(zip(given.ids, given.spans, strict=True))[1:-1][: MAX_PIECES - 3 - len(ours)]
    told = pair_told(statement, ours, evidence, theirs)
    begin, end = said.ids[0], said.ids[-1]
    blank = np.zeros((1, len(PIECE_FEATURES)), dtype=np.float32)
    return PairRow(
        (begin, *(piece for piece, _ in ours), end, *(piece for piece, _ in theirs), end),
        tuple(span for _, span in ours),
        np.concatenate([blank, told.statement, blank, told.evidence, blank]),
        told.pair,
    )


class Entailment:
    """The loaded model. Open with :func:`open_entailment`; thread-safe."""

    def __init__(self, checkpoint: Checkpoint, adapter: Adapter, threads: int) -> None:
        card, head = adapter.card, adapter.head
        if [tuple(card.get(name, ())) for name in ("features", "pair_features", "classes")] != [PIECE_FEATURES, PAIR_FEATURES, CLASSES]:
            raise ModelError(f"adapter {adapter.name}: made for other features or classes; train it again")
        one_blas_thread()
        self.identity = adapter.identity
        self._tokens = Tokens(checkpoint.folder, 1 << 30)
        self._encoder = TorchEncoder(checkpoint, threads=threads, adapter=adapter)
        try:
            self._told = head["told.weight"].T.copy()
            self._words, self._inner, self._outer = (
                (head[f"{name}.weight"].T.copy(), head[f"{name}.bias"]) for name in ("words", "inner", "outer")
            )
        except KeyError as error:
            raise ModelError(f"adapter {adapter.name}: its head lacks {error}; train it again") from None

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Entailed]:
        """What holds of each (evidence, statement) pair, in order. Give many at once: they share batches, and what is held of a pair
        does not depend on which. A pair of which one part has no word tells nothing. Linear; some 10 ms for 200 word pieces on two cores.

        Raises:
            ModelError: the encoder gave numbers that are not finite.
        """
        rows = pair_rows(self._tokens, pairs)
        found = [Entailed(0.0, 0.0, 1.0, ()) for _ in rows]
        read = [at for at, row in enumerate(rows) if 0 < len(row.spans) < len(row.ids) - 3]
        for batch in _batches(rows, read):
            for at, hidden in zip(batch, self._vectors([rows[at] for at in batch]), strict=True):
                found[at] = self._entailed(pairs[at][1], rows[at], hidden)
        return found

    def _vectors(self, rows: Sequence[PairRow]) -> Iterator[Vector]:
        """The last layer's vectors of each row, from a batch of one shape, filled up with the first row: in bfloat16 a row's numbers
        hang on the shape."""
        bucket = _bucket(rows[0])
        filled = [*rows, *[rows[0]] * (TOKENS_PER_BATCH // bucket - len(rows))]
        added = np.zeros((len(filled), bucket, self._told.shape[1]), dtype=np.float32)
        for place, row in enumerate(rows):
            added[place, : len(row.ids)] = row.told @ self._told
        added[len(rows) :] = added[0]
        hidden = self._encoder.token_vectors([row.ids for row in filled], added, length=bucket)
        for row, values in zip(rows, hidden, strict=False):
            yield values[: len(row.ids)]

    def _entailed(self, statement: str, row: PairRow, hidden: Vector) -> Entailed:
        own = slice(1, 1 + len(row.spans))
        words = (np.concatenate([hidden[own], row.told[own]], axis=-1) @ self._words[0] + self._words[1])[:, 0]
        chances: NDArray[np.float32] = np.asarray(1.0 / (1.0 + np.exp(-words)), dtype=np.float32)
        summary = np.array([chances.max(), chances.mean(), np.logaddexp.reduce(words) - np.log(len(words))], dtype=np.float32)
        features = np.concatenate([hidden[0], hidden[own].mean(axis=0), hidden[own].max(axis=0), row.pair, summary])
        inner = np.maximum(features @ self._inner[0] + self._inner[1], 0.0)
        logits = inner @ self._outer[0] + self._outer[1]
        if not (np.isfinite(logits).all() and np.isfinite(chances).all()):
            raise ModelError("the entailment model gave numbers that are not finite")
        raised = np.exp(logits - logits.max())
        supported, contradicted, neither = (float(share) for share in raised / raised.sum())
        return Entailed(supported, contradicted, neither, tuple(_doubts(statement, row.spans, chances)))


def open_entailment(threads: int = 2, folder: Path = ADAPTER) -> Entailment:
    """The shipped model: about 3 s, most of it importing torch.

    Raises:
        ModelError: the adapter or the encoder is missing or damaged: nothing may be released without it.
    """
    checkpoint = find_checkpoint()
    return Entailment(checkpoint, load_adapter(folder, checkpoint), threads)


def _doubts(statement: str, spans: Sequence[Span], chances: NDArray[np.float32]) -> Iterator[Doubt]:
    """A chance per word: the highest of its pieces."""
    at = 0
    for match in _WORD.finditer(statement):
        while at < len(spans) and spans[at].end <= match.start():
            at += 1
        last = at
        while last < len(spans) and spans[last].start < match.end():
            last += 1
        if last > at:
            yield Doubt(Span(*match.span()), float(chances[at:last].max()))


def _bucket(row: PairRow) -> int:
    return -(-len(row.ids) // BUCKET_PIECES) * BUCKET_PIECES


def _batches(rows: Sequence[PairRow], read: Sequence[int]) -> Iterator[list[int]]:
    """Places of rows of one bucket together, as many as one forward pass takes."""
    buckets: dict[int, list[int]] = {}
    for at in read:
        buckets.setdefault(_bucket(rows[at]), []).append(at)
    for bucket, members in sorted(buckets.items()):
        size = TOKENS_PER_BATCH // bucket
        yield from (members[at : at + size] for at in range(0, len(members), size))
