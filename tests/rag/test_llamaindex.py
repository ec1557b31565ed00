"""LlamaIndex's own interfaces over our engine: true offsets in the nodes, the same scope rules, the same audit."""

from __future__ import annotations

import pytest
from llama_index.core import Settings
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode, get_response_synthesizer

from api.opening import Owner
from ingestion.demo.questions import DEMO_QUESTIONS
from rag.llamaindex import ChartciteQueryEngine, ChartciteRetriever
from rag.scope import Principal
from rag.store.documents import get_document
from rag.types import Status

ASKED = DEMO_QUESTIONS[0]


def check_offsets(owner: Owner, nodes: list[object]) -> None:
    for scored in nodes:
        node = scored.node  # type: ignore[attr-defined]
        document = get_document(owner.workspace.database, node.metadata["document_id"], node.metadata["document_sha256"])
        assert document is not None and document.text[node.start_char_idx : node.end_char_idx] == node.text


def test_nodes_of_the_retriever_carry_true_offsets(demo: Owner, operator: Principal) -> None:
    retriever = ChartciteRetriever(demo.service, operator, patient=ASKED.patient, top_k=7)
    assert isinstance(retriever, BaseRetriever)
    nodes = retriever.retrieve(ASKED.question)
    assert len(nodes) == 7 and [n.score for n in nodes] == sorted((n.score or 0.0 for n in nodes), reverse=True)
    check_offsets(demo, list(nodes))


def test_the_retriever_plugs_into_llamaindexs_own_query_engine(demo: Owner, operator: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settings, "_llm", MockLLM())
    retriever = ChartciteRetriever(demo.service, operator, patient=ASKED.patient, top_k=3)
    synthesizer = get_response_synthesizer(llm=MockLLM(), response_mode=ResponseMode.NO_TEXT)
    response = RetrieverQueryEngine(retriever, response_synthesizer=synthesizer).query(ASKED.question)
    assert len(response.source_nodes) == 3
    check_offsets(demo, list(response.source_nodes))


def test_the_query_engine_gives_the_cited_answer(demo: Owner, operator: Principal) -> None:
    engine = ChartciteQueryEngine(demo.service, operator, patient=ASKED.patient)
    assert isinstance(engine, BaseQueryEngine)
    response = engine.query(ASKED.question)
    assert response.metadata is not None and response.metadata["answer"].status is Status.ANSWERED
    assert str(response) == response.metadata["answer"].answer and "[1]" in str(response)
    check_offsets(demo, list(response.source_nodes))


def test_an_abstention_has_no_source_nodes(demo: Owner, operator: Principal) -> None:
    response = ChartciteQueryEngine(demo.service, operator, patient=ASKED.patient).query("What was the sweat chloride?")
    assert str(response) == "not documented" and not response.source_nodes


def test_without_a_patient_no_chart_is_retrieved(demo: Owner, operator: Principal) -> None:
    nodes = ChartciteRetriever(demo.service, operator).retrieve("lisinopril potassium")
    documents = [get_document(demo.workspace.database, n.node.metadata["document_id"]) for n in nodes]
    assert nodes and all(d is not None and d.corpus == "demo-guidelines" for d in documents)
    assert ChartciteRetriever(demo.service, operator, patient="nobody").retrieve("lisinopril") == []


def test_retrieval_is_recorded(demo: Owner, operator: Principal) -> None:
    before = sum(1 for _ in demo.service._trail.records())
    ChartciteRetriever(demo.service, operator, patient=ASKED.patient).retrieve("lisinopril")
    records = list(demo.service._trail.records())
    assert len(records) == before + 1 and records[-1]["action"] == "retrieve" and records[-1]["documents"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def _ask(engine: ChartciteQueryEngine) -> str:
    return str(await engine.aquery(ASKED.question))


def test_the_asynchronous_query_gives_the_same_answer(demo: Owner, operator: Principal) -> None:
    import asyncio

    engine = ChartciteQueryEngine(demo.service, operator, patient=ASKED.patient)
    assert asyncio.run(_ask(engine)) == str(engine.query(ASKED.question))
