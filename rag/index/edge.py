"""The embedded index: a Qdrant Edge shard in this process, under ``WORKSPACE/index``.

SQL is the truth: a shard that is missing, of another version or damaged is made anew, empty; ``rag.index.sync`` fills it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.errors import IndexUnavailableError
from rag.index.filters import KEYWORD_FIELDS, edge_filter
from rag.index.ownership import Ownership
from rag.index.protocol import INDEX_VERSION, Hit, Point, SparseVector
from rag.index.sparse import sparse_identity
from rag.numeric import Vector
from rag.types import Scope

if TYPE_CHECKING:
    from qdrant_edge import EdgeConfig, EdgeShard, QueryRequest

SHARD_FOLDER = "index"
LOCK_FILE = "owner.lock"
DENSE = "dense"
SPARSE = "bm25"
_POINTS_PER_UPDATE = 1_000
_MARKER = "version"
_LINKS_PER_NODE = 16
_BUILD_CANDIDATES = 128
_FULL_SCAN_KB = 10_000
_SEARCH_CANDIDATES = 128


class EdgeIndex:
    """An open shard that this process owns. Threads may search while one writes."""

    def __init__(self, workspace: Path, dimensions: int) -> None:
        """Lock the workspace, then load or make the shard.

        Raises:
            WorkspaceLockedError: another process owns the workspace.
            IndexUnavailableError: the shard cannot be made.
        """
        self._ownership = Ownership(workspace / LOCK_FILE)
        self._folder = workspace / SHARD_FOLDER
        self._dimensions = dimensions
        try:
            self._shard: EdgeShard | None = self._load() or self._create()
        except BaseException:
            self._ownership.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def upsert(self, points: Sequence[Point]) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        for at in range(0, len(points), _POINTS_PER_UPDATE):
            made = [
                edge.Point(
                    id=point.chunk_id,
                    vector={
                        DENSE: [float(value) for value in point.vector],
                        SPARSE: edge.SparseVector(indices=list(point.sparse.indices), values=list(point.sparse.values)),
                    },
                    payload={name: getattr(point.payload, name) for name in type(point.payload).__dataclass_fields__},
                )
                for point in points[at : at + _POINTS_PER_UPDATE]
            ]
            with _mapped_errors("upsert"):
                self._open().update(edge.UpdateOperation.upsert_points(made))

    def delete(self, chunk_ids: Collection[str]) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        if chunk_ids:
            with _mapped_errors("delete"):
                self._open().update(edge.UpdateOperation.delete_points(sorted(chunk_ids)))

    def search_dense(self, vector: Vector, scope: Scope, limit: int, *, among: Collection[str] | None = None) -> list[Hit]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        return self._search(
            edge.QueryRequest(
                limit=limit,
                query=edge.Query.Nearest([float(value) for value in vector], using=DENSE),
                filter=edge_filter(scope, among),
                params=edge.SearchParams(hnsw_ef=max(limit, _SEARCH_CANDIDATES)),
            )
        )

    def search_sparse(self, sparse: SparseVector, scope: Scope, limit: int) -> list[Hit]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        allowed = edge_filter(scope)
        if not sparse.indices:
            return []
        terms = edge.SparseVector(indices=list(sparse.indices), values=list(sparse.values))
        return self._search(edge.QueryRequest(limit=limit, query=edge.Query.Nearest(terms, using=SPARSE), filter=allowed))

    def flush(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("flush"):
            self._open().flush()

    def optimize(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("optimize"):
            self._open().optimize()
            self._open().flush()

    def count(self) -> int:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        with _mapped_errors("count"):
            return int(self._open().count(edge.CountRequest(exact=True)))

    def estimate(self) -> int:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        with _mapped_errors("count"):
            return int(self._open().count(edge.CountRequest(exact=False)))

    def ids(self) -> set[str]:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        import qdrant_edge as edge

        found: set[str] = set()
        offset = None
        while True:
            with _mapped_errors("scroll"):
                page = edge.ScrollRequest(limit=10_000, offset=offset, with_payload=False, with_vector=False)
                records, offset = self._open().scroll(page)
            found.update(str(record.id) for record in records)
            if offset is None:
                return found

    def clear(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        with _mapped_errors("close"):
            self._open().close()
        self._shard = self._create()

    def identity(self) -> str:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        parts = ("edge", self._version(), _LINKS_PER_NODE, _BUILD_CANDIDATES, _FULL_SCAN_KB, _SEARCH_CANDIDATES)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def close(self) -> None:
        """See :class:`~rag.index.protocol.VectorIndex`."""
        shard, self._shard = self._shard, None
        try:
            if shard is not None:
                with _mapped_errors("close"):
                    shard.flush()
                    shard.close()
        finally:
            self._ownership.release()

    def _open(self) -> EdgeShard:
        if self._shard is None:
            raise IndexUnavailableError("the index is closed")
        return self._shard

    def _search(self, request: QueryRequest) -> list[Hit]:
        with _mapped_errors("search"):
            return [Hit(str(point.id), float(point.score)) for point in self._open().query(request)]

    def _version(self) -> str:
        return f"{INDEX_VERSION} {self._dimensions} {sparse_identity()}"

    def _load(self) -> EdgeShard | None:
        """The shard on disk; None where there is none, or one that this version cannot use."""
        from qdrant_edge import EdgeShard

        marker = self._folder / _MARKER
        if not marker.exists() or marker.read_text() != self._version():
            return None
        try:
            return EdgeShard.load(str(self._folder / "shard"), self._config())
        except Exception:  # the library raises several kinds; a damaged shard is made anew from SQL
            return None

    def _create(self) -> EdgeShard:
        import qdrant_edge as edge

        with _mapped_errors("create"):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(mode=0o700, parents=True)
            (self._folder / "shard").mkdir()
            shard = edge.EdgeShard.create(str(self._folder / "shard"), self._config())
            for field in KEYWORD_FIELDS:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
            shard.flush()
        (self._folder / _MARKER).write_text(self._version())
        return shard

    def _config(self) -> EdgeConfig:
        import qdrant_edge as edge

        return edge.EdgeConfig(
            vectors={DENSE: edge.EdgeVectorParams(size=self._dimensions, distance=edge.Distance.Cosine)},
            sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
            hnsw_config=edge.HnswIndexConfig(m=_LINKS_PER_NODE, ef_construct=_BUILD_CANDIDATES, full_scan_threshold=_FULL_SCAN_KB),
        )


@contextmanager
def _mapped_errors(action: str) -> Iterator[None]:
    try:
        yield
    except (IndexUnavailableError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise IndexUnavailableError(f"the index refused to {action} ({type(error).__name__}); run `chartcite doctor`") from None


def open_edge(workspace: Path, dimensions: int) -> EdgeIndex:
    """The embedded index of a workspace; empty when it is new, damaged or of another version.

    Raises:
        WorkspaceLockedError: another process owns the workspace.
        IndexUnavailableError: the shard cannot be made.
    """
    return EdgeIndex(workspace, dimensions)
