from __future__ import annotations

from collections.abc import Callable

from rag.store import ledger
from rag.store.database import Database
from rag.store.documents import get_document, write_documents
from rag.store.records import DocumentRecord

Make = Callable[..., DocumentRecord]


def test_a_finished_unit_is_known_with_its_documents(database: Database) -> None:
    ledger.finish_unit(database, "charts", "u1", "sha-a", "pipe", ["d-1", "d-2", "d-1"])
    ledger.finish_unit(database, "charts", "u2", "sha-b", "pipe", [])
    ledger.finish_unit(database, "other", "u1", "sha-c", "pipe", ["d-9"])
    assert ledger.unit_states(database, "charts") == {
        "u1": ledger.UnitState("sha-a", "pipe", frozenset({"d-1", "d-2"})),
        "u2": ledger.UnitState("sha-b", "pipe", frozenset()),
    }


def test_finishing_a_unit_again_replaces_what_was_known(database: Database) -> None:
    ledger.finish_unit(database, "charts", "u1", "sha-a", "pipe", ["d-1", "d-2"])
    ledger.finish_unit(database, "charts", "u1", "sha-b", "pipe-2", ["d-2"])
    assert ledger.unit_states(database, "charts") == {"u1": ledger.UnitState("sha-b", "pipe-2", frozenset({"d-2"}))}


def test_units_whose_source_is_gone_are_forgotten_in_their_corpus_only(database: Database) -> None:
    for corpus, digest in (("charts", "u1"), ("charts", "u2"), ("other", "u2")):
        ledger.finish_unit(database, corpus, digest, "sha", "pipe", ["d-1"])
    assert ledger.forget_units(database, "charts", keep={"u1"}) == 1
    assert set(ledger.unit_states(database, "charts")) == {"u1"} and set(ledger.unit_states(database, "other")) == {"u2"}


def test_document_states_hold_what_is_stored_and_what_is_in_quarantine(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.")
    write_documents(database, [record], "pipe")
    ledger.record_quarantine(database, [ledger.QuarantineEntry("d-2", "charts", "k", "residual", "src")], "pipe")
    assert ledger.document_states(database, "charts") == {
        "d-1": ledger.DocumentState(record.source_sha256, "pipe"),
        "d-2": ledger.DocumentState("src", "pipe", "residual"),
    }
    assert ledger.quarantine_counts(database, "charts") == {"residual": 1}


def test_a_version_in_quarantine_takes_the_former_one_out_of_search(database: Database, make_record: Make) -> None:
    record = make_record("d-1", "Takes metformin.")
    write_documents(database, [record], "pipe")
    ledger.record_quarantine(database, [ledger.QuarantineEntry("d-1", "charts", "k", "residual", "src")], "pipe")
    assert get_document(database, "d-1") is None
    write_documents(database, [record], "pipe")
    assert get_document(database, "d-1") == record.document and ledger.quarantine_counts(database, "charts") == {}
    ledger.release_quarantine(database, ["d-1"])


def test_runs_are_kept_newest_first(database: Database) -> None:
    for day in ("01", "02"):
        ledger.record_run(database, ledger.RunRecord(f"2026-01-{day}T00:00:00Z", f"2026-01-{day}T00:01:00Z", ("charts",), "{}"))
    assert [run.started for run in ledger.latest_runs(database)] == ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]
