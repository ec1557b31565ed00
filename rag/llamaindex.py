"""Our retriever and engine behind LlamaIndex's own interfaces, with true offsets in the nodes.

The only module that speaks LlamaIndex. A node is one chunk: ``start_char_idx`` and ``end_char_idx`` are the stored
document's offsets, so ``document.text[start:end] == node.text`` always holds. The scope is fixed when the adapter is
made, by the same rules as ``ask``; a query cannot widen it.

Both take a service that records each request before it releases anything (``api.service.Service``).

Usage:
    retriever = ChartciteRetriever(service, principal, patient="p-7f3a…")
    nodes = retriever.retrieve("latest hemoglobin A1c")
    response = ChartciteQueryEngine(service, principal, patient="p-7f3a…").query("Does the patient take metformin?")
"""

from __future__ import annotations

from typing import Any, Protocol

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from rag.scope import Principal
from rag.types import Answer, Citation, Question, ScoredChunk

DEFAULT_TOP_K = 10


class RecordedService(Protocol):
    """What asks and retrieves behind an audit trail."""

    def ask(self, question: Question, principal: Principal) -> Answer:
        """The answer, released after its record."""

    def retrieve(self, question: Question, principal: Principal, k: int) -> list[ScoredChunk]:
        """The best ``k`` chunks in scope, released after their record."""


class ChartciteRetriever(BaseRetriever):
    """Hybrid retrieval as a LlamaIndex retriever: nodes best first, nothing outside the scope."""

    def __init__(
        self,
        service: RecordedService,
        principal: Principal,
        *,
        patient: str | None = None,
        corpus: str | None = None,
        top_k: int = DEFAULT_TOP_K,
    ) -> None:
        super().__init__()
        self._service = service
        self._principal = principal
        self._patient = patient
        self._corpus = corpus
        self._top_k = top_k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        question = Question(query_bundle.query_str, patient=self._patient, corpus=self._corpus)
        return [_chunk_node(hit) for hit in self._service.retrieve(question, self._principal, self._top_k)]


class ChartciteQueryEngine(BaseQueryEngine):
    """``ask`` as a LlamaIndex query engine: the response's source nodes are the answer's citations.

    An abstention is a response that says so, without source nodes; the whole Answer is in ``metadata["answer"]``.
    """

    def __init__(self, service: RecordedService, principal: Principal, *, patient: str | None = None, corpus: str | None = None) -> None:
        super().__init__(callback_manager=None)
        self._service = service
        self._principal = principal
        self._patient = patient
        self._corpus = corpus

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        question = Question(query_bundle.query_str, patient=self._patient, corpus=self._corpus)
        answer = self._service.ask(question, self._principal)
        return Response(
            response=answer.answer or answer.status.value.replace("_", " "),
            source_nodes=[_citation_node(citation, answer) for citation in answer.citations],
            metadata={"answer": answer},
        )

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _chunk_node(hit: ScoredChunk) -> NodeWithScore:
    chunk = hit.chunk
    node = _node(chunk.chunk_id, chunk.text, chunk.doc_id, chunk.doc_sha256, chunk.start, chunk.end, {"section": chunk.section})
    return NodeWithScore(node=node, score=hit.score)


def _citation_node(citation: Citation, answer: Answer) -> NodeWithScore:
    span = citation.span
    metadata = {"n": citation.n, "date": citation.date, "section": citation.section, "title": citation.title, "uri": citation.source.uri}
    score = next((s.score for s in answer.statements if citation.n in s.citations), None)
    name = f"{span.doc_id}:{span.start}:{span.end}"
    return NodeWithScore(node=_node(name, citation.quote, span.doc_id, span.doc_sha256, span.start, span.end, metadata), score=score)


def _node(name: str, text: str, doc_id: str, sha256: str, start: int, end: int, metadata: dict[str, Any]) -> TextNode:
    return TextNode(
        id_=name,
        text=text,
        start_char_idx=start,
        end_char_idx=end,
        metadata={"document_id": doc_id, "document_sha256": sha256, **metadata},
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=doc_id)},
    )
