"""The index on a Qdrant server or cluster, for more than one machine: same points, same filters, same scores' meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.errors import IndexUnavailableError
from rag.index.filters import KEYWORD_FIELDS, server_filter
from rag.index.protocol import INDEX_VERSION, Hit, Point, SparseVector
from rag.index.sparse import sparse_identity
from rag.numeric import Vector
from rag.types import Scope

if TYPE_CHECKING:
    from qdrant_client import QdrantClient, models
    from qdrant_client.models import SparseVector as ServerSparseVector

DENSE = "dense"
SPARSE = "bm25"
TIMEOUT_SECONDS = 30
_POINTS_PER_UPDATE = 256


class ServerIndex:
    """One collection of a Qdrant server, named after everything that its points depend on. Thread-safe.

    Another version of this program or another encoder makes another collection: two may run side by side.
    """

    def __init__(self, client: QdrantClient, dimensions: int) -> None:
        """Use the client's collection, made when it is not there.

        Raises:
            IndexUnavailableError: the server does not answer.
        """
        self._client = client
        self._dimensions = dimensions
        self.collection = f"chartcite-{self.identity()}"
        with _mapped_errors("answer"):
            self._ensure()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def upsert(self, points: Sequence[Point]) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        from qdrant_client import models

        for at in range(0, len(points), _POINTS_PER_UPDATE):
            made = [
                models.PointStruct(
                    id=point.chunk_id,
                    vector={DENSE: [float(value) for value in point.vector], SPARSE: _terms(point.sparse)},
                    payload={name: getattr(point.payload, name) for name in type(point.payload).__dataclass_fields__},
                )
                for point in points[at : at + _POINTS_PER_UPDATE]
            ]
            with _mapped_errors("upsert"):
                self._client.upsert(self.collection, made, wait=True)

    def delete(self, chunk_ids: Collection[str]) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        from qdrant_client import models

        if chunk_ids:
            with _mapped_errors("delete"):
                self._client.delete(self.collection, models.PointIdsList(points=sorted(chunk_ids)), wait=True)

    def search_dense(self, vector: Vector, scope: Scope, limit: int, *, among: Collection[str] | None = None) -> list[Hit]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        return self._search([float(value) for value in vector], DENSE, server_filter(scope, among), limit)

    def search_sparse(self, sparse: SparseVector, scope: Scope, limit: int) -> list[Hit]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        return self._search(_terms(sparse), SPARSE, server_filter(scope), limit)

    def flush(self) -> None:
        """Nothing to do: every write waited until the server had it in its log."""

    def optimize(self) -> None:
        """Nothing to do: the server optimises by itself."""

    def count(self) -> int:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("count"):
            return self._client.count(self.collection, exact=True).count

    def estimate(self) -> int:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("count"):
            return self._client.count(self.collection, exact=False).count

    def ids(self) -> set[str]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        found: set[str] = set()
        offset = None
        while True:
            with _mapped_errors("scroll"):
                records, offset = self._client.scroll(self.collection, limit=1_000, offset=offset, with_payload=False)
            found.update(str(record.id) for record in records)
            if offset is None:
                return found

    def clear(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("clear"):
            self._client.delete_collection(self.collection)
            self._ensure()

    def identity(self) -> str:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        return hashlib.sha256(repr(("server", INDEX_VERSION, self._dimensions, sparse_identity())).encode()).hexdigest()[:16]

    def close(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        self._client.close()

    def _ensure(self) -> None:
        from qdrant_client import models

        if self._client.collection_exists(self.collection):
            return
        self._client.create_collection(
            self.collection,
            vectors_config={DENSE: models.VectorParams(size=self._dimensions, distance=models.Distance.COSINE)},
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        for field in KEYWORD_FIELDS:
            self._client.create_payload_index(self.collection, field, models.PayloadSchemaType.KEYWORD, wait=True)

    def _search(self, query: list[float] | ServerSparseVector, using: str, allowed: models.Filter, limit: int) -> list[Hit]:
        if not isinstance(query, list) and not query.indices:
            return []
        with _mapped_errors("search"):
            found = self._client.query_points(
                self.collection, query=query, using=using, query_filter=allowed, limit=limit, with_payload=False, timeout=TIMEOUT_SECONDS
            )
        return [Hit(str(point.id), point.score) for point in found.points]


def _terms(sparse: SparseVector) -> ServerSparseVector:
    from qdrant_client import models

    return models.SparseVector(indices=list(sparse.indices), values=list(sparse.values))


@contextmanager
def _mapped_errors(action: str) -> Iterator[None]:
    try:
        yield
    except (IndexUnavailableError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise IndexUnavailableError(f"the Qdrant server refused to {action} ({type(error).__name__}); check CHARTCITE_QDRANT_URL") from None


def open_server(url: str, api_key: str | None, dimensions: int) -> ServerIndex:
    """The index on the server at ``url``.

    Raises:
        IndexUnavailableError: the server does not answer.
    """
    from qdrant_client import QdrantClient

    with _mapped_errors("connect"):
        client = QdrantClient(url=url, api_key=api_key, timeout=TIMEOUT_SECONDS, check_compatibility=False)
    return ServerIndex(client, dimensions)
