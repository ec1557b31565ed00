"""Figures of a review: what was seen, what it bounds, and nothing where nothing was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.reviews.deid_report import exceeds, review_report
from evaluation.reviews.report_page import report_page
from evaluation.statistics import clopper_pearson_upper
from rag.settings import Settings
from rag.store.reviews import MarkedSpan, ReviewItem, ReviewSample, ReviewVerdict, write_sample, write_verdicts
from rag.workspace import Workspace, open_workspace

METHOD = {
    "text": "all", "corpora": [{"name": "ward", "policy": "safe_harbor"}],
    "population": 40, "population_by_type": {"Letter": 10, "Note": 30},
    "random": 4, "disputed": 1, "disputed_extra": 1, "without_marks": 0, "detection": "abc", "pipelines": ["p"],
}  # fmt: skip
NAME = MarkedSpan(0, 5, "PERSON")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(Settings(workspace=tmp_path / "w"), create=True) as opened:
        yield opened


@pytest.fixture
def sample(workspace: Workspace) -> ReviewSample:
    items = [ReviewItem(n, f"d{n}", "s", "random", "Note" if n else "Letter", 250, {"PERSON": 3, "DATE": 1}) for n in range(4)]
    items.append(ReviewItem(4, "d4", "s", "disputed", "Note", 100, {"PERSON": 5}))
    return write_sample(workspace.database, "deid", "2026-01-01T00:00:00+00:00", 7, METHOD, items)


def judged(workspace: Workspace, *verdicts: ReviewVerdict) -> None:
    write_verdicts(workspace.database, "deid", verdicts)


def clean(doc_id: str, reviewer: str = "ana") -> ReviewVerdict:
    return ReviewVerdict(doc_id, "s", reviewer, "t")


def test_of_no_verdict_every_figure_is_null_with_n_0(workspace: Workspace, sample: ReviewSample) -> None:
    report = review_report(workspace, sample)
    part = report["random"]
    nothing = {"n": 0, "leaking": 0, "rate": None, "upper_95": None, "rule_of_three": None}
    assert part["notes"] == part["identifiers"] == nothing and part["over_redaction"]["per_1000_words"] is None
    assert {(c["n"], c["recall"], c["low_95"], c["high_95"]) for c in part["categories"]} == {(0, None, None, None)}
    assert report["agreement"] == {"n": 0, "observed": None, "kappa": None}
    assert exceeds(report, 1.0)  # a missing figure fails the gate
    assert "4 of 4 random notes are not reviewed yet" in report_page(report)


def test_clean_notes_bound_the_rate_by_three_in_n(workspace: Workspace, sample: ReviewSample) -> None:
    judged(workspace, *(clean(f"d{n}") for n in range(4)))
    report = review_report(workspace, sample)
    notes, identifiers = report["random"]["notes"], report["random"]["identifiers"]
    assert (notes["n"], notes["rate"], notes["rule_of_three"]) == (4, 0.0, 0.75)
    assert notes["upper_95"] == clopper_pearson_upper(0, 4) and not exceeds(report, 0.53) and exceeds(report, 0.52)
    assert (identifiers["n"], identifiers["rule_of_three"]) == (16, 3 / 16)


def test_leaks_and_needless_replacements_are_counted_by_category(workspace: Workspace, sample: ReviewSample) -> None:
    over = MarkedSpan(9, 12, "DATE")
    judged(workspace, replace(clean("d0"), leaks=(NAME, MarkedSpan(20, 24, "PHONE"))), replace(clean("d1"), over_redactions=(over,)))
    report = review_report(workspace, sample)
    part = report["random"]
    by_type = {c["type"]: c for c in part["categories"]}
    assert (part["notes"]["n"], part["notes"]["leaking"], part["notes"]["rule_of_three"]) == (2, 1, None)
    assert (by_type["PERSON"]["replaced"], by_type["PERSON"]["leaked"], by_type["PERSON"]["recall"]) == (6, 1, 6 / 7)
    assert (by_type["DATE"]["n"], by_type["PHONE"]["recall"]) == (1, 0.0)  # a needless replacement found no identifier
    assert part["over_redaction"] == {"words": 500, "n": 1, "per_1000_words": 2.0, "by_type": {"DATE": 1}}
    assert report["coverage"]["by_type"][0] == {"type": "Letter", "population": 10, "sampled": 1, "reviewed": 1}


def test_disputed_notes_are_apart_and_bound_nothing(workspace: Workspace, sample: ReviewSample) -> None:
    judged(workspace, replace(clean("d4"), leaks=(NAME,)))
    report = review_report(workspace, sample)
    assert report["random"]["notes"]["n"] == 0
    assert report["disputed"]["notes"] == {"n": 1, "leaking": 1, "rate": 1.0, "upper_95": None, "rule_of_three": None}


def test_two_reviewers_are_united_and_compared(workspace: Workspace, sample: ReviewSample) -> None:
    judged(workspace, replace(clean("d0"), leaks=(NAME,)), replace(clean("d0", "ben"), leaks=(MarkedSpan(2, 8, "PERSON"),)))
    judged(workspace, clean("d1"), clean("d1", "ben"), replace(clean("d2", "ben"), leaks=(NAME,)), clean("d2"), clean("d3"))
    report = review_report(workspace, sample)
    assert (report["random"]["notes"]["leaking"], report["random"]["identifiers"]["leaking"]) == (2, 2)  # one name marked twice is one
    assert report["agreement"] == {"n": 3, "observed": 2 / 3, "kappa": pytest.approx(0.4)}
    assert report["reviewers"] == [{"reviewer": "ana", "notes": 4}, {"reviewer": "ben", "notes": 3}]


def test_verdicts_on_another_version_do_not_count_and_gone_notes_are_said(workspace: Workspace, sample: ReviewSample) -> None:
    judged(workspace, replace(clean("d0"), doc_sha256="other"))
    coverage = review_report(workspace, sample)["coverage"]
    assert coverage["random"] == {"sampled": 4, "reviewed": 0, "replaced_since": 4}  # none of them is stored here


def test_the_page_is_whole_in_itself(workspace: Workspace, sample: ReviewSample) -> None:
    judged(workspace, replace(clean("d0", "A <b> C"), leaks=(NAME,)), clean("d1"))
    report = review_report(workspace, sample)
    page = report_page(report)
    assert page.count("<svg") == 2 and "&lt;b&gt;" in page and "<b> C" not in page and "NaN" not in json.dumps(report)
    assert not [mark for mark in ("http", "src=", "<script", "url(", "@import", "<link") if mark in page]
    assert all(said in page for said in ("safe_harbor", "seed 7", "abc", "Clopper", "1 of 2 reviewed"))
