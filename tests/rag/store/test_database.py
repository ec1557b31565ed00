from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, inspect, select

from rag.errors import ConfigurationError, StoreError
from rag.store import schema
from rag.store.database import Database, open_database
from rag.store.facts import find_facts
from rag.store.migration import MIGRATIONS, SCHEMA_VERSION
from rag.types import Scope


def test_the_schema_version_is_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA_VERSION]


def test_migrating_from_nothing_makes_the_tables_of_the_schema(tmp_path: Path) -> None:
    open_database(f"sqlite:///{tmp_path / 's.sqlite'}").close()
    engine = create_engine(f"sqlite:///{tmp_path / 's.sqlite'}")
    found = inspect(engine)
    assert set(found.get_table_names()) - {"alembic_version", "sqlite_sequence"} == set(schema.metadata.tables)
    for name, table in schema.metadata.tables.items():
        assert {column["name"] for column in found.get_columns(name)} == {column.name for column in table.columns}
    engine.dispose()


def test_a_store_of_the_first_schema_keeps_its_facts_and_gains_the_new_parts(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO documents VALUES ('d-1', 's', 'charts', 'p-1', 'k', 't', '2020', 'u', 'x', '[]', 0, 1, 'k', 's', 'p')"
        )
        connection.exec_driver_sql(
            "INSERT INTO facts VALUES (1, 'd-1', 's', 'charts', 'p-1', 'lab', 'c', 'Glucose', '5', NULL, '2020', 'final', 'present', 0, 1)"
        )
        connection.commit()
    engine.dispose()
    with open_database(url) as database:
        (fact,) = find_facts(database, Scope(frozenset({"charts"}), frozenset({"p-1"})))
    assert (fact.display, fact.doc_sha256, fact.origin, fact.experiencer, fact.clock, fact.slots) == (
        "Glucose",
        "s",
        "resource",
        "patient",
        "",
        (),
    )
    upgraded, made = create_engine(url), create_engine(f"sqlite:///{tmp_path / 'new.sqlite'}")
    schema.metadata.create_all(made)
    for name in schema.metadata.tables:
        columns = [{column["name"]: column["nullable"] for column in inspect(one).get_columns(name)} for one in (upgraded, made)]
        indexes = [{index["name"]: index["column_names"] for index in inspect(one).get_indexes(name)} for one in (upgraded, made)]
        assert columns[0] == columns[1] and indexes[0] == indexes[1]
    upgraded.dispose()
    made.dispose()


def test_opening_again_migrates_nothing_and_keeps_rows(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    with open_database(url) as database, database.writing() as connection:
        connection.execute(insert(schema.properties).values(name="a", value="1"))
    with open_database(url) as database, database.reading() as connection:
        assert connection.scalar(select(schema.properties.c.value)) == "1"


def test_a_store_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    open_database(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ConfigurationError, match="9999"):
        open_database(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["not a url", "nosuchdatabase://x", "sqlite+nodriver:///x"])
def test_a_url_that_cannot_be_used_says_so(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_database(url)


def test_a_file_that_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(StoreError):
        open_database(f"sqlite:///{path}")


def test_a_failed_write_leaves_nothing_and_shows_no_values(database: Database) -> None:
    with pytest.raises(StoreError) as caught, database.writing() as connection:
        connection.execute(insert(schema.properties).values(name="Jane Roe", value="1"))
        connection.execute(insert(schema.properties).values(name="Jane Roe", value="2"))
    assert "Jane" not in str(caught.value) and caught.value.__cause__ is None
    with database.reading() as connection:
        assert connection.execute(select(schema.properties)).all() == []


def test_an_error_of_the_caller_rolls_back(database: Database) -> None:
    with pytest.raises(ValueError, match="mine"), database.writing() as connection:
        connection.execute(insert(schema.properties).values(name="a", value="1"))
        raise ValueError("mine")
    with database.reading() as connection:
        assert connection.execute(select(schema.properties)).all() == []


def test_readers_do_not_wait_for_a_writer_and_writers_take_turns(database: Database) -> None:
    def write(name: str) -> None:
        with database.writing() as connection:
            connection.execute(insert(schema.properties).values(name=name, value="1"))

    with database.writing() as connection:
        connection.execute(insert(schema.properties).values(name="first", value="1"))
        others = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
        for thread in others:
            thread.start()
        with database.reading() as reader:
            assert ("first", "1") not in reader.execute(select(schema.properties)).all()
    for thread in others:
        thread.join(timeout=20)
    with database.reading() as reader:
        assert len(reader.execute(select(schema.properties)).all()) == 5


def test_the_file_is_for_its_owner_only_and_writes_ahead(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with open_database(f"sqlite:///{path}") as database, database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert database.ready()
    assert path.stat().st_mode & 0o077 == 0
