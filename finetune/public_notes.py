"""Public visit notes to train on: read from a folder, never shipped."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import InputError

NOTE_FILES = {"aci_bench": "aci_bench.jsonl.gz", "mts_dialog": "mts_dialog.jsonl.gz"}


def public_texts(notes: Path) -> dict[str, str]:
    """The texts of the folder's notes by source and id.

    Raises:
        InputError: a file is missing.
    """
    texts = {}
    for source, name in NOTE_FILES.items():
        for line in _lines(notes / name):
            if source == "aci_bench":
                texts[f"{source}:{line['id']}"] = line["note"]
            else:
                texts[f"{source}:{line['file']}:{line['ID']}"] = line["section_text"].strip()
    return texts


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from map(json.loads, file)
    except OSError as error:
        wanted = ", ".join(NOTE_FILES.values())
        raise InputError(f"{path.name}: cannot be read ({error.strerror}); give the folder that holds {wanted}") from None
