"""Hand-written notes with identifiers of every kind: what the de-identifier finds of them, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.deid_notes.scoring import deidentified, read_notes, score, table

FOLDER = Path(__file__).resolve().parent
NOTES = {"dev.jsonl": 30, "held_out.jsonl.gz": 30, "later.jsonl.gz": 114}
LEAST_RECALL = {"dev.jsonl": 0.97, "held_out.jsonl.gz": 0.945, "later.jsonl.gz": 0.85}
MOST_TOUCHED = {"dev.jsonl": 0.05, "held_out.jsonl.gz": 0.05, "later.jsonl.gz": 0.045}
MOST_CLINICAL_TOUCHED = {"dev.jsonl": 0.015, "held_out.jsonl.gz": 0.02, "later.jsonl.gz": 0.02}
"""What a change may not fall below: the last measured figures less some points. The aim is 0.98 on the held-out half, by another author,
packed and only ever scored as a whole: ``python -m tests.deid_notes.scoring tests/deid_notes/held_out.jsonl.gz``. Keep it so. ``later``
are notes by two further authors who tried to defeat a small tagger; none was trained on or read, but their aggregates were in view when
the weights of the thresholds were chosen."""
KINDS = frozenset(
    [
        *("NAME", "LOCATION", "ORGANISATION", "DATE", "AGE", "PHONE", "FAX", "EMAIL", "SSN", "MRN", "PLAN", "ACCOUNT", "LICENSE"),
        *("VEHICLE", "DEVICE", "URL", "IP", "BIOMETRIC", "OTHER"),
    ]
)


@pytest.mark.parametrize("name", LEAST_RECALL)
def test_identifiers_of_hand_written_notes_are_found_and_other_words_kept(name: str) -> None:
    notes = read_notes(FOLDER / name)
    total = score(notes, deidentified(notes))
    assert total.recall >= LEAST_RECALL[name], table(total)
    assert total.touched_share <= MOST_TOUCHED[name], table(total)
    assert total.clinical_touched_share <= MOST_CLINICAL_TOUCHED[name], table(total)


@pytest.mark.parametrize("name", LEAST_RECALL)
def test_every_kind_of_identifier_occurs_and_spans_are_whole(name: str) -> None:
    notes = read_notes(FOLDER / name)
    assert len({note["id"] for note in notes}) == len(notes) == NOTES[name]
    spans = [(note["text"], span) for note in notes for span in note["spans"]]
    assert {span["type"] for _, span in spans} == KINDS
    for text, span in spans:
        value = text[span["start"] : span["end"]]
        assert value and value == value.strip()


NOTE = {
    "id": "1",
    "text": "Dr. Vale saw Ann Roe.",
    "spans": [{"start": 4, "end": 8, "type": "NAME"}, {"start": 13, "end": 20, "type": "NAME"}],
}


def test_a_half_covered_identifier_is_missed_and_a_covered_word_is_touched() -> None:
    total = score([NOTE], [{"spans": [{"start": 4, "end": 8}, {"start": 9, "end": 16}]}])
    assert (total.found["NAME"], total.identifiers["NAME"]) == (1, 2)
    assert (total.touched, total.words) == (1, 2)


def test_numbers_with_units_sides_negations_and_names_of_things_are_clinical() -> None:
    text = "No fever, left knee, 20 mg of Warfarin, Hoyt."
    note = {"id": "1", "text": text, "spans": [{"start": text.index("Hoyt"), "end": text.index("Hoyt") + 4, "type": "NAME"}]}
    harmed = score([note], [{"spans": [{"start": 0, "end": len(text)}]}])
    assert harmed.clinical == harmed.clinical_touched == 7
