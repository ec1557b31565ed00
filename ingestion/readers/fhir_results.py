"""Reports, imaging, specimens and media as lines."""

from __future__ import annotations

from ingestion.readers.fhir_elements import Concept, coding, concept, concepts, period, quantity_words
from ingestion.readers.fhir_json import node, nodes, number, text, word
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_observation import when
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_references import notes, reasons, referred


def report(entry: Entry, pool: Pool) -> LineWriter:
    """A DiagnosticReport: its name, the names of its results (each a line of its own) and the conclusion."""
    resource = entry.resource
    line = LineWriter(when(resource))
    name = concept(node(resource, "code")) or Concept("unnamed report", "", True)
    status = word(resource, "status")
    line.words("Diagnostic report: ").concept(name, "name").listed("category", concepts(resource, "category"), "category")
    line.coded("status", status, "status")
    line.listed("results", referred(resource, "result", pool)).listed("imaging", referred(resource, "imagingStudy", pool))
    line.listed("specimen", referred(resource, "specimen", pool))
    line.prose("conclusion:", text(resource, "conclusion"), "text").listed("conclusion", concepts(resource, "conclusionCode"), "text")
    return line.fact("report", name, status, value=text(resource, "conclusion"), end=text(node(resource, "effectivePeriod"), "end"))


def imaging_study(entry: Entry, pool: Pool) -> LineWriter:
    """An ImagingStudy: modalities, body sites, sizes and reason. Accession numbers and UIDs are not rendered."""
    resource = entry.resource
    line = LineWriter(text(resource, "started"))
    series = list(nodes(resource, "series"))
    procedures = list(concepts(resource, "procedureCode"))
    modalities = [coding(node(item, "modality")) for item in series] or [coding(item) for item in nodes(resource, "modality")]
    status = word(resource, "status")
    line.words("Imaging study").listed("of", procedures, "name").listed("modality", modalities, "category" if procedures else "name")
    line.listed("body site", (coding(node(item, "bodySite")) for item in series), "body_site")
    line.listed("images", (coding(node(instance, "sopClass")) for item in series for instance in nodes(item, "instance")))
    line.coded("status", status, "status").coded("series", number(resource, "numberOfSeries")).coded(
        "instances", number(resource, "numberOfInstances")
    )
    line.listed("reason", reasons(resource, pool), "reason").prose("description:", text(resource, "description"), "text")
    line.notes(notes(resource))
    for item in series:
        line.prose("series:", text(item, "description"), "text")
    return line.fact("report", next((c for c in [*procedures, *modalities] if c), Concept("Imaging study", "", True)), status)


def specimen(entry: Entry, pool: Pool) -> LineWriter:
    """A Specimen: type, how and when it was taken, its condition. Accession numbers are not rendered."""
    resource = entry.resource
    collection = node(resource, "collection")
    taken = text(collection, "collectedDateTime") or text(node(collection, "collectedPeriod"), "start")
    line = LineWriter(taken or text(resource, "receivedTime"))
    name = concept(node(resource, "type")) or Concept("unnamed specimen", "", True)
    status = word(resource, "status")
    line.words("Specimen: ").concept(name).coded("status", status)
    line.listed("method", concepts(collection, "method")).listed("body site", concepts(collection, "bodySite"))
    line.coded("quantity", quantity_words(node(collection, "quantity"))).listed("condition", concepts(resource, "condition"))
    line.notes(notes(resource))
    return line


def media(entry: Entry, pool: Pool) -> LineWriter:
    """A Media resource by type, modality and note; its pixels are not read."""
    resource = entry.resource
    span = node(resource, "createdPeriod")
    line = LineWriter(text(resource, "createdDateTime") or text(span, "start") or text(resource, "issued"))
    kind = concept(node(resource, "type")) or Concept("media", "", True)
    status = word(resource, "status")
    line.words("Media: ").concept(kind, "name").listed("modality", concepts(resource, "modality"), "category")
    line.listed("view", concepts(resource, "view")).listed("body site", concepts(resource, "bodySite"), "body_site")
    line.coded("status", status, "status").between(*period(span)).listed("reason", map(concept, nodes(resource, "reasonCode")), "reason")
    line.prose("title:", text(node(resource, "content"), "title"), "text").notes(notes(resource))
    return line.fact("report", kind, status, end=text(span, "end"))
