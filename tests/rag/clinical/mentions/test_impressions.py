"""What reports conclude: one mention per sentence, named after the examination."""

from __future__ import annotations

from rag.clinical.mentions.impressions import find_impressions
from rag.clinical.sections import find_sections

CT = """DEPARTMENT OF RADIOLOGY
EXAM: CT abdomen with contrast        ACCESSION: 12

FINDINGS:
The liver is normal.

IMPRESSION:
1. No appendicitis.
2. 6 mm stone in the left kidney.

Dictated by the radiologist.
"""


def test_each_sentence_of_the_conclusion_is_a_report() -> None:
    found = find_impressions(CT, find_sections(CT))
    texts = [CT[slot.span.start : slot.span.end] for mention in found for slot in mention.slots if slot.name == "text"]
    assert texts == ["The liver is normal.", "No appendicitis.", "6 mm stone in the left kidney."]


def test_the_examination_is_the_name() -> None:
    assert {CT[mention.name.start : mention.name.end] for mention in find_impressions(CT, find_sections(CT))} == {
        "CT abdomen with contrast"
    }


def test_a_title_line_names_the_examination() -> None:
    text = "CT ABDOMEN\n\nIMPRESSION:\nNormal.\n"
    (found,) = find_impressions(text, find_sections(text))
    assert text[found.name.start : found.name.end] == "CT ABDOMEN"


def test_the_impression_of_a_visit_note_is_no_report() -> None:
    text = "HPI:\nCough.\n\nIMPRESSION:\nBronchitis.\n"
    assert find_impressions(text, find_sections(text)) == ()
