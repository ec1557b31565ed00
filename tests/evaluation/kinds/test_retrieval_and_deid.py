"""Retrieval and de-identification are scored as their fields score them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from evaluation.build import Build, Search
from evaluation.items import DeidItem, Identifier, RetrievalItem
from evaluation.kinds.deid import DEID, DeidSample, clinical_places
from evaluation.kinds.retrieval import ndcg, recall
from evaluation.runner import run
from evaluation.scores import Tally
from evaluation.suite import Part, Suite
from rag.types import Span
from tests.evaluation.builds import Silent

TEXT = "Ann Lee, MRN 123-45, takes metformin 500 mg; no fever. Call Ann."
NAMES = (Identifier(start=0, end=7, type="PERSON"), Identifier(start=13, end=19, type="ID"), Identifier(start=60, end=63, type="PERSON"))
ITEM = DeidItem(id="n", text=TEXT, spans=NAMES)


def scored(*spans: tuple[int, int]) -> tuple[dict[str, Tally], dict[str, Tally], tuple[str, ...]]:
    score = DEID.score(ITEM, DeidSample(spans=spans))
    return dict(score.tallies), dict(score.inner["recall"]), score.notes


def test_an_identifier_is_found_when_all_its_letters_and_digits_are() -> None:
    tallies, by_type, notes = scored((0, 7), (13, 16), (17, 19), (60, 63))
    assert tallies["recall"] == Tally(3, 3) and by_type == {"ID": Tally(1, 1), "PERSON": Tally(2, 2)} and notes == ()
    tallies, by_type, notes = scored((0, 6), (13, 19))
    assert tallies["recall"] == Tally(1, 3) and by_type["PERSON"] == Tally(0, 2) and notes == ("2 PERSON left",)


def test_other_words_touched_are_counted_and_clinical_ones_apart() -> None:
    at = TEXT.index("metformin")
    tallies, _, _ = scored((0, 7), (13, 19), (60, 63), (at, at + 4))
    words = len(["MRN", "takes", "metformin", "500", "mg", "no", "fever", "Call"])
    assert tallies["words_touched"] == Tally(1, words) and tallies["clinical_words_touched"].hits == 1
    places = clinical_places(TEXT)
    assert {at, TEXT.index("500"), TEXT.index("no fever")} <= places and TEXT.index("takes") not in places


def test_a_text_without_identifiers_says_nothing_of_recall() -> None:
    score = DEID.score(DeidItem(id="n", text="No fever.", spans=()), DeidSample(spans=()))
    assert score.tallies["recall"] == Tally(0, 0) and score.tallies["recall"].value is None


def test_gain_is_linear_in_the_grade_and_falls_with_the_rank() -> None:
    grades = {"a": 2, "b": 1}
    assert ndcg(["a", "b"], grades, 10) == 1 and ndcg([], grades, 10) == 0
    assert ndcg(["x", "a"], {"a": 1}, 10) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["b", "a"], grades, 10) == pytest.approx((1 + 2 * 0.63093) / (2 + 0.63093), abs=1e-4)
    assert recall(["a", "x"], grades, 1) == 0.5 and ndcg(["x", "a"], {"a": 1}, 1) == 0


def test_a_retrieval_part_is_indexed_once_and_not_at_all_when_all_is_recorded(tmp_path: Path) -> None:
    opened: list[Path] = []

    @contextmanager
    def search(folder: Path) -> Iterator[Search]:
        opened.append(folder)
        yield lambda query, k: ["a", "b"][:k]

    items = tuple(RetrievalItem(id=str(n), query="q", relevant={"a": 1}) for n in range(3))
    made = Suite("s", "1", "", (), (), (Part("r", "retrieval", items, (), tmp_path / "set"),), "5")
    for _ in range(2):
        (part,) = run(made, Build({}, search=search), tmp_path / "run", Silent())
        assert [score.tallies["ndcg_at_10"] for score in part.scores] == [Tally(1, 1)] * 3
    assert opened == [tmp_path / "set"]


def test_what_a_build_replaces_is_scored(tmp_path: Path) -> None:
    def deidentify(texts: Sequence[str]) -> list[tuple[Span, ...]]:
        return [tuple(Span(one.start, one.end) for one in NAMES) for _ in texts]

    made = Suite("s", "1", "", (), (), (Part("d", "deid", (ITEM,), ()),), "5")
    (part,) = run(made, Build({}, deidentify=deidentify), tmp_path, Silent())
    assert part.scores[0].tallies["recall"] == Tally(3, 3) and part.scores[0].tallies["words_touched"].hits == 0
