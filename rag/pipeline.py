"""The main job: question → scope → typed facts, else passages → statements → span check → Answer.

Nothing here writes but a thread's state; recording and releasing is the caller's (``api.service``).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rag.answering.charts import answer_chart, open_chart
from rag.answering.composed import Composed
from rag.answering.extractive import with_lead
from rag.answering.guideline_library import GuidelineLibrary
from rag.answering.guidelines import answer_guideline
from rag.answering.nearmiss import find_near_misses
from rag.answering.passages import PassageReader
from rag.answering.scorer import packaged_scorer
from rag.answering.typed.calendar import Calendar
from rag.answering.warming import warm
from rag.citing import cite, cite_near_misses
from rag.clinical.terms import content_terms
from rag.embedding import Embedder
from rag.errors import QuestionError, ScopeError
from rag.index.protocol import VectorIndex
from rag.normalization import normalise
from rag.patients import resolve_patient
from rag.question_reader import open_question_reader
from rag.reranking import open_reranker
from rag.retrieval.retriever import Retriever
from rag.revealing import chart_policies, may_reveal, reveal_answer
from rag.scope import Principal, chart_scope, guideline_scope, readable
from rag.store.corpora import list_corpora
from rag.store.documents import doc_ids_by_uri_suffix, documents_in_scope
from rag.threads import NEW_THREAD, ThreadState, followed, load_thread, save_thread
from rag.types import Answer, Document, Evidence, Notice, Policy, Provenance, Question, Receipt, Scope, ScoredChunk, Status
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
        library = GuidelineLibrary(workspace.database)
        reranker = open_reranker(workspace.settings.threads)
        self._questions = open_question_reader()
        self._reader = PassageReader(workspace.database, self.retriever, embedder, workspace.settings, library, reranker)

    def ask(self, question: Question, principal: Principal) -> Answered:
        """Answer, abstain or refuse. A refusal or abstention never says whether the patient or corpus exists."""
        started = time.perf_counter()
        clean = replace(question, text=normalise(question.text).text.strip())
        clean = followed(self._database, self._workspace.keys, clean, principal)
        try:
            self._check(clean, principal)
            scope = self._scope(clean, principal)
        except QuestionError as error:
            return _both(_refused(question, str(error)))
        except ScopeError:
            return _both(self._not_documented(clean, None, Receipt(0, None, None, content_terms(clean.text)), started))
        patient = next(iter(scope.patients)) if clean.patient else None
        if patient is not None:
            return self._chart_answer(clean, scope, patient, principal, started)
        answer = self._guideline_answer(clean, scope, started)
        return Answered(answer, reveal_answer(answer, self._workspace, scope) if clean.reveal else answer)

    def warm(self) -> None:
        """Read what the first questions would wait for: some seconds, for a process that stays."""
        warm(self._embedder, self._reader.reranker, self._questions)

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

    def _guideline_answer(self, question: Question, scope: Scope, started: float) -> Answer:
        composed, selection = answer_guideline(question.text, scope, self._reader)
        if not composed.drafts:
            misses = find_near_misses(question.text, selection)
            return self._not_documented(question, None, self._receipt(question, scope, misses), started)
        return self._answered(question, None, composed, started)

    def _chart_answer(self, question: Question, scope: Scope, patient: str, principal: Principal, started: float) -> Answered:
        calendar = self._calendar(scope, patient, revealed=bool(question.reveal))
        keys = self._workspace.keys
        state = load_thread(self._database, keys, question.thread, principal, patient) if question.thread else NEW_THREAD
        chart = open_chart(self._database, scope, calendar, question.as_of)
        try:
            found = answer_chart(question.text, chart, self._reader, state, self._guidelines(principal), self._questions)
        except QuestionError as error:
            return _both(replace(_refused(question, str(error)), patient=patient))
        if found.composed.drafts:
            answer = self._answered(question, patient, found.composed, started, found.documents)
        else:
            receipt = self._receipt(question, scope, found.misses, found.terms)
            answer = self._not_documented(question, patient, receipt, started)
        answer = replace(answer, interpretation=found.interpretation)
        if question.thread:
            asked = ThreadState(patient, found.asked[-1], found.rested_on)
            save_thread(self._database, self._workspace.keys, question.thread, principal, asked)
        revealed = reveal_answer(answer, self._workspace, scope, calendar, found.documents) if question.reveal else answer
        return Answered(answer, revealed)

    def _guidelines(self, principal: Principal) -> Scope | None:
        """What the principal may read beside charts; None where there is nothing."""
        try:
            return guideline_scope(readable(principal, list_corpora(self._database)))
        except ScopeError:
            return None

    def _calendar(self, scope: Scope, patient: str, *, revealed: bool) -> Calendar:
        """The patient's calendar under the strictest policy of the corpora in scope that hold this chart."""
        policies = chart_policies(self._database, scope)
        policy = next((p for p in (Policy.SAFE_HARBOR, Policy.DATE_SHIFT) if p.value in policies), Policy.NONE)
        return Calendar(policy, 0 if policy is Policy.NONE else self._workspace.keys.date_offset_days(patient), revealed)

    def _answered(
        self,
        question: Question,
        patient: str | None,
        composed: Composed,
        started: float,
        documents: Mapping[tuple[str, str], Document] | None = None,
    ) -> Answer:
        cited = cite(self._database, composed, documents)
        if not cited.statements:
            return replace(_refused(question, ALL_WITHHELD), patient=patient, withheld=cited.withheld)
        text = with_lead(composed.lead, " ".join(f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in cited.statements))
        count = len(cited.withheld)
        withheld = (Notice("withheld", f"{count} statement(s) were withheld: the cited text did not match the store."),) if count else ()
        return Answer(
            id=question.id,
            question=question.text,
            patient=patient,
            status=Status.ANSWERED,
            answer=text,
            statements=cited.statements,
            citations=cited.citations,
            receipt=None,
            generator=GENERATOR,
            provenance=self._provenance(),
            series=cited.series,
            conflicts=cited.conflicts,
            withheld=cited.withheld,
            notices=(*composed.notices, *withheld),
            thread=question.thread,
            timings_ms=(("total", _ms(time.perf_counter() - started)),),
        )

    def _receipt(self, question: Question, scope: Scope, misses: Iterable[tuple[str, Evidence]], terms: tuple[str, ...] = ()) -> Receipt:
        searched = documents_in_scope(self._database, scope)
        cited = cite_near_misses(self._database, misses)
        return Receipt(searched.count, searched.first, searched.last, terms or content_terms(question.text), cited)

    def _not_documented(self, question: Question, patient: str | None, receipt: Receipt, started: float) -> Answer:
        return Answer(
            question.id, question.text, patient, Status.NOT_DOCUMENTED, "", (), (), receipt, GENERATOR, self._provenance(),
            thread=question.thread, timings_ms=(("total", _ms(time.perf_counter() - started)),),
        )  # fmt: skip

    def _provenance(self) -> Provenance:
        models = (
            ("embedding", self._embedder.identity),
            ("evidence", packaged_scorer().fingerprint),
            ("questions", self._questions.identity),
            ("reranker", self._reader.reranker.identity),
        )
        return Provenance(PIPELINE_VERSION, models, self._index.identity(), self._workspace.settings.fingerprint())


def _both(answer: Answer) -> Answered:
    return Answered(answer, answer)


def _refused(question: Question, reason: str) -> Answer:
    return Answer(question.id, question.text, None, Status.REFUSED, "", (), (), None, GENERATOR, None, thread=question.thread, error=reason)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)
