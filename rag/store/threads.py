"""What is kept of a thread of questions: one sealed record per thread and principal; the caller encrypts it."""

from __future__ import annotations

from sqlalchemy import delete, select

from rag.store import schema
from rag.store.database import Database
from rag.store.rows import insert_rows


def get_thread(database: Database, digest: str, principal: str) -> bytes | None:
    """The sealed record of the thread with this digest; None where this principal has none, whoever else may."""
    threads = schema.threads
    with database.reading() as connection:
        return connection.scalar(select(threads.c.sealed).where(threads.c.thread == digest, threads.c.principal == principal))


def put_thread(database: Database, digest: str, principal: str, sealed: bytes, updated: str) -> None:
    """Keep a record in place of the former one of this thread and principal: the last write wins. ``updated`` is an ISO stamp."""
    threads = schema.threads
    with database.writing() as connection:
        connection.execute(delete(threads).where(threads.c.thread == digest, threads.c.principal == principal))
        insert_rows(connection, threads, [{"thread": digest, "principal": principal, "sealed": sealed, "updated": updated}])
