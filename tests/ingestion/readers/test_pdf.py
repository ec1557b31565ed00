"""PDF text: pages kept, margins cleared, sentences whole across lines and pages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingestion.readers.pdf import read_pdf
from rag.errors import SourceError

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "guidelines"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="development data (../shared/data) is absent")
FULL = "Clinicians should offer naloxone when prescribing opioids to every patient at risk of"


def pdf(*pages: list[str], numbered: bool = False, head: str = "", foot: str = "") -> bytes:
    """A PDF whose pages have these lines, with line numbers in the margin and running lines if asked."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    count = 0
    for number, lines in enumerate(pages, 1):
        canvas.setFont("Helvetica", 11)
        if head:
            canvas.drawString(72, 760, head)
        if foot:
            canvas.drawString(280, 30, foot.format(number))
        for row, line in enumerate(lines):
            count += 1
            y = 720 - 14 * row
            if numbered:
                canvas.drawRightString(50, y, str(count))
            if line:
                canvas.drawString(72 + (18 if line.startswith("  ") else 0), y, line.strip())
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def text(content: bytes) -> str:
    return read_pdf(content, "g.pdf").text.text


def test_lines_of_a_paragraph_are_joined() -> None:
    assert text(pdf([FULL, "overdose."])) == f"{FULL} overdose."


def test_a_sentence_runs_across_pages_without_heads_feet_and_page_numbers() -> None:
    body = ["Introduction", *[f"{FULL} overdose {n}." for n in range(30)]]
    pages = [[*body, f"{FULL[:-3]} at"], ["risk of overdose.", *body, FULL], ["overdose.", *body], body]
    found = text(pdf(*pages, head="Institutional guideline 12 (draft)", foot="Page {} of 4"))
    assert f"{FULL[:-3]} at risk of overdose." in found
    assert f"{FULL} overdose.\n" in found
    assert found.count("Institutional guideline") <= 1 and "Page" not in found


def test_printed_line_numbers_are_removed_and_numbers_of_the_text_stay() -> None:
    page = [f"{FULL} {n + 20} overdoses." for n in range(12)] + ["", "Doses above", "50 MME a day."]
    found = text(pdf(page, page, numbered=True))
    assert f"{FULL} 20 overdoses." in found and "50 MME a day." in found
    assert not any(line.strip().isdigit() for line in found.splitlines())
    assert "overdoses. 2 " not in found and "\n13" not in found


def test_row_numbers_of_a_table_with_a_heading_stay() -> None:
    page = ["No. Unit", *[f"{n} unit {n}" for n in range(1, 31)]]
    assert "7 unit 7" in text(pdf(page))


def test_hyphens_that_end_lines_are_resolved_by_the_rest_of_the_document() -> None:
    page = [
        "The medication and the follow-up of the patient need a plan. Each medication counts so",
        "that clinicians who prescribe for pain should review every dose of every single medi-",
        "cation with the patient, and then plan the visit that is to come as a careful follow-",
        "up visit.",
    ]
    found = text(pdf(page))
    assert "single medication with" in found and "follow-up visit." in found


def test_list_items_and_headings_stay_lines() -> None:
    found = text(pdf(["Recommendation", "• Offer naloxone.", "• Review the", "  dose.", "1. First", "2. Second"]))
    assert found.split("\n") == ["Recommendation", "• Offer naloxone.", "• Review the dose.", "1. First", "2. Second"]


def test_page_spans_partition_the_text() -> None:
    read = read_pdf(pdf(["Page one says this."], [], ["Page three says that."]), "g.pdf").text
    assert [(span.number, read.text[span.start : span.end]) for span in read.pages] == [
        (1, "Page one says this."),
        (3, "Page three says that."),
    ]


def test_a_pdf_without_text_gives_none() -> None:
    assert text(pdf([])) == ""


def test_an_encrypted_pdf_says_so() -> None:
    writer = PdfWriter(PdfReader(io.BytesIO(pdf(["secret"]))))
    writer.encrypt("password")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(SourceError) as caught:
        read_pdf(out.getvalue(), "g.pdf")
    assert caught.value.code == "encrypted" and "without" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4",
        b"PK\x03\x04 not a pdf",
        b"%PDF-1.7\n" + b"<<" * 20_000,
    ],
)
def test_t01_a_malformed_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_pdf(content, "g.pdf")
    assert caught.value.code == "malformed"


def test_t01_a_catalog_that_is_its_own_page_tree_gives_no_text() -> None:
    assert text(b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>") == ""


def test_t01_a_pdf_whose_pages_are_a_circle_ends() -> None:
    tree = b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj"
    circle = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + tree + b"\ntrailer<</Root 1 0 R>>\n%%EOF"
    with pytest.raises(SourceError) as caught:
        text(circle)
    assert caught.value.code == "malformed"


def test_t01_a_truncated_pdf_gives_text_or_an_error() -> None:
    whole = pdf(*[[FULL] * 20 for _ in range(5)])
    for share in (0.3, 0.6, 0.9):
        try:
            text(whole[: int(len(whole) * share)])
        except SourceError as error:
            assert error.code == "malformed"


@needs_data
def test_the_opioid_guideline_reads_without_its_line_numbers() -> None:
    read = read_pdf((DATA / "opioid" / "CDC-2022-0024-0002_content.pdf").read_bytes(), "g.pdf").text
    assert "updates and expands the CDC Guideline for Prescribing Opioids for Chronic Pain — United States, 2016" in read.text
    assert "Drug class-specific adverse events include serious cardiovascular" in read.text
    assert "including untreated and undertreated pain" in read.text
    assert not [line for line in read.text.splitlines() if line.strip().isdigit()]
    assert "Fentanyl transdermal (in mcg/hr) | 2.4\nHydrocodone | 1\n" in read.text
    assert read.pages[-1].number >= 210


@needs_data
def test_the_ucum_table_keeps_its_row_numbers_and_loses_its_running_heads() -> None:
    name = "TableOfExampleUcumCodesForElectronicMessagingwithPreface.pdf"
    found = read_pdf((DATA / "ucum" / name).read_bytes(), "u.pdf").text.text
    assert "104 | U/g{creat} | enzyme unit per gram of creatinine\n" in found
    assert found.count("Regenstrief Institute, Inc. and The UCUM Organization") <= 1
