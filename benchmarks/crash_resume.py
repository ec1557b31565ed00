"""Kill ingestion with SIGKILL at random points, resume it, and compare the result with an uninterrupted run.

    python -m benchmarks.crash_resume MANIFEST… [--kills 10] [--seed 0]

Both runs share a workspace key, so ids and surrogates must be equal. Compared: document ids with hashes, facts, chunk ids
and lineage, point ids of the index, and the cosine of every chunk's vector. Prints one JSON line; exit 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

COMPARED = {
    "documents": "SELECT doc_id, sha256, patient, kind, title, date, uri, current FROM documents ORDER BY 1, 2",
    "facts": "SELECT doc_id, kind, code, display, value, unit, time, clock, end_time, status, assertion, experiencer, origin, section, "
    "start, end, slots FROM facts ORDER BY doc_id, start, end, kind, code, display, value",
    "chunks": "SELECT chunk_id, doc_id, ordinal, start, end, section, sentences, copied_from FROM chunks ORDER BY 1",
    "outbox": "SELECT action, chunk_id FROM outbox ORDER BY 1, 2",
    "units": "SELECT corpus, uri_digest, sha256 FROM units ORDER BY 1, 2",
    "quarantine": "SELECT doc_id, reason FROM quarantine ORDER BY 1",
}


def command(workspace: Path, manifests: Sequence[Path]) -> list[str]:
    """The ingest under test, as a user runs it."""
    return [sys.executable, "-m", "api.cli", "ingest", *map(str, manifests), "--workspace", str(workspace), "--json"]


def new_workspace(folder: Path, key: bytes) -> Path:
    """An empty workspace with the given key."""
    folder.mkdir(mode=0o700)
    (folder / "key").write_bytes(key)
    (folder / "key").chmod(0o600)
    return folder


def run_whole(workspace: Path, manifests: Sequence[Path]) -> float:
    """Ingest without interruption; gives the seconds it took."""
    started = time.perf_counter()
    subprocess.run(command(workspace, manifests), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def run_killed(workspace: Path, manifests: Sequence[Path], points: Sequence[float]) -> int:
    """Start the ingest once per point, kill its process group after that many seconds, then let it finish; gives the kills that struck."""
    struck = 0
    for seconds in points:
        process = subprocess.Popen(
            command(workspace, manifests), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            struck += 1
    run_whole(workspace, manifests)
    return struck


def differences(one: Path, other: Path) -> dict[str, object]:
    """How many rows differ per table, and the smallest cosine between vectors of the same chunk."""
    stores = [sqlite3.connect(folder / "store.sqlite") for folder in (one, other)]
    found: dict[str, object] = {}
    for name, sql in COMPARED.items():
        first, second = (set(map(repr, store.execute(sql).fetchall())) for store in stores)
        found[name] = len(first ^ second)
    vectors = [dict(store.execute("SELECT chunk_id, vector FROM chunks").fetchall()) for store in stores]
    cosines = [_cosine(vectors[0][chunk_id], vectors[1][chunk_id]) for chunk_id in vectors[0].keys() & vectors[1].keys()]
    found["smallest_cosine"] = round(min(cosines, default=0.0), 6)
    found["points"] = len(_point_ids(one) ^ _point_ids(other))
    found["chunks_compared"] = len(cosines)
    for store in stores:
        store.close()
    return found


def identical(found: dict[str, object]) -> bool:
    """True when nothing differs and every vector agrees to a cosine of 0.9999."""
    counts = [value for name, value in found.items() if name not in ("smallest_cosine", "chunks_compared")]
    return not any(counts) and float(str(found["smallest_cosine"])) >= 0.9999


def _cosine(one: bytes, other: bytes) -> float:
    first, second = (np.frombuffer(raw, dtype="<f2").astype(np.float32) for raw in (one, other))
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def _point_ids(workspace: Path) -> set[str]:
    from rag.index.opening import open_index
    from rag.settings import Settings

    with open_index(Settings(workspace=workspace)) as index:
        return index.ids()


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", nargs="+", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    key = secrets.token_bytes(32)
    with tempfile.TemporaryDirectory() as folder:
        whole = new_workspace(Path(folder) / "whole", key)
        seconds = run_whole(whole, arguments.manifest)
        killed = new_workspace(Path(folder) / "killed", key)
        points = [draw.uniform(1.0, max(2.0, seconds / (arguments.kills / 2))) for _ in range(arguments.kills)]
        struck = run_killed(killed, arguments.manifest, points)
        rerun = run_whole(killed, arguments.manifest)
        found = differences(whole, killed)
    result = {"kills": struck, "seconds_whole": round(seconds, 1), "seconds_rerun": round(rerun, 2), "differences": found}
    sys.stdout.write(json.dumps(result | {"identical": identical(found)}) + "\n")
    return 0 if identical(found) else 1


if __name__ == "__main__":
    sys.exit(main())
