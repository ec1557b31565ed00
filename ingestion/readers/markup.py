"""HTML and XHTML to plain text: one line per block, table rows as ``cell | cell``, headings as lines of their own.

Nothing is fetched and no entity is defined: the standard library's tokenizer knows neither DTDs nor files.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from rag.errors import SourceError

_SKIPPED = frozenset({"script", "style", "head", "template", "noscript", "svg", "object"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PARAGRAPHS = frozenset({"p", "table", "ul", "ol", "dl", "section", "article", "blockquote", "pre", "header", "footer"}) | _HEADINGS
_LINES = frozenset({"div", "li", "tr", "dt", "dd", "caption", "hr", "body", "html", "figcaption", "address"}) | _PARAGRAPHS
_HOSTILE = re.compile(r"<!DOCTYPE[^>\[]*\[|<!ENTITY", re.IGNORECASE)


def refuse_entities(markup: str, uri: str) -> None:
    """Return if ``markup`` defines no entities and its DOCTYPE, if any, has no internal subset.

    Raises:
        SourceError: ``doctype``.
    """
    found = _HOSTILE.search(markup)
    if found:
        raise SourceError("doctype", f"{uri}: declares entities at character {found.start()}; remove the DOCTYPE's declarations")


def markup_text(markup: str) -> str:
    """The readable text of ``markup``; blocks end lines, paragraphs leave one blank line. Linear in the input."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._skipping = 0
        self._cells = 0
        self._preserve = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        elif tag in _LINES:
            self._end_line(blank=tag in _PARAGRAPHS)
            self._cells = 0 if tag == "tr" else self._cells
            self._preserve += tag == "pre"
            if tag == "li":
                self._line.append("- ")
        elif tag == "br":
            self._end_line(blank=False)
        elif tag in ("td", "th"):
            if self._cells:
                self._line.append(" | ")
            self._cells += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SKIPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag in _LINES:
            self._end_line(blank=tag in _PARAGRAPHS)
            self._preserve = max(0, self._preserve - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        if not self._preserve:
            self._line.append(re.sub(r"\s+", " ", data))
            return
        for position, piece in enumerate(data.splitlines()):
            if position:
                self._end_line(blank=False)
            self._line.append(piece)

    def text(self) -> str:
        self._end_line(blank=False)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip()

    def _end_line(self, *, blank: bool) -> None:
        line = re.sub(r" {2,}", " ", "".join(self._line)).strip()
        self._line = []
        if line and line != "-":
            self._lines.append(line)
        if blank and self._lines and self._lines[-1]:
            self._lines.append("")


def markup_title(markup: str) -> str:
    """What the ``title`` element of an HTML page says, within its first 20,000 characters; empty where there is none."""
    found = re.search(r"<title[^>]*>([^<]*)</title>", markup[:20_000], re.IGNORECASE)
    return " ".join(unescape(found.group(1)).split()) if found else ""
