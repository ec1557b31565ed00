"""Where a thing stands decides who speaks first, not whether it bears a code: notes' words may have one, records may have none."""

from __future__ import annotations

from collections.abc import Callable

from tests.rag.answering.typed.charting import Told, coded, told

Ask = Callable[..., Told]


def test_a_notes_word_with_a_code_does_not_hide_the_record(ask: Ask) -> None:
    record = coded(
        "observation", "{date|2024-01-05}: {name|Systolic blood pressure} {value|126} {unit|mm[Hg]}", code="http://loinc.org|8480-6"
    )
    note = told("observation", "{name|BP} {value|148}/90", "2023-05-05", code="http://loinc.org|8480-6")
    answer = ask("What is her latest BP?", record, note)
    assert "126" in answer.text and "148" not in answer.text


def test_a_record_without_a_code_is_not_hidden_by_a_notes_word(ask: Ask) -> None:
    record = coded("condition", "{date|2016-02-01}: {name|Renal failure}, {status|resolved}", code="")
    note = told("condition", "{name|renal insufficiency} in the past.", "2023-05-05", assertion="historical")
    assert any("2016" in text for text in ask("Has she ever had renal insufficiency?", record, note).texts)
