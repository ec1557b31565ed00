"""The tagger's training examples: fictional notes written for this project with every identifier marked (``data/deid_notes.jsonl.gz``),
their names drawn anew, and carriers with identifiers set in."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from finetune.carriers import counts, found_by_rules, loaded, recased, swapped
from finetune.encoders import draws
from finetune.name_draws import NameDraws, held_back
from finetune.public_notes import public_texts
from finetune.tagger import MarkedNote
from ingestion.demo.synthetic import generate_patients

WRITTEN = "written"
WRITTEN_EACH = 2  # a written note once as it is and once with other names, per epoch
CARRIERS_PER_EPOCH = 420
DEMO_PATIENTS, DEMO_SEED = 60, 5
HELD_CARRIERS = 90
MIN_CARRIER_CHARS = 80
_OWN_TAGS = ("NAME", "LOCATION", "ORGANISATION", "DATE")


@dataclass(frozen=True, slots=True)
class TrainingNotes:
    """What an epoch's notes are drawn from."""

    written: Sequence[MarkedNote]
    carriers: Sequence[MarkedNote]

    def notes(self, rng: random.Random) -> list[MarkedNote]:
        """Each written note as it is and with other names, and freshly loaded carriers of every source alike."""
        names = NameDraws(rng)
        made = [*self.written, *(recased(swapped(note, names, rng), rng) for note in self.written for _ in range(WRITTEN_EACH - 1))]
        by_source: dict[str, list[MarkedNote]] = {}
        for carrier in self.carriers:
            by_source.setdefault(carrier.name.partition("/")[0], []).append(carrier)
        for source in sorted(by_source):
            drawn = by_source[source]
            wanted = round(CARRIERS_PER_EPOCH / len(by_source))
            made += (loaded(rng.choice(drawn), rng) for _ in range(wanted))
        return made

    def described(self) -> dict[str, Any]:
        return {"notes": dict(counts([*self.written, *self.carriers]))}


def tagger_notes(public: Path | None, *, without: str | None = None) -> tuple[TrainingNotes, list[MarkedNote]]:
    """What to train on, and the notes to validate on: a tenth of the written ones and carriers with names and templates of their own.

    ``public`` is the folder of public notes; ``without`` names a source that is left out of both.

    Raises:
        InputError: a file of ``public`` is missing.
    """
    written = [note for note in written_notes() if without != WRITTEN]
    carriers = [note for note in carrier_notes(public) if not note.name.startswith(f"{without}/")]
    rng = draws(1)
    held = [note for note in carriers if held_back(note.name)]
    validation = [note for note in written if held_back(note.name)]
    validation += (loaded(rng.choice(held), rng, held=True) for _ in range(HELD_CARRIERS if held else 0))
    return TrainingNotes([n for n in written if not held_back(n.name)], [n for n in carriers if not held_back(n.name)]), validation


def written_notes() -> list[MarkedNote]:
    """Every packaged note; identifiers that are numbers or codes all have the type CODE."""
    packed = resources.files("finetune").joinpath("data", "deid_notes.jsonl.gz").read_bytes()
    lines = [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]
    return [
        MarkedNote(
            f"{WRITTEN}/{line['name']}",
            line["text"],
            tuple((start, end, kind if kind in _OWN_TAGS else "CODE") for start, end, kind in line["spans"]),
        )
        for line in lines
    ]


def carrier_notes(public: Path | None) -> list[MarkedNote]:
    """Notes of the demo's generator and, with their folder, public ones; named by their source."""
    texts = {f"demo/{number}": text for number, text in enumerate(_demo_texts())}
    if public is not None:
        texts |= {name.replace(":", "/", 1): text for name, text in public_texts(public).items()}
    return [found_by_rules(name, text) for name, text in texts.items() if len(text) >= MIN_CARRIER_CHARS]


def _demo_texts() -> list[str]:
    texts: list[str] = []
    for bundle in map(dict[str, Any], generate_patients(DEMO_PATIENTS, DEMO_SEED)):
        for entry in bundle["entry"]:
            contents = entry["resource"].get("content", ())
            texts += (base64.b64decode(content["attachment"]["data"]).decode("utf-8") for content in contents)
    return texts
