from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rag.errors import ScopeError, StoreError
from rag.store.database import Database
from rag.store.documents import (
    current_chunks,
    delete_document,
    doc_ids_by_uri_suffix,
    document_dates,
    documents_in_scope,
    erase_document,
    get_document,
    get_sealed,
    has_uri_suffix,
    sentence_vectors,
    write_documents,
)
from rag.store.facts import find_facts
from rag.store.outbox import DELETE, UPSERT, current_chunk_ids, pending
from rag.store.records import DocumentRecord
from rag.types import Scope

Make = Callable[..., DocumentRecord]
CHART = Scope(frozenset({"charts"}), frozenset({"p-1"}))


def test_a_document_reads_back_as_it_was_written(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin 500 mg.\nNo chest pain. 😷", facts=2)
    write_documents(database, [record], "pipe")
    assert get_document(database, "d-1") == record.document
    assert get_sealed(database, "d-1", record.document.sha256) == b"sealed"
    assert current_chunks(database, [c.chunk_id for c in record.chunks], CHART) == {c.chunk_id: c for c in record.chunks}
    assert find_facts(database, CHART) == list(record.facts)


def test_sentence_vectors_read_back_row_for_row(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.")
    write_documents(database, [record], "pipe")
    found = sentence_vectors(database, [record.chunks[0].chunk_id, "absent"])
    assert list(found) == [record.chunks[0].chunk_id]
    np.testing.assert_array_equal(found[record.chunks[0].chunk_id], record.vectors[0].sentences)


def test_a_changed_document_replaces_and_the_old_version_stays_readable_by_hash(database: Database, make_record: Make) -> None:
    old, new = make_record("d-1", "Takes metformin 500 mg.", facts=1), make_record("d-1", "Takes metformin 1000 mg.", facts=2)
    write_documents(database, [old], "pipe")
    write_documents(database, [new], "pipe")
    assert get_document(database, "d-1") == new.document
    assert get_document(database, "d-1", old.document.sha256) == old.document
    assert current_chunks(database, [old.chunks[0].chunk_id, new.chunks[0].chunk_id], CHART) == {new.chunks[0].chunk_id: new.chunks[0]}
    assert find_facts(database, CHART) == list(new.facts)
    assert [(e.action, e.chunk_id) for e in pending(database)] == [
        (UPSERT, old.chunks[0].chunk_id),
        (DELETE, old.chunks[0].chunk_id),
        (UPSERT, new.chunks[0].chunk_id),
    ]


def test_a_document_that_goes_back_to_its_old_text_is_current_again(database: Database, make_record: Make) -> None:
    first, second = make_record("d-1", "Version one."), make_record("d-1", "Version two.")
    for record in (first, second, first):
        write_documents(database, [record], "pipe")
    assert get_document(database, "d-1") == first.document
    assert current_chunk_ids(database) == {first.chunks[0].chunk_id}


def test_writing_the_same_again_changes_nothing(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.\nDenies pain.", facts=3)
    write_documents(database, [record], "pipe")
    write_documents(database, [record], "pipe")
    assert find_facts(database, CHART) == list(record.facts)
    assert current_chunk_ids(database) == {c.chunk_id for c in record.chunks}
    assert DELETE not in {entry.action for entry in pending(database)}


def test_a_chunk_that_is_not_the_text_at_its_span_is_refused_and_nothing_is_written(database: Database, make_record: Make) -> None:
    good, bad = make_record("d-1", "Takes metformin."), make_record("d-2", "Takes aspirin.")
    bad = replace(bad, chunks=(replace(bad.chunks[0], text="Takes warfarin"),))
    with pytest.raises(StoreError) as caught:
        write_documents(database, [good, bad], "pipe")
    assert "warfarin" not in str(caught.value) and "aspirin" not in str(caught.value)
    assert get_document(database, "d-1") is None and pending(database) == []


def test_chunks_without_vectors_are_refused(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.")
    for spoilt in (
        replace(record, vectors=()),
        replace(record, vectors=(replace(record.vectors[0], sentences=record.vectors[0].sentences[:0]),)),
        replace(record, chunks=(replace(record.chunks[0], doc_sha256="0" * 64),)),
    ):
        with pytest.raises(StoreError):
            write_documents(database, [spoilt], "pipe")


def test_a_deleted_document_leaves_search_but_stays_readable_by_hash(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.", facts=1)
    write_documents(database, [record], "pipe")
    assert delete_document(database, "d-1", "source_removed") is True
    assert delete_document(database, "d-1", "source_removed") is False
    assert get_document(database, "d-1") is None
    assert get_document(database, "d-1", record.document.sha256) == record.document
    assert current_chunks(database, [record.chunks[0].chunk_id], CHART) == {} and find_facts(database, CHART) == []
    assert pending(database)[-1].action == DELETE


def test_an_erased_document_is_gone_in_every_version(database: Database, make_record: Make, tmp_path: object) -> None:
    versions = [make_record("d-1", text) for text in ("Version one.", "Version two.")]
    for record in versions:
        write_documents(database, [record], "pipe")
    assert erase_document(database, "d-1", "patient_request") == 2
    for record in versions:
        assert get_document(database, "d-1", record.document.sha256) is None
        assert get_sealed(database, "d-1", record.document.sha256) is None
    assert current_chunk_ids(database) == set()


@pytest.mark.parametrize(
    "scope",
    [
        Scope(frozenset({"charts"}), frozenset({"p-2"})),
        Scope(frozenset({"other"}), frozenset({"p-1"})),
        Scope(frozenset({"charts"}), frozenset({"p-1"}), frozenset({"d-9"})),
        Scope(frozenset({"charts"}), frozenset(f"p-x{n}" for n in range(2_000))),
    ],
)
def test_nothing_outside_the_scope_is_read(database: Database, make_record: Make, scope: Scope) -> None:
    record = make_record("d-1", "Takes metformin.", facts=1)
    write_documents(database, [record], "pipe")
    assert current_chunks(database, [record.chunks[0].chunk_id], scope) == {}
    assert documents_in_scope(database, scope).count == 0
    assert find_facts(database, scope) == [] and doc_ids_by_uri_suffix(database, scope, "b.txt") == frozenset()


@pytest.mark.parametrize(
    "scope",
    [
        Scope(frozenset(), frozenset({"p-1"})),
        Scope(frozenset({"charts"}), frozenset()),
        Scope(frozenset({"charts"}), frozenset({"p-1"}), frozenset()),
        Scope(frozenset({""}), frozenset({"p-1"})),
    ],
)
def test_an_empty_scope_is_refused(database: Database, make_record: Make, scope: Scope) -> None:
    write_documents(database, [make_record("d-1", "Takes metformin.")], "pipe")
    for read in (current_chunks, documents_in_scope, find_facts, doc_ids_by_uri_suffix):
        arguments = {current_chunks: (["x"], scope), doc_ids_by_uri_suffix: (scope, "b.txt")}.get(read, (scope,))
        with pytest.raises(ScopeError):
            read(database, *arguments)  # type: ignore[operator]


def test_a_scope_is_summed_up_for_its_receipt(database: Database, make_record: Make) -> None:
    write_documents(
        database,
        [
            make_record("d-1", "One.", date="2021-05"),
            make_record("d-2", "Two.", date="2019"),
            make_record("d-3", "Three.", date=None),
            make_record("d-4", "Four.", patient="p-2", date="1999"),
        ],
        "pipe",
    )
    found = documents_in_scope(database, CHART)
    assert (found.count, found.first, found.last, found.kinds) == (3, "2019", "2021-05", (("note", 3),))
    assert documents_in_scope(database, CHART, kinds=["lab"]).count == 0
    assert document_dates(database, ["d-1", "d-3", "d-9"]) == {"d-1": "2021-05", "d-3": None}


def test_a_receipt_counts_only_the_named_documents_of_a_narrowed_scope(database: Database, make_record: Make) -> None:
    records = [make_record(f"d-{n}", f"Note {n}.", date="" if n == 0 else f"20{n % 90 + 10}") for n in range(12)]
    write_documents(database, [*records, make_record("d-x", "Other.", patient="p-2", date="1999")], "pipe")
    named = frozenset({"d-0", "d-3", "d-7", "d-x", *(f"absent-{n}" for n in range(1_200))})
    found = documents_in_scope(database, Scope(CHART.corpora, CHART.patients, named))
    assert (found.count, found.first, found.last, found.kinds) == (3, "2013", "2017", (("note", 3),))


def test_a_receipt_over_many_patients_counts_theirs_alone(database: Database, make_record: Make) -> None:
    write_documents(database, [make_record("d-1", "One.", date="2020"), make_record("d-2", "Two.", patient="p-2", date="1999")], "pipe")
    many = Scope(CHART.corpora, frozenset({"p-1", *(f"p-x{n}" for n in range(2_000))}))
    assert (documents_in_scope(database, many).count, documents_in_scope(database, many).first) == (1, "2020")


def test_uri_suffixes_match_whole_parts_only(database: Database, make_record: Make) -> None:
    records = [make_record("d-1", "One.", uri="x/trial_1.txt"), make_record("d-2", "Two.", uri="x/b.json#Encounter/7")]
    write_documents(database, records, "pipe")
    assert doc_ids_by_uri_suffix(database, CHART, "trial_1.txt") == {"d-1"}
    assert doc_ids_by_uri_suffix(database, CHART, "b.json") == {"d-2"} == doc_ids_by_uri_suffix(database, CHART, "Encounter/7")
    assert doc_ids_by_uri_suffix(database, CHART, "l_1.txt") == frozenset() == doc_ids_by_uri_suffix(database, CHART, "%")
    assert has_uri_suffix("a.zip!/b.txt", "b.txt") and has_uri_suffix("b.txt", "/b.txt")
    assert not has_uri_suffix("a/b.txt", "") and not has_uri_suffix("a/b.txt", "B.TXT")
