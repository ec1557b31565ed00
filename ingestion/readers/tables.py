"""Tables as lines that can be read alone: ``Drug: Cefepime; Dose: 2 g``."""

from __future__ import annotations

from html.parser import HTMLParser

MAX_HEADING_CHARS = 60
_HEADING_ROWS_LOOKED_AT = 3
_MIN_COLUMNS_WITHOUT_MARKS = 3


def table_lines(markup: str) -> list[str]:
    """One line per row of an HTML table, blank rows left out.

    Where the table marks its heading row, or has three columns or more under a row of short distinct words, each cell is
    given with its heading; otherwise cells are joined by `` | ``.
    """
    reader = _TableReader()
    reader.feed(markup)
    reader.close()
    rows = [row for row in reader.rows if any(row)]
    place = _heading_place(rows, reader.marked)
    if place is None:
        return [" | ".join(cell for cell in row if cell) for row in rows]
    heading = rows[place]
    lines = [" | ".join(cell for cell in row if cell) for row in rows[: place + 1]]
    return lines + [_with_headings(heading, row) for row in rows[place + 1 :]]


def _heading_place(rows: list[list[str]], marked: bool) -> int | None:
    for place, row in enumerate(rows[:_HEADING_ROWS_LOOKED_AT]):
        if place == len(rows) - 1:
            break
        filled = [cell for cell in row if cell]
        short = all(len(cell) <= MAX_HEADING_CHARS and not cell.replace(".", "").isdecimal() for cell in filled)
        wide = len(row) >= (2 if marked else _MIN_COLUMNS_WITHOUT_MARKS)
        if wide and short and len(filled) >= 2 and len(filled) >= 0.6 * len(row) and len(set(filled)) == len(filled):
            return place
    return None


def _with_headings(heading: list[str], row: list[str]) -> str:
    padded = [*heading, *[""] * (len(row) - len(heading))]
    return "; ".join(f"{name}: {cell}" if name and name != cell else cell for name, cell in zip(padded, row, strict=False) if cell)


class _TableReader(HTMLParser):
    """Rows of cells; an inner table's cells become part of the outer cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.marked = False
        self._cell: list[str] | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
        elif self._depth > 1 or tag == "br":
            self._say(" ")
        elif tag == "tr":
            self._close_cell()
            self.rows.append([])
        elif tag in ("td", "th"):
            self._close_cell()
            self._cell = []
            self.marked = self.marked or (tag == "th" and len(self.rows) == 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in ("td", "th"):
            self._close_cell()

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._depth -= 1
        if self._depth <= 1 and tag in ("td", "th", "tr", "table"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        self._say(data)

    def _say(self, words: str) -> None:
        if self._cell is not None:
            self._cell.append(words)

    def _close_cell(self) -> None:
        if self._cell is not None:
            if not self.rows:
                self.rows.append([])
            self.rows[-1].append(" ".join("".join(self._cell).split()))
        self._cell = None
