from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from rag.errors import ScopeError
from rag.store import facts as store_facts
from rag.store.database import Database
from rag.store.documents import delete_document, write_documents
from rag.store.facts import chart_concepts, find_facts, last_time
from rag.store.records import DocumentRecord
from rag.types import ChartConcept, Fact, FactSlot, Scope

Make = Callable[..., DocumentRecord]
CHART = Scope(frozenset({"charts"}), frozenset({"p-1"}))


def stated(record: DocumentRecord, *facts: dict[str, object]) -> DocumentRecord:
    """The record with one fact per set of changes to a plain lab value."""
    document = record.document
    plain = Fact(document.patient or "-", "observation", "l|1", "Glucose", "5.0", "mmol/L", "2024-01-02", "final", "present",
                 document.doc_id, 0, 3, document.sha256)  # fmt: skip
    return replace(record, facts=tuple(replace(plain, **changes) for changes in facts))  # type: ignore[arg-type]


def test_every_part_of_a_fact_reads_back(database: Database, make_record: Make) -> None:
    fact = {
        "origin": "text", "clock": "T10:22:00-05:00", "end_time": "2024-02", "experiencer": "mother", "section": "family_history",
        "slots": (FactSlot("date", 0, 10, "2024-01-02", "2024-01-02"), FactSlot("name", 11, 18, "Größe “x”\\", None)),
    }  # fmt: skip
    record = stated(make_record("d-1", "Glucose 5.0 mmol/L."), fact)
    write_documents(database, [record], "pipe")
    assert find_facts(database, CHART) == list(record.facts)
    assert find_facts(database, CHART)[0].slot("name") == FactSlot("name", 11, 18, "Größe “x”\\", None)


def test_facts_are_narrowed_by_kind_code_and_display(database: Database, make_record: Make) -> None:
    record = stated(
        make_record("d-1", "Glucose."),
        {"value": "1"},
        {"value": "2", "code": "l|2"},
        {"value": "3", "display": "Sodium"},
        {"value": "4", "kind": "medication", "code": ""},
    )
    write_documents(database, [record], "pipe")

    def values(**narrowed: object) -> list[str | None]:
        return [fact.value for fact in find_facts(database, CHART, **narrowed)]  # type: ignore[arg-type]

    assert values(kinds=["observation"]) == ["1", "2", "3"]
    assert values(codes={"l|1"}) == ["1", "3"] and values(codes={""}) == ["4"]
    assert values(kinds=["observation"], codes=["l|1", "l|2"], displays=["Glucose"]) == ["1", "2"]
    assert values(kinds=[]) == values(displays=()) == []


def test_more_names_than_a_statement_takes_narrow_as_well(database: Database, make_record: Make) -> None:
    write_documents(database, [stated(make_record("d-1", "Glucose."), {"value": "1"}, {"value": "2", "display": "Sodium"})], "pipe")
    many = {"Sodium", *(f"Thing {n}" for n in range(40_000))}
    assert [fact.value for fact in find_facts(database, CHART, displays=many)] == ["2"]


def test_facts_come_in_the_order_of_day_and_clock(database: Database, make_record: Make) -> None:
    stamps = [("2024-01-02", "T18:00:00Z"), ("2024-01-02", "T06:00:00Z"), (None, ""), ("2023", ""), ("2024-01-02", "")]
    record = stated(make_record("d-1", "Glucose."), *({"time": time, "clock": clock} for time, clock in stamps))
    write_documents(database, [record], "pipe")
    found = [(fact.time, fact.clock) for fact in find_facts(database, CHART)]
    assert found == [stamps[2], stamps[3], stamps[4], stamps[1], stamps[0]]


def test_a_chart_names_what_it_has_facts_on(database: Database, make_record: Make) -> None:
    other = Scope(CHART.corpora, frozenset({"p-2"}))
    records = [
        stated(make_record("d-1", "One."), {}, {"time": "2024-03-01"}, {"code": "", "display": "Cough", "kind": "finding"}),
        stated(make_record("d-2", "Two."), {"time": "2022"}),
        stated(make_record("d-3", "Three.", patient="p-2"), {"time": "2030-01-01"}),
    ]
    write_documents(database, records, "pipe")
    glucose, cough = ChartConcept("observation", "l|1", "Glucose", 3), ChartConcept("finding", "", "Cough", 1)
    assert chart_concepts(database, CHART) == (cough, glucose)
    assert chart_concepts(database, replace(CHART, doc_ids=frozenset({"d-2"}))) == (replace(glucose, count=1),)
    assert chart_concepts(database, other) == (replace(glucose, count=1),)
    assert (last_time(database, CHART), last_time(database, other)) == ("2024-03-01", "2030-01-01")
    assert last_time(database, replace(CHART, doc_ids=frozenset({"d-2", "d-3"}))) == "2022"
    delete_document(database, "d-1", "source_removed")
    assert chart_concepts(database, CHART) == (replace(glucose, count=1),)


def test_a_concept_tells_whether_a_record_bears_its_name(database: Database, make_record: Make) -> None:
    of_text = {"origin": "text", "display": "BP", "code": "l|8480-6"}
    of_both = {"display": "Sodium", "code": ""}
    note = stated(make_record("d-1", "One."), of_text, {**of_both, "origin": "text"}, {"code": "", "origin": "text"})
    write_documents(database, [note, stated(make_record("d-2", "Two."), of_both)], "pipe")
    origins = {(concept.code, concept.display): (concept.origin, concept.count) for concept in chart_concepts(database, CHART)}
    assert origins == {("l|8480-6", "BP"): ("text", 1), ("", "Sodium"): ("resource", 2), ("", "Glucose"): ("text", 1)}


@pytest.mark.parametrize("patients", [{"p-2"}, {f"p-x{n}" for n in range(2_000)}])
@pytest.mark.parametrize("corpora", [{"charts"}, {"other"}])
def test_nothing_of_another_scope_is_told(database: Database, make_record: Make, patients: set[str], corpora: set[str]) -> None:
    write_documents(database, [stated(make_record("d-1", "One."), {})], "pipe")
    scope = Scope(frozenset(corpora), frozenset(patients))
    assert find_facts(database, scope) == [] and chart_concepts(database, scope) == () and last_time(database, scope) is None
    elsewhere = Scope(frozenset({"other"}), frozenset({"p-1"}))
    assert find_facts(database, elsewhere) == [] and chart_concepts(database, elsewhere) == () and last_time(database, elsewhere) is None


@pytest.mark.parametrize("read", [find_facts, chart_concepts, last_time])
def test_an_empty_scope_is_refused(database: Database, read: Callable[..., object]) -> None:
    with pytest.raises(ScopeError):
        read(database, Scope(frozenset({"charts"}), frozenset()))


def test_a_fact_outside_the_scope_is_stopped_even_where_the_query_lets_it_through(
    database: Database, make_record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of every row holds alone: here the statements forget about patients."""
    write_documents(database, [stated(make_record("d-1", "One.", patient="p-2"), {})], "pipe")
    monkeypatch.setattr(store_facts, "_patients", lambda scope, table: ("", {"corpora": sorted(scope.corpora)}))
    assert find_facts(database, CHART) == [] and chart_concepts(database, CHART) == () and last_time(database, CHART) is None


def test_a_typed_answer_is_read_from_indexes_alone(database: Database, make_record: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a million facts a query that reads rows to group them, or one range for each of kinds × codes, misses the budget."""
    with database.reading() as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("plans are SQLite's")
    write_documents(database, [stated(make_record("d-1", "One."), {})], "pipe")
    statements: list[tuple[object, object]] = []
    execute = Connection.execute

    def noted(self: Connection, statement: object, values: object = None) -> object:
        statements.append((statement, values))
        return execute(self, statement, values)  # type: ignore[call-overload]

    monkeypatch.setattr(Connection, "execute", noted)
    chart_concepts(database, CHART)
    last_time(database, CHART)
    find_facts(database, CHART, kinds=["observation"], codes=["l|1"], displays=["Glucose"])
    monkeypatch.undo()
    with database.reading() as connection:
        plans = [" ".join(row[3] for row in connection.execute(_explained(s), v)) for s, v in statements]  # type: ignore[arg-type]
    assert len(plans) == 4
    for plan in (plans[0], plans[1], plans[3]):
        assert "COVERING INDEX" in plan and "SCAN" not in plan, plan
    assert "ix_facts_chart (patient=? AND kind=?)" in plans[2], plans[2]


def _explained(statement: object) -> object:
    from sqlalchemy import bindparam, text

    sql = str(statement.text)  # type: ignore[attr-defined]
    names = [name for name in ("corpora", "patients", "kind", "code", "display") if f":{name}" in sql]
    return text(f"EXPLAIN QUERY PLAN {sql}").bindparams(*(bindparam(name, expanding=True) for name in names))
