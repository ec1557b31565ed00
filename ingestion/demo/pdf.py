"""Headings, paragraphs and tables as a PDF whose bytes depend on the text alone.

``reportlab`` (a development dependency) is imported when a PDF is made, never when the module loads.
"""

from __future__ import annotations

import html
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Heading:
    """A section title."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; each keeps its line break."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of the same width, with an optional caption above."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


Block = Heading | Paragraph | Table

PAGE_MARGIN_POINTS = 64


def render_pdf(blocks: Sequence[Block], *, title: str, running_head: str) -> bytes:
    """Return a letter-size PDF with page numbers and, if given, a running head on every page.

    ``invariant`` leaves out dates and random ids; page streams are stored uncompressed, so that another zlib gives the same bytes.
    """
    from reportlab.lib.pagesizes import letter  # type: ignore[import-untyped]
    from reportlab.lib.styles import getSampleStyleSheet  # type: ignore[import-untyped]
    from reportlab.platypus import SimpleDocTemplate  # type: ignore[import-untyped]

    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer, pagesize=letter, title=title, author="Northfield Regional Medical Center", invariant=1, pageCompression=0,
        leftMargin=PAGE_MARGIN_POINTS, rightMargin=PAGE_MARGIN_POINTS, topMargin=PAGE_MARGIN_POINTS, bottomMargin=PAGE_MARGIN_POINTS,
    )

    def decorate(canvas: object, document: object) -> None:
        _decorate(canvas, running_head)

    styles = getSampleStyleSheet()
    flowables = [flowable for block in blocks for flowable in _flowables(block, styles)]
    template.build(flowables, onFirstPage=decorate, onLaterPages=decorate)
    return buffer.getvalue()


def _decorate(canvas: object, running_head: str) -> None:
    from reportlab.lib.pagesizes import letter
    from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

    if not isinstance(canvas, Canvas):
        raise TypeError("reportlab handed over something that is not a canvas")
    width, height = letter
    canvas.setFont("Helvetica", 8)
    if running_head:
        canvas.drawString(PAGE_MARGIN_POINTS, height - 40, running_head)
    canvas.drawRightString(width - PAGE_MARGIN_POINTS, 36, f"Page {canvas.getPageNumber()}")


def _flowables(block: Block, styles: dict[str, object]) -> list[object]:
    from reportlab.lib import colors  # type: ignore[import-untyped]
    from reportlab.platypus import KeepTogether, Spacer
    from reportlab.platypus import Paragraph as Text
    from reportlab.platypus import Table as Grid

    if isinstance(block, Heading):
        return [Text(html.escape(block.text), styles[f"Heading{block.level}"])]
    if isinstance(block, Paragraph):
        return [Text("<br/>".join(html.escape(line) for line in block.lines), styles["BodyText"])]
    cells = [[Text(html.escape(cell), styles["BodyText"]) for cell in row] for row in (block.header, *block.rows)]
    grid = Grid(cells, style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)])
    caption = [Text(html.escape(block.caption), styles["Italic"])] if block.caption else []
    return [KeepTogether([*caption, Spacer(1, 4), grid, Spacer(1, 8)])]
