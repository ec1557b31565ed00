"""The packaged examples: ours in full, other people's notes by offsets only, and every question over sentences that exist."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.reranker_data import reranker_examples
from rag.errors import InputError
from rag.reranking import as_read
from rag.types import ChunkVectors

NOTES = Path(__file__).resolve().parents[3] / "shared" / "data" / "notes"


class Likeness:
    """A stand-in for the embedder: how many of a few letters a text holds."""

    def embed_chunks(self, texts: Sequence[str], sentences: Sequence[Sequence[object]]) -> list[ChunkVectors]:
        assert len(texts) == len(sentences)
        counts = [np.array([text.lower().count(letter) for letter in "aeiou"], dtype=np.float32) for text in texts]
        return [ChunkVectors(vector, np.zeros((0, 5), dtype=np.float16)) for vector in counts]


def packaged(name: str) -> Iterator[dict[str, Any]]:
    data = resources.files("finetune").joinpath("data", name).read_bytes()
    yield from map(json.loads, gzip.decompress(data).decode().splitlines())


def test_every_question_is_over_sentences_of_its_chart() -> None:
    sizes = {line["chart"]: len(line["sentences"]) for line in packaged("reranker_charts.jsonl.gz")}
    seen = 0
    for line in packaged("reranker_questions.jsonl.gz"):
        places = [*line["answers"], *line["near"]]
        assert line["question"] and all(0 <= place < sizes[line["chart"]] for place in places)
        assert not set(line["answers"]) & set(line["near"])
        seen += 1
    assert seen > 5_000


def test_no_text_of_public_notes_is_packaged() -> None:
    for chart in packaged("reranker_charts.jsonl.gz"):
        for sentence in chart["sentences"]:
            assert ("source" in sentence) != ("text" in sentence)


def test_examples_list_answers_first_and_each_sentence_once() -> None:
    examples = reranker_examples(Likeness(), None)  # type: ignore[arg-type]
    assert len(examples) > 2_000
    for example in examples:
        assert len(set(example.sentences)) >= len(example.sentences) - 5  # a chart may repeat a line
        assert example.answers == frozenset(range(len(example.answers))) and len(example.answers) < len(example.sentences)


def test_a_missing_folder_of_notes_says_what_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"aci_bench.jsonl.gz: cannot be read .* give the folder"):
        reranker_examples(Likeness(), tmp_path)  # type: ignore[arg-type]


def test_another_release_of_the_notes_is_refused(tmp_path: Path) -> None:
    for name in ("aci_bench", "mts_dialog"):
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(InputError, match="the same release"):
        reranker_examples(Likeness(), tmp_path)  # type: ignore[arg-type]


@pytest.mark.skipif(not NOTES.exists(), reason="the public notes are not at hand")
def test_with_the_public_notes_every_question_has_its_sentences() -> None:
    examples = reranker_examples(Likeness(), NOTES)  # type: ignore[arg-type]
    assert len(examples) == sum(1 for _ in packaged("reranker_questions.jsonl.gz"))
    assert all(sentence.strip() for example in examples for sentence in example.sentences)


@pytest.mark.parametrize(
    ("text", "above", "read"),
    [
        ("EBL 15 mL.", ("Operative note", "FINDINGS:"), "Operative note · FINDINGS: EBL 15 mL."),
        ("Findings: none.", ("Operative note", "FINDINGS:"), "Operative note: Findings: none."),
        ("EBL 15 mL.", ("Note", "Note"), "Note: EBL 15 mL."),
        ("EBL 15 mL.", ("", ""), "EBL 15 mL."),
    ],
)
def test_a_sentence_is_read_with_what_stands_above_it(text: str, above: tuple[str, ...], read: str) -> None:
    assert as_read(text, *above) == read
