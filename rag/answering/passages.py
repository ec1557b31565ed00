"""Answers from passages: retrieve, select sentences, and say them verbatim. For guidelines, and for what no typed fact answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.candidates import Candidate, Candidates, lay_out
from rag.answering.composed import Composed
from rag.answering.evidence import Selection, select_evidence
from rag.answering.extractive import compose
from rag.answering.guideline_library import GuidelineLibrary
from rag.embedding import Embedder
from rag.numeric import Vector
from rag.reranking import Reranker, as_read
from rag.retrieval.retriever import Retriever
from rag.settings import Settings
from rag.store.database import Database
from rag.store.documents import document_dates, sentence_vectors
from rag.types import Scope, ScoredChunk

MAX_EVIDENCE = 8


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval gave for a question: its unit vector, the hits best first, their sentences' vectors and documents' dates."""

    vector: Vector
    hits: tuple[ScoredChunk, ...]
    vectors: Mapping[str, Vector]
    dates: Mapping[str, str]

    def only(self, doc_ids: Collection[str]) -> Found:
        """What was found in these documents."""
        return replace(self, hits=tuple(hit for hit in self.hits if hit.chunk.doc_id in doc_ids))

    def without(self, doc_ids: Collection[str]) -> Found:
        """What was found in other documents than these."""
        return replace(self, hits=tuple(hit for hit in self.hits if hit.chunk.doc_id not in doc_ids))


@dataclass(frozen=True, slots=True)
class PassageReader:
    """What reading passages needs, loaded."""

    database: Database
    retriever: Retriever
    embedder: Embedder
    settings: Settings
    library: GuidelineLibrary
    reranker: Reranker

    def select(self, question: str, scope: Scope) -> Selection:
        """The sentences of the scope that bear on the question, best first."""
        return self.weigh(question, self.find(question, scope))

    def find(self, question: str, scope: Scope) -> Found:
        """The chunks of the scope that may hold the answer.

        Raises:
            ScopeError: the scope is empty.
        """
        vector = self.embedder.embed_query(question)
        hits = self.retriever.retrieve(question, scope, self.settings.retrieve_chunks, query_vector=vector)
        vectors = sentence_vectors(self.database, [hit.chunk.chunk_id for hit in hits])
        kept = tuple(hit for hit in hits if hit.chunk.chunk_id in vectors)  # others were replaced since they were found
        dated = document_dates(self.database, sorted({hit.chunk.doc_id for hit in kept}))
        return Found(vector, kept, vectors, {doc_id: date for doc_id, date in dated.items() if date})

    def weigh(self, question: str, found: Found, limit: int = MAX_EVIDENCE) -> Selection:
        """The ``limit`` sentences found that bear most on the question, best first."""
        return select_evidence(question, found.vector, found.hits, found.vectors, document_dates=found.dates, limit=limit)

    def candidates(self, question: str, scopes: Sequence[Scope]) -> tuple[Candidates, Vector]:
        """Every sentence of the chunks found for the question in any of ``scopes``, and the question's unit vector, float32[d]."""
        vector = self.embedder.embed_query(question)
        found = [self.retriever.retrieve(question, scope, self.settings.retrieve_chunks, query_vector=vector) for scope in scopes]
        hits = {hit.chunk.chunk_id: hit for hits in found for hit in hits}
        vectors = sentence_vectors(self.database, list(hits))
        return lay_out([hit for chunk_id, hit in hits.items() if chunk_id in vectors], vectors), vector

    def rerank(self, question: str, candidates: Sequence[Candidate], titles: Mapping[str, str]) -> Vector:
        """How surely each sentence, read with its note's title and its heading, answers the question: a logit each, float32[n]."""
        texts = [as_read(one.text, titles.get(one.span.doc_id, ""), one.heading or one.section) for one in candidates]
        return self.reranker.scores(question, texts)

    def compose(self, question: str, selection: Selection, *, chart: bool) -> Composed:
        """The verbatim answer, if any sentence is strong enough."""
        return compose(question, selection, chart=chart, limit=self.settings.max_statements)
