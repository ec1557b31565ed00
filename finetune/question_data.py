"""The question reader's training examples: marked questions written for this project (``data/questions.jsonl.gz``)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from finetune.question_reader import MarkedQuestion
from rag.questions.understood import Intent
from rag.types import Span


def marked_questions() -> list[MarkedQuestion]:
    """Every packaged question."""
    packed = resources.files("finetune").joinpath("data", "questions.jsonl.gz").read_bytes()
    return [question_of(json.loads(line)) for line in gzip.decompress(packed).decode().splitlines()]


def question_of(line: Mapping[str, Any]) -> MarkedQuestion:
    """A question from its line: ``text``, ``intent``, ``kind``, spans as pairs, ``flags``, ``name`` and ``source``."""
    return MarkedQuestion(
        line["text"], Intent(line["intent"]), line["kind"], _spans(line["things"]), _spans(line["times"]), _spans(line["thresholds"]),
        frozenset(line["flags"]), line["name"], line["source"],
    )  # fmt: skip


def _spans(pairs: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)
