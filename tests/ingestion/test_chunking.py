"""Chunks of whole sentences that fit, with exact offsets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.chunking import chunk_document
from rag.normalization import normalise
from rag.types import Chunk, Document, ResourceSpan

SPECIAL_TOKENS = 2


def count_tokens(texts: Sequence[str]) -> list[int]:
    """Words and marks, and two special tokens: a stand-in for the encoder's tokenizer that adds up over sentences."""
    return [SPECIAL_TOKENS + len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def document(text: str, doc_id: str = "d-1", resources: tuple[ResourceSpan, ...] = ()) -> Document:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(doc_id, digest, "notes", "p-1", "note", "Note", "2024", "u", text, resources)


def chunks(text: str, max_tokens: int = 64) -> tuple[Chunk, ...]:
    return chunk_document(document(text), count_tokens, max_tokens=max_tokens)


def test_blank_text_has_no_chunks() -> None:
    assert chunks("") == ()
    assert chunks(" \n\n ") == ()


def test_short_note_is_one_chunk_of_whole_sentences() -> None:
    text = "No fever. Takes 2.5 mg b.i.d. of warfarin."
    (only,) = chunks(text)
    assert only.text == text
    assert [text[s.start : s.end] for s in only.sentences] == ["No fever.", "Takes 2.5 mg b.i.d. of warfarin."]


def test_chunk_ids_depend_on_document_version_and_place() -> None:
    text = "One sentence here. " * 40
    first, again, other = chunks(text), chunks(text), chunk_document(document(text, "d-2"), count_tokens, max_tokens=64)
    assert [c.chunk_id for c in first] == [c.chunk_id for c in again]
    assert not {c.chunk_id for c in first} & {c.chunk_id for c in other}
    assert [c.ordinal for c in first] == list(range(len(first)))


def test_cut_falls_at_a_section_border_first_then_at_a_paragraph() -> None:
    plan = "PLAN\n\n" + "Rest and drink water each day. " * 4
    text = "HISTORY\n\n" + "She has had a cough now. " * 5 + "\n\n" + plan
    history, second = chunks(text, max_tokens=48)
    assert history.section == "history_of_present_illness"
    assert second.section == "plan"
    assert second.text.startswith("PLAN")
    paragraphs = "\n\n".join("He was well on this day. " * 5 for _ in range(3)).strip()
    assert [chunk.text.count("He") for chunk in chunks(paragraphs, max_tokens=60)] == [5, 5, 5]


def test_heading_is_never_left_behind_by_its_text() -> None:
    text = "\n\n".join(f"HISTORY\n\nMedications:\n- drug {n} taken by mouth at night" for n in range(20))
    for chunk in chunks(text, max_tokens=40):
        assert not chunk.text.rstrip().endswith((":", "HISTORY"))


def test_line_that_leads_into_a_list_goes_with_the_list() -> None:
    lines = [f"- walked to the gate on day {n}" for n in range(6)]
    text = "\n".join([*lines, "She takes these drugs:", *(f"- drug number {n} at night" for n in range(8))])
    first, second = chunks(text, max_tokens=SPECIAL_TOKENS + 6 * 8 + 6)
    assert first.text.endswith("day 5")
    assert second.text.startswith("She takes these drugs:\n- drug number 0")


def test_small_sections_share_a_chunk() -> None:
    text = "CC: cough.\nAllergies: none.\nMedications: none.\nPlan: rest."
    assert len(chunks(text, max_tokens=128)) == 1


def test_small_last_chunk_is_given_to_its_neighbour() -> None:
    text = "The patient walked in the ward today. " * 7 + "He slept."
    sizes = count_tokens([chunk.text for chunk in chunks(text, max_tokens=58)])
    assert len(sizes) == 2
    assert min(sizes) >= 24


def test_rendered_lines_are_packed_without_regard_to_headings() -> None:
    lines = [f"Procedure: knee film {n}. No fracture." for n in range(40)]
    text = "\n".join(lines)
    resources, cursor = [], 0
    for line in lines:
        resources.append(ResourceSpan(cursor, cursor + len(line), "r"))
        cursor += len(line) + 1
    found = chunk_document(document(text, resources=tuple(resources)), count_tokens, max_tokens=64)
    sizes = count_tokens([chunk.text for chunk in found])
    assert all(size > 50 for size in sizes[:-2])
    assert [s.end - s.start for c in found for s in c.sentences] == [len(line) for line in lines]


def test_sentence_over_the_limit_is_divided_beside_no_number() -> None:
    text = "Doses were " + " and ".join(f"{n} mg of drug" for n in range(100, 180)) + "."
    found = chunks(text, max_tokens=64)
    assert max(count_tokens([chunk.text for chunk in found])) <= 64
    for chunk in found:
        assert not chunk.text[-1].isdigit()
        assert not chunk.text.startswith("mg")


def test_tokens_are_counted_in_one_call() -> None:
    calls = []

    def counting(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_tokens(texts)

    chunk_document(document("No fever. " * 500), counting, max_tokens=64)
    assert calls == [1, 500]


PARTS = st.sampled_from(
    [
        "No fever. ",
        "Dr. Hale gave 2.5 mg b.i.d. ",
        "e\u0301te\u0301 😀 ",
        "\r\n\r\n",
        "\n",
        "PLAN\r\n",
        "Plan: rest. ",
        "- item\n",
        "BP 120/80; ",
        "x" * 50,
        "# A\n",
        "\u00a0",
    ]
)


@given(st.lists(st.lists(PARTS, max_size=10).map("".join), min_size=1, max_size=5), st.integers(12, 80))
def test_chunks_are_exact_on_repeated_emoji_and_marked_text(paragraphs: list[str], max_tokens: int) -> None:
    text = normalise("\r\n\r\n".join(paragraphs + paragraphs[: len(paragraphs) // 2 + 1])).text
    cursor = 0
    for chunk in chunks(text, max_tokens):
        assert cursor <= chunk.start < chunk.end
        assert not text[cursor : chunk.start].strip()
        assert chunk.text == text[chunk.start : chunk.end]
        assert (chunk.sentences[0].start, chunk.sentences[-1].end) == (chunk.start, chunk.end)
        assert all(a.end <= b.start for a, b in zip(chunk.sentences, chunk.sentences[1:], strict=False))
        assert count_tokens([chunk.text])[0] <= max_tokens
        cursor = chunk.end
    assert not text[cursor:].strip()


@pytest.mark.parametrize("text", ["a" * 2_000_000, "No fever. " * 50_000, "PLAN\nrest\n" * 20_000])
def test_long_text_is_chunked_whole(text: str) -> None:
    found = chunks(text, 256)
    assert "".join("".join(chunk.text.split()) for chunk in found) == "".join(text.split())
