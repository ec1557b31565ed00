"""The hospital's guidelines: one YAML source each, rendered as Markdown, HTML, DOCX or PDF by the file's ending."""

from __future__ import annotations

import html
import io
import zipfile
from datetime import date, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml
from pydantic import BaseModel, ConfigDict

from ingestion.demo.pdf import Block, Heading, Paragraph, Table, render_pdf

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

DOCX_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP entry can hold."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Grid(_Data):
    """A table: caption, column titles, rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Part(_Data):
    """One section: paragraphs, then a list, then a table."""

    heading: str
    text: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    table: Grid | None = None
    after: tuple[str, ...] = ()


class Guideline(_Data):
    """One version of one policy."""

    file: str
    number: str
    title: str
    version: str
    effective: date
    review: date
    owner: str
    supersedes: str | None = None
    superseded_by: str | None = None
    sections: tuple[Part, ...]

    @property
    def status(self) -> str:
        """``Current`` or what replaced it."""
        return f"Superseded by {self.superseded_by}" if self.superseded_by else "Current"


def load_guidelines() -> tuple[Guideline, ...]:
    """Return every guideline version, ordered by file name."""
    folder = files("ingestion.demo").joinpath("guidelines")
    sources = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return tuple(Guideline.model_validate(yaml.safe_load(entry.read_text(encoding="utf-8"))) for entry in sources)


def render_guideline(guideline: Guideline) -> bytes:
    """Return the file's bytes in the format that its name ends in.

    Raises:
        ValueError: an ending other than .md, .html, .docx or .pdf.
    """
    ending = guideline.file.rpartition(".")[2]
    if ending == "md":
        return _markdown(guideline).encode("utf-8")
    if ending == "html":
        return _html(guideline).encode("utf-8")
    if ending == "docx":
        return _docx(guideline)
    if ending == "pdf":
        head = f"Northfield Regional Medical Center    {guideline.number}    Version {guideline.version}"
        return render_pdf(_blocks(guideline), title=guideline.title, running_head=head)
    raise ValueError(f"{guideline.file}: no renderer for .{ending}")


def _front_matter(guideline: Guideline) -> list[Block]:
    lines = (
        f"Policy number: {guideline.number}", f"Version: {guideline.version}", f"Status: {guideline.status}",
        f"Effective date: {guideline.effective.isoformat()}", f"Next review: {guideline.review.isoformat()}", f"Owner: {guideline.owner}",
        f"Supersedes: {guideline.supersedes or 'None (first version)'}",
    )  # fmt: skip
    return [Paragraph((line,)) for line in lines]


def _blocks(guideline: Guideline) -> tuple[Block, ...]:
    """Return the guideline as the blocks every format renders; list items are paragraphs that begin with a bullet."""
    blocks: list[Block] = [Heading(guideline.title, 1), Paragraph(("Northfield Regional Medical Center",)), *_front_matter(guideline)]
    for part in guideline.sections:
        blocks.append(Heading(part.heading))
        blocks += [Paragraph((text,)) for text in part.text]
        blocks += [Paragraph((f"• {item}",)) for item in part.items]
        if part.table is not None:
            blocks.append(Table(part.table.columns, part.table.rows, part.table.caption))
        blocks += [Paragraph((text,)) for text in part.after]
    return tuple(blocks)


def _markdown(guideline: Guideline) -> str:
    lines: list[str] = []
    for block in _blocks(guideline):
        if isinstance(block, Heading):
            lines += ["#" * block.level + " " + block.text, ""]
        elif isinstance(block, Paragraph):
            bullet = block.lines[0].startswith("• ")
            if lines and not bullet and lines[-1].startswith("- "):
                lines.append("")
            lines += ["- " + block.lines[0][2:]] if bullet else [*block.lines, ""]
        else:
            if lines and lines[-1]:
                lines.append("")
            lines += [f"*{block.caption}*", ""] if block.caption else []
            lines += ["| " + " | ".join(row) + " |" for row in (block.header, ("---",) * len(block.header), *block.rows)] + [""]
        if isinstance(block, Heading) and len(lines) > 2 and lines[-3].startswith("- "):
            lines.insert(-2, "")
    return "\n".join(lines).rstrip() + "\n"


def _html(guideline: Guideline) -> str:
    body: list[str] = []
    for block in _blocks(guideline):
        if isinstance(block, Heading):
            body.append(f"<h{block.level}>{html.escape(block.text)}</h{block.level}>")
        elif isinstance(block, Paragraph) and block.lines[0].startswith("• "):
            item = f"<li>{html.escape(block.lines[0][2:])}</li>"
            if body and body[-1] == "</ul>":
                body[-1:] = [item, "</ul>"]
            else:
                body += ["<ul>", item, "</ul>"]
        elif isinstance(block, Paragraph):
            body.append(f"<p>{html.escape(block.lines[0])}</p>")
        else:
            body.append(_html_table(block))
    title = html.escape(guideline.title)
    head = f'<head><meta charset="utf-8"><title>{title}</title><style>nav {{ color: gray; }}</style></head>'
    menu = "<nav><a href=\"/\">Intranet home</a> <a href=\"/policies\">All policies</a></nav>"
    return f'<!DOCTYPE html>\n<html lang="en">\n{head}\n<body>\n{menu}\n<main>\n' + "\n".join(body) + "\n</main>\n</body>\n</html>\n"


def _html_table(table: Table) -> str:
    caption = f"<caption>{html.escape(table.caption)}</caption>" if table.caption else ""
    rows = [_html_row(table.header, "th"), *(_html_row(row, "td") for row in table.rows)]
    return "<table>" + caption + "\n" + "\n".join(rows) + "\n</table>"


def _html_row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _docx(guideline: Guideline) -> bytes:
    from docx import Document as new_document

    document = new_document()
    core = document.core_properties
    core.title, core.author, core.last_modified_by = guideline.title, guideline.owner, guideline.owner
    core.created = core.modified = datetime(guideline.effective.year, guideline.effective.month, guideline.effective.day)
    _drop_unused_styles(document)
    for block in _blocks(guideline):
        _add_to_docx(document, block)
    buffer = io.BytesIO()
    document.save(buffer)
    return _repacked(buffer.getvalue())


def _drop_unused_styles(document: WordDocument) -> None:
    """Take unused table styles, their second copy and the thumbnail out of the template: 80 KB instead of 830 KB per file."""
    for style in list(document.styles):
        if style.type == 3 and style.name not in ("Normal Table", "Table Grid"):  # WD_STYLE_TYPE.TABLE
            style.delete()
    for relations, unwanted in ((document.part.rels, "/stylesWithEffects"), (document.part.package.rels, "/thumbnail")):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(unwanted)]:
            del relations[key]


def _add_to_docx(document: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level)
    elif isinstance(block, Paragraph):
        bullet = block.lines[0].startswith("• ")
        document.add_paragraph(block.lines[0][2:] if bullet else block.lines[0], style="List Bullet" if bullet else None)
    else:
        if block.caption:
            document.add_paragraph(block.caption, style="Caption")
        grid = document.add_table(rows=0, cols=len(block.header), style="Table Grid")
        for row in (block.header, *block.rows):
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text


def _repacked(package: bytes) -> bytes:
    """Return the same ZIP entries in name order, stored, with one fixed time: byte-identical wherever it is made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        names = sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, DOCX_TIMESTAMP)
            entry.create_system = 3
            target.writestr(entry, source.read(name))
    return out.getvalue()
