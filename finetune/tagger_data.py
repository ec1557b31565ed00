"""The tagger's training examples: fictional notes written for this project, every identifier marked (``data/deid_notes.jsonl.gz``)."""

from __future__ import annotations

import gzip
import json
from importlib import resources

from finetune.tagger import MarkedNote


def marked_notes() -> list[MarkedNote]:
    """Every packaged note."""
    packed = resources.files("finetune").joinpath("data", "deid_notes.jsonl.gz").read_bytes()
    lines = [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]
    return [MarkedNote(line["name"], line["text"], tuple((start, end, kind) for start, end, kind in line["spans"])) for line in lines]
