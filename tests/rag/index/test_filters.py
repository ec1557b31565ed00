from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ScopeError
from rag.index.edge import EdgeIndex
from rag.index.filters import KEYWORD_FIELDS, edge_filter, scope_conditions, server_filter
from rag.index.protocol import Point, PointPayload, SparseVector
from rag.types import NO_PATIENT, Scope

names = st.text(alphabet="abcd-", min_size=1, max_size=3)
EMPTY_SHAPES = [
    *(frozenset(), frozenset({""}), frozenset({"a", ""}), frozenset({None}), frozenset({1})),
    *(None, set(), {"a"}, [], ["a"], [[]], (), "", "a", {}, 0, False),
]
PEOPLE, CORPORA, PAPERS = ("p-1", "p-2", NO_PATIENT), ("charts", "trials"), ("d-1", "d-2")


@pytest.mark.parametrize("build", [scope_conditions, edge_filter, server_filter])
@pytest.mark.parametrize("bad", EMPTY_SHAPES, ids=repr)
@pytest.mark.parametrize("field", ["corpora", "patients", "doc_ids"])
def test_every_empty_shape_is_refused(build: object, field: str, bad: object) -> None:
    parts: dict[str, object] = {"corpora": frozenset({"a"}), "patients": frozenset({"p"}), "doc_ids": frozenset({"d"})}
    if field == "doc_ids" and bad is None:
        assert len(scope_conditions(Scope(**parts | {field: bad}))) == 2  # type: ignore[arg-type]
        return
    with pytest.raises(ScopeError):
        build(Scope(**parts | {field: bad}))  # type: ignore[arg-type, operator]


@settings(deadline=None)
@given(st.frozensets(names, min_size=1), st.frozensets(names, min_size=1), st.none() | st.frozensets(names, min_size=1))
def test_a_filter_names_every_part_of_its_scope_and_nothing_else(
    corpora: frozenset[str], patients: frozenset[str], doc_ids: frozenset[str] | None
) -> None:
    scope = Scope(corpora, patients, doc_ids)
    wanted = {"corpus": corpora, "patient": patients} | ({} if doc_ids is None else {"doc_id": doc_ids})
    assert {c.field: frozenset(c.values) for c in scope_conditions(scope)} == wanted
    edge, server = edge_filter(scope), server_filter(scope)
    assert edge.should is None and edge.must_not is None and edge.must is not None
    assert {c.key: frozenset(c.match.value) for c in edge.must} == wanted  # type: ignore[union-attr]
    assert server.should is None and server.must_not is None and isinstance(server.must, list)
    assert {c.key: frozenset(c.match.any) for c in server.must} == wanted  # type: ignore[union-attr]
    assert set(wanted) <= set(KEYWORD_FIELDS)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EdgeIndex]:
    """One point for every combination of patient, corpus and document."""
    with EdgeIndex(tmp_path_factory.mktemp("filters"), 4) as opened:
        points = [
            Point(
                f"00000000-0000-0000-0000-{n:012}",
                [1.0, 0.0, 0.0, float(n)],  # type: ignore[arg-type]
                SparseVector((1,), (1.0,)),
                PointPayload(doc_id, "0" * 64, n, corpus, patient, "note"),
            )
            for n, (patient, corpus, doc_id) in enumerate(product(PEOPLE, CORPORA, PAPERS))
        ]
        opened.upsert(points)
        yield opened


def subsets(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from((*values, "elsewhere")), max_size=len(values) + 1)


@settings(max_examples=150, deadline=None)
@given(subsets(CORPORA), subsets(PEOPLE), st.none() | subsets(PAPERS))
def test_a_search_finds_exactly_the_points_of_its_scope(
    index: EdgeIndex, corpora: frozenset[str], patients: frozenset[str], doc_ids: frozenset[str] | None
) -> None:
    scope = Scope(corpora, patients, doc_ids)
    searches = (
        lambda: index.search_dense([1.0, 0.0, 0.0, 1.0], scope, 50),  # type: ignore[arg-type]
        lambda: index.search_sparse(SparseVector((1,), (1.0,)), scope, 50),
    )
    if not corpora or not patients or (doc_ids is not None and not doc_ids):
        for search in searches:
            with pytest.raises(ScopeError):
                search()
        return
    wanted = {
        f"00000000-0000-0000-0000-{n:012}"
        for n, (patient, corpus, doc_id) in enumerate(product(PEOPLE, CORPORA, PAPERS))
        if patient in patients and corpus in corpora and (doc_ids is None or doc_id in doc_ids)
    }
    for search in searches:
        assert {hit.chunk_id for hit in search()} == wanted


def test_a_search_without_terms_finds_nothing_but_still_checks_its_scope(index: EdgeIndex) -> None:
    assert index.search_sparse(SparseVector((), ()), Scope(frozenset(CORPORA), frozenset(PEOPLE)), 10) == []
    with pytest.raises(ScopeError):
        index.search_sparse(SparseVector((), ()), Scope(frozenset(), frozenset(PEOPLE)), 10)


def test_points_that_are_named_narrow_and_none_named_is_refused(index: EdgeIndex) -> None:
    scope, one = Scope(frozenset(CORPORA), frozenset({"p-1"})), "00000000-0000-0000-0000-000000000000"
    other = f"00000000-0000-0000-0000-{len(CORPORA) * len(PAPERS):012}"  # of another patient
    assert [hit.chunk_id for hit in index.search_dense([1.0, 0.0, 0.0, 0.0], scope, 9, among={one, other})] == [one]  # type: ignore[arg-type]
    for build in (edge_filter, server_filter):
        with pytest.raises(ScopeError):
            build(scope, among=set())
        with pytest.raises(ScopeError):
            build(Scope(frozenset(), frozenset({"p-1"})), among={one})


def test_the_trap_is_real(index: EdgeIndex) -> None:
    """What the builder guards against: Qdrant reads an empty filter as all points."""
    import qdrant_edge as edge

    query = edge.Query.Nearest([1.0, 0.0, 0.0, 0.0], using="dense")
    for empty in (None, edge.Filter(), edge.Filter(must=[]), edge.Filter(should=[])):
        found = index._open().query(edge.QueryRequest(limit=50, query=query, filter=empty))
        assert len(found) == len(PEOPLE) * len(CORPORA) * len(PAPERS)
