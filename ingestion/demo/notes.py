"""From the note of a scenario to the bytes of an attachment: plain text, XHTML or PDF.

Fields in note texts: ``${name} ${NAME_LF} ${title_name} ${mrn} ${dob} ${dob_long} ${dob_iso} ${phone} ${address}
${contact} ${hospital} ${hospital_phone}`` and, for a practitioner key k, ``${k}`` (full name), ``${dr_k}`` (``Dr. Patel``),
``${sign_k}`` (electronic signature with pager).
"""

from __future__ import annotations

import html
import re
from string import Template

from ingestion.demo.pdf import Block, Heading, Paragraph, Table, render_pdf
from ingestion.demo.scenario import Directory, Note, Scenario

CONTENT_TYPES = {"text": "text/plain", "html": "text/html", "pdf": "application/pdf"}

_HEADING = re.compile(r"^[A-Z][A-Z0-9 /&,'()-]{2,60}:$")


def note_fields(patient: Scenario, directory: Directory) -> dict[str, str]:
    """Return what each ``${…}`` field of this patient's notes stands for."""
    given, address, hospital = " ".join(patient.given), patient.address, directory.organization
    fields = {
        "name": f"{given} {patient.family}",
        "NAME_LF": f"{patient.family}, {given}".upper(),
        "title_name": f"{patient.prefix} {patient.family}",
        "first": patient.given[0],
        "mrn": patient.mrn,
        "dob": f"{patient.birth:%m/%d/%Y}",
        "dob_iso": patient.birth.isoformat(),
        "dob_long": f"{patient.birth:%B} {patient.birth.day}, {patient.birth.year}",
        "phone": patient.phone,
        "address": f"{address.line}, {address.city}, {address.state} {address.zip}",
        "hospital": hospital.name,
        "hospital_phone": hospital.phone,
    }
    if patient.contact is not None:
        fields["contact"] = f"{patient.contact.given} {patient.contact.family}"
        fields["contact_phone"] = patient.contact.phone
    for key, person in directory.practitioners.items():
        fields[key] = person.full_name
        fields[f"dr_{key}"] = f"Dr. {person.family}"
        fields[f"sign_{key}"] = f"Electronically signed by {person.full_name}\n{person.role}, pager {person.pager}"
    return fields


def note_text(note: Note, fields: dict[str, str]) -> str:
    """Return the note as read by a person, every field filled in.

    Raises:
        KeyError: the note names a field that does not exist.
    """
    return Template(note.text).substitute(fields)


def encode_note(note: Note, text: str) -> bytes:
    """Return the attachment's bytes; the same text gives the same bytes."""
    if note.format == "html":
        return _as_xhtml(text).encode("utf-8")
    if note.format == "pdf":
        return render_pdf(note_blocks(text), title="Clinical document", running_head="")
    return text.encode("utf-8")


def note_blocks(text: str) -> tuple[Block, ...]:
    """Split a note into headings, paragraphs and ``a | b`` tables; lines of one paragraph stay lines."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = part.split("\n")
        if _HEADING.match(lines[0]):
            blocks.append(Heading(lines[0].rstrip(":")))
            lines = lines[1:]
        if lines and all(" | " in line for line in lines):
            rows = tuple(tuple(cell.strip() for cell in line.split(" | ")) for line in lines)
            blocks.append(Table(rows[0], rows[1:]))
        elif lines:
            blocks.append(Paragraph(tuple(lines)))
    return tuple(blocks)


def _as_xhtml(text: str) -> str:
    body = "\n".join(_block_as_xhtml(block) for block in note_blocks(text))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml">\n'
        f"<head><title>Clinical document</title></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _block_as_xhtml(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h3>{html.escape(block.text)}</h3>"
    if isinstance(block, Table):
        rows = [_row(block.header, "th"), *(_row(row, "td") for row in block.rows)]
        return "<table>\n" + "\n".join(rows) + "\n</table>"
    return "<p>" + "<br/>\n".join(html.escape(line) for line in block.lines) + "</p>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"
