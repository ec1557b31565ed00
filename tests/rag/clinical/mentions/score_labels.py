"""How well the mention finders read visit notes that were labelled by hand.

    python tests/rag/clinical/mentions/score_labels.py LABELS.jsonl [--show N]

One line of a label file is one note of ``../shared/data/notes/aci_bench.jsonl.gz``: its ``id``, and offsets into its ``note``.
A label with ``optional`` is neither asked for nor held against the finder; ``accept`` holds further assertions that are right too, and
``dose_accept`` further doses. Problems are labelled inside ``problem_regions`` only, so what is found outside them is not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
NOTES = ROOT.parent / "shared" / "data" / "notes" / "aci_bench.jsonl.gz"
ASSERTIONS = ("present", "negated", "family", "historical", "hypothetical", "uncertain")

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = {"fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "half": "0.5"}
_DIGITS = {word: str(number) for number, word in enumerate(_NUMBERS)} | _TENS
_MICROGRAMS = {"microgram": "mcg", "µg": "mcg", "μg": "mcg", "ug": "mcg"}
_UNITS = _MICROGRAMS | {
    "milligram": "mg",
    "gram": "g",
    "gm": "g",
    "milliliter": "ml",
    "cc": "ml",
    "u": "unit",
    "tab": "tablet",
    "cap": "capsule",
}


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed answers of one kind."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right + self.wrong + self.missed else 1.0


@dataclass(slots=True)
class Scores:
    """What a label file says of the finders; ``errors`` are lines that quote a note, to be shown only on demand."""

    medications: Tally = field(default_factory=Tally)
    doses: Tally = field(default_factory=Tally)
    medication_assertions: Tally = field(default_factory=Tally)
    problems: Tally = field(default_factory=Tally)
    classes: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in ASSERTIONS})
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)


def normal_dose(text: str) -> str:
    """``text`` with numbers in digits, units by one short name, in lower case and without spaces."""
    lowered = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower())
    words = re.findall(r"\d*\.?\d+|[^\W\d]+|[^\w\s]", lowered.replace("-", " "))
    return "".join(_normal_word(word) for word in words if word not in {".", "of"})


def _normal_word(word: str) -> str:
    if word[-1].isdigit():
        return f"{float(word):g}"
    word = _DIGITS.get(word, word)
    single = word[:-1] if len(word) > 3 and word.endswith("s") else word
    return _UNITS.get(single, single)


def read_notes() -> dict[str, str]:
    """Each note by its id."""
    with gzip.open(NOTES, "rt", encoding="utf-8") as lines:
        return {row["id"]: row["note"] for row in map(json.loads, lines)}


def read_labels(path: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def score(labels: Iterable[Mapping[str, Any]], notes: Mapping[str, str]) -> Scores:
    """The finders of this checkout against ``labels``."""
    from rag.clinical.mentions.medications import find_medications
    from rag.clinical.mentions.problems import find_problems
    from rag.clinical.sections import find_sections

    scores = Scores()
    for label in labels:
        text = notes[label["note"]]
        sections = find_sections(text)
        score_medications(scores, label, text, find_medications(text, sections))
        score_problems(scores, label, text, find_problems(text, sections))
    return scores


def _overlap(label: Mapping[str, Any], name: str, mention: Any) -> int:
    return min(label["start"] + len(label[name]), mention.name.end) - max(label["start"], mention.name.start)


def _paired(labels: Sequence[Mapping[str, Any]], mentions: Sequence[Any]) -> dict[int, int]:
    """Which mention each label got, one to one, the largest overlap first."""
    ways = [(_overlap(label, "drug", mention), i, j) for i, label in enumerate(labels) for j, mention in enumerate(mentions)]
    pairs: dict[int, int] = {}
    for overlap, i, j in sorted(ways, key=lambda way: (-way[0], way[1], way[2])):
        if overlap > 0 and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def score_medications(scores: Scores, label: Mapping[str, Any], text: str, mentions: Sequence[Any]) -> None:
    """Add one note's medications to ``scores``; a wrong dose is both a wrong one and a missed one."""
    wanted, note = label["medications"], label["note"]
    pairs = _paired(wanted, mentions)
    for i, drug in enumerate(wanted):
        if drug.get("optional"):
            continue
        if i not in pairs:
            scores.medications.missed += 1
            scores.doses.missed += drug["dose"] is not None
            scores.errors.append(f"{note} {drug['start']} drug missed: {drug['drug']} {drug['dose'] or ''}")
            continue
        mention = mentions[pairs[i]]
        scores.medications.right += 1
        _score_dose(scores, note, drug, _dose(mention, text))
        _score_drug_assertion(scores, note, drug, mention)
    for j in set(range(len(mentions))) - set(pairs.values()):
        name = mentions[j].name
        scores.medications.wrong += 1
        scores.doses.wrong += _dose(mentions[j], text) is not None
        scores.errors.append(f"{note} {name.start} drug not labelled: {text[name.start : name.end]}")


def _dose(mention: Any, text: str) -> str | None:
    return next((text[slot.span.start : slot.span.end] for slot in mention.slots if slot.name == "dose"), None)


def _score_dose(scores: Scores, note: str, drug: Mapping[str, Any], found: str | None) -> None:
    right = [normal_dose(dose) for dose in (drug["dose"], *drug.get("dose_accept", ())) if dose]
    if found is not None and normal_dose(found) in right:
        scores.doses.right += 1
        return
    scores.doses.wrong += found is not None
    scores.doses.missed += bool(right)
    if found is not None or right:
        scores.errors.append(f"{note} {drug['start']} dose of {drug['drug']}: found {found!r}, labelled {drug['dose']!r}")


def _score_drug_assertion(scores: Scores, note: str, drug: Mapping[str, Any], mention: Any) -> None:
    said = {mention.assertion} | ({"historical"} if mention.status in {"stopped", "ended"} else set())
    if said & {drug["assertion"], *drug.get("accept", ())}:
        scores.medication_assertions.right += 1
        return
    scores.medication_assertions.wrong += 1
    scores.errors.append(f"{note} {drug['start']} {drug['drug']}: found {mention.assertion}, labelled {drug['assertion']}")


def score_problems(scores: Scores, label: Mapping[str, Any], text: str, mentions: Sequence[Any]) -> None:
    """Add one note's problems to ``scores``; classes count on the problems that were found."""
    note, wanted = label["note"], label["problems"]
    found = [mention for mention in mentions if any(start <= mention.name.start < end for start, end in label["problem_regions"])]
    for problem in wanted:
        if problem.get("optional"):
            continue
        overlap, best = max(((_overlap(problem, "text", mention), -i) for i, mention in enumerate(found)), default=(0, 0))
        if overlap <= 0:
            scores.problems.missed += 1
            scores.errors.append(f"{note} {problem['start']} problem missed: {problem['text']}")
            continue
        scores.problems.right += 1
        _score_class(scores, note, problem, found[-best].assertion)
    for mention in found:
        if not any(_overlap(problem, "text", mention) > 0 for problem in wanted):
            scores.problems.wrong += 1
            scores.errors.append(f"{note} {mention.name.start} problem not labelled: {text[mention.name.start : mention.name.end]}")


def _score_class(scores: Scores, note: str, problem: Mapping[str, Any], said: str) -> None:
    if said in {problem["assertion"], *problem.get("accept", ())}:
        scores.classes[said].right += 1
        return
    scores.classes[said].wrong += 1
    scores.classes[problem["assertion"]].missed += 1
    scores.confusions[problem["assertion"], said] += 1
    scores.errors.append(f"{note} {problem['start']} {problem['text']}: found {said}, labelled {problem['assertion']}")


def report(scores: Scores, show: int) -> Iterable[str]:
    """The figures, then up to ``show`` errors."""
    rows = {"medications": scores.medications, "medications with dose": scores.doses, "problems": scores.problems}
    rows |= {f"  {name}": tally for name, tally in scores.classes.items()}
    for name, tally in rows.items():
        counts = f"right {tally.right:4d}  wrong {tally.wrong:4d}  missed {tally.missed:4d}"
        yield f"{name:24s} precision {tally.precision:.3f}  recall {tally.recall:.3f}  F1 {tally.f1:.3f}  {counts}"
    said = scores.medication_assertions
    yield f"medication assertions    accuracy {said.precision:.3f}  of {said.right + said.wrong}"
    for (labelled, found), count in scores.confusions.most_common():
        yield f"  labelled {labelled}, found {found}: {count}"
    yield from scores.errors[:show]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--show", type=int, default=40, help="how many errors to print; 0 prints the figures only")
    options = parser.parse_args()
    if not NOTES.exists():
        print("skipped: the notes are not beside the checkout (../shared/data/notes/aci_bench.jsonl.gz)")
        return 0
    for line in report(score(read_labels(options.labels), read_notes()), options.show):
        print(line)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
