"""Which encoder made the stored vectors: vectors of two encoders cannot be compared, so a workspace keeps to one."""

from __future__ import annotations

from sqlalchemy import select

from rag.errors import ConfigurationError
from rag.store import schema
from rag.store.database import Database
from rag.store.rows import insert_rows

_NAME = "encoder"


def bind_encoder(database: Database, identity: str) -> None:
    """Return if the workspace's vectors are of this encoder; the first one to come is kept.

    Raises:
        ConfigurationError: the workspace was filled with another encoder.
    """
    properties = schema.properties
    query = select(properties.c.value).where(properties.c.name == _NAME)
    with database.reading() as connection:
        bound = connection.scalar(query)
    if bound is None:
        with database.writing() as connection:
            bound = connection.scalar(query)
            if bound is None:
                insert_rows(connection, properties, [{"name": _NAME, "value": identity}])
                bound = identity
    if bound != identity:
        raise ConfigurationError(
            f"this workspace's vectors are of encoder {bound}, the settings give {identity}; set CHARTCITE_EMBEDDING_PATH back, "
            "or ingest into a new workspace"
        )
