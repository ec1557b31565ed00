"""Everyday English, for telling a word from a misspelling of another: the whole words of the packaged encoder's vocabulary.

21,745 words, the frequent ones of English; endings are taken off where the list has the bare word. Read as data at the first call (6 ms).
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from rag.encoder.checkpoint import PACKAGE, PACKAGE_FOLDER

_ENDINGS = ("s", "es", "ly")
_SHORTEST_BARE_CHARS = 4


@lru_cache(maxsize=16_384)
def is_english(word: str) -> bool:
    """Whether a lower-case word is an everyday English one, or one with an ending; always False where the package is not installed."""
    if word in english_words():
        return True
    return not word.endswith("ss") and any(
        word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_BARE_CHARS and word[: -len(ending)] in english_words()
        for ending in _ENDINGS
    )


@cache
def english_words() -> frozenset[str]:
    """The words, lower case, two letters at least."""
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(PACKAGE_FOLDER))) / "vocab.txt"
        lines = path.read_text(encoding="utf-8").split("\n")
    except (metadata.PackageNotFoundError, OSError):
        return frozenset()
    return frozenset(line for line in lines if len(line) > 1 and line.isascii() and line.isalpha())
