"""What is told as past and is there still. The mention stands in [brackets]."""

from __future__ import annotations

import pytest

from rag.clinical.assertions import assess
from rag.types import Span

CASES = """
present    | History of [lupus] on hydroxychloroquine.
present    | History of [heart failure], currently euvolemic on torsemide.
present    | Has a hx of [schizophrenia] and takes olanzapine daily.
present    | Hx of [diabetes] which is managed by her PCP.
present    | History of [atrial fibrillation], under good control.
historical | H/o [stroke] on clopidogrel.
historical | History of [gout], previously on allopurinol.
historical | History of [pancreatitis] on imaging.
present    | History of [knee pain] for about two years.
historical | History of [DVT] treated with warfarin for six months.
present    | On allopurinol for [gout], no flares since 2018.
historical | [Gout], no flares since 2018.
present    | Recurrent [UTIs], most recent in May.
present    | Residual [foot drop] from Guillain-Barre in 2008.
historical | Persistent [cough] resolved after stopping lisinopril.
present    | [Neuropathy] after chemotherapy years ago.
historical | [Pneumonia] after surgery years ago.
historical | Had [neuropathy] after chemotherapy years ago.
present    | [Fever] resolved but is back today.
historical | The [rash] resolved and he is back to school.
present    | Relapsed on [alcohol] last month.
present    | The same [rash] as last summer.
present    | Has a [pacemaker] implanted in 2012.
historical | Last [colonoscopy] was 2016.
historical | Tried [gabapentin] before without benefit.
historical | The [effusion] noted in March has resolved.
present    | [Fever] began after the cough resolved.
historical | [Croup] at age two.
historical | Primary [enuresis] until age 9.
historical | [Nausea] earlier today, none now.
historical | Interval resolution of [pulmonary edema].
present    | Partial resolution of [pulmonary edema].
present    | She was admitted for [chest pain].
historical | She was hospitalized for [chest pain].
present    | He also has history of COPD and gets [short of breath].
present    | A closed [fracture] of the humerus.
negated    | Epilepsy, [seizure]-free for 3 years.
negated    | [Intubation] was not required.
negated    | Did not require [opioids] after surgery.
historical | Mom reports that the [rash] is gone.
"""


@pytest.mark.parametrize("line", CASES.strip().splitlines())
def test_what_goes_on_is_present_and_what_is_over_is_past(line: str) -> None:
    label, _, marked = (part.strip() for part in line.partition("|"))
    first, last = marked.index("["), marked.index("]")
    text = marked[:first] + marked[first + 1 : last] + marked[last + 1 :]
    assert assess(text, Span(first, last - 1)).label == label
