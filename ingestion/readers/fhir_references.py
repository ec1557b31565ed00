"""What a resource calls itself, and what a reference to it may say in a line."""

from __future__ import annotations

from collections.abc import Iterator

from ingestion.readers.fhir_elements import NO_CONCEPT, Concept, concept, one_line
from ingestion.readers.fhir_json import Json, node, nodes, text
from ingestion.readers.fhir_kinds import PERSONS_AND_PLACES
from ingestion.readers.fhir_pool import Entry, Pool

_NAMING_KEYS = ("code", "medicationCodeableConcept", "vaccineCode", "type", "description", "title")


def named(entry: Entry, pool: Pool) -> Concept:
    """The concept a resource is about: its code, medicine, vaccine, type or description; empty for persons and places."""
    if entry.type in PERSONS_AND_PLACES:
        return NO_CONCEPT
    if entry.type.startswith("Medication"):
        return medication(entry.resource, pool)
    for key in _NAMING_KEYS:
        value = entry.resource.get(key)
        if isinstance(value, str) and value.strip():
            return Concept(one_line(value), "", False)
        found = concept(node(entry.resource, key))
        if found:
            return found
    return NO_CONCEPT


def medication(resource: Json, pool: Pool) -> Concept:
    """The medicine of a medication resource: its concept, or the code of the Medication it refers to."""
    found = concept(node(resource, "medicationCodeableConcept")) or concept(node(resource, "code"))
    if found:
        return found
    reference = node(resource, "medicationReference")
    target = pool.follow(reference, resource)
    return (concept(node(target.resource, "code")) if target else NO_CONCEPT) or Concept(one_line(text(reference, "display")), "", False)


def referred(resource: Json, key: str, pool: Pool) -> Iterator[Concept]:
    """What each Reference at ``key`` points at: the target's concept, else the reference's display as free text.

    Persons and places give nothing: they are not rendered.
    """
    for reference in nodes(resource, key):
        target = pool.follow(reference, resource)
        kind = target.type if target else pool.name(reference).partition("/")[0] or text(reference, "type")
        if kind in PERSONS_AND_PLACES:
            continue
        found = named(target, pool) if target else NO_CONCEPT
        display = one_line(text(reference, "display"))
        if found or display:
            yield found or Concept(display, "", False)


def reasons(resource: Json, pool: Pool) -> Iterator[Concept]:
    """The reasons given for an act: its ``reasonCode`` concepts, then what its ``reasonReference`` points at."""
    yield from map(concept, nodes(resource, "reasonCode"))
    yield from referred(resource, "reasonReference", pool)


def notes(resource: Json, key: str = "note") -> Iterator[str]:
    """The texts of the annotations at ``key``."""
    return (text(note, "text") for note in nodes(resource, key) if text(note, "text"))
