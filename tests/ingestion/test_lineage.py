"""Copied paragraphs point at their origin; changed ones do not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.lineage import Traced, find_origins, fingerprints, traced
from rag.types import Chunk, Span

PARAGRAPH = (
    "She has had type 2 diabetes for ten years, treated with metformin 500 mg twice daily, and checks her sugar each morning before "
    "breakfast; there has been no hypoglycemia since the last visit, and she walks two miles on most days of the week."
)
OTHER = (
    "The wound on the right heel is clean and dry with granulation tissue at its base, the skin around it is intact and pink, and the "
    "dressing was changed by the nurse who visits twice a week and measures it each time with the same paper rule."
)


def chunk(text: str, doc_id: str, ordinal: int = 0) -> Chunk:
    return Chunk(f"{doc_id}/{ordinal}", doc_id, "0" * 64, ordinal, 0, len(text), text, "other", (Span(0, len(text)),))


def trace(*notes: tuple[str, str | None, str]) -> dict[str, str]:
    return find_origins([traced(chunk(text, doc_id), date) for doc_id, date, text in notes])


def test_copied_paragraph_points_at_the_earliest_note() -> None:
    notes = [("d-c", "2024-03-01", PARAGRAPH), ("d-b", "2024-01-01", PARAGRAPH), ("d-a", "2024-02-01", PARAGRAPH)]
    assert trace(*notes) == {"d-a/0": "d-b/0", "d-c/0": "d-b/0"}


def test_equal_dates_are_ordered_by_document_and_undated_notes_come_last() -> None:
    assert trace(("d-b", "2024", PARAGRAPH), ("d-a", "2024", PARAGRAPH)) == {"d-b/0": "d-a/0"}
    assert trace(("d-a", None, PARAGRAPH), ("d-b", "2024", PARAGRAPH)) == {"d-a/0": "d-b/0"}


def test_light_editing_is_still_a_copy() -> None:
    edited = PARAGRAPH.replace("She has had", "The patient has had")
    assert trace(("d-a", "2023", PARAGRAPH), ("d-b", "2024", edited)) == {"d-b/0": "d-a/0"}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("500 mg", "1000 mg"),
        ("no hypoglycemia", "hypoglycemia"),
        ("has had type 2", "has not had type 2"),
        ("each morning", "on the left arm each morning"),
    ],
)
def test_changed_dose_negation_or_side_is_no_copy(was: str, now: str) -> None:
    assert trace(("d-a", "2023", PARAGRAPH), ("d-b", "2024", PARAGRAPH.replace(was, now))) == {}


def test_new_text_of_more_than_half_is_no_copy() -> None:
    mixed = PARAGRAPH + "\n\n" + OTHER + "\n\n" + OTHER.replace("right heel", "right elbow").replace("The wound", "A scar")
    assert trace(("d-a", "2023", PARAGRAPH), ("d-b", "2024", mixed)) == {}


def test_short_phrases_are_not_traced() -> None:
    assert fingerprints(chunk("Regular rate and rhythm.\n\nNo edema.", "d-a")) == ()
    assert trace(("d-a", "2023", "Lungs are clear."), ("d-b", "2024", "Lungs are clear.")) == {}


def test_repetition_inside_one_note_is_no_copy() -> None:
    first, second = chunk(PARAGRAPH, "d-a", 0), chunk(PARAGRAPH, "d-a", 1)
    assert find_origins([traced(first, "2024"), traced(second, "2024")]) == {}


@given(st.permutations(["d-a", "d-b", "d-c", "d-d", "d-e"]))
def test_result_does_not_depend_on_the_order_of_ingestion(order: Sequence[str]) -> None:
    texts = {"d-a": PARAGRAPH, "d-b": OTHER, "d-c": PARAGRAPH + "\n\n" + OTHER, "d-d": OTHER, "d-e": PARAGRAPH}
    notes: list[Traced] = [traced(chunk(texts[doc_id], doc_id), f"2024-01-0{'cabde'.index(doc_id[-1]) + 1}") for doc_id in order]
    assert find_origins(notes) == {"d-a/0": "d-c/0", "d-b/0": "d-c/0", "d-d/0": "d-c/0", "d-e/0": "d-c/0"}


def test_a_thousand_copies_take_linear_time() -> None:
    notes = [traced(chunk(PARAGRAPH, f"d-{n:04d}"), "2024") for n in range(1_000)]
    assert set(find_origins(notes).values()) == {"d-0000/0"}
