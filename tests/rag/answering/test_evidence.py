from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.evidence import Selection, near_duplicates, select_evidence
from rag.errors import ModelError
from rag.numeric import Vector

Select = Callable[..., Selection]
Find = Callable[..., Any]
Encode = Callable[[str], Vector]
DIMENSIONS = 384
FILLER = ["The ward round began at eight.", "A chest film was taken in the afternoon.", "Visitors came after lunch."]
TRIAL = [
    "Warfarin and apixaban for atrial fibrillation: a randomised trial.",
    "We aimed to compare apixaban with warfarin for major bleeding.",
    "Major bleeding was measured with the ISTH criteria at each visit.",
    "Major bleeding was lower with apixaban than with warfarin (2.1% vs 3.1%; p < 0.001).",
    "Further studies of apixaban are under way.",
]


def test_the_sentence_that_reports_the_finding_comes_first(select: Select) -> None:
    selection = select("What is the effect of apixaban compared with warfarin on major bleeding?", TRIAL, FILLER)
    assert selection.evidence[0].quote == TRIAL[3]


def test_quotes_are_the_text_at_their_spans(find: Find, encode: Encode) -> None:
    made = find(TRIAL, FILLER)
    selection = select_evidence("major bleeding with apixaban", encode("major bleeding apixaban"), made.hits, made.vectors)
    by_document = {hit.chunk.chunk_id: hit.chunk for hit in made.hits}
    for evidence in selection.evidence:
        chunk = next(c for c in by_document.values() if c.start <= evidence.span.start and evidence.span.end <= c.end)
        assert chunk.text[evidence.span.start - chunk.start : evidence.span.end - chunk.start] == evidence.quote


SENTENCES = st.lists(st.text("abc é😀\u0301.", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4)


@given(chunks=st.lists(SENTENCES, min_size=1, max_size=4))
def test_any_text_gives_verbatim_ordered_probabilities(chunks: list[list[str]], find: Find, encode: Encode) -> None:
    made = find(*chunks)
    selection = select_evidence("abc a?", encode("abc"), made.hits, made.vectors, limit=3)
    assert selection.considered == sum(map(len, chunks))
    assert 1 <= len(selection.evidence) <= 3
    scores = [evidence.score for evidence in selection.evidence]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores) and 0 <= selection.answerable <= 1
    texts = {hit.chunk.text for hit in made.hits}
    assert all(any(evidence.quote in text for text in texts) for evidence in selection.evidence)


def test_nothing_found_selects_nothing(encode: Encode) -> None:
    selection = select_evidence("anything", encode("anything"), (), {})
    assert (selection.evidence, selection.considered, selection.answerable) == ((), 0, 0.0)


def test_a_question_without_content_words_is_no_error(select: Select) -> None:
    assert select("what is it?", TRIAL).considered == len(TRIAL)


def test_missing_sentence_vectors_are_an_error_that_names_no_text(find: Find, encode: Encode) -> None:
    made = find(TRIAL)
    with pytest.raises(ModelError, match="c-0: 5 sentences, sentence vectors: none"):
        select_evidence("bleeding", encode("bleeding"), made.hits, {})
    short = {"c-0": np.zeros((2, DIMENSIONS), dtype=np.float16)}
    with pytest.raises(ModelError, match="5 sentences, sentence vectors: 2"):
        select_evidence("bleeding", encode("bleeding"), made.hits, short)


def test_the_same_chunk_found_twice_counts_once(find: Find, encode: Encode) -> None:
    made = find(TRIAL)
    selection = select_evidence("bleeding", encode("bleeding"), (*made.hits, *made.hits), made.vectors)
    assert selection.considered == len(TRIAL)


def test_the_latest_comes_first_where_it_is_asked_for(select: Select) -> None:
    lines = [
        f"{date} Body weight: {value} kg (vital signs, final)"
        for date, value in (("2012-05-01", 70), ("2019-03-02", 81), ("2015-07-09", 75))
    ]
    selection = select("What is the latest body weight?", [*lines, "2019-03-02 Body height: 180 cm (vital signs, final)"])
    assert selection.by_date
    assert [evidence.quote[:10] for evidence in selection.evidence[:3]] == ["2019-03-02", "2015-07-09", "2012-05-01"]
    oldest = select("What was the first body weight?", lines)
    assert oldest.evidence[0].quote.startswith("2012-05-01")


def test_document_dates_order_undated_sentences(find: Find, encode: Encode) -> None:
    made = find(["Her ejection fraction is 55 %."], ["Her ejection fraction is 35 %."], documents=["d-new", "d-old"])
    for question, value in (("most recent ejection fraction", "55"), ("initial ejection fraction", "35")):
        dates = {"d-new": "2021-01-01", "d-old": "2014-01-01"}
        selection = select_evidence(question, encode("ejection fraction"), made.hits, made.vectors, document_dates=dates)
        assert value in selection.evidence[0].quote


def test_a_newer_line_about_something_else_does_not_win(select: Select) -> None:
    selection = select(
        "latest hemoglobin", ["2012-05-01 Hemoglobin: 9.1 g/dL (laboratory, final)", "2020-05-01 Sodium: 140 mmol/L (laboratory, final)"]
    )
    assert "Hemoglobin" in selection.evidence[0].quote


def test_repeats_collapse_and_the_original_stands_for_its_copy(select: Select) -> None:
    line = "She has stage 3 chronic kidney disease."
    selection = select("chronic kidney disease stage", [line], [line], ["Renal ultrasound was normal."], copied=(0,))
    quotes = [evidence.quote for evidence in selection.evidence]
    assert quotes.count(line) == 1
    assert next(evidence for evidence in selection.evidence if evidence.quote == line).span.start > len(line)


def test_a_bare_heading_is_no_evidence(select: Select) -> None:
    selection = select("What are the discharge medications?", ["DISCHARGE MEDICATIONS:", "Aspirin 81 mg daily.", "Follow up in May."])
    assert "DISCHARGE MEDICATIONS:" not in [evidence.quote for evidence in selection.evidence]


def test_other_numbers_are_no_repeat() -> None:
    assert not near_duplicates("Potassium was 4.1 mmol/L.", "Potassium was 6.1 mmol/L.")
    assert near_duplicates("Potassium was 4.1 mmol/L.", "potassium was 4.1 mmol/L")


def test_the_latest_is_of_the_thing_named_not_of_a_newer_ratio(select: Select) -> None:
    lines = [
        "2020-01-01 Creatinine [Mass/volume] in Serum: 1.1 mg/dL (laboratory, final)",
        "2022-01-01 Creatinine: 1.4 mg/dL (laboratory, final)",
        "2023-01-01 Urine albumin/creatinine ratio: 40 mg/g (laboratory, final)",
    ]
    assert select("What is the latest creatinine?", lines).evidence[0].quote == lines[1]


def test_a_marked_heading_is_no_evidence_but_a_numbered_problem_is(select: Select) -> None:
    quotes = [evidence.quote for evidence in select("naloxone", ["## Naloxone", "# 1. Overdose risk: naloxone prescribed"]).evidence]
    assert quotes == ["# 1. Overdose risk: naloxone prescribed"]
