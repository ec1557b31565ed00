"""The audit trail: one record per request, durable before the answer leaves, chained by a keyed hash.

A database of its own (``synchronous=FULL``). Each record's hash covers the one before it, keyed with the workspace
key: a record edited, removed, swapped or added by someone without the key breaks the chain at its number.
Questions are kept sealed; nothing in clear can hold an identifier.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa

from rag.errors import AuditError

_METADATA = sa.MetaData()
_RECORDS = sa.Table(
    "audit",
    _METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What is recorded of one request: never text of a chart. ``sealed`` is the encrypted question."""

    action: str
    principal: str
    outcome: str
    patient: str | None
    purpose: str | None
    documents: tuple[str, ...]
    provenance: str
    sealed: bytes = b""


class AuditTrail(AbstractContextManager["AuditTrail"]):
    """The trail of one workspace, opened for appending and checking.

    Raises:
        AuditError: the database cannot be opened, written or read: no answer may leave.
    """

    def __init__(self, path: Path, chain_key: bytes) -> None:
        self._chain_key = chain_key
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10.0})
        sa.event.listen(self._engine, "connect", _make_durable)
        sa.event.listen(self._engine, "begin", _take_write_lock)
        try:
            path.touch(mode=0o600)
            _METADATA.create_all(self._engine)
        except OSError as error:
            raise AuditError(f"the audit database cannot be opened ({error.strerror}); check the disk and its rights") from None
        except sa.exc.SQLAlchemyError as error:
            raise AuditError(f"the audit database cannot be opened ({type(error).__name__}); check the disk and its rights") from None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._engine.dispose()

    def append(self, event: AuditEvent) -> int:
        """Record one event durably and return its number (from 1). Serialised across processes by the write lock."""
        body = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "action": event.action,
                "principal": event.principal,
                "outcome": event.outcome,
                "patient": event.patient,
                "purpose_stated": event.purpose is not None,
                "documents": list(event.documents),
                "provenance": event.provenance,
            },
            sort_keys=True,
        )
        try:
            with self._engine.begin() as connection:
                last = connection.execute(sa.select(_RECORDS).order_by(_RECORDS.c.number.desc()).limit(1)).first()
                number = 1 if last is None else last.number + 1
                chained = self._hash(_GENESIS if last is None else last.hash, number, body, event.sealed)
                connection.execute(_RECORDS.insert().values(number=number, body=body, sealed=event.sealed, hash=chained))
        except sa.exc.SQLAlchemyError as error:
            raise AuditError(f"the audit record was not taken ({type(error).__name__}); check the disk and its rights") from None
        return int(number)

    def first_bad_record(self) -> int | None:
        """Number of the first record that is not what was written, or None. Linear in the trail."""
        previous, expected = _GENESIS, 1
        for number, body, sealed, chained in self._rows():
            if number != expected or not hmac.compare_digest(chained, self._hash(previous, number, body, sealed)):
                return expected
            previous, expected = chained, expected + 1
        return None

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record in order, without the sealed question."""
        for number, body, _, chained in self._rows():
            yield {"number": number, **json.loads(body), "hash": chained}

    def _rows(self) -> Iterator[tuple[int, str, bytes, str]]:
        try:
            with self._engine.connect() as connection:
                for row in connection.execute(sa.select(_RECORDS).order_by(_RECORDS.c.number)):
                    yield row.number, row.body, bytes(row.sealed), row.hash
        except sa.exc.SQLAlchemyError as error:
            raise AuditError(f"the audit database cannot be read ({type(error).__name__})") from None

    def _hash(self, previous: str, number: int, body: str, sealed: bytes) -> str:
        message = b"\x00".join((previous.encode(), str(number).encode(), body.encode(), hashlib.sha256(sealed).digest()))
        return hmac.new(self._chain_key, message, hashlib.sha256).hexdigest()


def _make_durable(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, so that the write lock comes before the read
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _take_write_lock(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
