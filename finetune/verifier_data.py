"""The entailment model's training pairs: written for this project (``data/verifier_pairs.jsonl.gz``), public, and drawn from both."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from finetune.drawn_pairs import Seed, drawn_pairs, note_seeds, seeds_of
from finetune.encoders import draws
from finetune.public_pairs import CONTRADICTED, SUPPORTED, UNKNOWN, public_pairs, read_of
from finetune.verifier import Example
from rag.errors import InputError

PACKAGED = "verifier_pairs.jsonl.gz"
HELD_AUTHORS = ("v4",)
HELD_OF = 8
"""One group of so many, by a hash of its name, is never trained on."""
DRAWN_PER_EPOCH, DRAWN_HELD = 4000, 900
_ITEM = re.compile(r"^### .*\n", re.MULTILINE)
_LINE = re.compile(r"(S|N|C\[([a-z]+)\]): (.+)")
_LABELS = {"S": SUPPORTED, "N": UNKNOWN, "C": CONTRADICTED}


@dataclass(frozen=True, slots=True)
class TrainingPairs:
    """What an epoch's pairs are drawn from: ``fixed`` once each, and ``drawn`` made from ``seeds``."""

    fixed: Sequence[Example]
    seeds: Sequence[Seed]
    drawn: int = DRAWN_PER_EPOCH

    def examples(self, rng: random.Random) -> list[Example]:
        return [*self.fixed, *drawn_pairs(self.seeds, self.drawn, rng)]

    def described(self) -> dict[str, Any]:
        digest = hashlib.sha256(repr([(e.evidence, e.statement, e.label) for e in self.fixed]).encode())
        return {
            "pairs": dict(Counter(example.source for example in self.fixed)),
            "seeds": dict(Counter(seed.source for seed in self.seeds)),
            "drawn_per_epoch": self.drawn,
            "held_authors": HELD_AUTHORS,
            "examples_sha256": digest.hexdigest(),
        }


def verifier_pairs(data: Path | None) -> tuple[TrainingPairs, list[Example]]:
    """What to train on, and the pairs to validate on: of held authors and of an eighth of the groups of every other source.

    ``data`` is the folder of the development data; without it only what is packaged and the demo's notes are used.

    Raises:
        InputError: a file of ``data`` is missing.
    """
    pairs = [*written_pairs(), *(public_pairs(data) if data is not None else ())]
    seeds = seeds_of(pairs, data)
    held_pairs, kept_pairs = _split(pairs)
    held_seeds = [seed for seed in seeds if is_held(seed.group)]
    validation = [*held_pairs, *drawn_pairs(held_seeds, DRAWN_HELD, draws(0))]
    return TrainingPairs(kept_pairs, [seed for seed in seeds if not is_held(seed.group)]), validation


def held_note_seeds(data: Path) -> list[Seed]:
    """Sentences of public notes that are never trained on, against their notes: for a test set of changed and of retold ones."""
    return [seed for seed in note_seeds(data / "notes") if is_held(seed.group) and not seed.source.endswith("dialogue")]


def is_held(group: str) -> bool:
    """Whether a group is kept for validation."""
    author, _, _ = group.partition("/")
    if author in HELD_AUTHORS:
        return True
    return "/" not in group and hashlib.sha256(group.encode()).digest()[0] % HELD_OF == 0


def _split(pairs: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    held: list[Example] = []
    kept: list[Example] = []
    for pair in pairs:
        (held if is_held(pair.group) else kept).append(pair)
    return held, kept


def written_pairs() -> list[Example]:
    """Every packaged pair; its group is its author and its item."""
    packed = resources.files("finetune").joinpath("data", PACKAGED).read_bytes()
    found = []
    for line in gzip.decompress(packed).decode().splitlines():
        item = json.loads(line)
        for letter, _, statement in item["statements"]:
            label = _LABELS[letter]
            evidence = read_of(statement, [item["evidence"]]) or item["evidence"]
            found.append(Example(evidence, statement, label, "written", f"{item['author']}/{item['item']}", () if letter == "S" else None))
    return found


def read_items(path: Path) -> Iterator[dict[str, Any]]:
    """The items of a text file of written pairs, as they are packaged: ``### n``, ``E: …``, then ``S: …``, ``C[kind]: …``, ``N: …``.

    Raises:
        InputError: an item has no evidence before its statements, or another line. Names the item by its number.
    """
    for number, block in enumerate(_ITEM.split(path.read_text(encoding="utf-8"))[1:], start=1):
        first, *lines = [line.strip() for line in block.strip().split("\n") if line.strip()]
        matches = [_LINE.fullmatch(line) for line in lines]
        if not first.startswith("E: ") or not matches:
            raise InputError(f"{path.name}: item {number} needs one line of evidence and statements after it")
        statements = []
        for match in matches:
            if match is None:
                raise InputError(f"{path.name}: item {number} has a line that is neither S, C[kind] nor N")
            statements.append([match[1][0], match[2] or "", match[3]])
        yield {"author": path.stem, "item": number, "evidence": first.removeprefix("E: "), "statements": statements}


def pack(texts: Sequence[Path], packed: Path) -> int:
    """Write the items of text files to a packaged file, the same bytes for the same items; returns how many there are."""
    items = [item for path in texts for item in read_items(path)]
    lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
    packed.write_bytes(gzip.compress(lines.encode(), mtime=0))
    return len(items)
