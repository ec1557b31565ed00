"""The finders on visit notes that this project did not write, against labels made by reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.types import Span
from tests.rag.clinical.mentions.score_labels import (
    NOTES,
    Scores,
    normal_dose,
    read_labels,
    read_notes,
    score,
    score_medications,
    score_problems,
)

LABEL_FILES = sorted(Path(__file__).parent.glob("aci_bench_labels_*.jsonl*"))
MIN_F1 = 0.85


@pytest.fixture(scope="module")
def notes() -> dict[str, str]:
    if not NOTES.exists():
        pytest.skip("development data (../shared/data/notes) is not here")
    return read_notes()


@pytest.mark.parametrize("path", LABEL_FILES, ids=lambda path: path.stem)
def test_labels_stand_in_their_notes(path: Path, notes: dict[str, str]) -> None:
    for label in read_labels(path):
        text = notes[label["note"]]
        named = [(drug["drug"], drug["start"]) for drug in label["medications"]]
        named += [(problem["text"], problem["start"]) for problem in label["problems"]]
        assert all(text.startswith(name, start) for name, start in named), label["note"]


@pytest.mark.parametrize("path", LABEL_FILES, ids=lambda path: path.stem)
def test_medications_with_dose_are_found(path: Path, notes: dict[str, str]) -> None:
    doses = score(read_labels(path), notes).doses
    assert doses.f1 >= MIN_F1, f"precision {doses.precision:.3f}, recall {doses.recall:.3f}, F1 {doses.f1:.3f}"


@pytest.mark.parametrize(("one", "other"), [("two puffs", "2 puffs"), ("1,000 mg", "1000mg"), ("10 units", "10 unit"), (".5 mg", "0.5 mg")])
def test_one_dose_in_two_ways_is_one_dose(one: str, other: str) -> None:
    assert normal_dose(one) == normal_dose(other)


@pytest.mark.parametrize(("one", "other"), [("20 mg", "200 mg"), ("1.5 mg", "15 mg"), ("20 mg", "20 mcg"), ("2 puffs", "1 to 2 puffs")])
def test_different_doses_stay_apart(one: str, other: str) -> None:
    assert normal_dose(one) != normal_dose(other)


TEXT = "She takes lisinopril 20 mg daily and aspirin."
LABEL = {
    "note": "x",
    "medications": [
        {"drug": "lisinopril", "dose": "20 mg", "start": 10, "assertion": "present"},
        {"drug": "aspirin", "dose": None, "start": 37, "assertion": "present"},
    ],
}


def drug(name: str, dose: str | None, assertion: str = "present") -> Mention:
    at = TEXT.index(name)
    slots = () if dose is None else (MentionSlot("dose", Span(TEXT.index(dose), TEXT.index(dose) + len(dose))),)
    return Mention("medication", Span(at, at + len(name)), Span(0, len(TEXT)), name, "", assertion, "patient", "other", slots=slots)


@pytest.mark.parametrize(
    ("found", "doses"),
    [
        ([drug("lisinopril", "20 mg"), drug("aspirin", None)], (1, 0, 0)),
        ([drug("lisinopril", "20"), drug("aspirin", None)], (0, 1, 1)),
        ([drug("lisinopril", "20 mg"), drug("aspirin", "20 mg")], (1, 1, 0)),
        ([drug("lisinopril", None)], (0, 0, 1)),
        ([drug("lisinopril", "20 mg"), drug("daily", "20 mg")], (1, 1, 0)),
    ],
)
def test_right_wrong_and_missed_doses_are_told_apart(found: list[Mention], doses: tuple[int, int, int]) -> None:
    scores = Scores()
    score_medications(scores, LABEL, TEXT, found)
    assert (scores.doses.right, scores.doses.wrong, scores.doses.missed) == doses


def test_a_wrong_assertion_is_counted_in_both_classes() -> None:
    scores = Scores()
    label = {"note": "x", "problem_regions": [[0, 20]], "problems": [{"text": "fever", "start": 7, "assertion": "negated"}]}
    said = Mention("finding", Span(7, 12), Span(0, 13), "fever", "", "present", "patient", "other")
    score_problems(scores, label, "Denies fever.", [said])
    assert (scores.problems.right, scores.classes["present"].wrong, scores.classes["negated"].missed) == (1, 1, 1)
