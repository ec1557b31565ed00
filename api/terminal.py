"""Answers for people at a terminal: the answer, then each citation with its quote and where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(words: str) -> str:
    """``words`` without characters that steer a terminal; new lines and tabs stay."""
    return _CONTROLS.sub("\ufffd", words)


def escape(words: str) -> str:
    """``words`` as data: neither markup nor control characters act."""
    from rich.markup import escape as escape_markup

    return escape_markup(printable(words))


def _print_series(series: dict[str, Any], console: Console) -> None:
    """A series as a small table: date, value, the mark of its citation."""
    from rich.table import Table

    unit = f" ({series['unit']})" if series["unit"] else ""
    table = Table("date", escape(f"{series['label']}{unit}"), "", box=None, padding=(0, 2), title_justify="left")
    for point in series["points"]:
        table.add_row(escape(point["date"]), f"{point['value']:g}", escape(f"[{point['citation']}]"))
    console.print(table)


def print_answer(answer: dict[str, Any], console: Console | None = None) -> None:
    """Print one Answer JSON to stdout. Text from charts is escaped: markup in a note is data."""
    from rich.console import Console

    console = console or Console(highlight=False, soft_wrap=True, emoji=False)
    console.print(f"[bold]{escape(answer['question'])}[/bold]")
    if answer["status"] == "answered":
        console.print(escape(answer["answer"]))
        for series in answer["series"]:
            _print_series(series, console)
        for conflict in answer["conflicts"]:
            marks = " and ".join(f"[{n}]" for n in conflict["citations"])
            console.print(escape(f"  sources disagree on the {conflict['slot']}: {marks}"))
        for citation in answer["citations"]:
            source = citation["source"]
            where = " · ".join(
                str(part)
                for part in (
                    citation["title"],
                    citation["date"],
                    citation["section"],
                    source["resource"],
                    f"page {source['page']}" if source["page"] else None,
                    f"{citation['document_id']}[{citation['start']}:{citation['end']}]",
                )
                if part
            )
            quote = citation.get("display", citation["quote"])
            console.print(escape(f"  [{citation['n']}] “{' '.join(quote.split())}”"))
            console.print(f"      [dim]{escape(where)}[/dim]")
    elif answer["status"] == "not_documented":
        receipt = answer["receipt"] or {}
        period = f", {receipt['from']} to {receipt['to']}" if receipt.get("from") else ""
        console.print(f"Not documented: {receipt.get('documents_searched', 0)} documents searched{escape(period)}.")
        if receipt.get("terms"):
            console.print(f"  [dim]terms: {escape(', '.join(receipt['terms']))}[/dim]")
        for miss in receipt.get("near_misses", []):
            quote = miss["citation"].get("display", miss["citation"]["quote"])
            console.print(escape(f"  near miss ({miss['kind']}): “{' '.join(quote.split())}”"))
    else:
        console.print(f"Refused: {escape(str(answer['error']))}")
    for notice in answer["notices"]:
        console.print(f"  [yellow]{escape(notice['text'])}[/yellow]")
