from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ScopeError
from rag.index.edge import EdgeIndex, open_edge
from rag.index.sync import replay_outbox
from rag.retrieval.retriever import Retriever
from rag.store.database import Database
from rag.store.documents import delete_document, write_documents
from rag.store.records import DocumentRecord
from rag.types import NO_PATIENT, Scope

Make = Callable[..., DocumentRecord]
ONE, TWO = (Scope(frozenset({"charts"}), frozenset({name})) for name in ("p-1", "p-2"))


class WordEmbedder:
    """Stands in for the encoder: texts that share words are near."""

    def __init__(self, embed: Callable[[str], np.ndarray]) -> None:
        self.embed_query = embed


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EdgeIndex]:
    with open_edge(tmp_path, 384) as opened:
        yield opened


@pytest.fixture
def retriever(database: Database, index: EdgeIndex, embed: Callable[[str], np.ndarray]) -> Retriever:
    return Retriever(database, index, WordEmbedder(embed))  # type: ignore[arg-type]


def texts(hits: list) -> list[str]:
    return [hit.chunk.text for hit in hits]


def store(database: Database, index: EdgeIndex, *records: DocumentRecord) -> None:
    write_documents(database, records, "pipe")
    replay_outbox(database, index)


def test_the_chunk_that_answers_comes_first_with_both_scores(
    database: Database, index: EdgeIndex, retriever: Retriever, make_record: Make
) -> None:
    store(database, index, make_record("d-1", "Takes metformin 500 mg daily.\nDenies chest pain.\nHas asthma since childhood."))
    hits = retriever.retrieve("metformin daily", ONE, 2)
    assert texts(hits)[0] == "Takes metformin 500 mg daily." and len(hits) == 2
    assert hits[0].dense is not None and hits[0].sparse is not None and hits[0].score > hits[1].score


def test_another_patients_chart_is_never_read(database: Database, index: EdgeIndex, retriever: Retriever, make_record: Make) -> None:
    store(database, index, make_record("d-1", "Takes metformin."), make_record("d-2", "Takes metformin too.", patient="p-2"))
    assert texts(retriever.retrieve("metformin", ONE, 10)) == ["Takes metformin."]
    assert texts(retriever.retrieve("metformin", TWO, 10)) == ["Takes metformin too."]
    assert retriever.retrieve("metformin", Scope(frozenset({"charts"}), frozenset({NO_PATIENT})), 10) == []


def test_a_hit_whose_document_is_no_longer_current_is_dropped(
    database: Database, index: EdgeIndex, retriever: Retriever, make_record: Make
) -> None:
    store(database, index, make_record("d-1", "Takes metformin."), make_record("d-2", "Metformin was stopped."))
    delete_document(database, "d-1", "source_removed")  # the index still has its point
    assert index.count() == 2 and texts(retriever.retrieve("takes metformin", ONE, 1)) == ["Metformin was stopped."]


def test_a_point_planted_under_another_patient_is_dropped(
    database: Database, index: EdgeIndex, retriever: Retriever, make_record: Make, tmp_path: Path
) -> None:
    """The index says p-1, SQL says p-2: SQL is right."""
    from dataclasses import replace

    from rag.index.protocol import Point, PointPayload
    from rag.index.sparse import open_sparse_encoder

    record = make_record("d-2", "Takes metformin.", patient="p-2")
    store(database, index, record)
    chunk = record.chunks[0]
    payload = PointPayload("d-2", chunk.doc_sha256, 0, "charts", "p-2", "note")
    planted = Point(chunk.chunk_id, record.vectors[0].chunk, open_sparse_encoder().document(chunk.text), replace(payload, patient="p-1"))
    index.upsert([planted])
    assert retriever.retrieve("metformin", ONE, 10) == []


def test_an_empty_scope_is_refused(retriever: Retriever) -> None:
    with pytest.raises(ScopeError):
        retriever.retrieve("metformin", Scope(frozenset(), frozenset({"p-1"})), 5)


def test_a_question_of_stop_words_is_answered_by_meaning_alone(
    database: Database, index: EdgeIndex, retriever: Retriever, make_record: Make
) -> None:
    store(database, index, make_record("d-1", "Was it there?\nTakes metformin."))
    hits = retriever.retrieve("was it there", ONE, 2)
    assert texts(hits)[0] == "Was it there?" and hits[0].sparse is None
