"""From words on pages to running text: margins cleared, lines joined to paragraphs, paragraphs across pages joined too.

Removed: line numbers printed in the margin, running heads and feet, page numbers, hyphens that only end a line.
Kept apart: headings, list items, table rows (see ``pdf_tables``).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingestion.readers.pdf_tables import with_rows
from ingestion.readers.pdf_words import Page, TextLine, Word
from rag.types import PageSpan

_BULLET = re.compile(r"[•●○▪■□▢☐☑☒◦‣–—*·o-]$|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]$")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_INITIAL = re.compile(r"(?:^|[\s.])[A-Z]\.$")
_CAPTION = re.compile(r"(?:Box|Table|Figure|Appendix|Chapter|Recommendation)\s+[\dA-Z]+[.:]")
_NEVER_LAST = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "at",
        "and",
        "or",
        "per",
        "with",
        "for",
        "in",
        "to",
        "by",
        "from",
        "than",
        "that",
        "which",
        "is",
        "are",
        "was",
        "were",
    ]
)
_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d+\s*(?:of|/)\s*\d+", re.IGNORECASE)
_RUNNING_SHARE = 0.5
"""A line that stands at one height on half of the pages is a running head or foot."""
_EDGE_SHARE = 0.2
_MIN_LINE_NUMBERS = 15


@dataclass(frozen=True, slots=True)
class PdfText:
    """Running text and where each page lies in it."""

    text: str
    pages: tuple[PageSpan, ...]


def lay_out(pages: Sequence[Page]) -> PdfText:
    """The running text of ``pages``. Linear in the words but for the sorting of candidates."""
    cleared = [with_rows(page) for page in _without_running_lines(_without_line_numbers(pages))]
    return _join(cleared, _vocabulary(cleared))


def _without_line_numbers(pages: Sequence[Page]) -> list[Page]:
    """``pages`` without the numbers printed beside their lines, if the document has such.

    A margin column is one that holds nothing but whole numbers, counting up by one down the pages. A table's row numbers
    share their column with a heading, so they stay.
    """
    edge = _margin_edge(pages)
    if edge is None:
        return list(pages)
    cleared = []
    for page in pages:
        lines = []
        for line in page.lines:
            words = tuple(word for word in line.words if not (word.text.isdecimal() and word.x1 <= edge))
            if words:
                lines.append(replace(line, words=words))
            elif line.hyphenated and lines:
                lines[-1] = replace(lines[-1], hyphenated=True)
        cleared.append(Page(page.number, page.height, lines))
    return cleared


def _margin_edge(pages: Sequence[Page]) -> float | None:
    """The right edge of the line-number column, None where the document has none."""
    inner = [(page, word) for page in pages for line in page.lines for word in line.words if _is_inside(word, page)]
    numbers = [(page.number, word) for page, word in inner if word.text.isdecimal() and len(word.text) <= 5]
    columns = Counter(round(word.x1 / 4) for _, word in numbers)
    if not columns:
        return None
    edge = (min((c for c, n in columns.items() if n >= _MIN_LINE_NUMBERS), default=-1) + 1) * 4.0
    column = [(number, word) for number, word in numbers if word.x1 <= edge]
    others = sum(1 for _, word in inner if word.x0 < edge - 2 and not word.text.isdecimal())
    if edge <= 0 or len(column) < _MIN_LINE_NUMBERS or others > len(column) / 50:
        return None
    ordered = [int(word.text) for _, word in sorted(column, key=lambda item: (item[0], -item[1].y0))]
    steps = sum(1 for a, b in pairwise(ordered) if b - a == 1)
    return edge if steps >= 0.8 * (len(ordered) - 1) else None


def _is_inside(word: Word, page: Page) -> bool:
    return 0.05 * page.height < word.y0 < 0.95 * page.height


def _without_running_lines(pages: Sequence[Page]) -> list[Page]:
    """``pages`` without heads, feet and page numbers; a head's first printing on the first page stays."""
    seen: dict[tuple[str, int], set[int]] = defaultdict(set)
    for page in pages:
        for line in page.lines:
            if _is_edge(line, page):
                seen[_running_key(line)].add(page.number)
    needed = max(2, _RUNNING_SHARE * len(pages))
    running = {key for key, numbers in seen.items() if len(numbers) >= needed}
    return [Page(page.number, page.height, [line for line in page.lines if not _runs(line, page, running)]) for page in pages]


def _runs(line: TextLine, page: Page, running: set[tuple[str, int]]) -> bool:
    if not _is_edge(line, page):
        return False
    bare = line.text.strip(" -–—|[]().")
    if bare.lower().removeprefix("page ") == str(page.number) or (_PAGE_NUMBER.fullmatch(bare) and "page" in bare.lower()):
        return True
    text, height = _running_key(line)
    found = any((text, height + shift) in running for shift in (-1, 0, 1))
    is_title = page.number == 1 and line.y > page.height / 2 and not re.fullmatch(r"[#\W]*(?:page)?[#\W]*(?:of)?[#\W]*", text)
    return found and not is_title


def _is_edge(line: TextLine, page: Page) -> bool:
    return line.y > (1 - _EDGE_SHARE) * page.height or line.y < _EDGE_SHARE * page.height


def _running_key(line: TextLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.y / 6)


def _vocabulary(pages: Iterable[Page]) -> frozenset[str]:
    """Every word of the document that does not end or begin a line, case folded, punctuation at its ends off."""
    return frozenset(word.text.casefold().strip(".,;:()[]\"'“”‘’") for page in pages for line in page.lines for word in line.words[1:-1])


class _Flow:
    """The shape of the document that joining is judged by: usual line pitch, body size and right edge."""

    def __init__(self, pages: Sequence[Page]) -> None:
        prose = {page.number: [line for line in page.lines if not line.is_row] for page in pages}
        self.right = {number: _high(line.x1 for line in lines) for number, lines in prose.items()}
        gaps = [a.y - b.y for lines in prose.values() for a, b in pairwise(lines) if 0 < a.y - b.y < 60]
        self.pitch = median(gaps) if gaps else 12.0

    def separator(self, block: _Block, after: TextLine, page_after: int) -> str:
        """What stands between the last line of ``block`` and ``after``: a space, a line end or a blank line."""
        before = block.last
        if before.is_row or after.is_row:
            return "\n" if before.is_row and after.is_row else "\n\n"
        ends = bool(_SENTENCE_END.search(before.text)) and not _INITIAL.search(before.text)
        lower = after.text[:1].islower()
        expects_more = before.words[-1].text.lower() in _NEVER_LAST
        if len(after.words) > 1 and not before.hyphenated and _BULLET.match(after.words[0].text):
            return "\n"
        if (lower and not ends) or before.hyphenated:
            return " "
        if abs(before.size - after.size) > 0.1 * max(before.size, after.size):
            return "\n\n"
        if _starts_item(block.first, after):
            return "\n"
        full = before.x1 > self.right[block.page] - 0.15 * (self.right[block.page] - before.x0)
        if block.page != page_after:
            return " " if not ends and (full or expects_more) else "\n\n"
        gap = before.y - after.y
        if gap > 3.2 * self.pitch or gap < -2 * self.pitch or (gap > 1.6 * self.pitch and (ends or not full)):
            return "\n\n"
        if full:
            outdented = block.lines > 1 and abs(after.x0 - block.first.x0) < 3 and before.x0 > after.x0 + 6
            indented = ends and after.x0 > before.x0 + 6 and not _BULLET.match(before.words[0].text)
            return "\n" if outdented or indented else " "
        return " " if expects_more else "\n"


@dataclass(frozen=True, slots=True)
class _Block:
    """The paragraph being joined: its first and last line, how many there are, and the page of the last."""

    first: TextLine
    last: TextLine
    lines: int
    page: int


def _starts_item(first: TextLine, after: TextLine) -> bool:
    """Whether ``after`` begins a caption, a footnote, a heading in capitals or the next numbered row."""
    if _CAPTION.match(after.text) or (after.text.isupper() and len(after.text) > 5):
        return True
    if after.words[0].text.isdecimal() and after.words[0].size < 0.8 * after.size:
        return True
    numbers = [line.words[0].text.lstrip("◊*") for line in (first, after)]
    return all(n.isdecimal() and len(n) < 7 for n in numbers) and int(numbers[1]) == int(numbers[0]) + 1


def _high(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.95)] if ordered else 0.0


class _Text:
    """Text in the making, with its length at hand."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.length = 0

    def add(self, words: str) -> None:
        self._parts.append(words)
        self.length += len(words)

    def drop_last_character(self) -> None:
        self._parts[-1] = self._parts[-1][:-1]
        self.length -= 1

    def whole(self) -> str:
        return "".join(self._parts)


def _join(pages: Sequence[Page], vocabulary: frozenset[str]) -> PdfText:
    flow, text = _Flow(pages), _Text()
    spans: list[PageSpan] = []
    block: _Block | None = None
    for page in pages:
        start: int | None = None
        for line in page.lines:
            mark = ""
            if block is not None:
                mark = flow.separator(block, line, page.number)
                _close_line(text, block.last, line, mark, vocabulary)
            if start is None:
                start = text.length
                if spans:  # a hyphen that ended the page may be gone
                    spans[-1] = replace(spans[-1], end=min(spans[-1].end, start))
            text.add(line.text)
            block = _Block(block.first, line, block.lines + 1, page.number) if block and mark == " " else _Block(line, line, 1, page.number)
        if start is not None:
            spans.append(PageSpan(start, text.length, page.number))
    return PdfText(text.whole(), tuple(spans))


def _close_line(text: _Text, before: TextLine, after: TextLine, mark: str, vocabulary: frozenset[str]) -> None:
    """Write ``mark`` after ``before``; where it is a space and a hyphen ends the line, decide what the hyphen was."""
    written = before.words[-1].text
    shown = len(written) > 1 and written[-1] in "-\u2010" and written[-2].isalnum()
    if not before.hyphenated and not (shown and mark == " "):
        text.add(mark)
        return
    left = (written[:-1] if shown else written).casefold().lstrip("([\"'“‘")
    right = after.words[0].text.casefold().strip(".,;:()[]\"'“”‘’")
    keep = _is_real_hyphen(left, right, vocabulary)
    if keep and not shown:
        text.add("-")
    elif not keep and shown:
        text.drop_last_character()


def _is_real_hyphen(left: str, right: str, vocabulary: frozenset[str]) -> bool:
    """Whether ``left-right`` is a compound rather than one word broken at the line end, judged by the rest of the document."""
    if not left.isalpha() or not right.isalpha() or f"{left}-{right}" in vocabulary:
        return True
    if left + right in vocabulary:
        return False
    return left in vocabulary and right in vocabulary
