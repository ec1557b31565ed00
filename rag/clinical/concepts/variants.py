"""Variants of one thing that are never each other: heart failure with preserved or reduced ejection fraction, troponin I or T.

The lists give them one name, so that "heart failure" means both; a question for one is not answered with the other.
"""

from __future__ import annotations

from functools import cache, lru_cache

from rag.clinical.concepts.words import raw_words
from rag.clinical.lexicon import load_words


def other_variant(one: str, other: str) -> bool:
    """Whether two texts each say a variant of the same thing, and not the same one. False where one leaves it open. Linear."""
    mine, theirs = variants(one), variants(other)
    return any(mine[thing] != theirs[thing] for thing in mine.keys() & theirs.keys())


@lru_cache(maxsize=16_384)
def variants(text: str) -> dict[str, int]:
    """The number of the variant that a text says, of each thing; the longest phrase decides ("non ST elevation" over "ST elevation")."""
    words = raw_words(text)
    found: dict[str, int] = {}
    at = 0
    while at < len(words):
        size = next((len(phrase) for phrase in _phrases() if words[at : at + len(phrase)] == phrase), 0)
        if size:
            thing, number = _phrases()[words[at : at + size]]
            found.setdefault(thing, number)
        at += size or 1
    return found


@cache
def _phrases() -> dict[tuple[str, ...], tuple[str, int]]:
    """Every phrase as its words, the longest first, with its thing and the number of its variant."""
    found = {
        raw_words(phrase): (thing, number)
        for thing, listed in load_words("concept_variants").items()
        for number, phrases in enumerate(listed)
        for phrase in phrases.split("/")
    }
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
