"""Bytes to a pool of R4 resources: single resources, bundles and NDJSON, each file failing alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingestion.readers.fhir_json import MAX_DEPTH_LEVELS, Json, node, nodes, parse_json, text
from ingestion.readers.fhir_pool import Pool
from ingestion.readers.fhir_version import refuse_other_releases
from ingestion.records import UnitError
from rag.errors import SourceError

MAX_LINE_ERRORS_PER_FILE = 20
MAX_BUNDLE_NESTING = 4


@dataclass(slots=True)
class FhirSource:
    """What the files of one unit gave: the pool, records read, those dropped on the way and the files that failed."""

    pool: Pool = field(default_factory=Pool)
    records: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    errors: list[UnitError] = field(default_factory=list)

    def read_json(self, data: bytes, uri: str) -> None:
        """Take one JSON file; a file that cannot be read adds an error and nothing else."""
        try:
            found = list(_resources(parse_json(data, uri), uri))
            self._take(found, uri)
        except SourceError as error:
            self.errors.append(UnitError(error.code, uri, str(error)))

    def read_ndjson(self, data: bytes, uri: str) -> None:
        """Take one NDJSON file; a line that cannot be read adds an error, another release refuses the whole file."""
        found: list[tuple[Json, str]] = []
        failed = 0
        lines = data.split(b"\n")
        if not data.strip():
            self.errors.append(
                UnitError("empty", uri, f"{uri}: the file is empty; give a file with content or take it out of the manifest")
            )
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                found.extend(_resources(parse_json(line, f"{uri} line {number}"), uri))
            except SourceError as error:
                failed += 1
                if failed <= MAX_LINE_ERRORS_PER_FILE:
                    self.errors.append(UnitError(error.code, uri, str(error)))
        if failed > MAX_LINE_ERRORS_PER_FILE:
            rest = failed - MAX_LINE_ERRORS_PER_FILE
            self.errors.append(UnitError("malformed", uri, f"{uri}: {rest} more lines could not be read; repair or re-export the file"))
        try:
            self._take(found, uri)
        except SourceError as error:
            self.errors.append(UnitError(error.code, uri, str(error)))

    def _take(self, found: Iterable[tuple[Json, str]], uri: str) -> None:
        kept = list(found)
        for resource, _ in kept:
            refuse_other_releases(resource, uri)
        self.records += len(kept)
        for resource, full_url in kept:
            if text(resource, "resourceType"):
                self.pool.add(resource, uri, full_url)
            else:
                self.dropped["not_a_resource"] += 1


def _resources(value: object, uri: str, nesting: int = 0) -> Iterator[tuple[Json, str]]:
    """(resource, full URL) of a resource or, for a Bundle, of each entry; an entry without a resource gives an empty one."""
    if not isinstance(value, dict):
        raise SourceError("not_fhir", f"{uri}: the JSON is not an object; a FHIR file holds a resource or a Bundle")
    if text(value, "resourceType") != "Bundle":
        _refuse_depth(value, uri)
        yield value, ""
        return
    if nesting >= MAX_BUNDLE_NESTING:
        raise SourceError("too_deep", f"{uri}: bundles nested more than {MAX_BUNDLE_NESTING} deep; give plain bundles")
    for entry in nodes(value, "entry"):
        resource = node(entry, "resource")
        if text(resource, "resourceType") == "Bundle":
            yield from _resources(resource, uri, nesting + 1)
        else:
            _refuse_depth(resource, uri)
            yield resource, text(entry, "fullUrl")


def _refuse_depth(resource: Json, uri: str) -> None:
    level: list[object] = [resource]
    for _ in range(MAX_DEPTH_LEVELS):
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item) if isinstance(inner, dict | list)]  # type: ignore[attr-defined]
        if not level:
            return
    raise SourceError("too_deep", f"{uri}: a resource nests more than {MAX_DEPTH_LEVELS} levels; give plain FHIR resources")
