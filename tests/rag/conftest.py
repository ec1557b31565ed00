"""Small stored documents with made-up vectors: no encoder is needed to test the store and the index."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pytest

from rag.citations import text_sha256
from rag.store import schema
from rag.store.database import Database, open_database
from rag.store.records import DocumentRecord
from rag.types import Chunk, ChunkVectors, Document, Fact, PageSpan, ResourceSpan, Span

DIMENSIONS = 384

MakeRecord = Callable[..., DocumentRecord]


def vector_of(text: str) -> np.ndarray:
    """A unit vector that depends on the text's words: texts that share words are near."""
    total = np.zeros(DIMENSIONS, dtype=np.float32)
    for word in text.lower().replace(".", " ").split():
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        total += np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return total / np.linalg.norm(total)


def build_record(
    doc_id: str,
    text: str,
    *,
    patient: str | None = "p-1",
    corpus: str = "charts",
    uri: str = "a/b.txt",
    date: str | None = "2024",
    facts: int = 0,
) -> DocumentRecord:
    """One document, a chunk per line, each line one sentence."""
    sha256 = text_sha256(text)
    chunks, vectors, start = [], [], 0
    for ordinal, line in enumerate(text.split("\n")):
        span = Span(start, start + len(line))
        chunk_id = str(uuid5(NAMESPACE_OID, f"{doc_id}:{sha256}:{ordinal}"))
        chunks.append(Chunk(chunk_id, doc_id, sha256, ordinal, span.start, span.end, line, "other", (span,)))
        vectors.append(ChunkVectors(vector_of(line), vector_of(line)[None, :].astype(np.float16)))
        start = span.end + 1
    document = Document(
        doc_id, sha256, corpus, patient, "note", "Title", date, uri, text, (ResourceSpan(0, 3, "r-1"),), (PageSpan(0, len(text), 1),)
    )  # fmt: skip
    made = [
        Fact(patient or "-", "lab", f"c{n}", "Glucose", f"{n}.0", "mg/dL", f"2024-01-{n + 1:02}", "final", "present", doc_id, 0, 3, sha256)
        for n in range(facts)
    ]
    return DocumentRecord(f"key-{doc_id}", f"source-{sha256[:8]}", document, tuple(chunks), tuple(vectors), tuple(made), b"sealed")


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    return build_record


@pytest.fixture
def embed() -> Callable[[str], np.ndarray]:
    return vector_of


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """SQLite, or the PostgreSQL that TEST_DATABASE_URL names: its tables are emptied."""
    url = os.environ.get("TEST_DATABASE_URL")
    with open_database(url or f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        if url:
            with opened.writing() as connection:
                for table in reversed(schema.metadata.sorted_tables):
                    connection.execute(table.delete())
        yield opened
