"""Notes as JSONL: one document a line, a bad line costs itself."""

from __future__ import annotations

import json

import pytest

from ingestion.readers.notes import read_notes
from ingestion.readers.plain import MAX_TEXT_BYTES
from ingestion.records import ReadResult
from rag.deidentification.identity import KnownIdentifier

NOTE = {
    "id": "42",
    "patient": "p1",
    "text": "Denies chest pain.\n\nPlan: rest.",
    "date": "2024-03-01T10:00:00",
    "type": "Progress note",
    "author": "Ines Marchetti",
}


def read(*lines: bytes) -> ReadResult:
    result = read_notes([("n.jsonl", b"\n".join(lines))], "n.jsonl")
    assert result.records_in == result.rendered + sum(result.dropped.values())
    return result


def dumped(**changes: object) -> bytes:
    return json.dumps({**NOTE, **changes}).encode()


def test_a_line_is_a_document() -> None:
    (note,) = read(dumped()).documents
    assert (note.key, note.uri, note.kind, note.patient, note.date) == ("note/42", "n.jsonl#42", "Progress note", "p1", "2024-03-01")
    assert note.text == NOTE["text"]
    assert note.identifiers == (KnownIdentifier("Ines Marchetti", "PERSON", "practitioner"),)


def test_numeric_ids_and_absent_fields_are_accepted() -> None:
    (note,) = read(b'{"id": 7, "text": "Stable."}').documents
    assert (note.key, note.patient, note.date, note.kind) == ("note/7", None, None, "Clinical note")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"id": "1"}', "missing_field"),
        (b'{"text": "x"}', "missing_field"),
        (b'{"id": "1", "text": 5}', "missing_field"),
        (b"[]", "malformed"),
        (b'{"id": "1", "text": "x', "truncated"),
        (b'{"id": "1", "text": "caf\xe9"}', "encoding"),
        (b'{"id": "1", "text": "' + b"x" * MAX_TEXT_BYTES + b'"}', "too_large"),
    ],
)
def test_a_bad_line_is_an_error_with_its_number_and_the_rest_is_read(line: bytes, code: str) -> None:
    result = read(dumped(), line, dumped(id="43"))
    assert [error.code for error in result.errors] == [code] and "line 2" in result.errors[0].message
    assert len(result.documents) == 2


def test_empty_texts_and_repeated_ids_are_dropped_with_their_reason() -> None:
    assert read(dumped(), dumped(), dumped(id="43", text=" ")).dropped == {"duplicate_id": 1, "empty_text": 1}


def test_an_empty_file_is_an_error() -> None:
    assert [error.code for error in read(b"").errors] == ["empty"]
