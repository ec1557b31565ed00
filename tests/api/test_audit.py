"""The audit trail: durable, chained, and without a sink no record is pretended."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from api.audit import AuditEvent, AuditTrail
from rag.errors import AuditError

KEY = b"k" * 32


def event(outcome: str = "answered") -> AuditEvent:
    return AuditEvent("ask", "local:test", outcome, "p-1", None, ("d-1@aa",), "v", b"sealed")


def write(path: Path, count: int) -> None:
    with AuditTrail(path, KEY) as trail:
        for _ in range(count):
            trail.append(event())


def tamper(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_records_are_numbered_and_the_chain_holds(tmp_path: Path) -> None:
    write(tmp_path / "a.sqlite", 3)
    with AuditTrail(tmp_path / "a.sqlite", KEY) as trail:
        assert trail.append(event()) == 4
        assert trail.first_bad_record() is None
        assert [record["number"] for record in trail.records()] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("sql", "first_bad"),
    [
        ("UPDATE audit SET body = replace(body, 'answered', 'refused') WHERE number = 2", 2),
        ("DELETE FROM audit WHERE number = 2", 2),
        ("UPDATE audit SET sealed = x'00' WHERE number = 3", 3),
        ("UPDATE audit SET number = 9 WHERE number = 3", 3),
    ],
)
def test_a_changed_record_is_named(tmp_path: Path, sql: str, first_bad: int) -> None:
    write(tmp_path / "a.sqlite", 3)
    tamper(tmp_path / "a.sqlite", sql)
    with AuditTrail(tmp_path / "a.sqlite", KEY) as trail:
        assert trail.first_bad_record() == first_bad


def test_a_chain_written_with_another_key_does_not_verify(tmp_path: Path) -> None:
    write(tmp_path / "a.sqlite", 1)
    with AuditTrail(tmp_path / "a.sqlite", b"x" * 32) as trail:
        assert trail.first_bad_record() == 1


def test_a_sink_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="cannot be opened"):
        AuditTrail(tmp_path / "missing" / "a.sqlite", KEY)
    write(tmp_path / "a.sqlite", 1)
    tamper(tmp_path / "a.sqlite", "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
    with AuditTrail(tmp_path / "a.sqlite", KEY) as trail, pytest.raises(AuditError, match="not taken"):
        trail.append(event())


def test_every_commit_is_synced_to_disk(tmp_path: Path) -> None:
    with AuditTrail(tmp_path / "a.sqlite", KEY) as trail, trail._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
