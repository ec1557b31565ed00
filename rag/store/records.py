"""What the store takes and gives, one frozen record per row kind."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types import Chunk, ChunkVectors, Document, Fact


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document with everything that is written with it, in one transaction.

    ``key_digest`` identifies the source's key without showing it; ``source_sha256`` is the hash of the raw document;
    ``vectors`` pair with ``chunks``; ``sealed`` is the encrypted reversal with true title, date, uri and references;
    ``review`` names, without text, what a person should look at.
    """

    key_digest: str
    source_sha256: str
    document: Document
    chunks: tuple[Chunk, ...]
    vectors: tuple[ChunkVectors, ...]
    facts: tuple[Fact, ...]
    sealed: bytes
    review: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """The documents of a scope: how many, the first and last date as printed (None without dates), and how many of each kind."""

    count: int
    first: str | None
    last: str | None
    kinds: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """What the vector index needs of one current chunk; ``vector`` is little-endian float16."""

    chunk_id: str
    doc_id: str
    doc_sha256: str
    ordinal: int
    corpus: str
    patient: str
    kind: str
    text: str
    vector: bytes
