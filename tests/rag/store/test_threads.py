from __future__ import annotations

from rag.store.database import Database
from rag.store.threads import get_thread, put_thread


def test_the_last_record_of_a_thread_is_kept(database: Database) -> None:
    assert get_thread(database, "t", "local:ada") is None
    put_thread(database, "t", "local:ada", b"one", "2024-01-01T00:00:00+00:00")
    put_thread(database, "t", "local:ada", b"two", "2024-01-01T00:01:00+00:00")
    assert get_thread(database, "t", "local:ada") == b"two"


def test_a_thread_of_another_principal_is_not_seen(database: Database) -> None:
    put_thread(database, "t", "local:ada", b"hers", "2024-01-01T00:00:00+00:00")
    assert get_thread(database, "t", "local:bob") is None
    put_thread(database, "t", "local:bob", b"his", "2024-01-01T00:00:00+00:00")
    assert get_thread(database, "t", "local:ada") == b"hers"
