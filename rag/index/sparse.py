"""BM25 as sparse vectors: term weights here, inverse document frequencies in the index (``Modifier.Idf``)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.index.protocol import SparseVector

if TYPE_CHECKING:
    from qdrant_edge import Bm25
    from qdrant_edge import SparseVector as EdgeSparseVector

K1 = 1.2
B = 0.75
AVERAGE_LENGTH_TERMS = 100.0
"""Terms of a chunk without stop words, fixed so that adding documents changes no weight. Source: best of 20 to 256 on BioASQ 7–9."""

LANGUAGE = "english"


@dataclass(frozen=True, slots=True)
class SparseEncoder:
    """Stemmed English terms, stop words left out. Both sides of the index use it, so that a server needs no model."""

    model: Bm25

    def document(self, text: str) -> SparseVector:
        """Saturated term frequencies of a chunk."""
        return _converted(self.model.embed_document(text))

    def query(self, text: str) -> SparseVector:
        """1.0 for each distinct term of a question; empty when it has none."""
        return _converted(self.model.embed_query(text))


def open_sparse_encoder() -> SparseEncoder:
    """The encoder with this module's constants; loads nothing from disk."""
    from qdrant_edge import Bm25, Bm25Config

    return SparseEncoder(Bm25(Bm25Config(k=K1, b=B, avg_len=AVERAGE_LENGTH_TERMS, language=LANGUAGE, ascii_folding=True)))


def sparse_identity() -> str:
    """Hash of the constants."""
    return hashlib.sha256(repr((K1, B, AVERAGE_LENGTH_TERMS, LANGUAGE, "fold")).encode()).hexdigest()[:16]


def _converted(vector: EdgeSparseVector) -> SparseVector:
    return SparseVector(tuple(vector.indices), tuple(vector.values))
