"""One contract, three indexes: the embedded shard, the client's local mode, and a real server where QDRANT_URL names one."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import numpy as np
import pytest

from rag.errors import IndexUnavailableError, WorkspaceLockedError
from rag.index.edge import EdgeIndex, open_edge
from rag.index.opening import open_index
from rag.index.protocol import Point, PointPayload, VectorIndex
from rag.index.server import ServerIndex, open_server
from rag.index.sparse import open_sparse_encoder
from rag.settings import Settings
from rag.types import Scope

CHART = Scope(frozenset({"charts"}), frozenset({"p-1"}))
TEXTS = ("Takes metformin 500 mg twice daily.", "Denies chest pain or dyspnea.", "Family history of breast cancer.")
Embed = Callable[[str], np.ndarray]


def point(text: str, embed: Embed, patient: str = "p-1") -> Point:
    chunk_id = str(uuid5(NAMESPACE_OID, f"{patient}{text}"))
    payload = PointPayload("d-1", "0" * 64, 0, "charts", patient, "note")
    return Point(chunk_id, embed(text), open_sparse_encoder().document(text), payload)


@pytest.fixture(params=["edge", "local", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "edge":
        with open_edge(tmp_path, 384) as opened:
            yield opened
        return
    if request.param == "local":
        from qdrant_client import QdrantClient

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Payload indexes have no effect")
            local = ServerIndex(QdrantClient(":memory:"), 384)
        with local:
            yield local
        return
    url = os.environ.get("QDRANT_URL")
    if not url:
        pytest.skip("no Qdrant server: set QDRANT_URL to run the same tests against one")
    with open_server(url, os.environ.get("QDRANT_API_KEY"), 384) as server:
        server.clear()
        yield server
        server.clear()


def test_the_nearest_by_meaning_and_by_words_come_first(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(text, embed) for text in TEXTS])
    for text in TEXTS:
        wanted = point(text, embed)
        (nearest, *_) = index.search_dense(wanted.vector, CHART, 3)
        assert nearest.chunk_id == wanted.chunk_id and nearest.score == pytest.approx(1.0, abs=1e-3)
        assert index.search_sparse(open_sparse_encoder().query(text), CHART, 3)[0].chunk_id == wanted.chunk_id


def test_a_limit_holds_and_scores_descend(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(text, embed) for text in TEXTS])
    hits = index.search_dense(embed(TEXTS[0]), CHART, 2)
    assert len(hits) == 2 and hits[0].score >= hits[1].score


def test_another_patients_points_are_never_found(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(text, embed, patient="p-2") for text in TEXTS])
    assert index.search_dense(embed(TEXTS[0]), CHART, 10) == []
    assert index.search_sparse(open_sparse_encoder().query(TEXTS[0]), CHART, 10) == []


def test_writing_again_replaces_and_deleting_twice_is_no_error(index: VectorIndex, embed: Embed) -> None:
    points = [point(text, embed) for text in TEXTS]
    index.upsert(points)
    index.upsert(points)
    assert index.count() == 3 == index.estimate() and index.ids() == {p.chunk_id for p in points}
    index.delete([points[0].chunk_id])
    index.delete([points[0].chunk_id])
    index.delete([])
    assert index.ids() == {p.chunk_id for p in points[1:]}
    index.flush()
    index.optimize()
    assert index.count() == 2


def test_a_cleared_index_is_empty_and_usable(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(TEXTS[0], embed)])
    index.clear()
    assert index.count() == 0
    index.upsert([point(TEXTS[1], embed)])
    assert index.count() == 1


def test_a_question_of_stop_words_only_has_no_sparse_hits(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(text, embed) for text in TEXTS])
    assert open_sparse_encoder().query("of the and").indices == ()
    assert index.search_sparse(open_sparse_encoder().query("of the and"), CHART, 10) == []


def test_a_rare_word_weighs_more_than_a_common_one(index: VectorIndex, embed: Embed) -> None:
    index.upsert([point(text, embed) for text in ("cough today", "cough again", "cough later", "sarcoidosis")])
    scores = {hit.chunk_id: hit.score for hit in index.search_sparse(open_sparse_encoder().query("cough sarcoidosis"), CHART, 10)}
    assert scores[point("sarcoidosis", embed).chunk_id] > scores[point("cough today", embed).chunk_id]


def test_a_second_owner_is_refused_before_it_touches_the_shard(tmp_path: Path, embed: Embed) -> None:
    with open_edge(tmp_path, 384) as first:
        first.upsert([point(TEXTS[0], embed)])
        with pytest.raises(WorkspaceLockedError):
            open_edge(tmp_path, 384)
        first.flush()
        assert first.count() == 1
    with open_edge(tmp_path, 384) as next_owner:
        assert next_owner.count() == 1


def test_a_shard_reopens_with_its_points(tmp_path: Path, embed: Embed) -> None:
    with open_edge(tmp_path, 384) as index:
        index.upsert([point(text, embed) for text in TEXTS])
    with open_edge(tmp_path, 384) as index:
        assert len(index.search_dense(embed(TEXTS[0]), CHART, 10)) == 3


@pytest.mark.parametrize("harm", ["version", "segments", "truncate"])
def test_a_damaged_or_outdated_shard_is_made_anew(tmp_path: Path, embed: Embed, harm: str) -> None:
    with open_edge(tmp_path, 384) as index:
        index.upsert([point(TEXTS[0], embed)])
    folder = tmp_path / "index"
    if harm == "version":
        (folder / "version").write_text("0 384 other")
    elif harm == "segments":
        for file in (folder / "shard").rglob("*.json"):
            file.write_text("{")
    else:
        (folder / "version").unlink()
    with open_edge(tmp_path, 384) as index:
        assert index.count() == 0
        index.upsert([point(TEXTS[0], embed)])
        assert index.count() == 1


def test_a_closed_index_says_so(tmp_path: Path, embed: Embed) -> None:
    index = open_edge(tmp_path, 384)
    index.close()
    index.close()
    with pytest.raises(IndexUnavailableError):
        index.count()


def test_settings_choose_the_index(tmp_path: Path) -> None:
    with open_index(Settings(workspace=tmp_path)) as index:
        assert isinstance(index, EdgeIndex)
    with pytest.raises(IndexUnavailableError):
        open_index(Settings.model_validate({"workspace": tmp_path, "qdrant_url": "http://127.0.0.1:9"}))


def test_identities_tell_kinds_and_sizes_apart(tmp_path: Path) -> None:
    with open_edge(tmp_path / "a", 384) as one, open_edge(tmp_path / "b", 16) as other:
        assert one.identity() != other.identity() and len(one.identity()) == 16
