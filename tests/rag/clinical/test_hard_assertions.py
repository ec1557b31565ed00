"""Hard assertions, scored: precision, recall and F1 of each label over sentences that mislead, as a table.

``python tests/rag/clinical/test_hard_assertions.py FILE`` prints the table of another file of cases;
``--cases`` adds the ones it gets wrong.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rag.clinical.assertions import assess
from rag.types import Span

LABELS = ("present", "negated", "family", "historical", "hypothetical", "uncertain")
LEAST_F1 = {"dev": 0.95, "more": 0.95, "held_out": 0.80}
"""Of each label. The held-out half is another author's, packed, and was only ever scored as a whole; the aim for it is 0.95 too."""
MIN_CASES = 100
_DEV = Path(__file__).with_name("hard_assertions_dev.jsonl")
_MORE = Path(__file__).with_name("hard_assertions_more.jsonl")
"""Mostly on the border of present and past."""
_HELD_OUT = Path(__file__).with_name("hard_assertions_held_out.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Case:
    """One mention and what a careful clinician says of it with respect to the patient now; ``accepted`` labels are as right as its own."""

    case_id: str
    text: str
    span: Span
    section: str
    label: str
    accepted: frozenset[str] = frozenset()

    def judged(self, given: str) -> str:
        """The label that counts as given: the case's own where the given one is accepted."""
        return self.label if given in self.accepted else given


@dataclass(frozen=True, slots=True)
class Score:
    """How one label was found: ``cases`` carry it, ``given`` received it, ``right`` are both."""

    label: str
    cases: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """Right among those given; 1 where none was given and none should have been."""
        return self.right / self.given if self.given else float(not self.cases)

    @property
    def recall(self) -> float:
        """Right among the cases; 1 where there are none."""
        return self.right / self.cases if self.cases else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def _text(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSONL file; a target stands once in its text or says by ``occurrence`` (from 1) which one is meant."""
    return tuple(_case(json.loads(line)) for line in _text(path).splitlines() if line.strip())


def _case(row: dict[str, Any]) -> Case:
    text, target = row["text"], row["target"]
    start = -1
    for _ in range(row.get("occurrence") or 1):
        start = text.index(target, start + 1)
    span = Span(start, start + len(target))
    return Case(row["id"], text, span, row.get("section") or "other", row["label"], frozenset(row.get("accept") or ()))


def score_cases(cases: tuple[Case, ...]) -> tuple[tuple[Score, ...], tuple[tuple[Case, str], ...]]:
    """The score of each label, and the cases that got another label than theirs with the one they got."""
    given = [(case, case.judged(assess(case.text, case.span, case.section).label)) for case in cases]
    scores = tuple(
        Score(
            label,
            sum(case.label == label for case, _ in given),
            sum(got == label for _, got in given),
            sum(case.label == label == got for case, got in given),
        )
        for label in LABELS
    )
    return scores, tuple((case, got) for case, got in given if got != case.label)


def score_file(path: Path | str, *, show_cases: bool = False) -> str:
    """The table of a file of cases; ``show_cases`` adds the wrong ones below it."""
    cases = read_cases(Path(path))
    scores, wrong = score_cases(cases)
    return "\n".join(_rows(len(cases), scores, wrong if show_cases else ()))


def _rows(total: int, scores: tuple[Score, ...], wrong: tuple[tuple[Case, str], ...]) -> Iterator[str]:
    yield f"{'label':<14}{'cases':>6}{'given':>7}{'right':>7}{'precision':>11}{'recall':>8}{'F1':>7}"
    for score in scores:
        yield (
            f"{score.label:<14}{score.cases:>6}{score.given:>7}{score.right:>7}{score.precision:>11.3f}{score.recall:>8.3f}{score.f1:>7.3f}"
        )
    right = sum(score.right for score in scores)
    yield f"{'all':<14}{total:>6}{total:>7}{right:>7}   accuracy {right / total if total else 1.0:.3f}"
    for case, got in wrong:
        marked = case.text[: case.span.start] + "[" + case.text[case.span.start : case.span.end] + "]" + case.text[case.span.end :]
        yield f"{case.case_id}: {case.label}, got {got}: {marked!r}"


@pytest.mark.parametrize(("half", "path"), [("dev", _DEV), ("more", _MORE), ("held_out", _HELD_OUT)])
def test_each_label_is_found_with_few_errors(half: str, path: Path) -> None:
    print("\n" + score_file(path))
    low = [score.label for score in score_cases(read_cases(path))[0] if score.f1 < LEAST_F1[half]]
    assert not low


@pytest.mark.parametrize("path", [_DEV, _MORE])
def test_every_label_has_its_share_of_the_cases(path: Path) -> None:
    cases = read_cases(path)
    assert len(cases) >= MIN_CASES
    assert len({case.case_id for case in cases}) == len(cases)
    assert {case.label for case in cases} == set(LABELS)


def test_a_score_notices_a_wrong_label() -> None:
    case = Case("x", "No fever.", Span(3, 8), "other", "present")
    scores, wrong = score_cases((case,))
    assert [(score.label, score.f1) for score in scores if score.cases or score.given] == [("present", 0.0), ("negated", 0.0)]
    assert wrong == ((case, "negated"),)


def test_an_accepted_label_counts_as_the_label_itself() -> None:
    case = Case("x", "No fever.", Span(3, 8), "other", "historical", frozenset({"negated"}))
    scores, wrong = score_cases((case,))
    assert [(score.label, score.f1) for score in scores if score.cases or score.given] == [("historical", 1.0)]
    assert not wrong


def test_accepted_labels_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    row = {"id": "x", "text": "Off aspirin.", "target": "aspirin", "label": "historical", "accept": ["negated"]}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert read_cases(path)[0].accepted == {"negated"}


if __name__ == "__main__":
    sys.stdout.write(score_file(sys.argv[1], show_cases="--cases" in sys.argv[2:]) + "\n")
