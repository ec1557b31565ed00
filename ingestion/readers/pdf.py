"""PDF files: the words of each page with their places, through pypdfium2, then text through ``pdf_layout``."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ingestion.readers.pdf_layout import PdfText, lay_out
from ingestion.readers.pdf_words import Page, TextLine, Word
from rag.errors import SourceError

MAX_PAGES = 10_000
MAX_CHARS_PER_PAGE = 500_000
MAX_CHARS = 20_000_000
_HYPHENS_AT_LINE_END = (0xFFFE, 0x02)
"""What pdfium writes for a hyphen that ends a line; it swallows the line end."""
_PASSWORD_ERROR = 4


@dataclass(frozen=True, slots=True)
class PdfRead:
    """The cleaned text of a PDF, its pages and its title, which may be empty."""

    text: PdfText
    title: str


def read_pdf(content: bytes, uri: str) -> PdfRead:
    """The text of a PDF without printed line numbers, running heads and feet, page numbers and line-end hyphens.

    211 pages take 2 s. Pages without text give none; a PDF of images gives an empty text.

    Raises:
        SourceError: ``encrypted``, ``malformed`` or ``too_large``.
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_ERROR:
            raise SourceError("encrypted", f"{uri}: the PDF needs a password; save it without one") from None
        raise SourceError("malformed", f"{uri}: not a readable PDF; repair or re-export the file") from None
    try:
        if not len(document):
            raise SourceError("malformed", f"{uri}: the PDF has no pages; repair or re-export the file")
        if len(document) > MAX_PAGES:
            raise SourceError("too_large", f"{uri}: {len(document)} pages, the limit is {MAX_PAGES}; split the file")
        return PdfRead(lay_out(_pages(document, uri)), _title(document, uri))
    except pypdfium2.PdfiumError:
        raise SourceError("malformed", f"{uri}: a page cannot be read; repair or re-export the PDF") from None
    finally:
        document.close()


def _title(document: Any, uri: str) -> str:
    """The title that the metadata give, unless it is a program's; else empty."""
    found = " ".join(str(document.get_metadata_dict().get("Title", "")).split())
    suspect = found.lower().startswith(("microsoft", "untitled", "powerpoint")) or PurePosixPath(found).suffix.lower() in (
        ".doc",
        ".docx",
        ".pdf",
    )
    return "" if suspect or len(found) < 4 else found[:300]


def _pages(document: Any, uri: str) -> list[Page]:
    pages, total = [], 0
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        count = textpage.count_chars()
        total += count
        if count > MAX_CHARS_PER_PAGE or total > MAX_CHARS:
            raise SourceError("too_large", f"{uri}: page {number + 1} takes the text past {MAX_CHARS} characters; split the file")
        pages.append(Page(number + 1, page.get_height(), _lines(textpage, count)))
        textpage.close()
        page.close()
    return pages


def _lines(textpage: Any, count: int) -> list[TextLine]:
    """The lines of a page in pdfium's order, which is the order of the content."""
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    references = [ctypes.byref(value) for value in (left, right, bottom, top)]
    handle = textpage.raw
    lines: list[TextLine] = []
    line = _LineInProgress()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(handle, index)
        if code in (0x0A, 0x0D) or code in _HYPHENS_AT_LINE_END:
            line.close(lines, hyphenated=code in _HYPHENS_AT_LINE_END)
        elif code <= 0x20 or code == 0xA0:
            line.end_word()
        else:
            raw.FPDFText_GetCharBox(handle, index, *references)
            size = raw.FPDFText_GetFontSize(handle, index) if line.is_new_word else 0.0
            line.add(code, left.value, right.value, bottom.value, top.value, size)
    line.close(lines, hyphenated=False)
    return lines


class _LineInProgress:
    """Gathers characters into words and words into a line."""

    def __init__(self) -> None:
        self._words: list[Word] = []
        self._codes: list[int] = []
        self._box = (0.0, 0.0, 0.0, 0.0)
        self._size = 0.0

    @property
    def is_new_word(self) -> bool:
        return not self._codes

    def add(self, code: int, left: float, right: float, bottom: float, top: float, size: float) -> None:
        if self._codes and (left < self._box[0] - 2 or left > self._box[1] + 4 * max(self._size, 6)):
            self.end_word()  # printed elsewhere: a margin number, another column
        if self._codes:
            x0, x1, y0, y1 = self._box
            self._box = (min(x0, left), max(x1, right), min(y0, bottom), max(y1, top))
        else:
            self._box, self._size = (left, right, bottom, top), size or self._size
        self._codes.append(code)

    def end_word(self) -> None:
        if self._codes:
            units = b"".join(code.to_bytes(2, "little") if code < 0x10000 else chr(code).encode("utf-16-le") for code in self._codes)
            self._words.append(Word(units.decode("utf-16-le", "replace"), *self._box, self._size))
            self._codes = []

    def close(self, lines: list[TextLine], *, hyphenated: bool) -> None:
        self.end_word()
        if self._words:
            lines.append(TextLine(tuple(self._words), hyphenated))
        self._words = []
