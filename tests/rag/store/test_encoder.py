from __future__ import annotations

import pytest

from rag.errors import ConfigurationError
from rag.store.database import Database
from rag.store.encoder import bind_encoder


def test_a_workspace_keeps_to_its_first_encoder(database: Database) -> None:
    bind_encoder(database, "aaaa")
    bind_encoder(database, "aaaa")
    with pytest.raises(ConfigurationError, match="aaaa"):
        bind_encoder(database, "bbbb")
