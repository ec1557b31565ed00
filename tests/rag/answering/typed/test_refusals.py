"""What was refused or not done, with its reason: only where a record says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rag.answering.typed.charting import Told, coded

Ask = Callable[..., Told]
FLU = coded("immunization", "{date|2021-10-01}: {name|Influenza vaccine}, {status|not-done}, reason {reason|patient objection}", code="f")
TETANUS = coded("immunization", "{date|2019-05-01}: {name|Tetanus vaccine}, {status|completed}", code="t")
SCOPE = coded("procedure", "{date|2020-02-01}: {name|Colonoscopy}, {status|not-done}", code="s")
TOLD = "Influenza vaccine: not-done on 2021-10-01, reason: patient objection."


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which vaccines did she decline?", TOLD),
        ("Did she refuse the flu shot?", f"Yes: {TOLD}"),
        ("Did she refuse the colonoscopy?", "Yes: Colonoscopy: not-done on 2020-02-01."),
    ],
)
def test_a_refusal_on_record_is_told_with_its_reason(ask: Ask, question: str, text: str) -> None:
    answer = ask(question, FLU, TETANUS, SCOPE)
    assert answer.text == text and not answer.cited.withheld


def test_what_was_done_was_not_refused(ask: Ask) -> None:
    assert not ask("Did she refuse the tetanus shot?", FLU, TETANUS).text.startswith("Yes: Tetanus vaccine: not-done")
