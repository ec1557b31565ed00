"""A note's words answer for a relative only where they name that relative."""

import pytest

from rag.answering.relatives import tells_of


@pytest.mark.parametrize(
    ("text", "relative", "told"),
    [
        ("Mom has had asthma since childhood.", "mother", True),
        ("Mom has had asthma since childhood.", "father", False),
        ("Both parents have hypertension.", "father", True),
        ("Father died of MI at 61.", "mother", False),
        ("Her siblings are well.", "brother", True),
        ("Family history of gout.", "family", True),
        ("Denies chest pain.", "patient", True),
    ],
)
def test_only_the_relative_asked_about_counts(text: str, relative: str, told: bool) -> None:
    assert tells_of(text, relative) is told
