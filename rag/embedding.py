"""Vectors of chunks, of their sentences and of questions, all from one encoder.

A chunk goes through the encoder once: the chunk's vector and one per sentence are means of the same word pieces' vectors.
Chunks take torch, questions take NumPy, so that a cold ``ask`` need not import torch; the two agree to a cosine of 0.999.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from rag.encoder.checkpoint import Checkpoint, find_checkpoint
from rag.encoder.tokens import TokenRow, Tokens
from rag.errors import ModelError
from rag.types import Chunk, ChunkVectors, Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.encoder.numpy_encoder import NumpyEncoder
    from rag.encoder.torch_encoder import TorchEncoder

TOKENS_PER_BATCH = 1536
"""Word pieces of one forward pass. Source: our measurement, 1,024–2,048 is fastest, it stays in the 2 MiB of L2 cache."""


class TokenCounter:
    """Counts word pieces as the encoder would, special ones included. Callable, small and without torch."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._tokens = Tokens(checkpoint.folder, checkpoint.shape.max_tokens)

    def __call__(self, texts: Sequence[str]) -> Sequence[int]:
        return self._tokens.counts(texts)


class Embedder:
    """One encoder, its two forward passes loaded when first used. Thread-safe for queries."""

    def __init__(self, checkpoint: Checkpoint, threads: int, *, bfloat16: bool | None = None) -> None:
        self.identity = checkpoint.identity
        self.dimensions = checkpoint.shape.dimensions
        self._checkpoint = checkpoint
        self._threads = threads
        self._bfloat16 = bfloat16
        self._tokens = Tokens(checkpoint.folder, checkpoint.shape.max_tokens)
        self._chunk_encoder: TorchEncoder | None = None
        self._query_encoder: NumpyEncoder | None = None

    def __enter__(self) -> Embedder:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._chunk_encoder = self._query_encoder = None

    def embed(self, chunks: Sequence[Chunk]) -> list[ChunkVectors]:
        """Vectors of chunks in their order; sentence ``i`` of a chunk is row ``i`` of its sentence vectors."""
        spans = [[Span(s.start - chunk.start, s.end - chunk.start) for s in chunk.sentences] for chunk in chunks]
        return self.embed_chunks([chunk.text for chunk in chunks], spans)

    def embed_chunks(self, texts: Sequence[str], sentence_spans: Sequence[Sequence[Span]]) -> list[ChunkVectors]:
        """Unit vectors of texts, float32[d], and of their sentences, float16[n, d]; spans are offsets into each text.

        A sentence past the encoder's last word piece gets zeros: its cosine with anything is 0. Give thousands at a time:
        they are sorted by length and run in batches of at most ``TOKENS_PER_BATCH``.

        Raises:
            ModelError: the encoder gave numbers that are not finite or a vector that is not of unit length.
        """
        if len(texts) != len(sentence_spans):
            raise ModelError(f"{len(texts)} texts and {len(sentence_spans)} lists of sentences do not pair up")
        rows = self._tokens.rows(texts)
        vectors: list[ChunkVectors | None] = [None] * len(rows)
        for batch in batches_of([len(row.ids) for row in rows], TOKENS_PER_BATCH):
            hidden = self._torch().token_vectors([rows[index].ids for index in batch])
            for index, values in zip(batch, hidden, strict=True):
                vectors[index] = self._pool(values[: len(rows[index].ids)], rows[index], sentence_spans[index])
        return [vector for vector in vectors if vector is not None]

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The question's unit vector, float32[d]; 5–10 ms after the first call, which loads the weights (0.2 s).

        Raises:
            ModelError: the encoder gave numbers that are not finite.
        """
        row = self._tokens.rows([text])[0]
        return _unit(self._pooled(self._numpy().token_vectors(row.ids)))

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text with the two special ones, uncut."""
        return self._tokens.counts(texts)

    def _torch(self) -> TorchEncoder:
        if self._chunk_encoder is None:
            from rag.encoder.torch_encoder import TorchEncoder

            self._chunk_encoder = TorchEncoder(self._checkpoint, threads=self._threads, bfloat16=self._bfloat16)
        return self._chunk_encoder

    def _numpy(self) -> NumpyEncoder:
        if self._query_encoder is None:
            from rag.encoder.numpy_encoder import NumpyEncoder

            self._query_encoder = NumpyEncoder(self._checkpoint)
        return self._query_encoder

    def _pooled(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        pooled: NDArray[np.float32] = values[0] if self._checkpoint.shape.pooling == "cls" else values.mean(axis=0)
        return pooled

    def _pool(self, values: NDArray[np.float32], row: TokenRow, sentences: Sequence[Span]) -> ChunkVectors:
        import numpy as np

        pooled = np.zeros((len(sentences), self.dimensions), dtype=np.float16)
        starts = [span.start for span in row.spans]
        ends = [span.end for span in row.spans]
        for index, (first, last) in enumerate(_token_ranges(starts, ends, sentences)):
            if first < last:
                pooled[index] = _unit(values[first:last].mean(axis=0))
        return ChunkVectors(_unit(self._pooled(values)), pooled)


def _token_ranges(starts: Sequence[int], ends: Sequence[int], sentences: Sequence[Span]) -> list[tuple[int, int]]:
    """Half-open ranges of the word pieces that start inside each sentence; special ones are in none."""
    body = range(1, len(starts) - 1)
    ranges = []
    for sentence in sentences:
        inside = [i for i in body if sentence.start <= starts[i] < sentence.end and ends[i] > starts[i]]
        ranges.append((inside[0], inside[-1] + 1) if inside else (0, 0))
    return ranges


def batches_of(lengths: Sequence[int], tokens: int) -> list[list[int]]:
    """Indices grouped so that rows of like length share a batch and its padded size stays within ``tokens``."""
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[index] <= tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    import numpy as np

    norm = float(np.linalg.norm(values))
    if not np.isfinite(norm) or norm <= 0.0:
        raise ModelError(f"the encoder gave a vector of length {norm}; the weights or the CPU's numbers are not usable")
    return (values / norm).astype(np.float32, copy=False)


def open_embedder(folder: Path | None = None, threads: int = 2) -> Embedder:
    """The encoder at ``folder``, or the packaged MiniLM; weights are hashed (0.1 s) and loaded when first used.

    Raises:
        ModelError: a file is missing or altered, or the architecture is not BERT's.
    """
    return Embedder(find_checkpoint(folder), threads)


def open_token_counter(folder: Path | None = None) -> TokenCounter:
    """Only the tokenizer of :func:`open_embedder`: for workers that chunk but do not embed."""
    return TokenCounter(find_checkpoint(folder))
