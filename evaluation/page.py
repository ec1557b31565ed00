"""The skeleton of a report: one HTML page with its style inside, no script, no address, nothing to load; prints as it looks."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

_STYLE = Path(__file__).with_name("page.css")


def page(title: str, about: str, body: str) -> str:
    """The whole page; ``body`` is HTML."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE.read_text(encoding='utf-8')}</style>"
    )
    top = f"<h1>{escape(title)}</h1><p class=sub>{escape(about)}</p>"
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body><main>{top}{body}</main></body></html>\n'


def section(title: str, body: str) -> str:
    """A titled part; ``body`` is HTML."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>\n"


def tiles(found: Sequence[tuple[str, str, str]]) -> str:
    """Figures to see first: a name, a value, and a note on it."""
    cells = "".join(
        f"<div class=tile><b>{escape(value)}</b><span>{escape(name)}</span><i>{escape(note)}</i></div>" for name, value, note in found
    )
    return f"<div class=tiles>{cells}</div>"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table; whole columns of figures stand to the right by style."""
    top = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr></thead>" if any(head) else ""
    body = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table{'' if top else ' class=facts'}>{top}<tbody>{body}</tbody></table>"


def percent(share: float | None) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if share is None else f"{100 * share:.2f} %"


def number(value: float | None) -> str:
    """Two decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.2f}"
