"""A note under review at a terminal: original and result beside each other, and the reviewer's verdict line by line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from api.reviewing import ReviewNote
from api.terminal import printable
from evaluation.reviews.verdicts import parse_span
from rag.deidentification.findings import EntityType
from rag.deidentification.reversal import Replacement
from rag.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

HELP = """c                   nothing leaks and nothing was replaced for nothing: stored at once
l TYPE words        these words still identify, wherever they stand; or: l START:END:TYPE
o words             these words replaced what identifies nobody; or: o START:END
d                   done: store what was marked      s  skip this note      q  stop
TYPE: """ + ", ".join(EntityType)

Piece = tuple[str, str, str | None]
"""What stood there, what stands there, and as what it was replaced; None where both are the same."""


def rows(text: str, replacements: Sequence[Replacement]) -> Iterator[tuple[int, list[Piece]]]:
    """The lines of ``text``, each with its offset and pieces; a line goes on over an end of line inside a replacement."""
    pieces: list[Piece] = []
    start = cursor = 0
    for replacement in (*replacements, None):
        between = text[cursor : replacement.new_start if replacement else len(text)]
        *whole, rest = between.split("\n")
        for line in whole:
            yield start, [*pieces, (line, line, None)]
            cursor += len(line) + 1
            start, pieces = cursor, []
        pieces.append((rest, rest, None))
        if replacement:
            pieces.append((replacement.original, replacement.surrogate, replacement.entity_type))
            cursor = replacement.new_end
    if any(shown for _, shown, _ in pieces):
        yield start, pieces


def print_note(note: ReviewNote, console: Console | None = None) -> None:
    """Print the note to stdout; characters that steer a terminal do not act."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = console or Console(highlight=False, emoji=False)
    item = note.item
    console.rule(Text(printable(f"{item.kind} · {item.part} · {item.doc_id}"), style="bold"))
    table = Table("at", "original", "result", expand=True, show_lines=False, pad_edge=False)
    table.columns[0].style, table.columns[0].justify, table.columns[0].no_wrap = "dim", "right", True
    for column in table.columns[1:]:
        column.ratio, column.overflow = 1, "fold"
    table.add_row("title", Text(printable(note.title)), Text(printable(note.document.title)))
    for start, pieces in rows(note.document.text, note.replacements):
        original, result = Text(), Text()
        for before, after, kind in pieces:
            original.append(printable(before), style="black on yellow" if kind else "")
            result.append(printable(after), style="black on green" if kind else "")
            if kind:
                result.append(f"‹{kind}›", style="dim green")
        table.add_row(str(start), original, result)
    console.print(table)


def judge(text: str, read: Callable[[], str], tell: Callable[[str], None]) -> dict[str, Any] | None:
    """Ask for lines until a verdict is complete: its fields; None where the note is skipped.

    Raises:
        EOFError: the reviewer stops.
    """
    leaks: list[dict[str, object]] = []
    over: list[dict[str, object]] = []
    tell(HELP)
    while True:
        command, _, words = read().strip().partition(" ")
        try:
            if command == "q":
                raise EOFError
            if command == "s":
                return None
            if command == "c" and not (leaks or over):
                return {"clean": True}
            if command == "d" and (leaks or over):
                return {"leaks": leaks, "over_redactions": over}
            if command not in ("l", "o") or not words:
                raise InputError("one of c, l, o, d, s, q; c needs no marks, d needs some")
            found = _marked(text, words.strip(), typed=command == "l")
            (leaks if command == "l" else over).extend(found)
            tell(f"{len(found)} marked; {len(leaks)} leaks and {len(over)} over-redactions in all")
        except InputError as error:
            tell(str(error))


def _marked(text: str, words: str, *, typed: bool) -> list[dict[str, object]]:
    """The spans that a line names: by offsets, or every place where the words stand as whole words."""
    if re.fullmatch(r"\d+:\d+(:\w+)?", words):
        return [parse_span(words, typed=typed)]
    kind, rest = words.split(maxsplit=1) if typed and " " in words else ("", words)
    if typed and kind.upper() not in set(EntityType):
        raise InputError(f"write l TYPE words; TYPE is one of {', '.join(EntityType)}")
    places = [match.span() for match in re.finditer(rf"(?<!\w){re.escape(rest)}(?!\w)", text)]
    if not places:
        raise InputError("these words do not stand in the result; write them as they do, or give offsets")
    return [{"start": start, "end": end} | ({"entity_type": kind} if typed else {}) for start, end in places]
