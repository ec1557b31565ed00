"""Score the de-identifier on hand-written notes with gold spans: recall by kind of identifier, other words touched, clinical words touched.

A line holds ``id``, ``text`` and ``spans`` (``start``, ``end``, ``type``). An identifier is found when all of its letters and digits lie in
spans that were replaced; a word outside gold spans is touched when one of its letters or digits does. Clinical words are those that the
clinical lists name things with (problems, drugs, tests, procedures), numbers with their units, sides and negations. Use::

    python -m tests.deid_notes.scoring tests/deid_notes/dev.jsonl [--show N]

``--show 0`` (the default) prints aggregates only, so that a file can be scored that nobody may look at.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.commands.deidentify import deidentify_lines
from evaluation.kinds.deid import clinical_places
from rag.deidentification.deidentifier import open_deidentifier
from rag.keys import ephemeral_keys
from rag.types import Policy

_WORD = re.compile(r"[^\W_]+(?:[.'/-][^\W_]+)*")
Line = Mapping[str, Any]


@dataclass(slots=True)
class Score:
    """Counts over notes: identifiers and those found, by type; words outside them and those touched, all and clinical ones; and what
    was missed or touched."""

    identifiers: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    words: int = 0
    touched: int = 0
    clinical: int = 0
    clinical_touched: int = 0
    missed: list[str] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Found identifiers among all."""
        return self.found.total() / max(1, self.identifiers.total())

    @property
    def touched_share(self) -> float:
        """Other words touched among all other words."""
        return self.touched / max(1, self.words)

    @property
    def clinical_touched_share(self) -> float:
        """Clinical words touched among all of them."""
        return self.clinical_touched / max(1, self.clinical)


def read_notes(path: Path) -> list[Line]:
    """The notes of a file, packed or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode().splitlines() if line.strip()]


def deidentified(notes: Iterable[Line]) -> list[Line]:
    """What ``chartcite deidentify`` answers for each note."""
    keys = ephemeral_keys()
    asked = io.StringIO("".join(json.dumps({"id": note["id"], "text": note["text"]}) + "\n" for note in notes))
    told = io.StringIO()
    deidentify_lines(asked, told, io.StringIO(), open_deidentifier(keys), keys, Policy.SAFE_HARBOR)
    return [json.loads(line) for line in told.getvalue().splitlines()]


def score(notes: Sequence[Line], answers: Sequence[Line]) -> Score:
    """Compare the spans replaced with the gold ones."""
    total = Score()
    for note, answer in zip(notes, answers, strict=True):
        text = note["text"]
        covered = {at for span in answer["spans"] for at in range(span["start"], span["end"])}
        gold: set[int] = set()
        clinical = clinical_places(text)
        for span in note["spans"]:
            places = [at for at in range(span["start"], span["end"]) if text[at].isalnum()]
            gold.update(range(span["start"], span["end"]))
            total.identifiers[span["type"]] += 1
            if covered.issuperset(places):
                total.found[span["type"]] += 1
            else:
                total.missed.append(f"{note['id']} {span['type']}: {text[span['start'] : span['end']]!r}")
        for word in _WORD.finditer(text):
            places = [at for at in range(*word.span()) if text[at].isalnum()]
            if gold.intersection(places):
                continue
            touched = bool(covered.intersection(places))
            if clinical.intersection(places):
                total.clinical += 1
                total.clinical_touched += touched
            total.words += 1
            if touched:
                total.touched += 1
                total.harmed.append(f"{note['id']}: {word.group()!r}")
    return total


def table(total: Score) -> str:
    """Recall by type and as a whole, and the share of other words touched."""
    kinds = [(kind, total.found[kind], count) for kind, count in total.identifiers.most_common()]
    lines = [f"{kind:14}{found:5} of {count:5}  {found / count:.3f}" for kind, found, count in kinds]
    whole = f"{'all':14}{total.found.total():5} of {total.identifiers.total():5}  {total.recall:.3f}"
    other = f"other words touched {total.touched} of {total.words}  {total.touched_share:.4f}"
    clinical = f"clinical words touched {total.clinical_touched} of {total.clinical}  {total.clinical_touched_share:.4f}"
    return "\n".join([*lines, whole, other, clinical])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, and the first failures where asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path)
    parser.add_argument("--show", type=int, default=0)
    given = parser.parse_args(arguments)
    notes = read_notes(given.notes)
    total = score(notes, deidentified(notes))
    print(table(total))
    print("\n".join([*total.missed[: given.show], *total.harmed[: given.show]]))


if __name__ == "__main__":
    main()
