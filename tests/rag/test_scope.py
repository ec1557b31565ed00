"""A scope is never empty, and corpora with PHI are never in a question without a patient."""

from __future__ import annotations

import pytest

from rag.errors import ScopeError
from rag.scope import CorpusAccess, Principal, chart_scope, checked, guideline_scope, readable
from rag.types import NO_PATIENT, Scope

CHARTS = CorpusAccess("charts", True, frozenset({"clinician"}), "charts")
GUIDES = CorpusAccess("guides", False, frozenset({"clinician", "qa"}), "guides")


def test_only_corpora_that_share_a_role_are_readable() -> None:
    assert readable(Principal("q", frozenset({"qa"})), [CHARTS, GUIDES]) == (GUIDES,)
    assert readable(Principal("n", frozenset()), [CHARTS, GUIDES]) == ()


def test_a_question_without_a_patient_reaches_no_chart() -> None:
    assert guideline_scope([CHARTS, GUIDES]) == Scope(frozenset({"guides"}), frozenset({NO_PATIENT}))
    with pytest.raises(ScopeError):
        guideline_scope([CHARTS])


def test_a_chart_question_reaches_one_patient_only() -> None:
    assert chart_scope([CHARTS, GUIDES], "p-1") == Scope(frozenset({"charts", "guides"}), frozenset({"p-1"}))
    with pytest.raises(ScopeError):
        chart_scope([], "p-1")


@pytest.mark.parametrize(
    "scope",
    [
        Scope(frozenset(), frozenset({"p-1"})),
        Scope(frozenset({"charts"}), frozenset()),
        Scope(frozenset({""}), frozenset({"p-1"})),
        Scope(frozenset({"charts"}), frozenset({""})),
        Scope(frozenset({"charts"}), frozenset({"p-1"}), frozenset()),
    ],
)
def test_an_empty_scope_is_refused(scope: Scope) -> None:
    with pytest.raises(ScopeError):
        checked(scope)
