"""Which index a workspace has: a Qdrant server where the settings name one, else the embedded shard."""

from __future__ import annotations

from rag.index.protocol import VectorIndex
from rag.settings import Settings

MINILM_DIMENSIONS = 384


def open_index(settings: Settings, dimensions: int = MINILM_DIMENSIONS) -> VectorIndex:
    """Open the index, to be closed by ``with``. Fill it with ``rag.index.sync.replay_outbox``.

    Raises:
        WorkspaceLockedError: another process owns the workspace (embedded index only).
        IndexUnavailableError: the server does not answer, or the shard cannot be made.
    """
    if settings.qdrant_url is None:
        from rag.index.edge import open_edge

        return open_edge(settings.workspace, dimensions)
    from rag.index.server import open_server

    key = settings.qdrant_api_key
    return open_server(settings.qdrant_url.get_secret_value(), key.get_secret_value() if key else None, dimensions)
