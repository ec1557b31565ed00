"""The entailment model's training pairs."""

from __future__ import annotations

from pathlib import Path

import pytest

from finetune.encoders import draws
from finetune.verifier_data import HELD_AUTHORS, TrainingPairs, is_held, pack, read_items, verifier_pairs, written_pairs
from rag.errors import InputError
from rag.verification.entailment import CLASSES

ITEMS = (
    "### 1\nE: He has gout and takes allopurinol.\nS: Gout is treated with allopurinol.\n"
    "C[drug]: He takes colchicine.\nN: He has had gout for years.\n\n"
)


def test_an_item_is_read_with_its_author_and_packed_the_same_each_time(tmp_path: Path) -> None:
    (tmp_path / "v9.txt").write_text(ITEMS)
    (item,) = read_items(tmp_path / "v9.txt")
    assert (item["author"], item["item"], item["evidence"]) == ("v9", 1, "He has gout and takes allopurinol.")
    assert item["statements"][1] == ["C", "drug", "He takes colchicine."]
    assert pack([tmp_path / "v9.txt"], tmp_path / "one.gz") == pack([tmp_path / "v9.txt"], tmp_path / "two.gz") == 1
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()


@pytest.mark.parametrize("broken", ["### 1\nS: no evidence\n", "### 1\nE: Gout.\nX: what\n", "### 1\nE: Gout.\n"])
def test_a_broken_item_is_named_by_its_number(tmp_path: Path, broken: str) -> None:
    (tmp_path / "v9.txt").write_text(ITEMS + broken)
    with pytest.raises(InputError, match="item 2"):
        list(read_items(tmp_path / "v9.txt"))


def test_packaged_pairs_are_whole_and_of_every_class() -> None:
    pairs = written_pairs()
    assert len(pairs) > 3000 and {pair.label for pair in pairs} == set(CLASSES)
    assert all(pair.evidence and pair.statement == pair.statement.strip() != "" for pair in pairs)
    assert all((pair.doubted == ()) == (pair.label == CLASSES[0]) for pair in pairs)
    assert len({pair.group.partition("/")[0] for pair in pairs}) >= 5


def test_whole_authors_and_groups_are_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.drawn_pairs.DEMO_PATIENTS", 12)
    monkeypatch.setattr("finetune.verifier_data.DRAWN_HELD", 20)
    training, validation = verifier_pairs(None)
    learned = {pair.group for pair in training.fixed} | {seed.group for seed in training.seeds}
    assert not learned & {pair.group for pair in validation}
    assert not any(group.startswith(f"{author}/") for group in learned for author in HELD_AUTHORS)
    assert sum(pair.source.startswith("made-") for pair in validation) == 20
    assert any(group.startswith("demo-") for group in learned)


def test_an_epoch_holds_every_fixed_pair_and_as_many_drawn_as_wanted() -> None:
    pairs = written_pairs()[:20]
    training = TrainingPairs(pairs, [], 10)
    assert training.examples(draws(1)) == pairs
    assert training.described()["pairs"] == {"written": 20}


def test_a_hash_decides_what_is_held() -> None:
    held = sum(is_held(f"group-{number}") for number in range(800))
    assert 60 < held < 140 and is_held("v4/1") and not is_held("v1/1")


def test_a_missing_set_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        verifier_pairs(tmp_path)
