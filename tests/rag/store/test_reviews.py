"""Samples and verdicts are kept; the latest of each reviewer counts."""

from __future__ import annotations

from dataclasses import replace

from rag.store.database import Database
from rag.store.documents import erase_document, get_document, write_documents
from rag.store.reviews import (
    MarkedSpan,
    ReviewItem,
    ReviewVerdict,
    candidates,
    current_versions,
    get_sample,
    latest_item,
    sample_items,
    verdicts_on,
    write_sample,
    write_verdicts,
)
from tests.rag.conftest import build_record

ITEMS = [ReviewItem(0, "d-1", "s1", "random", "note", 12, {"PERSON": 2}), ReviewItem(1, "d-2", "s2", "disputed", "note", 3, {})]
LEAK = MarkedSpan(3, 9, "PERSON")


def test_what_a_person_should_look_at_is_stored_with_its_document(database: Database) -> None:
    record = replace(build_record("d-1", "Well today."), review=("PERSON[0:4]: names, places",))
    write_documents(database, [record, build_record("d-2", "Well."), build_record("d-3", "Well.", corpus="other")], "p")
    found = candidates(database, ["charts"])
    assert [(c.doc_id, c.kind, c.pipeline, c.marks) for c in found] == [
        ("d-1", "note", "p", ("PERSON[0:4]: names, places",)),
        ("d-2", "note", "p", ()),
    ]
    assert current_versions(database, ["d-1", "d-9"]) == {"d-1": found[0].sha256}


def test_a_document_stored_before_marks_were_kept_says_so(database: Database) -> None:
    write_documents(database, [build_record("d-1", "Well.")], "p")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET review = NULL")
    assert [c.marks for c in candidates(database, ["charts"])] == [None]
    assert get_document(database, "d-1") is not None


def test_the_latest_sample_of_a_queue_is_found_again_with_its_notes(database: Database) -> None:
    assert get_sample(database, "deid") is None
    first = write_sample(database, "deid", "2026-01-01T00:00:00+00:00", 7, {"population": 2}, ITEMS)
    second = write_sample(database, "deid", "2026-01-02T00:00:00+00:00", 8, {"population": 2}, ITEMS[:1])
    write_sample(database, "answers", "2026-01-03T00:00:00+00:00", 9, {}, [])
    assert get_sample(database, "deid") == second and get_sample(database, "deid", first.id) == first
    assert get_sample(database, "deid", 99) is None and sample_items(database, first.id) == ITEMS
    assert latest_item(database, "deid", "d-2") == ITEMS[1] and latest_item(database, "answers", "d-2") is None


def test_the_latest_verdict_of_each_reviewer_counts_and_outlives_the_document(database: Database) -> None:
    write_documents(database, [build_record("d-1", "Well.")], "p")
    ana, ben = ReviewVerdict("d-1", "s1", "ana", "t1", (LEAK,)), ReviewVerdict("d-1", "s1", "ben", "t1")
    write_verdicts(database, "deid", [ana, ben, replace(ana, doc_sha256="s0")])
    write_verdicts(database, "deid", [replace(ana, time="t2", leaks=(), over_redactions=(LEAK,))])
    erase_document(database, "d-1", "asked for")
    found = verdicts_on(database, "deid", {("d-1", "s1"), ("d-2", "s2")})
    assert found == {("d-1", "s1"): [replace(ana, time="t2", leaks=(), over_redactions=(LEAK,)), ben]}
