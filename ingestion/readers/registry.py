"""Which reader reads which format. Runs in the child process of ``ingestion.sandbox``."""

from __future__ import annotations

from ingestion.readers.documents import read_documents
from ingestion.readers.fhir import read_fhir
from ingestion.readers.notes import read_notes
from ingestion.readers.unit_files import UnitFiles
from ingestion.records import ReadResult, SourceUnit
from rag.errors import SourceError

READERS = {"fhir-bundle": read_fhir, "fhir-ndjson": read_fhir, "document": read_documents, "notes-jsonl": read_notes}


def read_unit(unit: SourceUnit) -> ReadResult:
    """Every document of one unit, with the account of what was dropped and which members failed.

    Raises:
        SourceError: the unit as a whole cannot be read; has a code.
    """
    with UnitFiles() as files:
        return read_unit_from(unit, files)


def read_unit_from(unit: SourceUnit, files: UnitFiles) -> ReadResult:
    """``read_unit`` through an open ``UnitFiles``, which makes a run of units of one archive cost one pass.

    Raises:
        SourceError: as ``read_unit``, and ``unsupported_format``.
    """
    reader = READERS.get(unit.format)
    if reader is None:
        raise SourceError("unsupported_format", f"{unit.uri}: format {unit.format} is not supported in this version; remove the source")
    result = reader(files.read(unit), unit.uri)
    if not result.records_in and len(result.errors) == 1:
        raise SourceError(result.errors[0].code, result.errors[0].message)
    return result
