"""Pairs drawn from true sentences."""

from __future__ import annotations

from collections import Counter

from finetune.drawn_pairs import OPPOSED_KINDS, Seed, drawn_pairs, perturbation_set
from finetune.encoders import draws
from finetune.verifier import UNSUPPORTED
from rag.verification.entailment import CLASSES

NOTE = (
    "He denies fever and chills. Ramipril 5 mg daily was stopped in December because of a dry cough. "
    "His father had a stroke at 51. The left knee is swollen and warm. Hemoglobin rose from 10.5 g/dL to 11.2 g/dL. "
    "Chills came back at night. The swollen knee was drained. The stroke was in December. Hemoglobin is to be drawn again."
)
OTHER = "The board met on 4 May 2021 and elected Anna Kovar. She won 14 of 20 votes."
SEEDS = [
    Seed(f"{sentence}.", (text,), source, source)
    for source, text in (("note", NOTE), ("board", OTHER))
    for sentence in text.rstrip(".").split(". ")
]


def test_pairs_are_of_every_source_and_of_many_kinds() -> None:
    made = drawn_pairs(SEEDS, 200, draws(1))
    assert len(made) == 200 and {example.group for example in made} == {"note", "board"}
    kinds = Counter(example.source for example in made)
    assert {"made-true", "made-number", "made-negation", "made-side", "made-date"} <= set(kinds)
    assert 0.3 < kinds["made-true"] / 200 < 0.6
    assert made == drawn_pairs(SEEDS, 200, draws(1)) != drawn_pairs(SEEDS, 200, draws(2))


def test_labels_say_what_is_sure_and_spans_which_words_are_false() -> None:
    for example in drawn_pairs(SEEDS, 300, draws(3)):
        kind = example.source.removeprefix("made-")
        expected = {"true": CLASSES[0], "removed": CLASSES[2]}.get(kind, CLASSES[1] if kind in OPPOSED_KINDS else UNSUPPORTED)
        assert example.label == expected
        assert (example.doubted is None) == (kind == "removed")
        if kind == "true":
            assert example.doubted == ()
        for span in example.doubted or ():
            assert example.statement[span.start : span.end].strip()


def test_what_is_removed_is_not_in_the_evidence() -> None:
    removed = [example for example in drawn_pairs(SEEDS, 600, draws(5)) if example.source == "made-removed"]
    assert removed and all(example.statement.rstrip(".") not in example.evidence for example in removed)


def test_without_seeds_nothing_is_drawn() -> None:
    assert drawn_pairs([], 10, draws(1)) == []


def test_a_test_set_has_false_and_true_variants_with_their_evidence() -> None:
    made = perturbation_set(SEEDS, 5, draws(1))
    assert Counter(one.true for one in made) == {True: 5, False: 5}
    assert len({one.kind for one in made if not one.true}) >= 4
    for one in made:
        assert one.statement not in (seed.sentence for seed in SEEDS) and one.evidence
