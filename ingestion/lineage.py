"""Copy-forward: which chunk a paragraph was copied from, among the notes of one patient.

Two paragraphs are copies when they share at least 80 % of their word triples and all of their numbers and negations:
a note whose dose was changed, or whose "no" was added, says something of its own and is no copy.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from rag.types import Chunk

_MIN_WORDS = 12  # shorter paragraphs ("Regular rate and rhythm.") are phrases that all notes share
_SHINGLE_WORDS = 3
_SKETCH_SIZE = 64  # standard error of the estimated resemblance: 0.05 at 0.8
_BANDS = 16
_MIN_RESEMBLANCE = 0.8
_MIN_SHARE_OF_CHUNK = 0.5
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_WORD = re.compile(r"\w+(?:[.'’]\w+)*")
_TURNS_MEANING = frozenset(
    {
        "no",
        "not",
        "denies",
        "denied",
        "without",
        "negative",
        "never",
        "none",
        "resolved",
        "stopped",
        "discontinued",
        "held",
        "left",
        "right",
    }
)

_Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One paragraph: ``words`` in it, ``guard`` over its numbers and negations, ``sketch`` of its word triples (MinHash, 64 values)."""

    words: int
    guard: bytes
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A chunk as the tracer sees it. Order is by date (undated last), document, place in the document."""

    date: str | None
    doc_id: str
    ordinal: int
    chunk_id: str
    words: int
    fingerprints: tuple[Fingerprint, ...]

    @property
    def order(self) -> tuple[str, str, int]:
        return (self.date or "9999", self.doc_id, self.ordinal)


_Key = tuple[bytes, int, tuple[int, ...]]
_Buckets = dict[_Key, list[tuple[Traced, Fingerprint]]]


def traced(chunk: Chunk, date: str | None) -> Traced:
    """The chunk with its fingerprints; ``date`` is its document's. Linear in its text."""
    return Traced(date, chunk.doc_id, chunk.ordinal, chunk.chunk_id, len(_WORD.findall(chunk.text)), fingerprints(chunk))


def fingerprints(chunk: Chunk) -> tuple[Fingerprint, ...]:
    """One fingerprint for each paragraph of at least 12 words, in order."""
    found = (_fingerprint([match[0].casefold() for match in _WORD.finditer(part)]) for part in _PARAGRAPH.split(chunk.text))
    return tuple(one for one in found if one)


def find_origins(chunks: Iterable[Traced]) -> dict[str, str]:
    """Chunk id → the id of the chunk it was copied from, for every copy among the narrative chunks of ONE patient.

    A paragraph's origin is the first, in order, that it resembles. A chunk is a copy when paragraphs with at least half of
    its words have their origin in earlier documents; it points at the chunk that holds most of those words, the earlier of
    equals. The result depends on the set alone, not on the order given. Near linear: only paragraphs that share a bucket
    are compared, and copies are not kept.
    """
    origins: dict[str, str] = {}
    originals: _Buckets = defaultdict(list)
    for chunk in sorted(chunks, key=lambda traced: traced.order):
        copied: dict[Traced, int] = defaultdict(int)
        for one in chunk.fingerprints:
            keys = _keys(one)
            source = _first_like(one, keys, originals)
            if source is None:
                for key in keys:
                    originals[key].append((chunk, one))
            elif source.doc_id != chunk.doc_id:
                copied[source] += one.words
        if sum(copied.values()) >= _MIN_SHARE_OF_CHUNK * chunk.words and copied:
            origins[chunk.chunk_id] = min(copied, key=lambda source: (-copied[source], source.order)).chunk_id
    return origins


def _first_like(one: Fingerprint, keys: Sequence[_Key], originals: _Buckets) -> Traced | None:
    """The first chunk, in order, with a paragraph that ``one`` resembles."""
    found = {held for key in keys for held, paragraph in originals.get(key, ()) if _resembles(one, paragraph)}
    return min(found, key=lambda held: held.order, default=None)


def _keys(one: Fingerprint) -> list[_Key]:
    """The buckets of a paragraph: one for each band of its sketch, apart for each guard."""
    rows = _SKETCH_SIZE // _BANDS
    return [(one.guard, band, one.sketch[band * rows : (band + 1) * rows]) for band in range(_BANDS)]


def _resembles(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two paragraphs of one bucket, so with the same guard, are copies."""
    return sum(a == b for a, b in zip(one.sketch, other.sketch, strict=True)) >= _MIN_RESEMBLANCE * _SKETCH_SIZE


def _fingerprint(words: Sequence[str]) -> Fingerprint | None:
    if len(words) < _MIN_WORDS:
        return None
    guarded = " ".join(word for word in words if word in _TURNS_MEANING or any(c.isdigit() for c in word))
    guard = hashlib.blake2b(guarded.encode(), digest_size=8).digest()
    shingles = {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}
    hashes = np.array([int.from_bytes(hashlib.blake2b(s.encode(), digest_size=8).digest(), "big") for s in shingles], dtype=np.uint64)
    factors, offsets = _permutations()
    sketch: _Sketch = (hashes[:, None] * factors + offsets).min(axis=0)
    return Fingerprint(len(words), guard, tuple(sketch.tolist()))


@cache
def _permutations() -> tuple[_Sketch, _Sketch]:
    """Odd factors and offsets modulo 2**64, the same in every process."""
    drawn = [int.from_bytes(hashlib.blake2b(f"lineage {n}".encode(), digest_size=8).digest(), "big") for n in range(2 * _SKETCH_SIZE)]
    values = np.array(drawn, dtype=np.uint64)
    return values[:_SKETCH_SIZE] | np.uint64(1), values[_SKETCH_SIZE:]
