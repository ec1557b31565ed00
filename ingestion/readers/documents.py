"""Documents: PDF, DOCX, PPTX, XLSX, HTML, Markdown and plain text, each file one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingestion.readers.fhir_elements import one_line
from ingestion.readers.markup import markup_title, refuse_entities
from ingestion.readers.office_files import check_office_file
from ingestion.readers.partitioning import partition
from ingestion.readers.pdf import read_pdf
from ingestion.readers.plain import MAX_TEXT_BYTES, decode_text
from ingestion.records import RawDocument, ReadResult, UnitError
from rag.errors import SourceError
from rag.types import PageSpan

MAX_BINARY_BYTES = 256 * 1024 * 1024
"""PDF and office files, pictures included; their text is bounded on its own."""
_OFFICE = (".docx", ".pptx", ".xlsx")
_ALIASES = {".htm": ".html", ".xhtml": ".html", ".markdown": ".md", ".text": ".txt"}


@dataclass(frozen=True, slots=True)
class _Parsed:
    text: str
    pages: tuple[PageSpan, ...] = ()
    title: str = ""


def read_documents(files: Iterable[tuple[str, bytes]], unit_uri: str) -> ReadResult:
    """One document per file; a file that cannot be read is an error and the rest goes on.

    Plain text is kept to the character. A readable file without any text is dropped as ``no_text`` (a scan needs OCR).
    """
    documents: list[RawDocument] = []
    errors: list[UnitError] = []
    dropped: Counter[str] = Counter()
    for uri, content in files:
        try:
            document = _read(uri, content)
        except SourceError as error:
            errors.append(UnitError(error.code, uri, str(error)))
            continue
        if document.text.strip():
            documents.append(document)
        else:
            dropped["no_text"] += 1
    return ReadResult(tuple(documents), len(documents) + dropped.total(), len(documents), dict(dropped), tuple(errors))


def _read(uri: str, content: bytes) -> RawDocument:
    if not content.strip():
        raise SourceError("empty", f"{uri}: the file is empty; give a file with content or take it out of the manifest")
    path = PurePosixPath(uri.lower().removesuffix(".gz"))
    suffix = _ALIASES.get(path.suffix, path.suffix)
    limit = MAX_BINARY_BYTES if suffix in (".pdf", *_OFFICE) else MAX_TEXT_BYTES
    if len(content) > limit:
        raise SourceError("too_large", f"{uri}: {len(content)} bytes, the limit is {limit}; split the file")
    parsed = _parse(uri, content, suffix)
    title = one_line(parsed.title) or one_line(PurePosixPath(uri.removesuffix(".gz")).stem.replace("_", " "))
    return RawDocument(key=uri, uri=uri, kind="document", title=title, text=parsed.text, pages=parsed.pages)


def _parse(uri: str, content: bytes, suffix: str) -> _Parsed:
    if suffix == ".pdf":
        read = read_pdf(content, uri)
        return _Parsed(read.text.text, read.text.pages, read.title)
    if suffix in _OFFICE:
        check_office_file(content, suffix, uri)
        office = partition(content, suffix)
        return _Parsed(office.text, office.pages, office.title)
    text = decode_text(content, uri)
    if suffix == ".txt":
        return _Parsed(text)
    refuse_entities(text, uri)
    marked = partition(text, suffix)
    return _Parsed(marked.text, (), (markup_title(text) if suffix == ".html" else "") or marked.title)
