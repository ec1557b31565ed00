"""One way in for the command line and HTTP: ask, record, release; in that order.

The audit record is durable before an answer is returned (law 6). What is stored of an answer is never the revealed one.
"""

from __future__ import annotations

import json

from api.audit import AuditEvent, AuditTrail
from rag.errors import ServiceError, UnknownDocumentError
from rag.pipeline import Engine
from rag.reading import show_document
from rag.scope import Principal
from rag.types import Answer, Document, Question, ScoredChunk
from rag.workspace import Workspace


class Service:
    """The engine of one workspace behind its audit trail. Safe to call from several threads.

    Without an engine only ``show`` works: it needs SQL alone.
    """

    def __init__(self, workspace: Workspace, trail: AuditTrail, engine: Engine | None = None) -> None:
        self._workspace = workspace
        self._trail = trail
        self._engine = engine

    def ask(self, question: Question, principal: Principal) -> Answer:
        """The answer, after its record is durable.

        Raises:
            AuditError: no sink took the record; nothing is released.
            ServiceError: opened without an engine.
        """
        if self._engine is None:
            raise ServiceError("this process holds no index; ask the owner of the workspace")
        try:
            answered = self._engine.ask(question, principal)
        except Exception:
            self._record_failure("ask", question, principal)
            raise
        answer = answered.stored
        self._trail.append(
            AuditEvent(
                action="ask",
                principal=principal.name,
                outcome=answer.status.value,
                patient=answer.patient,
                purpose=question.reveal,
                documents=_disclosed(answer),
                provenance=_provenance(answer),
                sealed=self._seal(question),
            )
        )
        return answered.released

    def retrieve(self, question: Question, principal: Principal, k: int) -> list[ScoredChunk]:
        """The best ``k`` chunks in the question's scope, after their disclosure is recorded; none where nothing is in scope.

        Raises:
            AuditError: no sink took the record; nothing is released.
            ServiceError: opened without an engine.
        """
        if self._engine is None:
            raise ServiceError("this process holds no index; ask the owner of the workspace")
        try:
            hits = self._engine.retrieve(question, principal, k)
        except Exception:
            self._record_failure("retrieve", question, principal)
            raise
        documents = tuple(sorted({f"{hit.chunk.doc_id}@{hit.chunk.doc_sha256}" for hit in hits}))
        self._trail.append(AuditEvent("retrieve", principal.name, "retrieved", None, None, documents, "", self._seal(question)))
        return hits

    def show(self, reference: str, principal: Principal) -> Document:
        """The stored document ``ID`` or ``ID@SHA256``, recorded as a disclosure.

        Raises:
            UnknownDocumentError: absent or out of scope.
            AuditError: no sink took the record.
        """
        try:
            document = show_document(self._workspace.database, reference, principal)
        except UnknownDocumentError:
            self._record_show(principal, "unknown", None, ())
            raise
        self._record_show(principal, "shown", document.patient, (f"{document.doc_id}@{document.sha256}",))
        return document

    def warm(self) -> None:
        """Read what the first questions would wait for; nothing without an engine."""
        if self._engine is not None:
            self._engine.warm()

    def ready(self) -> bool:
        """True when the engine is open and its store and index answer."""
        return self._engine is not None and self._engine.ready()

    def _record_failure(self, action: str, question: Question, principal: Principal) -> None:
        """A request that ended in an error leaves its record too: one for each, refusals included."""
        self._trail.append(AuditEvent(action, principal.name, "failed", None, question.reveal, (), "", self._seal(question)))

    def _record_show(self, principal: Principal, outcome: str, patient: str | None, documents: tuple[str, ...]) -> None:
        self._trail.append(AuditEvent("show", principal.name, outcome, patient, None, documents, ""))

    def _seal(self, question: Question) -> bytes:
        plain = {"question": question.text, "purpose": question.reveal, "patient": question.patient, "source": question.source}
        return self._workspace.keys.seal(json.dumps(plain).encode(), "audit")


def _disclosed(answer: Answer) -> tuple[str, ...]:
    """The document versions that the answer quotes, those of its near misses included."""
    misses = answer.receipt.near_misses if answer.receipt else ()
    return tuple(sorted({f"{c.span.doc_id}@{c.span.doc_sha256}" for c in (*answer.citations, *(miss.citation for miss in misses))}))


def _provenance(answer: Answer) -> str:
    made = answer.provenance
    return "" if made is None else f"{made.pipeline}/{made.index}/{made.settings}"
