"""The guidelines: four formats, tables, one superseded version."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

import ingestion.demo
from ingestion.demo.guidelines import Guideline, load_guidelines, render_guideline
from ingestion.demo.questions import DEMO_QUESTIONS

FOLDER = Path(ingestion.demo.__file__).parent / "corpus" / "guidelines"


def by_file(name: str) -> Guideline:
    return next(guideline for guideline in load_guidelines() if guideline.file == name)


def plain_text(path: Path) -> str:
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as package:
            return re.sub(r"<[^>]+>", " ", package.read("word/document.xml").decode("utf-8"))
    if path.suffix == ".pdf":
        import pypdfium2

        return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(path))
    return path.read_text(encoding="utf-8")


def test_four_formats_are_there() -> None:
    assert {path.suffix for path in FOLDER.iterdir()} == {".md", ".pdf", ".docx", ".html"}


@pytest.mark.parametrize("guideline", load_guidelines(), ids=lambda guideline: guideline.file)
def test_every_guideline_has_sections_and_a_table(guideline: Guideline) -> None:
    assert len(guideline.sections) >= 4
    tables = [part.table for part in guideline.sections if part.table]
    assert tables
    assert all(len(row) == len(table.columns) for table in tables for row in table.rows)


@pytest.mark.parametrize("guideline", load_guidelines(), ids=lambda guideline: guideline.file)
def test_committed_file_holds_every_sentence_and_cell(guideline: Guideline) -> None:
    found = re.findall(r"\w+", plain_text(FOLDER / guideline.file).replace("&#x27;", "'").replace("\ufffe", ""))
    haystack = " ".join(found)
    for part in guideline.sections:
        cells = [cell for row in part.table.rows for cell in row] if part.table else []
        for text in (part.heading, *part.text, *part.items, *part.after, *cells):
            assert " ".join(re.findall(r"\w+", text)) in haystack, text


def test_the_old_opioid_policy_is_superseded_by_the_new_one() -> None:
    old, new = by_file("opioid-prescribing-v1.md"), by_file("opioid-prescribing-v2.pdf")
    assert old.number == new.number
    assert old.status == "Superseded by version 2.0, effective 2023-07-01"
    assert new.status == "Current"
    assert new.supersedes == "Version 1.0, effective 2019-05-01"
    assert old.effective == date(2019, 5, 1) < new.effective


def test_the_two_versions_disagree_on_naloxone() -> None:
    assert "Offer naloxone to patients who take 90 MME per day or more." in plain_text(FOLDER / "opioid-prescribing-v1.md")
    assert "Offer naloxone to every patient who takes 50 MME per day or more." in plain_text(FOLDER / "opioid-prescribing-v2.pdf")


def test_guideline_question_is_answered_by_one_sentence() -> None:
    question = next(question for question in DEMO_QUESTIONS if question.patient is None)
    assert any(question.sentence in part.text for part in by_file(question.document).sections)


def test_docx_opens_and_carries_fixed_times() -> None:
    docx = pytest.importorskip("docx", reason="python-docx makes the DOCX")
    content = render_guideline(by_file("sepsis-bundle.docx"))
    assert docx.Document(io.BytesIO(content)).paragraphs[0].text == "Sepsis and Septic Shock in Adults"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_unknown_ending_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"policy\.rtf"):
        render_guideline(by_file("sepsis-bundle.docx").model_copy(update={"file": "policy.rtf"}))
