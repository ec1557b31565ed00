"""The days that lie so far from an event: "POD 3", "since hospital day 2"."""

from datetime import date

from rag.answering.typed.chart import _around
from rag.answering.typed.pool import Days
from rag.questions.understood import Anchor, Relation

FIRST, LAST = date(2024, 3, 4), date(2024, 3, 9)


def test_a_day_of_an_event_is_counted_from_its_first() -> None:
    anchor = Anchor("", Relation.DURING, "procedure", offset_days=3)
    assert _around(anchor, FIRST, LAST) == Days(date(2024, 3, 7), date(2024, 3, 7))


def test_a_margin_lies_around_the_counted_day() -> None:
    anchor = Anchor("methotrexate", Relation.DURING, "medication", offset_days=42, margin_days=3)
    assert _around(anchor, FIRST, FIRST) == Days(date(2024, 4, 12), date(2024, 4, 18))


def test_since_a_counted_day_holds_that_day() -> None:
    anchor = Anchor("", Relation.AFTER, "procedure", inclusive=True, offset_days=3)
    assert _around(anchor, FIRST, FIRST) == Days(date(2024, 3, 7), None)
