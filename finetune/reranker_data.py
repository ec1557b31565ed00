"""The reranker's training examples: our questions over our own charts, and over public notes that are read from a folder, never shipped.

``data/reranker_charts.jsonl.gz`` lists each chart's sentences: with their text where we wrote the chart, with source, note and offsets
where the note is somebody else's. ``data/reranker_questions.jsonl.gz`` lists the questions, the places of the sentences that answer each
one and of those that only seem to.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from finetune.public_notes import public_texts
from finetune.reranker import Example
from rag.embedding import Embedder
from rag.errors import InputError
from rag.numeric import Vector
from rag.reranking import as_read

NEAR_MAX = 6
OTHERS_MAX = 36


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's sentences as the reranker reads them; ``headings`` are the places of bare headings, which answer nothing."""

    name: str
    sentences: tuple[str, ...]
    headings: frozenset[int]


def reranker_examples(embedder: Embedder, notes: Path | None) -> list[Example]:
    """Every question with its sentences: answers first, then those that tempt (named ones and the most alike in turn), then others.

    Charts over public notes are left out where ``notes``, the folder of those notes, is not given.

    Raises:
        InputError: a file of ``notes`` is missing or is not the release that the offsets were made for.
    """
    charts = {chart.name: chart for chart in _charts(notes)}
    lines = [line for line in _packaged("reranker_questions.jsonl.gz") if line["chart"] in charts]
    vectors = {name: _vectors(embedder, chart.sentences) for name, chart in charts.items()}
    found = []
    for line, vector in zip(lines, _vectors(embedder, [line["question"] for line in lines]), strict=True):
        chart = charts[line["chart"]]
        alike = [int(place) for place in np.argsort(-(vectors[chart.name] @ vector), kind="stable")]
        order = _ordered(line["answers"], line["near"], [place for place in alike if place not in chart.headings])
        sentences = tuple(chart.sentences[place] for place in order)
        found.append(Example(line["question"], sentences, frozenset(range(len(line["answers"]))), chart.name))
    return found


def _vectors(embedder: Embedder, texts: Sequence[str]) -> Vector:
    """Unit vectors, float32[n, d]."""
    return np.array([made.chunk for made in embedder.embed_chunks(texts, [[]] * len(texts))])


def _ordered(answers: Sequence[int], near: Sequence[int], alike: Sequence[int]) -> list[int]:
    """Places in the order in which an example lists them, each once."""
    rest = [place for place in alike if place not in answers and place not in near]
    hard = rest[:NEAR_MAX]
    turns = [place for pair in zip(near, hard, strict=False) for place in pair]
    return list(dict.fromkeys([*answers, *turns, *near, *hard, *rest[NEAR_MAX:OTHERS_MAX]]))


def _charts(notes: Path | None) -> Iterator[Chart]:
    texts = public_texts(notes) if notes else {}
    for line in _packaged("reranker_charts.jsonl.gz"):
        sentences = line["sentences"]
        if notes is None and any("source" in sentence for sentence in sentences):
            continue
        plain = [sentence["text"] if "text" in sentence else _cut(texts, sentence) for sentence in sentences]
        read = tuple(as_read(text, *sentence["above"]) for text, sentence in zip(plain, sentences, strict=True))
        yield Chart(line["chart"], read, frozenset(place for place, text in enumerate(plain) if text.isupper() and len(text) < 60))


def _cut(texts: Mapping[str, str], sentence: Mapping[str, Any]) -> str:
    text = texts.get(sentence["source"], "")
    if sentence["end"] > len(text):
        raise InputError(f"{sentence['source']}: the note is missing or shorter than expected; give the folder of the same release")
    return " ".join(text[sentence["start"] : sentence["end"]].split())


def _packaged(name: str) -> Iterator[dict[str, Any]]:
    data = resources.files("finetune").joinpath("data", name).read_bytes()
    yield from map(json.loads, gzip.decompress(data).decode("utf-8").splitlines())
