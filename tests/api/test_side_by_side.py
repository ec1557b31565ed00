"""A note beside its original: every line whole, what was replaced marked, and a verdict typed line by line."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from api.reviewing import ReviewNote
from api.side_by_side import judge, print_note, rows
from rag.citations import text_sha256
from rag.deidentification.reversal import Replacement, reveal
from rag.store.reviews import ReviewItem
from rag.types import Document, Span

TEXT = "Seen by Ann\nFox today.\n\nJo walks; Jo eats.\n"
REPLACED = (
    Replacement(8, 15, 8, 15, "PERSON", "Eve\nRoe", "Ann\nFox", ("names",)),
    Replacement(24, 30, 24, 26, "PERSON", "Isobel", "Jo", ("names",)),
)


def shown(text: str, *lines: str) -> tuple[dict[str, Any] | None, list[str]]:
    given, told = iter(lines), list[str]()

    def read() -> str:
        return next(given)

    return judge(text, read, told.append), told


def test_lines_give_both_texts_back_and_break_at_no_replacement() -> None:
    made = list(rows(TEXT, REPLACED))
    assert [start for start, _ in made] == [0, 23, 24]
    assert "\n".join("".join(after for _, after, _ in pieces) for _, pieces in made) + "\n" == TEXT
    assert "\n".join("".join(before for before, _, _ in pieces) for _, pieces in made) + "\n" == reveal(TEXT, REPLACED)
    assert [kind for _, pieces in made for *_, kind in pieces if kind] == ["PERSON", "PERSON"]
    for start, pieces in made:
        line = "".join(before for before, _, _ in pieces)
        length = len("".join(after for _, after, _ in pieces))
        assert reveal(TEXT, REPLACED, Span(start, start + length)) == line


def test_a_note_is_printed_with_its_types_and_steers_no_terminal() -> None:
    document = Document("d-1", text_sha256(TEXT), "ward", "p-1", "Note", "Note \x1b[2J[red]", None, "u", TEXT)
    item = ReviewItem(0, "d-1", document.sha256, "random", "Note", 8, {"PERSON": 2})
    out = io.StringIO()
    print_note(ReviewNote(item, document, "Note of Isobel", REPLACED), Console(file=out, width=100, color_system=None))
    printed = out.getvalue()
    assert "Isobel walks" in printed and "Jo‹PERSON› walks" in printed and "Note of Isobel" in printed
    assert "\x1b" not in printed and "[red]" in printed


JO = [{"start": 24, "end": 26, "entity_type": "person"}, {"start": 34, "end": 36, "entity_type": "person"}]
BY_OFFSET = {"leaks": [{"start": 0, "end": 4, "entity_type": "ID"}], "over_redactions": [{"start": 8, "end": 11}]}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["c"], {"clean": True}),
        (["s"], None),
        (["l person Jo", "d"], {"leaks": JO, "over_redactions": []}),
        (["l 0:4:ID", "o 8:11", "d"], BY_OFFSET),
    ],
)
def test_a_verdict_is_typed_line_by_line(lines: list[str], expected: dict[str, Any] | None) -> None:
    assert shown(TEXT, *lines)[0] == expected


@pytest.mark.parametrize("line", ["", "x", "d", "l", "l Jo", "l WHO Jo", "l PERSON Bob", "l 0:4", "o 0:4:ID", "l PERSON oda"])
def test_what_cannot_be_read_marks_nothing_and_is_said(line: str) -> None:
    fields, told = shown(TEXT, line, "c")
    assert fields == {"clean": True} and len(told) == 2


def test_a_marked_note_is_not_stored_as_clean() -> None:
    fields, told = shown(TEXT, "l PERSON Jo", "c", "d")
    assert fields is not None and len(fields["leaks"]) == 2 and "c needs no marks" in told[-1]


def test_stopping_stores_nothing() -> None:
    with pytest.raises(EOFError):
        judge(TEXT, lambda: "q", lambda _: None)
