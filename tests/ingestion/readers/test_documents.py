"""Documents of every format, read in the child process as in production, offline."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.readers.office_files import check_office_file
from ingestion.records import RawDocument, SourceUnit
from ingestion.sandbox import ReaderProcess
from ingestion.sources import find_sources
from rag.errors import SourceError

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "guidelines"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="development data (../shared/data) is absent")
HTML = """<!DOCTYPE html><html><head><title>Sepsis bundle</title></head><body><nav>Home | Search</nav>
<header><h1>Sepsis</h1><p>Version 3 replaces version 2.</p></header><main><h2>Fluids</h2><p>Give <b>30 mL/kg</b> of
crystalloid.</p><ul><li>Measure lactate</li><li>Take cultures</li></ul>
<table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Cefepime</td><td>2 g</td></tr></table></main>
<footer><p>Approved by the committee.</p></footer></body></html>"""
MARKDOWN = (
    "# Sepsis\n\nGive **30 mL/kg** of\ncrystalloid if BP < 90.\n\n- Measure lactate\n- Take cultures\n\n"
    "| Drug | Dose |\n|---|---|\n| Cefepime | 2 g |\n"
)


@pytest.fixture(scope="module")
def reader() -> Iterator[ReaderProcess]:
    with ReaderProcess() as opened:
        yield opened


def read(reader: ReaderProcess, folder: Path, name: str, content: bytes) -> RawDocument:
    (folder / name).write_bytes(content)
    (unit,) = find_sources([("document", name)], folder).units
    (document,) = reader.read(unit).documents
    return document


def code_of(reader: ReaderProcess, folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    (unit,) = find_sources([("document", name)], folder).units
    with pytest.raises(SourceError) as caught:
        reader.read(unit)
    return caught.value.code


def docx() -> bytes:
    from docx import Document

    document = Document()
    document.sections[0].header.paragraphs[0].text = "Confidential draft 7"
    document.add_heading("Anticoagulation", level=1)
    document.add_paragraph("Hold warfarin if the INR is above 4.5.")
    document.add_paragraph("Check the INR daily.", style="List Bullet")
    table = document.add_table(rows=2, cols=3)
    for cell, words in zip([c for row in table.rows for c in row.cells], ["Drug", "Dose", "Route", "Heparin", "5000 U", "SC"], strict=True):
        cell.text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pptx() -> bytes:
    from pptx import Presentation

    deck = Presentation()
    for title, body in (("Stroke", "Door to needle within 60 minutes."), ("Aspirin", "Start aspirin 24 hours after alteplase.")):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Doses"
    for row in (("Drug", "Dose", "Route"), ("Cefepime", "2 g", "IV"), ("Vancomycin", "15 mg/kg", "IV")):
        book.active.append(row)
    book.create_sheet("Targets").append(("MAP", 65, "mmHg"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_plain_text_is_kept_to_the_character(reader: ReaderProcess, tmp_path: Path) -> None:
    content = "  Title\r\n\r\nNa\u00efve 5 \u00b5g\tof drug  \n"
    document = read(reader, tmp_path, "trial_1.txt", content.encode())
    assert (document.text, document.key, document.title) == (content, "trial_1.txt", "trial 1")


def test_html_keeps_everything_but_the_menu(reader: ReaderProcess, tmp_path: Path) -> None:
    document = read(reader, tmp_path, "a.html", HTML.encode())
    assert document.title == "Sepsis bundle"
    assert document.text.split("\n") == [
        "# Sepsis",
        "",
        "Version 3 replaces version 2.",
        "",
        "## Fluids",
        "",
        "Give 30 mL/kg of crystalloid.",
        "",
        "- Measure lactate",
        "- Take cultures",
        "",
        "Drug | Dose",
        "Drug: Cefepime; Dose: 2 g",
        "",
        "Approved by the committee.",
    ]


def test_markdown_reads_as_prose(reader: ReaderProcess, tmp_path: Path) -> None:
    document = read(reader, tmp_path, "a.md", MARKDOWN.encode())
    assert document.text.split("\n") == [
        "# Sepsis",
        "",
        "Give 30 mL/kg of crystalloid if BP < 90.",
        "",
        "- Measure lactate",
        "- Take cultures",
        "",
        "Drug | Dose",
        "Drug: Cefepime; Dose: 2 g",
    ]


def test_docx_keeps_headings_lists_and_rows_and_drops_running_heads(reader: ReaderProcess, tmp_path: Path) -> None:
    document = read(reader, tmp_path, "a.docx", docx())
    assert document.title == "Anticoagulation"
    assert "Hold warfarin if the INR is above 4.5.\n\n- Check the INR daily." in document.text
    assert "Drug: Heparin; Dose: 5000 U; Route: SC" in document.text
    assert "Confidential" not in document.text


def test_slides_are_pages(reader: ReaderProcess, tmp_path: Path) -> None:
    document = read(reader, tmp_path, "a.pptx", pptx())
    pages = {page.number: document.text[page.start : page.end] for page in document.pages}
    assert pages == {1: "# Stroke\n\nDoor to needle within 60 minutes.", 2: "# Aspirin\n\nStart aspirin 24 hours after alteplase."}


def test_sheets_are_pages_under_their_names(reader: ReaderProcess, tmp_path: Path) -> None:
    document = read(reader, tmp_path, "a.xlsx", xlsx())
    pages = {page.number: document.text[page.start : page.end] for page in document.pages}
    assert pages[1].startswith("Doses\n") and "Drug: Vancomycin; Dose: 15 mg/kg; Route: IV" in pages[1]
    assert pages[2].startswith("Targets\n") and "MAP" in pages[2] and "65" in pages[2]


def test_a_document_in_an_archive_is_named_by_its_place(reader: ReaderProcess, tmp_path: Path) -> None:
    import tarfile

    with tarfile.open(tmp_path / "x.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo("deep/a.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"text"))
    (unit,) = find_sources([("document", "x.tar.gz")], tmp_path).units
    assert [d.uri for d in reader.read(unit).documents] == ["x.tar.gz!/deep/a.txt"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "empty"),
        ("a.pdf", b" \n", "empty"),
        ("a.txt", b"caf\xe9", "encoding"),
        ("a.html", b"<p>caf\xe9</p>", "encoding"),
        ("a.html", b'<!DOCTYPE a [<!ENTITY x "y">]><p>&x;</p>', "doctype"),
        ("a.docx", b"not a zip", "malformed"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "encrypted"),
        ("a.pptx", docx(), "malformed"),
        ("a.pdf", b"%PDF-1.4 nothing", "malformed"),
    ],
)
def test_a_bad_file_has_its_code(reader: ReaderProcess, tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert code_of(reader, tmp_path, name, content) == code


def test_a_readable_file_without_text_is_dropped_with_its_reason(reader: ReaderProcess, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p> </p>")
    (unit,) = find_sources([("document", "a.html")], tmp_path).units
    assert reader.read(unit).dropped == {"no_text": 1}


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"word/document.xml": b"<a/>", **parts}.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"word/media/a.png": b"\0" * (40 * 1024 * 1024)}, "bomb"),
        ({f"word/{n}.bin": b"" for n in range(10_001)}, "bomb"),
        ({"word/x.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}, "doctype"),
        ({"word/x.xml": b" " * (1024 * 1024 - 4) + b"<!DOCTYPE a>"}, "doctype"),
        ({"../x.xml": b"<a/>"}, "unsafe_name"),
    ],
    ids=["ratio", "parts", "doctype", "doctype-across-chunks", "traversal"],
)
def test_t02_t03_hostile_office_packages_are_refused_unopened(parts: dict[str, bytes], code: str) -> None:
    with pytest.raises(SourceError) as caught:
        check_office_file(package(parts), ".docx", "x.docx")
    assert caught.value.code == code


def test_an_unsupported_format_says_so(reader: ReaderProcess, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    (unit,) = find_sources([("document", "a.txt")], tmp_path).units
    with pytest.raises(SourceError, match="not supported in this version"):
        reader.read(SourceUnit("ccda", unit.uri, unit.path, unit.sha256))


@needs_data
def test_the_ucum_table_is_the_same_from_docx_and_pdf(reader: ReaderProcess) -> None:
    name = "TableOfExampleUcumCodesForElectronicMessagingwithPreface"
    units = find_sources([("document", f"{name}.docx"), ("document", f"{name}.pdf")], DATA / "ucum").units
    words = [set(reader.read(unit).documents[0].text.split()) for unit in units]
    assert len(words[0] & words[1]) / len(words[1]) > 0.9
