"""A near copy of a sentence that changes one thing of it is told from one that only says it in other words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.verification.alignment import Changes, changes
from tests.growth import grows_linearly, repeated


@pytest.mark.parametrize(
    ("slot", "statement", "sentence"),
    [
        ("numbers", "A blood sugar spike to 13 or 600.", "A blood sugar spike to 500 or 600."),
        ("numbers", "She smokes 2 packs a day.", "She smokes three packs a day."),
        ("denials", "He has been feeling well.", "He has not been feeling well."),
        ("denials", "There is no swelling today.", "There is swelling today."),
        ("denials", "She longer had any headaches.", "She no longer had any headaches."),
        ("poles", "Pain on the left side.", "Pain on the right side."),
        ("poles", "The dose was increased.", "The dose was decreased."),
        ("small", "Pneumonia of the lobe.", "Possible pneumonia of the lobe."),
        ("small", "His mother had asthma.", "His sister had asthma."),
        ("rarest", "He alternates vasopressin with Tylenol.", "He alternates oxycodone with Tylenol."),
    ],
)
def test_what_is_changed_is_found(slot: str, statement: str, sentence: str) -> None:
    assert getattr(changes(statement, sentence), slot) > 0


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("He reports no tobacco use.", "He denies tobacco use."),
        ("For pain, she takes ibuprofen 200 mg.", "She takes ibuprofen 200 mg for pain."),
        ("She takes metformin.", "She takes metformin and does not smoke at all."),
        ("Seen on March 4, 2021 again.", "Seen on 2021-03-04 again."),
        ("Metformin once daily.", "Metformin daily."),
        ("Metformin every day.", "Metformin daily."),
        ("She had two falls.", "She had 2 falls."),
        ("Her mom had asthma.", "Her mother had asthma."),
        ("The kidney exam was normal.", "The renal exam was unremarkable."),
    ],
)
def test_what_is_said_otherwise_changes_no_slot(statement: str, sentence: str) -> None:
    found = changes(statement, sentence)
    assert (found.numbers, found.denials, found.poles, found.small) == (0, 0, 0, 0)


@given(st.text(alphabet="abno 12.,t", max_size=80))
def test_a_text_changes_nothing_of_itself(text: str) -> None:
    assert changes(text, text) == Changes()


def test_long_texts_cost_no_more_than_their_length() -> None:
    assert grows_linearly(lambda size: changes(repeated("no pain 12 mg ", size), repeated("pain 13 mg now ", size)), 3_000)
