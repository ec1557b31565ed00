"""``ask(question, *lines)``: a question over a small literal chart; ``chart(*lines)`` opens one for several questions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.chart import Chart
from rag.store.database import Database
from rag.types import Policy
from tests.rag.answering.typed.charting import Line, Told, ask_chart, open_small_chart

OFFSET_DAYS = -126
"""Eighteen weeks back: a date in spring falls into the year before."""


@pytest.fixture
def chart(database: Database) -> Callable[..., Chart]:
    """``chart(*lines, policy=…, revealed=…, as_of=…)``: the chart of one patient."""

    def make(*lines: Line, policy: Policy = Policy.NONE, revealed: bool = False, as_of: str | None = None) -> Chart:
        offset = 0 if policy is Policy.NONE else OFFSET_DAYS
        return open_small_chart(database, lines, Calendar(policy, offset, revealed), as_of)

    return make


@pytest.fixture
def ask(chart: Callable[..., Chart]) -> Callable[..., Told]:
    """``ask(question, *lines, …)``: the answer over a chart of these lines alone."""

    def run(question: str, *lines: Line, **more: object) -> Told:
        return ask_chart(chart(*lines, **more), question)

    return run
