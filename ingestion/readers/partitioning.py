"""The one module that wraps ``unstructured``: DOCX, PPTX, XLSX, HTML and Markdown to text with pages.

``unstructured`` downloads a spaCy model at first use and reports usage; both are closed here: a blank English pipeline with
a rule-based sentencizer sits in the model's seat, and analytics are off before the import. Languages are given, not detected.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from ingestion.readers.tables import table_lines
from rag.types import PageSpan

_LEFT_OUT = frozenset({"Header", "Footer", "PageBreak", "PageNumber"})
MAX_HEADING_LEVEL = 6
_LANGUAGES = ["eng"]
_REGIONS = re.compile(r"<(/?)(?:main|article|header|footer|aside|section)\b", re.IGNORECASE)
_MENUS = re.compile(r"<nav\b[^>]*>.*?</nav\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Partitioned:
    """Text with its pages (slides, sheets) and the first heading as title, which may be empty."""

    text: str
    pages: tuple[PageSpan, ...]
    title: str


def partition(content: bytes | str, suffix: str) -> Partitioned:
    """The text of a document: headings and paragraphs apart by blank lines, list items and table rows a line each.

    Headings are marked as in Markdown (``## First hour``), so that what stands under them can be told later.

    ``content`` is text for ``.html`` and ``.md``, bytes for the others. Running heads and feet are left out. The first
    call takes seconds for the imports.
    """
    elements = _partitioner(suffix)(content)
    return _assembled(elements, is_sheet=suffix == ".xlsx", is_paged=suffix in (".xlsx", ".pptx", ".docx"))


@cache
def _partitioner(suffix: str) -> Callable[[Any], list[Any]]:
    _go_offline()
    if suffix == ".docx":
        from unstructured.partition.docx import partition_docx

        return lambda content: partition_docx(file=io.BytesIO(content), languages=_LANGUAGES)
    if suffix == ".pptx":
        from unstructured.partition.pptx import partition_pptx

        return lambda content: partition_pptx(file=io.BytesIO(content), languages=_LANGUAGES, include_slide_notes=True)
    if suffix == ".xlsx":
        from unstructured.partition.xlsx import partition_xlsx

        return lambda content: partition_xlsx(file=io.BytesIO(content), languages=_LANGUAGES, find_subtable=True)
    if suffix == ".md":
        from unstructured.partition.md import partition_md

        return lambda content: partition_md(text=content, languages=_LANGUAGES)
    from unstructured.partition.html import partition_html

    return lambda content: partition_html(text=_whole_page(content), languages=_LANGUAGES)


def _whole_page(markup: str) -> str:
    """``markup`` with headers, footers and asides as plain blocks: the partitioner would keep ``main`` alone. Menus go."""
    return _REGIONS.sub(r"<\1div", _MENUS.sub(" ", markup))


def _go_offline() -> None:
    for name in ("SCARF_NO_ANALYTICS", "DO_NOT_TRACK", "UNSTRUCTURED_DISABLE_NOTICE"):
        os.environ[name] = "1"
    import spacy
    from unstructured.nlp import tokenize

    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    tokenize._get_nlp = lambda: pipeline  # type: ignore[assignment]


def _assembled(elements: Iterable[Any], *, is_sheet: bool, is_paged: bool) -> Partitioned:
    parts: list[str] = []
    length = 0
    title = ""
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    before, sheet = "", ""
    for element in elements:
        if element.category in _LEFT_OUT:
            continue
        lines = _lines(element, is_sheet=is_sheet)
        if is_sheet and element.metadata.page_name and element.metadata.page_name != sheet:
            sheet = element.metadata.page_name
            lines = [sheet, "", *lines]
        words = "\n".join(lines)
        if not words.strip():
            continue
        title = title or (words.lstrip("# ") if not is_sheet and element.category == "Title" and "\n" not in words else "")
        mark = "" if not parts else "\n" if before == element.category == "ListItem" else "\n\n"
        parts += [mark, words]
        page = element.metadata.page_number or 0
        starts.setdefault(page, length + len(mark))
        length += len(mark) + len(words)
        ends[page] = length
        before = element.category
    return Partitioned("".join(parts), _page_spans(starts, ends) if is_paged else (), title[:300])


def _page_spans(starts: dict[int, int], ends: dict[int, int]) -> tuple[PageSpan, ...]:
    numbers = sorted(number for number in starts if number > 0)
    ordered = all(ends[a] <= starts[b] for a, b in pairwise(numbers))
    return tuple(PageSpan(starts[n], ends[n], n) for n in numbers) if ordered and len(numbers) > 1 else ()


def _is_heading(element: Any) -> bool:
    """Whether the author marked it as one; below the title of a slide the partitioner takes any short line for a title."""
    depth = element.metadata.category_depth
    is_slide = str(element.metadata.filetype or "").endswith("presentationml.presentation")
    return element.category == "Title" and depth is not None and (depth == 0 or not is_slide)


def _lines(element: Any, *, is_sheet: bool) -> list[str]:
    if element.category == "Table" and element.metadata.text_as_html:
        lines = table_lines(element.metadata.text_as_html)
        return [line.replace("\\n", " ").replace(" 00:00:00", "") for line in lines] if is_sheet else lines
    if element.category in ("Title", "ListItem"):
        words = " ".join(element.text.split())
        if words and not is_sheet and _is_heading(element):
            return [f"{'#' * min(element.metadata.category_depth + 1, MAX_HEADING_LEVEL)} {words}"]
        return [f"- {words}" if element.category == "ListItem" and not re.match(r"[-•*]\s", words) else words] if words else []
    return [line for line in (re.sub(r"[ \t\x0b\x0c\xa0]+", " ", line).strip() for line in element.text.splitlines()) if line]
