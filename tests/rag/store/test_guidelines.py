"""What the store tells of guidelines: edges of texts and a state that changes with every removal."""

from __future__ import annotations

from typing import Any

from rag.store.database import Database
from rag.store.documents import delete_document, write_documents
from rag.store.guidelines import document_titles, guideline_ids, read_guidelines, store_state


def test_edges_are_the_first_and_last_characters(database: Database, make_record: Any) -> None:
    long, short = "Head of it" + "x" * 50 + "tail", "Short text"
    write_documents(database, [make_record("a", long, patient=None), make_record("b", short, patient=None)], "test")
    first, second = read_guidelines(database, "charts", 10, 4)
    assert (first.head, first.tail) == ("Head of it", "tail")
    assert (second.head, second.tail) == ("Short text", "")


def test_documents_of_patients_are_no_guidelines(database: Database, make_record: Any) -> None:
    write_documents(database, [make_record("a", "Text of a patient"), make_record("b", "A guideline", patient=None)], "test")
    assert guideline_ids(database, "charts") == {"b"}
    assert [row.doc_id for row in read_guidelines(database, "charts", 10, 4)] == ["b"]
    assert document_titles(database, ["b"]) == {"b": "Title"}


def test_state_changes_with_a_removal(database: Database, make_record: Any) -> None:
    write_documents(database, [make_record("b", "A guideline", patient=None)], "test")
    before = store_state(database)
    delete_document(database, "b", "withdrawn")
    assert store_state(database) != before
