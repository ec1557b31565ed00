"""Events, places and treatments that a measured thing is placed by, and days counted from an event."""

import datetime

import pytest

from rag.questions.understanding import understand
from rag.questions.understood import Anchor, Relation

AS_OF = datetime.date(2024, 6, 1)
DURING, BEFORE, AFTER = Relation.DURING, Relation.BEFORE, Relation.AFTER


def anchor(words: str) -> Anchor | None:
    (part,) = understand(f"What was the potassium {words}?", as_of=AS_OF)
    assert part.phrase == "potassium"
    return part.anchor


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("on POD1", Anchor("", DURING, "procedure", offset_days=1)),
        ("since pod 3", Anchor("", AFTER, "procedure", inclusive=True, offset_days=3)),
        ("on hospital day 5", Anchor("admission", DURING, "encounter", event="start", offset_days=4)),
        ("day 4 of haldol", Anchor("haldol", DURING, "medication", "first", "start", offset_days=3)),
        ("six weeks into methotrexate", Anchor("methotrexate", DURING, "medication", "first", "start", margin_days=3, offset_days=42)),
        ("in the first 24 hours of the stay", Anchor("admission", AFTER, "encounter", event="start", span_days=1, inclusive=True)),
        ("in the first 48 h after the nephrectomy", Anchor("nephrectomy", AFTER, "procedure", "", span_days=2)),
        ("preop", Anchor("", BEFORE, "procedure")),
        ("post-op", Anchor("", AFTER, "procedure")),
        ("pre-bypass", Anchor("bypass", BEFORE, "procedure", "")),
        ("in the first 30 days", Anchor("first 30 days", DURING, "", "")),
        ("after cycle 2", Anchor("cycle 2", AFTER, "", "")),
        ("on in the PACU", Anchor("pacu", DURING, "", "")),
        ("at the hernia op", Anchor("hernia operation", DURING, "procedure", "")),
        ("on the bumex drip", Anchor("bumex", DURING, "medication", "")),
        ("as of the last renal visit", Anchor("renal visit", BEFORE, "encounter", "last", inclusive=True)),
        ("up to the stroke", Anchor("stroke", BEFORE, "condition", "")),
        ("once they stopped the lasix", Anchor("lasix", AFTER, "medication", "", "stop")),
        ("since xarelto was started", Anchor("xarelto", AFTER, "medication", "", "start")),
        ("since the glimepiride was cut", Anchor("glimepiride cut", AFTER, "", "")),
        ("since he started the blood thinner", Anchor("blood thinner", AFTER, "medication", "", "start")),
        ("the day the drain was pulled", Anchor("drain pulled", DURING, "", "")),
        ("last admit", Anchor("admission", DURING, "encounter", "last")),
        ("at 20 weeks", Anchor("20 weeks", DURING, "", "")),
        ("while febrile", Anchor("febrile", DURING, "", "")),
    ],
)
def test_setting_is_read(words: str, expected: Anchor) -> None:
    assert anchor(words) == expected


@pytest.mark.parametrize("words", ["in urine", "by the clinic note", "in the leg", "preterm"])
def test_what_was_measured_is_no_setting(words: str) -> None:
    (part,) = understand(f"What was the potassium {words}?", as_of=AS_OF)
    assert part.anchor is None


def test_a_stretch_from_an_event_to_a_date() -> None:
    (part,) = understand("What was the potassium from admit to this morning?", as_of=AS_OF)
    assert part.anchor == Anchor("admission", AFTER, "encounter", "", inclusive=True)
    assert [(window.start, window.end) for window in part.windows] == [(None, "2024-06-01")]
