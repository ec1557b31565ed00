"""Tables of results in plain text: a row for each thing measured, a column for each date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.dates import DateMention, find_dates
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, dates_in
from rag.clinical.mentions.phrases import Tree, find_phrases, tree_of
from rag.clinical.mentions.readings import is_unit
from rag.clinical.mentions.vocabulary import canonical_of, phrases_of
from rag.clinical.sections import section_at
from rag.types import Section, Span

_LINE = re.compile(r"[^\n]+")
_COLUMNS = re.compile(r"\||\t|\S {2,}\S")
_CELL = re.compile(r"[^\s|](?:[^\s|]|[ ](?![ |]))*")
_VALUE = re.compile(
    r"(?P<value>(?:[<>≤≥]\s?)?\d[\d,]*(?:\.\d+)?(?:\s?[-–/]\s?\d[\d,]*(?:\.\d+)?)?)\s?(?P<unit>(?!(?:HH?|LL?)$)[^\s\d()*][^\s()*]*)?\s?(?:\(?(?P<flag>HH?|LL?)\)?|\*)?$"
)
_UNIT = re.compile(r"[\[(,]\s?(?P<unit>[^()\[\]]{1,20}?)\s?[\])]?$")
_DATE_HEAD = re.compile(r"\s*\|?\s*(?:date|day|visit|collected|drawn|when|date of visit|visit date)\s*(?:\||\t| {2,})", re.IGNORECASE)
_DATED_ROW = re.compile(r"\s*\|?\s*\d{1,4}[/.-]\d{1,2}(?:[/.-]\d{1,4})?\s*(?:\||\t| {2,})|\s*\|?\s*[-:| ]{3,}$")
_MAX_SPAN_CHARS = 900


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a table and the values it tells."""

    rows: Span
    mentions: tuple[Mention, ...]


def find_tables(text: str, sections: Sequence[Section]) -> tuple[Table, ...]:
    """Tables whose head row names dates, or whose rows begin with one, with a value for each cell that holds one. Linear.

    A mention's sentence runs from the head row to its own, so that the date and the name stand in it; its own row alone, where
    the row has the name, if that is over 900 characters.
    """
    if not _COLUMNS.search(text):
        return ()
    across = [table for head, rows in _blocks(text) if (table := _table(text, sections, head, rows))]
    down = [table for head, rows in _dated_blocks(text) if (table := _dated_table(text, sections, head, rows))]
    return tuple(sorted([*across, *down], key=lambda table: table.rows))


def _dated_blocks(text: str) -> Iterator[tuple[Span, list[Span]]]:
    """A head row whose first cell says "Date", and the rows below it that begin with one."""
    head: Span | None = None
    rows: list[Span] = []
    for match in _LINE.finditer(text):
        dated = head is not None and bool(_DATED_ROW.match(match[0]))
        if dated:
            rows.append(Span(*match.span()))
            continue
        if head and rows:
            yield head, rows
        head, rows = Span(*match.span()) if _DATE_HEAD.match(match[0]) and _COLUMNS.search(match[0]) else None, []
    if head and rows:
        yield head, rows


def _dated_table(text: str, sections: Sequence[Section], head: Span, rows: Sequence[Span]) -> Table | None:
    section = section_at(sections, head.start)
    kind = section.kind if section else "other"
    columns = [_named_column(text, Span(*match.span()), kind) for match in _CELL.finditer(text, head.start, head.end)]
    found: list[Mention] = []
    for row in rows:
        cells = [Span(*match.span()) for match in _CELL.finditer(text, row.start, row.end)]
        dates = dates_in(Passage(text, row, kind, row.start), cells[0].start, cells[0].end)
        if len(cells) != len(columns) or not dates or row.end - head.start > _MAX_SPAN_CHARS:
            continue
        for column, cell in zip(columns, cells, strict=True):
            if column and (mention := _cell(text, Span(head.start, row.end), column, cell, dates[0], kind)):
                found.append(mention)
    return Table(Span(head.start, rows[-1].end), tuple(found)) if found else None


def _named_column(text: str, cell: Span, kind: str) -> tuple[Span, Span | None] | None:
    """The name and the unit in a head cell; None where it names nothing measured."""
    passage = Passage(text, cell, kind, cell.start)
    phrases = find_phrases(passage, observation_tree())
    if not phrases or phrases[0].first != 0:
        return None
    name = Span(passage.words[0].start, passage.words[phrases[0].last - 1].end)
    return name, _unit_of(text, name.end, cell.end)


def _blocks(text: str) -> Iterator[tuple[Span, list[Span]]]:
    """A row with dates in columns, and the rows with columns that follow it."""
    head: Span | None = None
    rows: list[Span] = []
    for match in _LINE.finditer(text):
        span = Span(*match.span())
        columns = bool(_COLUMNS.search(match[0]))
        if columns and len(find_dates(match[0])) >= 1 and _is_head(match[0]):
            if head and rows:
                yield head, rows
            head, rows = span, []
        elif head and columns:
            rows.append(span)
        elif head:
            if rows:
                yield head, rows
            head, rows = None, []
    if head and rows:
        yield head, rows


def _is_head(line: str) -> bool:
    """Whether the cells but the first are dates (and words such as "Unit")."""
    cells = [match[0] for match in _CELL.finditer(line)]
    dated = sum(bool(find_dates(cell)) for cell in cells)
    return dated >= max(1, len(cells) - 2) and sum(len(cell) > 24 for cell in cells) == 0


def _table(text: str, sections: Sequence[Section], head: Span, rows: Sequence[Span]) -> Table | None:
    section = section_at(sections, head.start)
    kind = section.kind if section else "other"
    columns = _columns(text, head, kind)
    found: list[Mention] = []
    for row in rows:
        found += _row(text, Span(head.start, row.end), row, columns, kind)
    return Table(Span(head.start, rows[-1].end), tuple(found)) if found else None


def _columns(text: str, head: Span, kind: str) -> list[tuple[Span, DateMention | None]]:
    """Each head cell's place and date."""
    passage = Passage(text, head, kind, head.start)
    cells = [Span(*match.span()) for match in _CELL.finditer(text, head.start, head.end)]
    return [(cell, next(iter(dates_in(passage, cell.start, cell.end)), None)) for cell in cells]


def _row(text: str, sentence: Span, row: Span, columns: Sequence[tuple[Span, DateMention | None]], kind: str) -> Iterator[Mention]:
    cells = [Span(*match.span()) for match in _CELL.finditer(text, row.start, row.end)]
    if len(cells) < 2:
        return
    passage = Passage(text, cells[0], kind, row.start)
    phrases = find_phrases(passage, observation_tree())
    if not phrases or phrases[0].first != 0:
        return
    name = Span(passage.words[0].start, passage.words[phrases[0].last - 1].end)
    unit = _unit_of(text, name.end, cells[0].end) or next((cell for cell in cells[1:] if is_unit(text[cell.start : cell.end])), None)
    if sentence.end - sentence.start > _MAX_SPAN_CHARS:
        sentence = row
    for index, cell in enumerate(cells[1:], start=1):
        if (date := _date_of(cell, row, index, len(cells), columns)) and (mention := _cell(text, sentence, (name, unit), cell, date, kind)):
            yield mention


def _cell(text: str, sentence: Span, column: tuple[Span, Span | None], cell: Span, date: DateMention, kind: str) -> Mention | None:
    """What a cell tells of the thing measured, given its name and unit; None where it holds no value."""
    match = _VALUE.match(text, cell.start, cell.end)
    if match is None:
        return None
    name, unit = column
    own = Span(*match.span("unit")) if match["unit"] and is_unit(match["unit"]) else unit
    value = Span(*match.span("value"))
    slots = [MentionSlot("name", name), MentionSlot("value", value)]
    slots += [MentionSlot("unit", own)] if own else []
    slots += [MentionSlot("interpretation", Span(*match.span("flag")))] if match["flag"] else []
    slots += [MentionSlot("date", date.span)] if date.span.start >= sentence.start else []
    return Mention(
        kind="observation",
        name=name,
        sentence=sentence,
        canonical=canonical_of(text[name.start : name.end], "observation"),
        code="",
        assertion="present",
        experiencer="patient",
        section=kind,
        value=text[value.start : value.end],
        unit=text[own.start : own.end] if own else None,
        time=date.iso,
        slots=tuple(slots),
    )


def _unit_of(text: str, start: int, end: int) -> Span | None:
    """The unit after the name in its cell: "Potassium (mmol/L)", "Potassium, mmol/L"."""
    match = _UNIT.search(text, start, end)
    return Span(*match.span("unit")) if match and is_unit(match["unit"]) else None


def _date_of(cell: Span, row: Span, index: int, count: int, columns: Sequence[tuple[Span, DateMention | None]]) -> DateMention | None:
    """The date of the cell's column: by number where the rows are alike, else by the column that stands over it."""
    if count == len(columns):
        return columns[index][1]
    if count == len(columns) + 1:
        return columns[index - 1][1]
    left = cell.start - row.start
    head = columns[0][0].start if columns else 0
    over = [date for span, date in columns if date and abs((span.start - head) - left) <= 3]
    return over[0] if over else None


@cache
def observation_tree() -> Tree:
    """The names of what is measured."""
    return tree_of(
        {
            "observation": (
                *(phrase for phrase in phrases_of("observation") if phrase not in word_set("mention_measurements", "ignored")),
                *load_words("mention_measurements")["pressure"],
                *load_words("mention_measurements")["short"],
                *load_words("mention_measurements")["scored"],
            )
        }
    )
