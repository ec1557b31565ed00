"""The word lists are sound and hashed."""

from __future__ import annotations

import pytest

from rag.clinical.headings import kinds
from rag.clinical.lexicon import load_words, word_set, words_digest


@pytest.mark.parametrize("name", ["abbreviations", "assertions", "heading_stems", "headings", "terms", "units"])
def test_lists_are_lower_case_phrases(name: str) -> None:
    for key, phrases in load_words(name).items():
        assert phrases, key
        assert all(phrase == phrase.lower().strip() for phrase in phrases), key


def test_no_heading_names_two_kinds() -> None:
    phrases = [phrase for found in load_words("headings").values() for phrase in found]
    assert len(phrases) == len(set(phrases))
    assert {kind for (kind,) in load_words("heading_stems").values()} <= kinds()


def test_no_written_form_names_two_units() -> None:
    forms = [form for found in load_words("units").values() for form in found]
    assert sorted(forms) == sorted(set(forms))


def test_digest_is_a_sha256_and_stable() -> None:
    assert len(words_digest()) == 64
    assert words_digest() == words_digest()
    assert "no" in word_set("assertions", "negated_after")
