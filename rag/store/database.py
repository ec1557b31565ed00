"""The one door to SQL: SQLite in WAL mode by default, any SQLAlchemy URL (PostgreSQL) by setting.

Readers never wait for the writer; writers queue for at most ``BUSY_SECONDS``. A committed transaction survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from rag.errors import ConfigurationError, StoreError
from rag.store.migration import migrate

BUSY_SECONDS = 30.0
"""How long a writer waits for another. Source: an ingest transaction of 200 documents takes under 1 s."""


_SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY")
# secure_delete overwrites what is erased; temp_store keeps sorted text out of temporary files.


class Database:
    """An open database with the schema of this version. Thread-safe; each transaction takes a pooled connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Database:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view, rolled back at the end.

        Raises:
            StoreError: the database refused; names the kind of failure, never a row.
        """
        with _mapped_errors(), self._engine.connect() as connection:
            if self._is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises:
            StoreError: the database refused, or another writer held it for ``BUSY_SECONDS``.
        """
        with _mapped_errors(), self._engine.connect() as connection:
            if self._is_sqlite:
                # Taking the write lock first: a reader that turns writer can fail at once, without waiting.
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def ready(self) -> bool:
        """True when a trivial query is answered."""
        try:
            with self.reading() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except StoreError:
            return False

    def close(self) -> None:
        """Close every pooled connection."""
        self._engine.dispose()

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"


def open_database(url: str) -> Database:
    """Connect, and bring the schema to this version (only when it differs; 0.3 s the first time, else 5 ms).

    Raises:
        ConfigurationError: the URL cannot be used, or the schema is of a newer version of this program.
        StoreError: the database refused.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigurationError("database_url is not an SQLAlchemy URL; give sqlite:///PATH or postgresql+psycopg://…") from None
    with _mapped_errors():
        engine = _create(parsed)
        try:
            migrate(engine)
        except BaseException:
            engine.dispose()
            raise
    return Database(engine)


def _create(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite and url.database:
        _prepare_file(Path(url.database))
    try:
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS} if sqlite else {}, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise ConfigurationError(f"database_url: no driver for {url.drivername} ({error}); install the extra 'scale'") from None
    if sqlite:
        event.listen(engine, "connect", _tune_sqlite)
    return engine


def _prepare_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"{path}: the database file cannot be made ({error.strerror})") from None


def _tune_sqlite(connection: Any, _record: object) -> None:
    # The driver must not begin transactions by itself: reading() and writing() do.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        origin = getattr(error, "orig", None)
        detail = type(origin or error).__name__
        code = getattr(origin, "sqlite_errorname", None) or getattr(origin, "sqlstate", None) or ""
        raise StoreError(f"the database refused ({detail} {code}".rstrip() + "); check the disk and the URL") from None
