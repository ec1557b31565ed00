"""Findings become one list of disjoint spans: union, never a vote."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag.deidentification.findings import UNSURE, EntityType, Finding, unite
from rag.types import Span

SPANS = st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
FINDINGS = st.lists(
    st.builds(lambda span, kind, name: Finding(span.start, span.end, kind, name), SPANS, st.sampled_from(EntityType), st.sampled_from("ab"))
)


def covered(spans: object) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}  # type: ignore[attr-defined]


@given(FINDINGS, st.lists(SPANS, max_size=4))
def test_union_covers_what_any_detector_found_outside_clear_spans(findings: list[Finding], clear: list[Span]) -> None:
    united = unite(findings, clear)
    assert covered(united) == covered(findings) - covered(clear)
    assert all(left.end <= right.start for left, right in pairwise(united))
    assert {name for found in united for name in found.detectors} <= {f.detector for f in findings}


def test_a_contained_finding_does_not_change_the_type() -> None:
    united = unite([Finding(0, 20, EntityType.ADDRESS, "places"), Finding(5, 10, EntityType.PERSON, "names")])
    assert [(u.start, u.end, u.entity_type, u.detectors, u.disputed) for u in united] == [
        (0, 20, EntityType.ADDRESS, ("names", "places"), False)
    ]


def test_a_place_taken_for_different_things_is_disputed() -> None:
    (united,) = unite([Finding(0, 9, EntityType.DATE, "dates"), Finding(0, 12, EntityType.PHONE, "phone")])
    assert united.disputed


def test_what_only_an_unsure_tagger_found_is_replaced_and_disputed() -> None:
    (alone,) = unite([Finding(0, 5, EntityType.PERSON, UNSURE)])
    (confirmed,) = unite([Finding(0, 5, EntityType.PERSON, UNSURE), Finding(0, 5, EntityType.PERSON, "names")])
    assert alone.disputed and not confirmed.disputed


def test_agreement_is_no_dispute() -> None:
    (united,) = unite([Finding(0, 5, EntityType.PERSON, "names"), Finding(0, 5, EntityType.PERSON, "known")])
    assert not united.disputed


def test_neighbours_stay_apart() -> None:
    assert len(unite([Finding(0, 5, EntityType.PERSON, "a"), Finding(5, 9, EntityType.PERSON, "a")])) == 2
