from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import IndexUnavailableError
from rag.index.edge import EdgeIndex, open_edge
from rag.index.protocol import Point, PointPayload, SparseVector
from rag.index.sync import differences, rebuild, repair, replay_outbox
from rag.store.database import Database, open_database
from rag.store.documents import delete_document, write_documents
from rag.store.outbox import current_chunk_ids, pending, pending_count
from rag.store.records import DocumentRecord
from rag.types import Scope

Make = Callable[..., DocumentRecord]
CHART = Scope(frozenset({"charts"}), frozenset({"p-1"}))
ROOT = Path(__file__).parents[3]


def test_replaying_brings_the_index_in_line_and_empties_the_queue(database: Database, make_record: Make, tmp_path: Path) -> None:
    write_documents(database, [make_record("d-1", "Takes metformin.\nDenies pain."), make_record("d-2", "Has asthma.")], "pipe")
    with open_edge(tmp_path, 384) as index:
        assert replay_outbox(database, index) == 3
        assert differences(database, index) == (set(), set()) and pending(database) == []
        assert replay_outbox(database, index) == 0


def test_replaced_and_deleted_documents_leave_the_index(database: Database, make_record: Make, tmp_path: Path) -> None:
    with open_edge(tmp_path, 384) as index:
        write_documents(database, [make_record("d-1", "Takes metformin.\nDenies pain."), make_record("d-2", "Has asthma.")], "pipe")
        replay_outbox(database, index)
        write_documents(database, [make_record("d-1", "Takes metformin no longer.")], "pipe")
        delete_document(database, "d-2", "source_removed")
        replay_outbox(database, index)
        assert index.ids() == current_chunk_ids(database) and index.count() == 1


def test_an_index_that_was_lost_is_filled_again_without_the_encoder(database: Database, make_record: Make, tmp_path: Path) -> None:
    record = make_record("d-1", "Takes metformin.\nDenies pain.")
    with open_edge(tmp_path / "a", 384) as index:
        write_documents(database, [record], "pipe")
        replay_outbox(database, index)
    with open_edge(tmp_path / "b", 384) as index:
        replay_outbox(database, index)
        assert differences(database, index) == (set(), set())
        assert index.search_dense(record.vectors[0].chunk, CHART, 1)[0].score == pytest.approx(1.0, abs=1e-4)
        assert rebuild(database, index) == 2 and differences(database, index) == (set(), set())


def test_an_index_that_went_astray_is_repaired(database: Database, make_record: Make, tmp_path: Path) -> None:
    record, stray = make_record("d-1", "Takes metformin.\nDenies pain."), make_record("d-9", "Never stored.")
    with open_edge(tmp_path, 384) as index:
        write_documents(database, [record], "pipe")
        replay_outbox(database, index)
        assert repair(database, index) == 0
        index.delete([record.chunks[0].chunk_id])
        payload = PointPayload("d-9", "0", 0, "charts", "p-1", "note")
        index.upsert([Point(stray.chunks[0].chunk_id, stray.vectors[0].chunk, SparseVector((1,), (1.0,)), payload)])
        assert repair(database, index) == 2 and differences(database, index) == (set(), set())


class _Failing:
    """An index whose named call fails once."""

    def __init__(self, index: EdgeIndex, call: str) -> None:
        self._index = index
        self._call = call

    def _maybe_fail(self, call: str) -> None:
        if call == self._call:
            self._call = ""
            raise IndexUnavailableError(f"planted in {call}")

    def count(self) -> int:
        return self._index.count()

    def ids(self) -> set[str]:
        return self._index.ids()

    def upsert(self, points: Sequence[Point]) -> None:
        self._index.upsert(points[: len(points) // 2])
        self._maybe_fail("upsert")
        self._index.upsert(points)

    def delete(self, chunk_ids: Collection[str]) -> None:
        self._maybe_fail("delete")
        self._index.delete(chunk_ids)

    def flush(self) -> None:
        self._maybe_fail("flush")
        self._index.flush()


@pytest.mark.parametrize("call", ["upsert", "delete", "flush"])
def test_work_stays_queued_until_it_is_on_disk(database: Database, make_record: Make, tmp_path: Path, call: str) -> None:
    with open_edge(tmp_path, 384) as index:
        write_documents(database, [make_record("d-0", "Has asthma.")], "pipe")
        replay_outbox(database, index)
        write_documents(database, [make_record("d-1", "Takes metformin.\nDenies pain."), make_record("d-0", "Has gout.")], "pipe")
        before = pending_count(database)
        failing = _Failing(index, call)
        with pytest.raises(IndexUnavailableError):
            replay_outbox(database, failing)  # type: ignore[arg-type]
        assert pending_count(database) == before
        replay_outbox(database, failing)  # type: ignore[arg-type]
        assert differences(database, index) == (set(), set()) and pending_count(database) == 0


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["write", "delete", "replay", "lose"]), st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_any_order_of_writes_deletes_and_replays_ends_in_line(
    tmp_path_factory: pytest.TempPathFactory, make_record: Make, steps: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    with open_database(f"sqlite:///{folder / 's.sqlite'}") as database, open_edge(folder, 384) as index:
        for action, number, version in steps:
            if action == "write":
                text = "\n".join(f"Line {n} of {version}." for n in range(version + 1))
                write_documents(database, [make_record(f"d-{number}", text)], "pipe")
            elif action == "delete":
                delete_document(database, f"d-{number}", "test")
            elif action == "replay":
                replay_outbox(database, index)
            else:
                index.clear()
        replay_outbox(database, index)
        assert differences(database, index) == (set(), set())


_WRITER = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from conftest import build_record
from rag.index.edge import open_edge
from rag.index.sync import replay_outbox
from rag.store.database import open_database
from rag.store.documents import write_documents
folder = Path({folder!r})
with open_database(f"sqlite:///{{folder / 's.sqlite'}}") as database, open_edge(folder, 384) as index:
    replay_outbox(database, index)
    print("ready", flush=True)
    for n in range({count}):
        write_documents(database, [build_record(f"d-{{n}}", f"Note {{n}} says cough.\\nAnd fever {{n}}.")], "pipe")
        replay_outbox(database, index)
        if n % 7 == 6:
            index.optimize()
print("done", flush=True)
"""


def _start(folder: Path, count: int) -> subprocess.Popen[str]:
    code = _WRITER.format(root=str(ROOT), tests=str(ROOT / "tests" / "rag"), folder=str(folder), count=count)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_a_writer_killed_at_any_moment_leaves_what_the_next_one_finishes(tmp_path: Path, make_record: Make) -> None:
    count = 40
    random = np.random.default_rng(7)
    for _ in range(4):
        process = _start(tmp_path, count)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(float(random.uniform(0.0, 0.5)))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    process = _start(tmp_path, count)
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0 and output.split() == ["ready", "done"]
    with open_database(f"sqlite:///{tmp_path / 's.sqlite'}") as database, open_edge(tmp_path, 384) as index:
        assert replay_outbox(database, index) == 0 and differences(database, index) == (set(), set())
        assert index.count() == 2 * count
        record = make_record("d-3", "Note 3 says cough.\nAnd fever 3.")
        assert index.search_dense(record.vectors[0].chunk, CHART, 1)[0].chunk_id == record.chunks[0].chunk_id
