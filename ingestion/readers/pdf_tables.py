"""Tables on a PDF page, found by their alignment, as one line per row: ``50 to 89 MME | Offer naloxone | Every 2 months``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingestion.readers.pdf_words import Page, TextLine, Word

_CELL_GAP_SIZES = 2.0
"""Words further apart than this many font sizes stand in different cells; justified text stays under 1.5 (own measurement)."""
_ROW_GAP_SIZES = 1.5
"""Lines of one cell are about 1.2 font sizes apart."""
_REGION_GAP_SIZES = 4.5
_MIN_ROWS = 2
_MAX_REGION_LINES = 300
"""A longer table goes on as another, so that the work stays linear in the page."""
_BAR = "|"


@dataclass(frozen=True, slots=True)
class _Cell:
    """A run of words of one printed line that stand together."""

    words: tuple[Word, ...]
    y: float

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return self.words[-1].x1


def with_rows(page: Page) -> Page:
    """``page`` with the lines of each table replaced by a line per row; other lines as they were."""
    lines: list[TextLine] = []
    region: list[TextLine] = []
    for line in page.lines:
        if region and (len(region) >= _MAX_REGION_LINES or not _belongs(line, region)):
            lines += _rows_or_lines(region)
            region = []
        if region or len(_cells(line)) > 1:
            region.append(line)
        else:
            lines.append(line)
    return Page(page.number, page.height, lines + _rows_or_lines(region))


def _cells(line: TextLine) -> list[_Cell]:
    cells: list[list[Word]] = [[line.words[0]]]
    for before, word in pairwise(line.words):
        if word.x0 - before.x1 > _CELL_GAP_SIZES * max(line.size, 6.0):
            cells.append([])
        cells[-1].append(word)
    return [_Cell(tuple(words), line.y) for words in cells]


def _belongs(line: TextLine, region: Sequence[TextLine]) -> bool:
    """Whether ``line`` continues the table: it has cells of its own, or stands within one of the columns."""
    if abs(region[-1].y - line.y) > _REGION_GAP_SIZES * line.size or abs(line.size - region[-1].size) > 0.1 * line.size:
        return False
    if len(_cells(line)) > 1:
        return True
    columns = _columns([cell for known in region for cell in _cells(known)])
    return len(columns) > 1 and any(x0 - 4 <= line.x0 and line.x1 <= x1 + 4 for x0, x1 in _widened(columns))


def _columns(cells: Sequence[_Cell]) -> list[tuple[float, float]]:
    """The x ranges that cells share, left to right."""
    columns: list[tuple[float, float]] = []
    for cell in sorted(cells, key=lambda c: c.x0):
        if columns and cell.x0 <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], cell.x1))
        else:
            columns.append((cell.x0, cell.x1))
    return columns


def _widened(columns: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Columns reaching to where the next one starts."""
    ends = [after[0] - 4 for after in columns[1:]] + [columns[-1][1] + 200]
    return [(x0, max(x1, end)) for (x0, x1), end in zip(columns, ends, strict=True)]


def _rows_or_lines(region: Sequence[TextLine]) -> list[TextLine]:
    cells = [cell for line in region for cell in _cells(line)]
    columns = _columns(cells)
    if sum(len(_cells(line)) > 1 for line in region) < _MIN_ROWS or len(columns) < 2:
        return list(region)
    size = median(line.size for line in region)
    return [_row_line(row, columns) for row in _rows(cells, columns, size)]


def _rows(cells: Sequence[_Cell], columns: Sequence[tuple[float, float]], size: float) -> list[list[_Cell]]:
    """Cells by row: a new row after a gap wider than a cell's own lines, or where the first column starts again."""
    rows: list[list[_Cell]] = []
    has_first = False
    for cell in sorted(cells, key=lambda c: (-c.y, c.x0)):
        first = cell.x0 <= columns[0][1]
        last_y = min((known.y for known in rows[-1]), default=cell.y) if rows else cell.y
        starts = not rows or last_y - cell.y > _ROW_GAP_SIZES * size
        if not starts and first and has_first and last_y - cell.y > 0.5 * size and not cell.words[0].text[:1].islower():
            starts = True
        if starts:
            rows.append([])
            has_first = False
        rows[-1].append(cell)
        has_first = has_first or first
    return rows


def _row_line(row: Sequence[_Cell], columns: Sequence[tuple[float, float]]) -> TextLine:
    words: list[Word] = []
    for x0, x1 in columns:
        inside = [word for cell in sorted(row, key=lambda c: -c.y) if x0 <= cell.x0 <= x1 for word in cell.words]
        if inside and words:
            words.append(Word(_BAR, words[-1].x1, words[-1].x1, words[-1].y0, words[-1].y1, words[-1].size))
        words += inside
    return TextLine(tuple(words), is_row=True)
