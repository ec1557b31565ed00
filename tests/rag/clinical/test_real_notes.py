"""The splitters on visit notes that this project did not write."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from rag.clinical.assertions import assess_all
from rag.clinical.sections import find_sections
from rag.clinical.sentences import split_sentences
from tests.growth import grows_linearly

NOTES = Path(__file__).parents[4] / "shared" / "data" / "notes" / "aci_bench.jsonl.gz"


@pytest.fixture(scope="module")
def notes() -> list[str]:
    if not NOTES.exists():
        pytest.skip("development data (../shared/data/notes) is not here")
    with gzip.open(NOTES, "rt", encoding="utf-8") as lines:
        return [json.loads(line)["note"] for line in lines]


def test_nothing_of_a_note_is_lost(notes: list[str]) -> None:
    for text in notes:
        sections = find_sections(text)
        assert "".join(text[section.start : section.end] for section in sections) == text
        spans = [span for section in sections for span in split_sentences(text, section.start, section.end)]
        assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())


def test_sections_and_sentences_of_many_notes_in_one_take_linear_time(notes: list[str]) -> None:
    text = "\n".join(notes)

    def split(size: int) -> None:
        find_sections(text[:size])
        split_sentences(text[:size])

    assert len(text) > 8 * 20_000
    assert grows_linearly(split, 20_000)


def test_every_sentence_can_be_assessed(notes: list[str]) -> None:
    for text in notes[:20]:
        for sentence in split_sentences(text):
            assert len(assess_all(text, sentence, (sentence,))) == 1
