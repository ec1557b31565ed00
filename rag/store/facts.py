"""Typed facts: what a chart has facts on, and the facts themselves, read within a scope.

Facts go with the version they were read from, and every one that is read is checked again against the scope (law 4).
Statements are texts made once: putting them together by parts took longer than running them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

from rag.scope import checked
from rag.store.database import Database
from rag.store.rows import FACT_COLUMNS, in_slices, read_facts
from rag.types import ChartConcept, Fact, Scope

MAX_NAMES_IN_SQL = 500
"""More patients, codes or displays than these are compared row by row instead."""
_COLUMNS = ", ".join(f'f."{name}"' for name in FACT_COLUMNS)
_RECORDED = "EXISTS (SELECT 1 FROM facts o WHERE o.doc_id = f.doc_id AND o.origin = 'resource')"
_ORIGIN = f"min(CASE WHEN {_RECORDED} THEN 'resource' ELSE 'text' END)"
"""The first of the two in alphabetical order: resource where any of the documents holds records."""
_CURRENT = 'SELECT {} FROM documents d WHERE d."current"'
_DOC_ID, _SHA256, _PATIENT = (FACT_COLUMNS.index(name) + 2 for name in ("doc_id", "doc_sha256", "patient"))


def find_facts(
    database: Database,
    scope: Scope,
    kinds: Collection[str] | None = None,
    codes: Collection[str] | None = None,
    displays: Collection[str] | None = None,
) -> list[Fact]:
    """Facts of current documents in the scope, ordered by time, clock, document, place and as they were read; undated ones first.

    None of ``kinds``, ``codes`` or ``displays`` means any; an empty one gives nothing.

    Raises:
        ScopeError: the scope is empty.
    """
    scope = checked(scope)
    wanted = {name: frozenset(names) for name, names in (("kind", kinds), ("code", codes), ("display", displays)) if names is not None}
    if not all(wanted.values()):
        return []
    in_sql = {name: sorted(names) for name, names in wanted.items() if len(names) <= MAX_NAMES_IN_SQL}
    with database.reading() as connection:
        rows = _rows(connection, f"f.corpus, f.id, {_COLUMNS}", scope, in_sql)
        current = _current_versions(connection, scope, {row[_DOC_ID] for row in rows})
    rows = [row for row in rows if (row[_DOC_ID], row[_SHA256]) in current and _is_inside(scope, row[0], row[_PATIENT], row[_DOC_ID])]
    facts = read_facts([row[2:] for row in sorted(rows, key=_by_id)])
    for name in wanted.keys() - in_sql.keys():
        facts = [fact for fact in facts if getattr(fact, name) in wanted[name]]
    return sorted(facts, key=_in_time)


def chart_concepts(database: Database, scope: Scope) -> tuple[ChartConcept, ...]:
    """What the documents of a scope have facts on, with how many, ordered by kind, code and display.

    Reads indexes alone, so that a concept's origin is that of its documents: ingestion writes facts of records and of text to documents
    of their own. Some 5 ms for 11,000 facts.

    Raises:
        ScopeError: the scope is empty.
    """
    scope = checked(scope)
    grouped = "f.corpus, f.patient, f.kind, f.code, f.display" + (", f.doc_id" if scope.doc_ids is not None else "")
    with database.reading() as connection:
        rows = _rows(connection, f"{grouped}, {_ORIGIN}, count(*)", scope, {}, f"GROUP BY {grouped}")
    counts: Counter[tuple[str, str, str]] = Counter()
    recorded: set[tuple[str, str, str]] = set()
    for row in rows:
        if _is_inside(scope, row[0], row[1], row[5]):
            names = (row[2], row[3], row[4])
            counts[names] += row[-1]
            if row[-2] == "resource":
                recorded.add(names)
    return tuple(ChartConcept(*names, count, "resource" if names in recorded else "text") for names, count in sorted(counts.items()))


def last_time(database: Database, scope: Scope) -> str | None:
    """The largest ``Fact.time`` of a scope; None where nothing is dated. Reads the index alone.

    Raises:
        ScopeError: the scope is empty.
    """
    scope = checked(scope)
    grouped = "f.corpus, f.patient" + (", f.doc_id" if scope.doc_ids is not None else "")
    with database.reading() as connection:
        rows = _rows(connection, f"{grouped}, max(f.time)", scope, {}, f"GROUP BY {grouped}")
    return max((row[-1] for row in rows if row[-1] and _is_inside(scope, row[0], row[1], row[2])), default=None)


def _rows(connection: Connection, columns: str, scope: Scope, narrowed: Mapping[str, Sequence[str]], end: str = "") -> Sequence[Any]:
    """Rows of ``facts`` of the scope's patients and corpora."""
    condition, values = _patients(scope, "f")
    condition += " AND f.kind IN :kind" if "kind" in narrowed else ""
    # Concatenated, so that they are compared inside one range of the index: each of kinds × codes × displays would be sought by itself.
    condition += "".join(f" AND (f.{name} || '') IN :{name}" for name in ("code", "display") if name in narrowed)
    query = _statement(f"SELECT {columns} FROM facts f WHERE f.corpus IN :corpora{condition} {end}")  # noqa: S608 — our own words alone
    return connection.execute(query, {**values, **narrowed}).all()


def _patients(scope: Scope, table: str) -> tuple[str, dict[str, Sequence[str]]]:
    values: dict[str, Sequence[str]] = {"corpora": sorted(scope.corpora)}
    if len(scope.patients) > MAX_NAMES_IN_SQL:
        return "", values
    return f" AND {table}.patient IN :patients", {**values, "patients": sorted(scope.patients)}


def _current_versions(connection: Connection, scope: Scope, doc_ids: Collection[str]) -> set[tuple[str, str]]:
    """(doc_id, sha256) of the current documents of the scope; of many patients those of ``doc_ids`` alone."""
    query = _CURRENT.format("d.doc_id, d.sha256")
    condition, values = _patients(scope, "d")
    if condition:
        return {(row[0], row[1]) for row in connection.execute(_statement(f"{query} AND d.corpus IN :corpora{condition}"), values)}
    by_id = _statement(f"{query} AND d.doc_id IN :names")
    return {(row[0], row[1]) for ids in in_slices(doc_ids) for row in connection.execute(by_id, {"names": ids})}


@cache
def _statement(sql: str) -> TextClause:
    """The statement of a text made in this module, with every ``IN :name`` taking a list."""
    names = [name for name in ("corpora", "patients", "kind", "code", "display", "names") if f"IN :{name}" in sql]
    return text(sql).bindparams(*(bindparam(name, expanding=True) for name in names))


def _is_inside(scope: Scope, corpus: str, patient: str, doc_id: str | int) -> bool:
    return corpus in scope.corpora and patient in scope.patients and (scope.doc_ids is None or doc_id in scope.doc_ids)


def _by_id(row: Any) -> int:
    return int(row[1])


def _in_time(fact: Fact) -> tuple[str, str, str, int]:
    return (fact.time or "", fact.clock, fact.doc_id, fact.start)
