"""The main job: question → scope → retrieval → sentence evidence → verbatim answer → span check → Answer.

Nothing here writes; recording and releasing is the caller's (``api.service``).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from rag.answering.evidence import Selection, select_evidence
from rag.answering.extractive import Composed, compose, with_lead
from rag.answering.nearmiss import find_near_misses
from rag.answering.scorer import packaged_scorer
from rag.citing import cite, cite_near_misses
from rag.clinical.terms import content_terms
from rag.embedding import Embedder
from rag.errors import QuestionError, ScopeError
from rag.index.protocol import VectorIndex
from rag.normalization import normalise
from rag.patients import resolve_patient
from rag.retrieval.retriever import Retriever
from rag.revealing import may_reveal, reveal_answer
from rag.scope import Principal, chart_scope, guideline_scope, readable
from rag.store.corpora import list_corpora
from rag.store.documents import doc_ids_by_uri_suffix, document_dates, documents_in_scope, sentence_vectors
from rag.types import Answer, Notice, Provenance, Question, Receipt, Scope, ScoredChunk, Status
from rag.workspace import Workspace

PIPELINE_VERSION = "chartcite/0.1.0"
GENERATOR = "extractive"
ALL_WITHHELD = "every statement was withheld: the stored text is not what its hash says; run `chartcite doctor` and restore the store"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it may be stored (never revealed) and as it is released to the caller."""

    stored: Answer
    released: Answer


class Engine:
    """Everything ``ask`` needs, loaded. Threads may share it: it keeps no state of a question."""

    def __init__(self, workspace: Workspace, index: VectorIndex, embedder: Embedder) -> None:
        self._workspace = workspace
        self._database = workspace.database
        self._index = index
        self._embedder = embedder
        self.retriever = Retriever(workspace.database, index, embedder)

    def ask(self, question: Question, principal: Principal) -> Answered:
        """Answer, abstain or refuse. A refusal or abstention never says whether the patient or corpus exists."""
        started = time.perf_counter()
        clean = replace(question, text=normalise(question.text).text.strip())
        try:
            self._check(clean, principal)
            scope = self._scope(clean, principal)
        except QuestionError as error:
            return _both(_refused(question, str(error)))
        except ScopeError:
            return _both(self._not_documented(clean, None, Receipt(0, None, None, content_terms(clean.text)), started))
        answer = self._answer(clean, scope, started)
        return Answered(answer, reveal_answer(answer, self._workspace, scope) if clean.reveal else answer)

    def retrieve(self, question: Question, principal: Principal, k: int) -> list[ScoredChunk]:
        """The best ``k`` chunks in the question's scope; none where nothing is in scope.

        Raises:
            QuestionError: the question is empty or too long, or its patient id is ambiguous.
        """
        clean = replace(question, text=normalise(question.text).text.strip())
        self._check(clean, principal)
        try:
            scope = self._scope(clean, principal)
        except ScopeError:
            return []
        return self.retriever.retrieve(clean.text, scope, k)

    def ready(self) -> bool:
        """True when the store and the index answer."""
        return self._index.count() >= 0 and self._database.ready()

    def _check(self, question: Question, principal: Principal) -> None:
        limit = self._workspace.settings.max_question_chars
        if not question.text:
            raise QuestionError("the question is empty; ask something")
        if len(question.text) > limit:
            raise QuestionError(f"the question has {len(question.text)} characters; at most {limit} are read")
        if question.reveal and not may_reveal(principal):
            raise QuestionError("your roles do not allow identifiers to be shown; ask without a reveal purpose")

    def _scope(self, question: Question, principal: Principal) -> Scope:
        allowed = [c for c in readable(principal, list_corpora(self._database)) if question.corpus in (None, c.name)]
        patient = None
        if question.patient is not None:
            patient = resolve_patient(self._database, self._workspace.keys, question.patient, allowed)
        if question.patient is not None and patient is None:
            raise ScopeError("no such patient in scope")
        scope = chart_scope(allowed, patient) if patient else guideline_scope(allowed)
        if question.source is None:
            return scope
        suffixes = (question.source, self._workspace.keys.uri_pseudonym(question.source))
        found = frozenset().union(*(doc_ids_by_uri_suffix(self._database, scope, suffix) for suffix in suffixes))
        return chart_scope(allowed, patient, found) if patient else guideline_scope(allowed, found)

    def _answer(self, question: Question, scope: Scope, started: float) -> Answer:
        patient = next(iter(scope.patients)) if question.patient else None
        vector = self._embedder.embed_query(question.text)
        hits = self.retriever.retrieve(question.text, scope, self._workspace.settings.retrieve_chunks, query_vector=vector)
        found = time.perf_counter()
        vectors = sentence_vectors(self._database, [hit.chunk.chunk_id for hit in hits])
        hits = [hit for hit in hits if hit.chunk.chunk_id in vectors]  # others were replaced since they were found
        dated = document_dates(self._database, sorted({hit.chunk.doc_id for hit in hits}))
        dates = {doc_id: date for doc_id, date in dated.items() if date}
        selection = select_evidence(question.text, vector, hits, vectors, document_dates=dates)
        composed = compose(question.text, selection, chart=patient is not None, limit=self._workspace.settings.max_statements)
        if not composed.drafts:
            return self._not_documented(question, patient, self._receipt(question, scope, selection), started)
        return self._answered(question, patient, composed, started, found)

    def _answered(self, question: Question, patient: str | None, composed: Composed, started: float, found: float) -> Answer:
        citations, statements, withheld = cite(self._database, composed)
        if not statements:
            return replace(_refused(question, ALL_WITHHELD), patient=patient, withheld=withheld)
        text = with_lead(composed.lead, " ".join(f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in statements))
        notices = tuple(
            Notice("withheld", f"{len(withheld)} statement(s) were withheld: the cited text did not match the store.") for _ in withheld[:1]
        )
        return Answer(
            id=question.id,
            question=question.text,
            patient=patient,
            status=Status.ANSWERED,
            answer=text,
            statements=statements,
            citations=citations,
            receipt=None,
            generator=GENERATOR,
            provenance=self._provenance(),
            withheld=withheld,
            notices=notices,
            thread=question.thread,
            timings_ms=(("retrieve", _ms(found - started)), ("total", _ms(time.perf_counter() - started))),
        )

    def _receipt(self, question: Question, scope: Scope, selection: Selection) -> Receipt:
        searched = documents_in_scope(self._database, scope)
        misses = cite_near_misses(self._database, find_near_misses(question.text, selection))
        return Receipt(searched.count, searched.first, searched.last, content_terms(question.text), misses)

    def _not_documented(self, question: Question, patient: str | None, receipt: Receipt, started: float) -> Answer:
        return Answer(
            question.id, question.text, patient, Status.NOT_DOCUMENTED, "", (), (), receipt, GENERATOR, self._provenance(),
            thread=question.thread, timings_ms=(("total", _ms(time.perf_counter() - started)),),
        )  # fmt: skip

    def _provenance(self) -> Provenance:
        models = (("embedding", self._embedder.identity), ("evidence", packaged_scorer().fingerprint))
        return Provenance(PIPELINE_VERSION, models, self._index.identity(), self._workspace.settings.fingerprint())


def _both(answer: Answer) -> Answered:
    return Answered(answer, answer)


def _refused(question: Question, reason: str) -> Answer:
    return Answer(question.id, question.text, None, Status.REFUSED, "", (), (), None, GENERATOR, None, thread=question.thread, error=reason)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)
