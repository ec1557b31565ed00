"""What counts as the gold answer and its spans, on the examples of the project's question files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaluation.gold import citations_that_meet, contains, fault, meets, spans_met
from evaluation.items import Gold, GoldSpan
from rag.types import Answer, Citation, Conflict, Source, SourceSpan, Status

NOTE = GoldSpan(document="DocumentReference/demo-05-n4", quote="Quit smoking in 2004 after a long talk")


def citation(quote: str, *, resource: str | None = None, uri: str = "x", display: str | None = None) -> Citation:
    return Citation(1, SourceSpan("d", "s", 0, 1), quote, None, "", "", Source("c", resource, uri, None), display)


def answer(text: str, status: Status = Status.ANSWERED, **more: Any) -> Answer:
    return Answer("1", "?", None, status, text, (), (), None, "g", None, **more)


SAID = answer("No, he quit in 2004; potassium 4.7 mmol/L on 2024-08-21. [1]")


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("Potassium 4.70 mmol/L", "4.7 mmol/L", True), ("Potassium 14.7", "4.7", False), ("on 2024-08-21", "21", False),
        ("5,000 units", "5000 units", True), ("quit in 2004", "it in", False), ("8.2 % – 9 %", "8.2%", True),
    ],
)  # fmt: skip
def test_numbers_count_whole_and_words_from_their_beginning(text: str, wanted: str, found: bool) -> None:
    assert contains(text, wanted) is found


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        ({"must": (("2004",), ("4.70", "x"))}, None), ({"starts": "no"}, None), ({"must": (("5.1",),)}, "lacks 5.1"),
        ({"must_not": ("4.7",)}, "has 4.7"), ({"starts": "yes"}, "does not begin with yes"), ({"count": 3}, "does not count 3"),
        ({"must": (("1",),)}, "lacks 1"), ({"status": Status.NOT_DOCUMENTED}, "answered instead of not_documented"),
    ],
)  # fmt: skip
def test_why_an_answer_is_not_right(gold: dict[str, Any], said: str | None) -> None:
    assert fault(Gold(**({"status": Status.ANSWERED} | gold)), SAID) == said


def test_the_quotes_of_a_reported_conflict_count_as_said() -> None:
    said = answer("Sources disagree.", conflicts=(Conflict("dose", (1,)),))
    assert fault(Gold(status=Status.ANSWERED, must=(("40 mg",),)), said) == "lacks 40 mg"
    assert fault(Gold(status=Status.ANSWERED, must=(("40 mg",),)), replace(said, citations=(citation("takes 40 mg"),))) is None


def test_a_citation_meets_a_span_of_its_document_and_words() -> None:
    key = NOTE.document
    assert meets(NOTE, citation("Quit  smoking in 2004", resource=key)) and meets(NOTE, citation("Quit smoking in 2004", uri=f"a/b#{key}"))
    assert meets(NOTE, citation("hidden", resource=key, display="Quit smoking in 2004"))
    assert not meets(NOTE, citation("Denies alcohol use", resource=key)) and not meets(NOTE, citation("Quit", resource=key))
    assert not meets(NOTE, citation("Quit smoking in 2004", resource="DocumentReference/demo-05-n1"))
    assert meets(GoldSpan(document="a.md"), citation("anything", uri="a.md"))


def test_spans_needed_are_any_one_or_all_groups() -> None:
    spans = (GoldSpan(document="a", group="x"), GoldSpan(document="b", group="x"), GoldSpan(document="c"))
    cited = [citation("q", resource="b"), citation("q", resource="z")]
    assert spans_met(Gold(status=Status.ANSWERED, spans=spans), cited) == (1, 1)
    assert spans_met(Gold(status=Status.ANSWERED, spans=spans, spans_needed="all"), cited) == (1, 2)
    assert spans_met(Gold(status=Status.ANSWERED), cited) == (0, 0)
    assert citations_that_meet(Gold(status=Status.ANSWERED, spans=spans), cited) == 1
