from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.index.protocol import Hit
from rag.retrieval.fusion import fuse

hits = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 40, allow_nan=False), max_size=8).map(
    lambda found: [Hit(name, score) for name, score in sorted(found.items(), key=lambda item: -item[1])]
)


def order(dense: dict[str, float], sparse: dict[str, float], terms: int, *, truncated: bool = False) -> list[str]:
    made = [[Hit(name, score) for name, score in side.items()] for side in (dense, sparse)]
    return [hit.chunk_id for hit in fuse(*made, terms=terms, points=10_000, truncated=truncated)]


def test_what_both_searches_find_comes_before_what_one_finds() -> None:
    assert order({"a": 0.6, "both": 0.5}, {"both": 20.0, "b": 12.0}, terms=4)[0] == "both"


def test_a_strong_match_of_few_words_beats_a_slightly_nearer_meaning() -> None:
    assert order({"near": 0.55, "exact": 0.45}, {"exact": 18.0}, terms=3) == ["exact", "near"]


def test_chance_agreement_of_a_long_question_does_not() -> None:
    assert order({"near": 0.55, "chance": 0.35}, {"chance": 18.0}, terms=40) == ["near", "chance"]


def test_without_one_search_the_order_is_the_others() -> None:
    assert order({"a": 0.9, "b": 0.2}, {}, terms=0) == ["a", "b"]
    assert order({}, {"a": 9.0, "b": 2.0}, terms=2) == ["a", "b"]
    assert order({}, {}, terms=0) == []


def test_what_a_truncated_search_left_out_is_taken_to_be_just_below_it() -> None:
    whole = fuse([Hit("missed", 0.5)], [Hit("last", 10.0)], terms=4, points=100, truncated=False)
    cut = fuse([Hit("missed", 0.5)], [Hit("last", 10.0)], terms=4, points=100, truncated=True)
    score = {name: {hit.chunk_id: hit.score for hit in found}["missed"] for name, found in (("whole", whole), ("cut", cut))}
    assert score["whole"] == 0.5 < score["cut"]


def test_equal_scores_are_ordered_by_id() -> None:
    assert order({"b": 0.5, "a": 0.5}, {}, terms=1) == ["a", "b"]


@given(hits, hits, st.integers(0, 60), st.integers(0, 10**7), st.booleans())
def test_every_hit_is_kept_once_with_its_own_scores_best_first(
    dense: list[Hit], sparse: list[Hit], terms: int, points: int, truncated: bool
) -> None:
    fused = fuse(dense, sparse, terms=terms, points=points, truncated=truncated)
    assert sorted(hit.chunk_id for hit in fused) == sorted({hit.chunk_id for hit in (*dense, *sparse)})
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)
    assert {(h.chunk_id, h.dense) for h in fused if h.dense is not None} == {(h.chunk_id, h.score) for h in dense}
    assert {(h.chunk_id, h.sparse) for h in fused if h.sparse is not None} == {(h.chunk_id, h.score) for h in sparse}
    assert fused == fuse(dense[::-1], sparse[::-1], terms=terms, points=points, truncated=truncated)
