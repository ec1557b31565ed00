"""Narrative attachments as documents of their own, each text of a visit once.

A note that a readable document replaces (``relatesTo`` with code ``replaces``) is left out; a note that merely has the
status ``superseded`` is kept: exports mark whole histories so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingestion.readers.fhir_attachments import AttachedText, read_attachment
from ingestion.readers.fhir_elements import concept, day, one_line
from ingestion.readers.fhir_json import Json, node, nodes, text
from ingestion.readers.fhir_observation import when
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.markup import markup_text
from ingestion.records import RawDocument, RawResourceSpan

MAX_SECTION_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a unit and their account. ``extra_records`` are attachments beyond their resources."""

    documents: tuple[RawDocument, ...]
    rendered: int
    dropped: Counter[str]
    extra_records: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: Entry
    patient: str
    encounter: str
    number: int
    attachment: AttachedText


class NoteReader:
    """Gathers the attachments of a unit's DocumentReferences and DiagnosticReports, then makes documents of them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._candidates: list[_Candidate] = []
        self._extra_records = 0
        self._dropped: Counter[str] = Counter()

    def add(self, entry: Entry, patient: str, encounter: str) -> None:
        """Take a DocumentReference: it counts as its attachments, at least one."""
        attachments = [node(content, "attachment") for content in nodes(entry.resource, "content")]
        if not attachments:
            self._dropped["no_attachment"] += 1
            return
        self._extra_records += len(attachments) - 1
        self._take(entry, patient, encounter, attachments)

    def add_report(self, entry: Entry, patient: str, encounter: str) -> bool:
        """Take a DiagnosticReport's presented forms; True where they are all that it holds, so that it needs no line."""
        forms = list(nodes(entry.resource, "presentedForm"))
        only = bool(forms) and not any(entry.resource.get(key) for key in ("result", "conclusion", "conclusionCode", "imagingStudy"))
        self._extra_records += len(forms) - (1 if only else 0)
        self._take(entry, patient, encounter, forms)
        return only

    def add_composition(self, entry: Entry, patient: str, encounter: str) -> None:
        """Take a Composition: the narratives of its sections under their titles, nested ones in reading order."""
        parts = [part for title, body in _sections(entry.resource) for part in (title, body) if part]
        read = AttachedText("\n\n".join(parts), reason="" if parts else "no_narrative")
        self._candidates.append(_Candidate(entry, patient, encounter, 1, read))

    def _take(self, entry: Entry, patient: str, encounter: str, attachments: list[Json]) -> None:
        for number, attachment in enumerate(attachments, 1):
            read = read_attachment(self._with_data(attachment), entry.uri)
            self._candidates.append(_Candidate(entry, patient, encounter, number, read))

    def _with_data(self, attachment: Json) -> Json:
        """The attachment, or the Binary of the unit that its URL names."""
        url = text(attachment, "url")
        if "data" in attachment or not url:
            return attachment
        found = self._pool.get(self._pool.name({"reference": url}))
        return found.resource if found is not None and found.type == "Binary" else attachment

    def documents(self) -> Notes:
        """One document per distinct text of a visit, in the order read; DocumentReferences name it before reports do."""
        dropped = Counter(self._dropped)
        replaced = self._replaced()
        kept: dict[tuple[str, str, str], RawDocument] = {}
        for candidate in sorted(self._candidates, key=lambda c: c.entry.type != "DocumentReference"):
            if candidate.attachment.reason:
                dropped[candidate.attachment.reason] += 1
                continue
            if candidate.entry.reference in replaced:
                dropped["replaced"] += 1
                continue
            same = (candidate.patient, candidate.encounter, candidate.attachment.text)
            if same in kept:
                dropped["duplicate_attachment"] += 1
                kept[same] = _also(kept[same], candidate.entry.reference)
            else:
                kept[same] = _note(candidate, self._pool)
        return Notes(tuple(kept.values()), len(kept), dropped, self._extra_records)

    def _replaced(self) -> frozenset[str]:
        """The documents that a document with a readable text replaces."""
        readable = {c.entry.reference: c.entry for c in self._candidates if not c.attachment.reason}
        return frozenset(
            self._pool.name(node(relation, "target"))
            for entry in readable.values()
            for relation in nodes(entry.resource, "relatesTo")
            if text(relation, "code") == "replaces"
        ) - {""}


def _also(note: RawDocument, reference: str) -> RawDocument:
    if any(span.reference == reference for span in note.resources):
        return note
    return replace(note, resources=(*note.resources, RawResourceSpan(0, len(note.text), reference)))


def _note(candidate: _Candidate, pool: Pool) -> RawDocument:
    entry, resource = candidate.entry, candidate.entry.resource
    is_report = entry.type == "DiagnosticReport"
    kind = concept(node(resource, "code" if is_report else "type"))
    suffix = f"/{candidate.number}" if candidate.number > 1 else ""
    key = f"{entry.reference}{'/presentedForm' if is_report else ''}{suffix}"
    body = candidate.attachment.text
    return RawDocument(
        key=key,
        uri=f"{entry.uri}#{key}",
        kind=kind.display if kind.coded else "Clinical note",
        title=one_line(text(resource, "description") or text(resource, "title")) or kind.display or "Clinical note",
        text=body,
        patient=candidate.patient,
        date=day(when(resource) if is_report else _document_time(resource)) or None,
        resources=(RawResourceSpan(0, len(body), entry.reference),),
        pages=candidate.attachment.pages,
    )


def _sections(resource: Json, depth: int = 0) -> Iterator[tuple[str, str]]:
    """(title, narrative) of each section of a Composition."""
    for section in nodes(resource, "section"):
        yield one_line(text(section, "title") or concept(node(section, "code")).display), markup_text(text(node(section, "text"), "div"))
        if depth < MAX_SECTION_DEPTH:
            yield from _sections(section, depth + 1)


def _document_time(resource: Json) -> str:
    """When the documented care took place, else when the document was made."""
    return text(node(node(resource, "context"), "period"), "start") or text(resource, "date")
