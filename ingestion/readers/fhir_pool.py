"""The resources of one source unit, and what their references point at.

Resolves ``Type/id`` (with or without a server address or a version), the ``urn:uuid`` full URLs of transaction bundles,
conditional references (``Practitioner?identifier=system|value``), logical references and contained resources.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from ingestion.readers.fhir_json import Json, node, nodes, text

_PERSONS_AND_PLACES = ("Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "RelatedPerson")


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource: ``reference`` is ``Type/id``, ``uri`` the file it came from."""

    reference: str
    type: str
    resource: Json
    uri: str


class Pool:
    """Every resource of a unit, in the order read; a resource given twice is kept once, the later version winning."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._full_urls: dict[str, str] = {}
        self._identifiers: dict[str, str] = {}
        self.duplicates = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def add(self, resource: Json, uri: str, full_url: str = "") -> None:
        """Take one resource. Without an id it is named by its full URL's UUID, else by its content."""
        kind = text(resource, "resourceType")
        name = text(resource, "id") or _uuid(full_url) or hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:32]
        reference = f"{kind}/{name}"
        if full_url:
            self._full_urls[full_url] = reference
        if kind in _PERSONS_AND_PLACES:
            for identifier in nodes(resource, "identifier"):
                self._identifiers[f"{kind}?{_pair(identifier)}"] = reference
        earlier = self._entries.get(reference)
        if earlier is not None:
            self.duplicates += 1
            if _version(earlier.resource) > _version(resource):
                return
        self._entries[reference] = Entry(reference, kind, resource, uri)

    def get(self, reference: str) -> Entry | None:
        """The resource at ``Type/id``, None where the unit does not hold it."""
        return self._entries.get(reference)

    def name(self, reference: Json) -> str:
        """``Type/id`` of a Reference, present here or not; empty for contained, display-only and unknown forms."""
        target = text(reference, "reference")
        if not target:
            return self._logical(reference)
        if target in self._full_urls:
            return self._full_urls[target]
        if target.startswith(("#", "urn:")):
            return ""
        if "?" in target:
            return self._conditional(target)
        parts = target.split("/_history/")[0].rstrip("/").split("/")
        return "/".join(parts[-2:]) if len(parts) >= 2 else ""

    def follow(self, reference: Json, owner: Json) -> Entry | None:
        """The resource a Reference points at, in the pool or contained in ``owner``."""
        target = text(reference, "reference")
        if target.startswith("#"):
            found = next((inner for inner in nodes(owner, "contained") if text(inner, "id") == target[1:]), None)
            return Entry(target, text(found, "resourceType"), found, "") if found is not None else None
        return self._entries.get(self.name(reference))

    def patient_of(self, resource: Json) -> str:
        """The id of the patient a resource is about; empty where it names none."""
        for key in ("subject", "patient", "beneficiary", "individual"):
            kind, _, name = self.name(node(resource, key)).partition("/")
            if kind == "Patient" and name:
                return name
        return ""

    def _conditional(self, target: str) -> str:
        kind, _, query = target.partition("?")
        kind = kind.rsplit("/", 1)[-1]
        for part in query.split("&"):
            key, _, value = part.partition("=")
            if key == "identifier":
                return self._identifiers.get(f"{kind}?{unquote(value)}", "")
            if key == "_id":
                return f"{kind}/{value}"
        return ""

    def _logical(self, reference: Json) -> str:
        wanted = _pair(node(reference, "identifier"))
        kinds = (text(reference, "type"),) if text(reference, "type") else _PERSONS_AND_PLACES
        found = (self._identifiers.get(f"{kind}?{wanted}", "") for kind in kinds)
        return next(filter(None, found), "") if wanted != "|" else ""


def _pair(identifier: Json) -> str:
    return f"{text(identifier, 'system')}|{text(identifier, 'value')}"


def _uuid(full_url: str) -> str:
    return full_url.rsplit(":", 1)[-1] if full_url.startswith("urn:") else full_url.rstrip("/").rsplit("/", 1)[-1]


def _version(resource: Json) -> tuple[str, int]:
    meta = node(resource, "meta")
    number = text(meta, "versionId")
    return text(meta, "lastUpdated"), int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0
