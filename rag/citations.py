"""Citations that can be checked: a quote, and where its document says it.

Offsets are ``str`` indices (Unicode code points) into ``Document.text``: zero-based, half-open.
Source: W3C Web Annotation Data Model, Text Position and Text Quote Selectors.
"""

from __future__ import annotations

import hashlib

from rag.errors import CitationError
from rag.types import Document, SourceSpan


def text_sha256(text: str) -> str:
    """Hex SHA-256 of the UTF-8 bytes of a document's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def verify_quote(span: SourceSpan, quote: str, document: Document) -> None:
    """Return if the quote stands verbatim at its span of the document.

    Case, white space and Unicode form all count: normalisation belongs to ingestion. Linear in the
    document (its hash is computed again). Verbatim is necessary, not sufficient: "bleeding" is verbatim
    in "no bleeding".

    Raises:
        CitationError: another document or version than the one cited, a text that is not what its hash
            says, an empty span, or ``text[start:end]`` is not the quote. Names ids and offsets only.
    """
    where = f"{span.doc_id}[{span.start}:{span.end}]"
    if (span.doc_id, span.doc_sha256) != (document.doc_id, document.sha256):
        raise CitationError(f"{where}: another document or version")
    if text_sha256(document.text) != document.sha256:
        raise CitationError(f"{where}: the stored text is not what its hash says")
    if not 0 <= span.start < span.end <= len(document.text):
        raise CitationError(f"{where}: an empty span, or one outside the text")
    if document.text[span.start : span.end] != quote or not quote.strip():
        raise CitationError(f"{where}: the quote is not the text at this span")
