"""Notes as JSONL: one object a line with ``id``, ``patient``, ``text``, ``date``, ``type`` and optionally ``author`` and ``encounter``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ingestion.readers.fhir_elements import day, one_line
from ingestion.readers.fhir_json import Json, Number, parse_json, text
from ingestion.readers.fhir_source import MAX_LINE_ERRORS_PER_FILE
from ingestion.readers.plain import MAX_TEXT_BYTES
from ingestion.records import RawDocument, ReadResult, UnitError
from rag.deidentification.identity import KnownIdentifier
from rag.errors import SourceError

_KIND = re.compile(r"(?:[A-Za-z&+/(),'-]{1,20} ?){1,8}")
"""A note type as it may be stored in clear: at most eight plain words."""


def read_notes(files: Iterable[tuple[str, bytes]], unit_uri: str) -> ReadResult:
    """A document for each line that has an id and a text; every other line is an error, and the rest goes on."""
    documents: list[RawDocument] = []
    errors: list[UnitError] = []
    dropped: Counter[str] = Counter()
    seen: set[str] = set()
    records = 0
    for uri, content in files:
        if not content.strip():
            errors.append(UnitError("empty", uri, f"{uri}: the file is empty; give one JSON object a line"))
        for number, line in enumerate(content.split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                note = _note(line, f"{uri} line {number}", uri)
            except SourceError as error:
                errors.append(UnitError(error.code, uri, str(error)))
                continue
            records += 1
            if not note.text.strip():
                dropped["empty_text"] += 1
            elif note.key in seen:
                dropped["duplicate_id"] += 1
            else:
                seen.add(note.key)
                documents.append(note)
    return ReadResult(tuple(documents), records, len(documents), dict(dropped), _bounded(errors))


def _bounded(errors: list[UnitError]) -> tuple[UnitError, ...]:
    rest = len(errors) - MAX_LINE_ERRORS_PER_FILE
    if rest <= 0:
        return tuple(errors)
    last = errors[-1]
    summary = UnitError(last.code, last.uri, f"{last.uri}: {rest} more lines could not be read; repair the file")
    return (*errors[:MAX_LINE_ERRORS_PER_FILE], summary)


def _note(line: bytes, where: str, uri: str) -> RawDocument:
    if len(line) > MAX_TEXT_BYTES:
        raise SourceError("too_large", f"{where}: {len(line)} bytes, the limit is {MAX_TEXT_BYTES}; split the note")
    value = parse_json(line, where)
    if not isinstance(value, dict):
        raise SourceError("malformed", f"{where}: not a JSON object; give one object a line")
    name = text(value, "id")
    body = value.get("text")
    if not name or not isinstance(body, str) or isinstance(body, Number):
        raise SourceError("missing_field", f"{where}: needs 'id' and 'text' as strings; add them")
    return _document(value, name, body, uri)


def _document(note: Json, name: str, body: str, uri: str) -> RawDocument:
    kind = one_line(text(note, "type"))
    kind = kind if _KIND.fullmatch(kind) else "Clinical note"
    author = one_line(text(note, "author"))
    return RawDocument(
        key=f"note/{name}",
        uri=f"{uri}#{name}",
        kind=kind,
        title=kind,
        text=body,
        patient=text(note, "patient") or None,
        date=day(text(note, "date")) or None,
        identifiers=(KnownIdentifier(author, "PERSON", "practitioner"),) if author else (),
    )
