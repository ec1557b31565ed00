"""Sentences of clinical text: whole, exact, and never through a dose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.sentences import MAX_SENTENCE_CHARS, halve, split_sentences
from rag.types import Span
from tests.growth import grows_linearly


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Seen by Dr. Oakes and Mrs. Hale at St. Brigid.",
        "Take 0.5 mg p.o. b.i.d. with meals.",
        "Lasix 40 mg. PO daily was resumed.",
        "Give 10 mg i.v. QHS as needed.",
        "Temp. 38.2 today, approx. five hours after the dose.",
        "Smith et al. reported this, see Fig. 2 and No. 5.",
        "The patient (seen at home. No fever.) is stable.",
        "J. P. Hale, M.D. was paged.",
        "Symptoms, e.g. cough, vs. asthma improved.",
        "Wait... then the pain came back.",
        "U.S. Army veteran with pain.",
        "Grew E. coli and S. aureus in culture.",
        "Hemoglobin.total in blood 8.2 %.",
        "1. Diabetes mellitus.",
        "2.1. Patients and setting.",
        "Hale et al. [15] found the same.",
        "The median was 20.4 ± 1. 8 units.",
        "No. (%) of patients with pain.",
        "Feeding fell from 20 minutes q.2h. to 5 minutes.",
        "This was seen before. [10,11].",
        "The dose was kept. (Figure 2).",
        "- Lisinopril 10 mg daily.",
        "She weighs 2.5 kg. more than before.",
    ],
)
def test_stop_inside_a_sentence_does_not_end_it(whole: str) -> None:
    assert sentences(whole) == [whole]


@pytest.mark.parametrize(
    "expected",
    [
        ["No fever.", "Cough for 3 days."],
        ["The serum potassium was 6.1 mmol/L.", "Stop the salt substitute."],
        ["Na 140 mEq/L.", "Temp 38 C.", "Given 2 L.", "Stable."],
        ["pt denies pain.", "no cough.", "taking meds"],
        ["Metoprolol 25 mg b.i.d.", "Lasix 40 mg daily."],
        ["Any fever?", "No.", "He walks daily."],
        ["He has hepatitis C.", "He takes no drugs."],
        ["Pain improved [2].", "The dose was kept."],
        ['She said "it hurts."', "Then she left."],
        ["1. Diabetes mellitus.", "2. Neuropathy.", "3. Gout."],
        ["Seen by Dr. A.", "He put her on insulin."],
        ["how are you ?", "i am fine .", "thanks"],
        ["BP 120/80.", "denies pain."],
    ],
)
def test_sentences_end_where_they_end(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_missing_space_after_a_stop_still_ends_the_sentence() -> None:
    assert sentences("He slept well.No pain today.") == ["He slept well.", "No pain today."]


def test_list_markers_stay_with_their_items_even_over_two_spaces() -> None:
    assert sentences("1.  Diabetes mellitus.  2.  Neuropathy.") == ["1.  Diabetes mellitus.", "2.  Neuropathy."]


def test_hard_wrapped_prose_is_joined() -> None:
    text = (
        "The patient is a 61-year-old man who was admitted for chest pain with no evidence of\n"
        "pneumonia on the film, and was then transferred to the ward where he remained well and\n"
        "walked daily. He was discharged on Monday."
    )
    assert len(sentences(text)) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ["lisinopril 10 mg daily", "metformin 500 mg b.i.d.", "aspirin 81 mg daily"],
        ["- no fever", "- no cough", "- walks daily"],
        ["1) rest", "2) fluids"],
        ["HISTORY OF PRESENT ILLNESS", "cough for two days"],
        ["Medications:", "lisinopril"],
        ["2024-03-01 Hemoglobin A1c: 8.2 %", "2024-03-01 Body weight: 81.5 kg", "2024-03-01 Heart rate: 72 /min"],
        ["# Plan", "rest"],
        ["# A plan for the next days at home and in the clinic", "rest and drink"],
        ["| drug of the morning round | dose in milligrams |", "| aspirin of the morning | 81 |"],
        ["Na\t140", "K\t4.1"],
    ],
)
def test_lines_of_lists_tables_and_charts_stand_alone(lines: list[str]) -> None:
    assert sentences("\n".join(lines)) == lines


def test_blank_line_always_ends_a_sentence() -> None:
    assert sentences("no evidence of\n\npneumonia") == ["no evidence of", "pneumonia"]


def test_range_gives_offsets_into_the_whole_text() -> None:
    text = "Skip this. No fever. Cough. Skip that."
    assert split_sentences(text, 11, 27) == (Span(11, 20), Span(21, 27))


PARTS = st.sampled_from(
    [
        "No fever.",
        "Dr. Hale gave 2.5 mg b.i.d.",
        "e\u0301te\u0301 😀.",
        "👩 walks",
        "\n\n",
        "\n",
        " ",
        "  ",
        "- item",
        "BP 120/80 mmHg;",
        "(open",
        "[3].",
        "…",
        "HPI:",
        "?!",
    ]
)
PARAGRAPHS = st.lists(PARTS, max_size=12).map("".join)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=4), st.booleans())
def test_sentences_are_ordered_disjoint_and_lose_nothing(paragraphs: list[str], repeated: bool) -> None:
    text = "\n\n".join(paragraphs * 2 if repeated else paragraphs)
    cursor = 0
    for span in split_sentences(text):
        assert cursor <= span.start < span.end <= len(text)
        assert not text[cursor : span.start].strip()
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        assert "\n\n" not in piece
        cursor = span.end
    assert not text[cursor:].strip()


@given(st.text(alphabet="aB1 .,;\n!?()[]-\u0301😀\t", max_size=300))
def test_any_text_is_covered(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_overlong_sentence_is_cut_at_clauses_and_never_beside_a_number() -> None:
    text = "; ".join(f"finding {n} measured 2.5 mg per day in the sample" for n in range(100))
    spans = split_sentences(text)
    assert max(span.end - span.start for span in spans) <= MAX_SENTENCE_CHARS
    assert all(text[span.start :].startswith("finding") for span in spans)
    no_clauses = "measured 25 mg " * 200
    assert all(not text_part[-1].isdigit() for text_part in sentences(no_clauses))


def test_halves_make_the_whole() -> None:
    text = "The dose was 40 mg daily, which the patient took for ten days without any trouble."
    first, second = halve(text, Span(0, len(text)))
    assert text[: first.end] + " " + text[second.start :] == text
    assert halve("x", Span(0, 1)) == (Span(0, 1),)


@pytest.mark.parametrize(
    ("unit", "end", "small"),
    [
        ("a", "", 150_000),
        ("word ", "", 150_000),
        ("(", ". ", 10_000),
        ("Pt. is 5 y.o. w/ 2.5 mg b.i.d. Fine. ", "", 10_000),
        (". (", "", 10_000),
    ],
)
def test_hostile_text_takes_linear_time(unit: str, end: str, small: int) -> None:
    assert grows_linearly(lambda size: split_sentences(unit * (size // len(unit)) + end), small)
