"""Events that a time is hung on."""

import pytest

from rag.questions.anchors import find_anchor
from rag.questions.tokens import tokenise
from rag.questions.understood import Anchor, Relation


def found(words: str) -> Anchor | None:
    tokens = tokenise(words)
    anchor = find_anchor(tokens, [False] * len(tokens))
    return anchor.anchor if anchor else None


@pytest.mark.parametrize(
    ("words", "relation", "kind", "event", "which", "name"),
    [
        ("bp before the surgery", Relation.BEFORE, "procedure", "", "", ""),
        ("a1c after starting metformin", Relation.AFTER, "medication", "start", "", "metformin"),
        ("a1c after she started metformin", Relation.AFTER, "medication", "start", "", "metformin"),
        ("inr after stopping warfarin", Relation.AFTER, "medication", "stop", "", "warfarin"),
        ("weight at the last admission", Relation.DURING, "encounter", "", "last", "admission"),
        ("weight on admission", Relation.DURING, "encounter", "start", "", "admission"),
        ("bp at discharge", Relation.DURING, "encounter", "stop", "", "admission"),
        ("labs during that hospital stay", Relation.DURING, "encounter", "", "", "admission"),
        ("bp at the first visit", Relation.DURING, "encounter", "", "first", ""),
        ("falls since the stroke", Relation.AFTER, "condition", "", "", "stroke"),
        ("weight prior to the hysterectomy", Relation.BEFORE, "procedure", "", "", "hysterectomy"),
        ("bp when she was admitted", Relation.DURING, "encounter", "", "", "admission"),
        ("glucose while on prednisone", Relation.DURING, "medication", "", "", "prednisone"),
        ("weight before he was diagnosed with diabetes", Relation.BEFORE, "condition", "start", "first", "diabetes"),
        ("bp at the most recent office visit", Relation.DURING, "encounter", "", "last", "office"),
        ("sats in the emergency room", Relation.DURING, "encounter", "", "", "emergency"),
        ("bp during pregnancy", Relation.DURING, "condition", "", "", "pregnancy"),
    ],
)
def test_event_is_read(words: str, relation: Relation, kind: str, event: str, which: str, name: str) -> None:
    assert found(words) == Anchor(name, relation, kind, which, event)


def test_since_a_stay_counts_the_stay_itself() -> None:
    assert found("potassium since admission") == Anchor("admission", Relation.AFTER, "encounter", "", inclusive=True)


def test_words_that_only_point_back_are_no_event() -> None:
    assert found("dose when she was still on it") is None


@pytest.mark.parametrize(
    "words",
    [
        *(
            "glucose after meals",
            "pain in the knee",
            "is she on warfarin",
            "and before that",
            "when was the surgery",
            "bp at rest",
            "drops in the eye",
        ),
        *(
            "since when",
            "was she seen in the er",
            "what is on file",
            "rash on the chest",
            "pain at night",
            "tell me when was the stroke",
            "last time",
        ),
    ],
)
def test_no_event_is_read_into(words: str) -> None:
    assert found(words) is None
