"""What a reviewer says of one note, checked against the note before it is stored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evaluation.reviews.deid import QUEUE, now
from rag.deidentification.findings import EntityType
from rag.deidentification.sealing import unseal_document
from rag.errors import InputError
from rag.reading import show_document
from rag.scope import Principal
from rag.store.documents import get_sealed
from rag.store.reviews import MarkedSpan, ReviewVerdict, current_versions, latest_item, write_verdicts
from rag.types import Document
from rag.workspace import Workspace

_SPAN = re.compile(r"(?P<start>\d{1,9}):(?P<end>\d{1,9})(?::(?P<type>[A-Za-z_]+))?")


class GivenSpan(BaseModel):
    """A span of the de-identified text, half-open, in code points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int = Field(ge=0)
    end: int

    @model_validator(mode="after")
    def _holds_something(self) -> GivenSpan:
        if self.end <= self.start:
            raise ValueError("empty span")
        return self


class GivenLeak(GivenSpan):
    """A span that still identifies, and of what type."""

    entity_type: EntityType

    @field_validator("entity_type", mode="before")
    @classmethod
    def _in_capitals(cls, given: object) -> object:
        return given.upper() if isinstance(given, str) else given


class GivenVerdict(BaseModel):
    """One verdict as a person or a file gives it: clean, or with leaks, replaced words that identify nobody, or both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document_id: str
    document_sha256: str | None = None
    reviewer: str = Field(pattern=r"^[\w.@ -]{1,60}$")
    clean: bool = False
    leaks: tuple[GivenLeak, ...] = ()
    over_redactions: tuple[GivenSpan, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> GivenVerdict:
        if self.clean == bool(self.leaks or self.over_redactions):
            raise ValueError("either clean or spans")
        return self


def given_verdict(fields: Mapping[str, object]) -> GivenVerdict:
    """The verdict of fields from outside.

    Raises:
        InputError: a field is missing or does not fit; names the field, never its value.
    """
    try:
        return GivenVerdict.model_validate(fields)
    except ValidationError as error:
        names = sorted({".".join(map(str, issue["loc"])) or "clean, leaks, over_redactions" for issue in error.errors()})
        raise InputError(f"{', '.join(names)}: missing or of the wrong kind; see docs/review.md for the fields of a verdict") from None


def check_reviewer(name: str) -> None:
    """Return if a verdict can bear this reviewer's name.

    Raises:
        InputError: it cannot.
    """
    given_verdict({"document_id": "", "reviewer": name, "clean": True})


def parse_span(given: str, *, typed: bool) -> dict[str, object]:
    """The fields of ``START:END:TYPE``, or of ``START:END`` where no type belongs to it.

    Raises:
        InputError: written otherwise.
    """
    found = _SPAN.fullmatch(given)
    if found is None or (found["type"] is not None) != typed:
        raise InputError(f"a span is written {'START:END:TYPE' if typed else 'START:END'}; TYPE is one of {', '.join(EntityType)}")
    fields: dict[str, object] = {"start": int(found["start"]), "end": int(found["end"])}
    return fields | ({"entity_type": found["type"]} if typed else {})


def record_verdicts(workspace: Workspace, principal: Principal, given: Sequence[GivenVerdict]) -> list[ReviewVerdict]:
    """Check every verdict and store all or none of them, with the time.

    Raises:
        UnknownDocumentError: no such document, or not in the principal's scope.
        InputError: a document that is in no sample, another version than the one judged, or a span that does not fit it.
    """
    time = now()
    verdicts = [_checked(workspace, principal, one, time) for one in given]
    write_verdicts(workspace.database, QUEUE, verdicts)
    return verdicts


def _checked(workspace: Workspace, principal: Principal, given: GivenVerdict, time: str) -> ReviewVerdict:
    name = given.document_id[:40]
    document = show_document(workspace.database, given.document_id, principal)
    item = latest_item(workspace.database, QUEUE, document.doc_id)
    if item is None:
        raise InputError(f"{name}: in no sample; `chartcite review deid next` names the notes to judge")
    current = current_versions(workspace.database, [document.doc_id]).get(document.doc_id)
    if {given.document_sha256 or document.sha256, document.sha256, current} != {item.doc_sha256}:
        raise InputError(f"{name}: another version than the one in the sample; look at it again, or draw a new sample")
    for span in (*given.leaks, *given.over_redactions):
        if span.end > len(document.text):
            raise InputError(f"{name}: [{span.start}:{span.end}] is beyond the {len(document.text)} characters of the note")
    leaks = tuple(MarkedSpan(leak.start, leak.end, leak.entity_type.value) for leak in given.leaks)
    return ReviewVerdict(document.doc_id, document.sha256, given.reviewer, time, leaks, _replaced(workspace, document, given))


def _replaced(workspace: Workspace, document: Document, given: GivenVerdict) -> tuple[MarkedSpan, ...]:
    """The whole replacements that the over-redacted spans touch, with their types.

    Raises:
        InputError: a span touches none.
    """
    if not given.over_redactions:
        return ()
    sealed = get_sealed(workspace.database, document.doc_id, document.sha256)
    replacements = unseal_document(workspace.keys, sealed, document.doc_id, document.sha256).replacements if sealed else ()
    found: set[tuple[int, int, str]] = set()
    for span in given.over_redactions:
        touched = {(r.new_start, r.new_end, r.entity_type) for r in replacements if r.new_start < span.end and span.start < r.new_end}
        if not touched:
            raise InputError(f"{document.doc_id}: nothing was replaced at [{span.start}:{span.end}]")
        found |= touched
    return tuple(MarkedSpan(*span) for span in sorted(found))
