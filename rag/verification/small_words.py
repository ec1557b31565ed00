"""Words of time, amount, certainty and kin, which change what a sentence says though they carry little of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from rag.clinical.lexicon import read_word_lists
from rag.verification.pair_words import PairWord

KINDS = frozenset({"time", "quantity", "relative", "certainty"})
_LISTS = Path(__file__).with_name("data") / "same_words.yaml"


def is_small(word: PairWord) -> bool:
    """Whether a word is one of them."""
    return bool(word.meaning.kinds & KINDS)


def unsaid(words: Iterable[PairWord], evidence: Iterable[PairWord]) -> int:
    """How many of the small words the evidence has neither as they are, nor by another of the same group or pole; a relative is none but
    himself, though a brother is of the pole of a father. Linear."""
    theirs = list(evidence)
    stems = {word.meaning.stem for word in theirs}
    groups = {group for word in theirs for group in groups_of(word.word)}
    poles = {pole for word in theirs for pole in word.meaning.poles}
    return sum(
        is_small(word)
        and word.meaning.stem not in stems
        and not groups & set(groups_of(word.word))
        and ("relative" in word.meaning.kinds or not poles & word.meaning.poles)
        for word in words
    )


@lru_cache(maxsize=16_384)
def groups_of(word: str) -> tuple[int, ...]:
    """The groups of small words that say the same which hold a word in lower case."""
    return _groups().get(word, ())


@cache
def _groups() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, group in enumerate(read_word_lists(_LISTS)["small"]):
        for word in group.split():
            found[word] = (*found.get(word, ()), number)
    return found
