"""Samples are large enough, touch every type, and can be drawn again."""

from __future__ import annotations

from collections import Counter

import pytest

from evaluation.reviews.sampling import allocate, draw, sample_size


@pytest.mark.parametrize(("population", "size"), [(0, 0), (12, 12), (300, 300), (5_000, 300), (6_001, 301), (100_000, 5_000)])
def test_the_larger_of_five_percent_and_300_notes_is_drawn(population: int, size: int) -> None:
    assert sample_size(population) == size


def test_shares_follow_the_sizes_and_leave_no_type_out() -> None:
    assert allocate({"progress": 900, "letter": 99, "autopsy": 1}, 300) == {"progress": 270, "letter": 29, "autopsy": 1}
    shares = allocate({"progress": 10_000} | {f"rare {n}": 1 for n in range(50)}, 300)
    assert sum(shares.values()) == 300 and shares["progress"] == 250
    assert allocate({"a": 2, "b": 1, "empty": 0}, 3) == {"a": 2, "b": 1}
    assert allocate({"a": 5, "b": 5, "c": 5}, 2) == {"a": 1, "b": 1, "c": 1}


def test_a_seed_draws_the_same_notes_whatever_order_they_come_in() -> None:
    strata = {"progress": [f"p{n}" for n in range(1_000)], "letter": [f"l{n}" for n in range(200)]}
    drawn = draw(strata, 7)
    assert drawn == draw({name: ids[::-1] for name, ids in reversed(strata.items())}, 7) != draw(strata, 8)
    assert Counter(doc_id[0] for doc_id in drawn) == {"p": 250, "l": 50} and len(set(drawn)) == 300
    assert {doc_id[0] for doc_id in drawn[:40]} == {"p", "l"}  # the order is random over types too
