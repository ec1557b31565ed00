"""Endings of one thing only. The mention stands in [brackets]."""

from __future__ import annotations

import pytest

from rag.clinical.assertions import assess
from rag.types import Span

CASES = """
historical | [Intubated] 3/2, extubated 3/4.
present    | [Pneumonia], extubated 3/4.
present    | [Intubated] 3/2, not yet extubated.
historical | [DKA] on admission, gap closed, now on subcutaneous insulin.
historical | [Hypoxic] on arrival, weaned to room air.
historical | [Leukocytosis] normalized.
present    | [Creatinine] normalized.
historical | [Fever] broke on Tuesday.
present    | [Smoker], wants to quit.
historical | [Smoker] since his teens; quit 2 years ago.
present    | [Smoker]; quit twice but restarted.
historical | [Wound infection] treated with Keflex, incision now well healed.
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_an_ending_ends_what_it_is_said_of(line: str) -> None:
    label, _, marked = (part.strip() for part in line.partition("|"))
    first, last = marked.index("["), marked.index("]")
    text = marked[:first] + marked[first + 1 : last] + marked[last + 1 :]
    assert assess(text, Span(first, last - 1)).label == label
