"""How well the tagger does on a source of notes that it was never trained on, each source in turn.

    python -m benchmarks.deid_sources --notes DIR --out DIR [--epochs N] [--only SOURCE…]

For each source a tagger is trained without its notes (an interrupted training is gone on with) and tested on them: carriers with invented
names and templates that no training saw, the written notes as they are. Prints recall of names, places and organisations by the tagger
alone and with the rules, and other words touched, and writes ``results/deid_sources.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.plots import RESULTS
from finetune.carriers import loaded
from finetune.encoders import draws
from finetune.tagger import MarkedNote
from finetune.tagger_data import WRITTEN, carrier_notes, written_notes
from finetune.tagger_training import RECIPE, train_tagger
from rag.deidentification.deidentifier import open_deidentifier
from rag.deidentification.tagger import WORDED, open_tagger
from rag.deidentification.tagging import Tagging
from rag.keys import ephemeral_keys
from rag.types import Policy
from tests.deid_notes.scoring import Line, Score, score

SOURCES = (WRITTEN, "demo", "aci_bench", "mts_dialog")
NOTES_PER_SOURCE = 300
Spans = Sequence[tuple[int, int]]


def held_source(source: str, public: Path) -> list[MarkedNote]:
    """The notes to test on."""
    if source == WRITTEN:
        return written_notes()
    rng = draws(23)
    carriers = [note for note in carrier_notes(public) if note.name.startswith(f"{source}/")]
    return [loaded(rng.choice(carriers), rng, held=True) for _ in range(NOTES_PER_SOURCE)]


def compared(notes: Sequence[MarkedNote], found: Sequence[Spans]) -> Score:
    """Names, places and organisations found; other identifiers count as neither found nor touched."""
    gold: list[Line] = []
    answers: list[Line] = []
    for note, spans in zip(notes, found, strict=True):
        gold.append({"id": note.name, "text": note.text, "spans": [{"start": s, "end": e, "type": k} for s, e, k in note.spans]})
        answers.append({"spans": [{"start": start, "end": end} for start, end in spans]})
    return score(gold, answers)


def measured(source: str, public: Path, adapter: Path) -> dict[str, Any]:
    """One row of the table."""
    notes = held_source(source, public)
    tagger = open_tagger(2, adapter)
    texts = [note.text for note in notes]
    tagging = Tagging(lambda: tagger)
    deidentifier = open_deidentifier(ephemeral_keys(), tagging=tagging)
    alone: list[Spans] = [[(f.start, f.end) for f in found] for found in tagger.tag(texts, [()] * len(texts))]
    united: list[Spans] = []
    for text, tagged in zip(texts, tagging.tag(texts), strict=True):
        result = deidentifier.deidentify(text, policy=Policy.SAFE_HARBOR, identity=None, tagged=tagged)
        united.append([(r.start, r.end) for r in result.replacements])
    row: dict[str, Any] = {"source": source, "notes": len(notes)}
    for way, spans in (("tagger", alone), ("with rules", united)):
        total = compared(notes, spans)
        for kind in WORDED:
            count = total.identifiers[kind]
            row[f"{kind.lower()} {way}"] = round(total.found[kind] / count, 4) if count else None
            row[f"{kind.lower()} n"] = count
        row[f"touched {way}"] = round(total.touched_share, 4)
    return row


def main() -> None:
    """Train what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=RECIPE.epochs)
    parser.add_argument("--only", nargs="*", default=SOURCES, choices=SOURCES)
    given = parser.parse_args()
    rows = []
    for source in given.only:
        recipe = replace(RECIPE, epochs=given.epochs)
        adapter = train_tagger(given.out / source, given.notes, recipe, lambda line: print(line, flush=True), without=source)
        rows.append(measured(source, given.notes, adapter))
        print(json.dumps(rows[-1]), flush=True)
    (RESULTS / "deid_sources.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
