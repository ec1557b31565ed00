"""From a question to the chunks that may hold its answer: two searches, fused, and each hit checked again in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.embedding import Embedder
from rag.index.protocol import VectorIndex
from rag.index.sparse import open_sparse_encoder
from rag.retrieval.fusion import fuse
from rag.scope import checked
from rag.store.database import Database
from rag.store.documents import current_chunks
from rag.types import Scope, ScoredChunk

if TYPE_CHECKING:
    from rag.numeric import Vector

SEARCH_DEPTH = 200
"""Hits taken of each search before fusing, at least."""


class Retriever:
    """Hybrid retrieval over one workspace. Threads may share it."""

    def __init__(self, database: Database, index: VectorIndex, embedder: Embedder) -> None:
        self._database = database
        self._index = index
        self._embedder = embedder
        self._sparse = open_sparse_encoder()

    def retrieve(self, question: str, scope: Scope, k: int, *, query_vector: Vector | None = None) -> list[ScoredChunk]:
        """The best ``k`` current chunks inside the scope, best first; fewer where there are fewer.

        Raises:
            ScopeError: the scope is empty.
            IndexUnavailableError: the index refused.
        """
        checked(scope)
        vector = self._embedder.embed_query(question) if query_vector is None else query_vector
        depth = max(SEARCH_DEPTH, k)
        dense = self._index.search_dense(vector, scope, depth)
        sparse = self._index.search_sparse(self._sparse.query(question), scope, depth)
        fused = fuse(dense, sparse)
        chunks = current_chunks(self._database, [hit.chunk_id for hit in fused], scope)
        kept = [ScoredChunk(chunks[hit.chunk_id], hit.score, hit.dense, hit.sparse) for hit in fused if hit.chunk_id in chunks]
        return kept[:k]
