"""FHIR R4 charts as documents: one per encounter, one per patient and type of the rest, one per narrative attachment.

A document is a line per resource in the order of time. Nothing is lost in silence: each resource and attachment is
rendered or dropped with its reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingestion.readers.fhir_elements import concept, day
from ingestion.readers.fhir_identifiers import chart_identifiers, record_numbers, without_identifiers
from ingestion.readers.fhir_json import Json, node, nodes
from ingestion.readers.fhir_kinds import group_title, has_unknown_modifier, is_entered_in_error, why_not_rendered
from ingestion.readers.fhir_line import Line
from ingestion.readers.fhir_notes import NoteReader
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_render import RENDERERS, render
from ingestion.readers.fhir_source import FhirSource
from ingestion.records import RawDocument, RawFact, RawResourceSpan, ReadResult
from rag.deidentification.identity import KnownIdentifier
from rag.types import Span

_ORDER = {kind: place for place, kind in enumerate(RENDERERS)}


@dataclass(frozen=True, slots=True)
class Chart:
    """Whose chart it is: record numbers and the identifiers that its resources name."""

    patient: str
    aliases: tuple[str, ...]
    identifiers: tuple[KnownIdentifier, ...]


def read_fhir(files: Iterable[tuple[str, bytes]], unit_uri: str) -> ReadResult:
    """Every document of the files of one unit, pooled, so that references across files resolve.

    ``files`` are (uri, bytes); names ending in ``.ndjson`` or ``.jsonl`` are read line by line.
    """
    source = FhirSource()
    for uri, data in files:
        if uri.removesuffix(".gz").endswith((".ndjson", ".jsonl")):
            source.read_ndjson(data, uri)
        else:
            source.read_json(data, uri)
    return _Assembly(source, unit_uri).result()


class _Assembly:
    """Sorts a pool into documents and keeps the account."""

    def __init__(self, source: FhirSource, unit_uri: str) -> None:
        self._source = source
        self._pool = source.pool
        self._unit_uri = unit_uri
        self._dropped: Counter[str] = Counter(source.dropped)
        self._rendered = 0
        self._groups: dict[str, list[tuple[Entry, Line]]] = defaultdict(list)
        self._owners: dict[str, str] = {}
        self._charts: dict[str, Chart] = {}

    def result(self) -> ReadResult:
        """The documents of the unit in the order of their keys' first resource, notes last."""
        if self._pool.duplicates:
            self._dropped["duplicate_resource"] += self._pool.duplicates
        notes = NoteReader(self._pool)
        by_patient: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._pool:
            patient = entry.reference.partition("/")[2] if entry.type == "Patient" else self._pool.patient_of(entry.resource)
            by_patient[patient].append(entry)
            self._sort(entry, patient, notes)
        self._charts = {patient: self._chart(patient, entries) for patient, entries in by_patient.items() if patient}
        documents = [self._document(key) for key in self._groups]
        found = notes.documents()
        documents += [self._with_chart(note) for note in found.documents]
        rendered = self._rendered + found.rendered
        dropped = self._dropped + found.dropped
        records = self._source.records + found.extra_records
        return ReadResult(tuple(documents), records, rendered, dict(dropped), tuple(self._source.errors))

    def _sort(self, entry: Entry, patient: str, notes: NoteReader) -> None:
        if is_entered_in_error(entry.resource):
            self._dropped["entered_in_error"] += 1
        elif entry.type not in RENDERERS and entry.type not in ("DocumentReference", "Composition"):
            self._dropped[why_not_rendered(entry.type)] += 1
        elif has_unknown_modifier(entry.resource):
            self._dropped["modifier_extension"] += 1
        elif not patient:
            self._dropped["no_patient"] += 1
        elif entry.type == "Composition":
            notes.add_composition(entry, patient, encounter_of(entry.resource, self._pool))
        elif entry.type == "DocumentReference":
            notes.add(entry, patient, encounter_of(entry.resource, self._pool))
        else:
            if entry.type == "DiagnosticReport":
                only_note = notes.add_report(entry, patient, encounter_of(entry.resource, self._pool))
                if only_note:
                    return
            self._render(entry, patient)

    def _render(self, entry: Entry, patient: str) -> None:
        encounter = entry.reference if entry.type == "Encounter" else encounter_of(entry.resource, self._pool)
        key = encounter or f"{entry.type}/{patient}"
        if self._owners.setdefault(key, patient) != patient:
            key = f"{entry.type}/{patient}"  # an encounter of another patient: the resource's own subject decides
            self._owners[key] = patient
        self._groups[key].append((entry, render(entry, self._pool)))
        self._rendered += 1

    def _chart(self, patient: str, entries: list[Entry]) -> Chart:
        own = self._pool.get(f"Patient/{patient}")
        aliases = record_numbers(own.resource) if own else ()
        identifiers = chart_identifiers([*([own] if own else []), *entries], self._pool)
        return Chart(patient, tuple(alias for alias in aliases if alias != patient), identifiers)

    def _document(self, key: str) -> RawDocument:
        lines = sorted(self._groups[key], key=lambda pair: (pair[0].type != "Encounter", pair[1].moment, _ORDER[pair[0].type]))
        visit = self._pool.get(key) if key.startswith("Encounter/") else None
        first = lines[0][0]
        kind = "Encounter" if key.startswith("Encounter/") else first.type
        title = _visit_title(visit.resource) if visit else "Encounter" if kind == "Encounter" else group_title(kind)
        dates = [day(line.moment) for _, line in lines if line.moment]
        chart = self._charts[self._owners[key]]
        return _joined(
            lines,
            RawDocument(
                key=key,
                uri=f"{visit.uri if visit else self._unit_uri}#{key}",
                kind=kind,
                title=title,
                text="",
                patient=chart.patient,
                patient_aliases=chart.aliases,
                date=dates[0] if dates and kind == "Encounter" else max(dates, default=None),
                identifiers=chart.identifiers,
            ),
        )

    def _with_chart(self, note: RawDocument) -> RawDocument:
        chart = self._charts[note.patient or ""]
        return replace(note, patient_aliases=chart.aliases, identifiers=chart.identifiers)


def encounter_of(resource: Json, pool: Pool) -> str:
    """``Encounter/id`` of the visit a resource belongs to, present in the pool or not; empty where it names none."""
    context = node(resource, "context")
    for reference in (node(resource, "encounter"), context, node(context, "encounter"), *nodes(context, "related")):
        name = pool.name(reference)
        if name.startswith("Encounter/"):
            return name
    return ""


def _visit_title(visit: Json) -> str:
    return concept(node(visit, "type")).display or "Encounter"


def _joined(lines: list[tuple[Entry, Line]], frame: RawDocument) -> RawDocument:
    """``frame`` with the lines as its text and every span moved to its place."""
    at = 0
    resources: list[RawResourceSpan] = []
    clear: list[Span] = []
    dates: list[Span] = []
    facts: list[RawFact] = []
    for entry, line in lines:
        resources.append(RawResourceSpan(at, at + len(line.text), entry.reference))
        clear += [Span(at + span.start, at + span.end) for span in line.clear]
        dates += [Span(at + span.start, at + span.end) for span in line.dates]
        facts += [_moved(fact, at) for fact in line.facts]
        at += len(line.text) + 1
    text = "\n".join(line.text for _, line in lines)
    return replace(
        frame,
        text=text,
        resources=tuple(resources),
        clear=without_identifiers(text, clear, frame.identifiers),
        dates=tuple(dates),
        facts=tuple(facts),
    )


def _moved(fact: RawFact, by: int) -> RawFact:
    slots = tuple(replace(slot, start=slot.start + by, end=slot.end + by) for slot in fact.slots)
    return replace(fact, start=fact.start + by, end=fact.end + by, slots=slots)
