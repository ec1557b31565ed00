"""Plans that wait for a condition. The mention stands in [brackets]."""

from __future__ import annotations

import pytest

from rag.clinical.assertions import assess
from rag.types import Span

CASES = """
hypothetical | Will add [spironolactone] if BP remains high.
hypothetical | Refer to EP for [ablation] if symptoms recur.
hypothetical | Consider [biopsy] should the lesion grow.
hypothetical | Consider [colectomy].
hypothetical | Being evaluated for [kidney transplant].
uncertain    | Consider [lymphoma].
uncertain    | Being evaluated for [lupus].
hypothetical | Low threshold to [intubate] for fatigue.
hypothetical | Good candidate for [lung transplant].
hypothetical | He may eventually require [amputation].
present      | Continue [metoprolol] unless heart rate falls.
present      | Start metformin for [diabetes] if she agrees.
present      | Will check [potassium] to see if it has come down.
present      | I recommend [Robitussin] for cough, or ibuprofen if he is sore.
present      | Will send home today, [pain] controlled; call if worse.
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_only_what_waits_for_a_condition_is_hypothetical(line: str) -> None:
    label, _, marked = (part.strip() for part in line.partition("|"))
    first, last = marked.index("["), marked.index("]")
    text = marked[:first] + marked[first + 1 : last] + marked[last + 1 :]
    assert assess(text, Span(first, last - 1)).label == label
