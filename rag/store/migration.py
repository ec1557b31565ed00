"""Bringing a database to this version's schema. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

from rag.errors import ConfigurationError

SCHEMA_VERSION = "0003"
"""Alembic revision that this program reads and writes. A test holds it equal to the newest migration."""

MIGRATIONS = Path(__file__).parent / "migrations"


def schema_version(engine: Engine) -> str | None:
    """The database's revision, None where nothing was made yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if version is None else str(version)


def migrate(engine: Engine) -> None:
    """Bring the schema to ``SCHEMA_VERSION``; nothing when it is there already. Two processes at once do it once.

    Raises:
        ConfigurationError: the database is of a revision this program does not know: it is newer.
    """
    found = schema_version(engine)
    if found == SCHEMA_VERSION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise ConfigurationError(f"the store has schema {found}, this program knows up to {SCHEMA_VERSION}; upgrade chartcite")
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(7241003)"))
        config.attributes["connection"] = connection
        command.upgrade(config, SCHEMA_VERSION)
        connection.commit()
