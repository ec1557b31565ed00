"""Small named facts about the store itself, such as which work a crash would leave undone."""

from __future__ import annotations

from sqlalchemy import delete, select

from rag.store import schema
from rag.store.database import Database
from rag.store.rows import insert_rows


def get_property(database: Database, name: str) -> str | None:
    """The value of a property; None when it is not set."""
    with database.reading() as connection:
        return connection.scalar(select(schema.properties.c.value).where(schema.properties.c.name == name))


def set_property(database: Database, name: str, value: str | None) -> None:
    """Set a property, or remove it with None."""
    with database.writing() as connection:
        connection.execute(delete(schema.properties).where(schema.properties.c.name == name))
        if value is not None:
            insert_rows(connection, schema.properties, [{"name": name, "value": value}])
