"""Killed with SIGKILL and resumed, ingestion ends as if it had never been interrupted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.crash_resume import differences, identical, new_workspace, run_killed, run_whole
from ingestion.demo.synthetic import write_corpus

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("synthetic"), 12, 7)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, manifest: Path) -> tuple[Path, float]:
    workspace = new_workspace(tmp_path_factory.mktemp("runs") / "whole", KEY)
    return workspace, run_whole(workspace, [manifest])


def test_a_killed_and_resumed_run_is_identical(whole: tuple[Path, float], manifest: Path, tmp_path: Path) -> None:
    killed = new_workspace(tmp_path / "killed", KEY)
    struck = run_killed(killed, [manifest], [whole[1] * share for share in (0.5, 0.7, 0.85)])
    found = differences(whole[0], killed)
    assert struck >= 1 and identical(found), found


def test_a_lost_chunk_is_found_by_the_comparison(whole: tuple[Path, float], tmp_path: Path) -> None:
    import shutil
    import sqlite3

    damaged = tmp_path / "damaged"
    shutil.copytree(whole[0], damaged)
    connection = sqlite3.connect(damaged / "store.sqlite")
    connection.execute("DELETE FROM chunks WHERE chunk_id = (SELECT min(chunk_id) FROM chunks)")
    connection.commit()
    connection.close()
    assert not identical(differences(whole[0], damaged))
    assert np.isfinite(float(str(differences(whole[0], damaged)["smallest_cosine"])))
