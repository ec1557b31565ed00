"""Charts read from FHIR files with the standard library alone, so that nothing of the product vouches for itself."""

from __future__ import annotations

import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KINDS = {
    "Observation": "observation", "Condition": "condition", "MedicationRequest": "medication", "AllergyIntolerance": "allergy",
    "Immunization": "immunization", "Procedure": "procedure", "FamilyMemberHistory": "family",
}  # fmt: skip
_TAG = re.compile(r"\s*\((?:disorder|finding|situation|procedure|regime/therapy|substance|organism|physical object)\)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """One resource. ``at`` is its stamp as written, ``value`` set for numeric observations, ``reasons`` are displays of what it was for."""

    kind: str
    display: str
    codes: frozenset[str]
    resource: str
    at: str
    end: str
    status: str
    value: float | None
    reasons: tuple[str, ...]

    @property
    def day(self) -> str:
        """Its day, ISO."""
        return self.at[:10]


@dataclass(slots=True)
class Chart:
    """A patient's items in the order of the file. ``he`` is the pronoun."""

    patient: str
    he: str
    items: list[Item] = field(default_factory=list)

    def of(self, kind: str) -> list[Item]:
        """The items of one kind."""
        return [item for item in self.items if item.kind == kind]


def plain_display(display: str) -> str:
    """The display lower case, without the code system's tag and zero-width characters: the key of ``names.yaml``."""
    return _TAG.sub("", display.replace("\u200b", "")).casefold().strip()


def read_charts(paths: Iterable[Path]) -> list[Chart]:
    """The charts of bundles, NDJSON and single resources in folders, archives or files; a patient met twice is left out the second time."""
    charts: dict[str, Chart] = {}
    for path in paths:
        found: dict[str, Chart] = {}
        for group in _groups(path):
            _add(group, found)
        charts = found | charts
    return [chart for _, chart in sorted(charts.items()) if chart.items]


def _groups(path: Path) -> Iterator[list[dict[str, Any]]]:
    """Resources that refer to each other: a bundle's, or all loose ones of the path."""
    loose: list[dict[str, Any]] = []
    for name, data in _files(path):
        if name.endswith(".ndjson"):
            loose += [json.loads(line) for line in data.splitlines() if line.strip()]
        elif (read := json.loads(data)).get("resourceType") == "Bundle":
            yield [entry["resource"] for entry in read.get("entry", []) if "resource" in entry]
        else:
            loose.append(read)
    yield loose


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*json")):
            yield file.name, file.read_bytes()
    elif path.name.endswith((".tar.gz", ".tgz", ".tar")):
        with tarfile.open(path) as tar:
            for member in sorted(tar.getmembers(), key=lambda member: member.name):
                if member.isfile() and member.name.endswith("json") and (file := tar.extractfile(member)):
                    yield member.name, file.read()
    else:
        yield path.name, path.read_bytes()


def _add(group: list[dict[str, Any]], charts: dict[str, Chart]) -> None:
    by_id = {f"{r['resourceType']}/{r.get('id')}": r for r in group if r.get("resourceType")}
    by_short = {r.get("id"): r for r in group if r.get("id")}
    for resource in group:
        if resource.get("resourceType") == "Patient":
            pronoun = {"male": "he", "female": "she"}.get(resource.get("gender", ""), "the patient")
            charts.setdefault(resource["id"], Chart(resource["id"], pronoun))
    for resource in group:
        owner = _short((resource.get("subject") or resource.get("patient") or {}).get("reference", ""))
        item = _item(resource, by_id, by_short)
        if item and owner in charts:
            charts[owner].items.append(item)


def _item(r: dict[str, Any], by_id: dict[str, Any], by_short: dict[str, Any]) -> Item | None:
    kind = KINDS.get(r.get("resourceType", ""))
    if kind is None or r.get("status") in ("entered-in-error", "not-done"):
        return None
    concept = r.get("code") or r.get("vaccineCode") or r.get("medicationCodeableConcept") or {}
    if kind == "family":
        concept = r.get("relationship", {})
    reference = r.get("medicationReference", {}).get("reference")
    if reference:
        concept = (by_short.get(_short(reference)) or {}).get("code", {})
    display = text_of(concept)
    if not display:
        return None
    period = r.get("performedPeriod") or {}
    stamps = ("effectiveDateTime", "onsetDateTime", "authoredOn", "occurrenceDateTime", "performedDateTime")
    at = next((r[key] for key in stamps if r.get(key)), period.get("start") or "")
    status = next((c.get("code", "") for c in r.get("clinicalStatus", {}).get("coding", [])), r.get("status", ""))
    if kind == "family":
        reasons = tuple(text for c in r.get("condition", []) if (text := text_of(c.get("code", {}))))
    else:
        reasons = tuple(text for ref in r.get("reasonReference", []) if (text := _reason(ref, by_id, by_short)))
        reasons += tuple(text for concept in r.get("reasonCode", []) if (text := text_of(concept)))
    value = (r.get("valueQuantity") or {}).get("value")
    codes = frozenset(c["code"] for c in concept.get("coding", []) if c.get("code"))
    resource = f"{r['resourceType']}/{r.get('id')}"
    return Item(kind, display, codes, resource, at, r.get("abatementDateTime") or "", status, value, reasons)


def text_of(concept: dict[str, Any]) -> str:
    """What a CodeableConcept calls its thing; empty where nothing does."""
    return concept.get("text") or next((c["display"] for c in concept.get("coding", []) if c.get("display")), "")


def _reason(reference: dict[str, Any], by_id: dict[str, Any], by_short: dict[str, Any]) -> str:
    target = by_id.get(reference.get("reference", "")) or by_short.get(_short(reference.get("reference", ""))) or {}
    return text_of(target.get("code", {})) or reference.get("display", "")


def _short(reference: str) -> str:
    return reference.removeprefix("urn:uuid:").rsplit("/", 1)[-1]


def by_display(items: Iterable[Item]) -> dict[str, list[Item]]:
    """The items of each display as written, in time."""
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.display].append(item)
    return {display: sorted(group, key=lambda item: item.at) for display, group in found.items()}
