from __future__ import annotations

from collections.abc import Callable

from rag.store.database import Database
from rag.store.documents import corpora_in_scope, get_all_sealed, get_document, get_documents, write_documents
from rag.store.records import DocumentRecord
from rag.types import Scope

Make = Callable[..., DocumentRecord]


def test_many_versions_read_as_each_does_by_itself(database: Database, make_record: Make) -> None:
    records = [make_record(f"d-{number}", f"Takes metformin {number} mg.") for number in (1, 2, 3)]
    write_documents(database, records, "pipe")
    wanted = {(record.document.doc_id, record.document.sha256) for record in records[:2]} | {("d-3", "another version")}
    found = get_documents(database, wanted)
    assert found == {version: get_document(database, *version) for version in wanted if version[0] != "d-3"}
    assert get_all_sealed(database, wanted) == dict.fromkeys(found, b"sealed")


def test_a_version_without_a_reversal_is_left_out(database: Database) -> None:
    assert get_all_sealed(database, {("d-1", "0" * 64)}) == {} == get_all_sealed(database, set())


def test_only_corpora_that_hold_the_patient_are_in_scope(database: Database, make_record: Make) -> None:
    write_documents(database, [make_record("d-1", "Takes metformin.")], "pipe")
    names = frozenset({"charts", "elsewhere"})
    assert corpora_in_scope(database, Scope(names, frozenset({"p-1"}))) == {"charts"}
    assert corpora_in_scope(database, Scope(names, frozenset({"p-2"}))) == frozenset()
    assert corpora_in_scope(database, Scope(names, frozenset({"p-1"}), frozenset({"d-2"}))) == frozenset()
