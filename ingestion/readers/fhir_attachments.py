"""The texts that FHIR resources carry as attachments, decoded by content type."""

from __future__ import annotations

import base64
import binascii
import codecs
from dataclasses import dataclass

from ingestion.readers.fhir_json import Json, text
from ingestion.readers.markup import markup_text, refuse_entities
from ingestion.readers.pdf import read_pdf
from ingestion.readers.plain import decode_text
from rag.errors import SourceError
from rag.types import PageSpan

MAX_ATTACHMENT_BYTES = 50 * 1024 * 1024
_MARKUP = ("text/html", "application/xhtml+xml", "application/xhtml")
_PLAIN = ("text/plain", "text/markdown", "text/x-markdown", "application/markdown")


@dataclass(frozen=True, slots=True)
class AttachedText:
    """A decoded attachment. ``reason`` says why there is no text; then ``text`` is empty."""

    text: str
    pages: tuple[PageSpan, ...] = ()
    reason: str = ""


def read_attachment(attachment: Json, uri: str) -> AttachedText:
    """The text of one Attachment, or the reason why there is none. Never raises on bad content: the resource goes on.

    Reasons: ``attachment_url_only``, ``attachment_empty``, ``attachment_type:<content type>``, ``attachment_malformed``,
    ``attachment_encoding``, ``attachment_<code of the PDF reader>``, ``attachment_too_large``.
    """
    data = attachment.get("data")
    if not isinstance(data, str) or not data.strip():
        return _none("url_only" if text(attachment, "url") else "empty")
    if len(data) > MAX_ATTACHMENT_BYTES * 4 // 3:
        return _none("too_large")
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return _none("malformed")
    try:
        return _decode(content, text(attachment, "contentType"), uri)
    except SourceError as error:
        return _none(error.code)


def _none(reason: str) -> AttachedText:
    return AttachedText("", reason=f"attachment_{reason}")


def _decode(content: bytes, content_type: str, uri: str) -> AttachedText:
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().lower()
    if kind == "application/pdf" or (not kind and content.startswith(b"%PDF-")):
        read = read_pdf(content, uri)
        return AttachedText(read.text.text, read.text.pages) if read.text.text.strip() else _none("without_text")
    if kind in _MARKUP:
        markup = decode_text(content, uri, _charset(parameters))
        refuse_entities(markup, uri)
        found = AttachedText(markup_text(markup))
    elif kind in _PLAIN or not kind:
        found = AttachedText(decode_text(content, uri, _charset(parameters)).strip("\n"))
    else:
        return AttachedText("", reason=f"attachment_type:{_safe_type(kind)}")
    return found if found.text.strip() else _none("empty")


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            return _known_codec(value.strip().strip("\"'"))
    return "utf-8"


def _known_codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise SourceError("charset", "an attachment names an unknown charset") from None


def _safe_type(kind: str) -> str:
    """A content type as a reason word: only what a media type may hold, at most 60 characters."""
    return "".join(c for c in kind if c.isascii() and (c.isalnum() or c in "/+.-"))[:60] or "unknown"
