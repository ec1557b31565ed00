"""Everyday words of a question: what may be left out of the thing asked for, where the chart has nothing of the whole phrase."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rag.clinical.lexicon import load_words

_WORD = re.compile(r"[^\s,;:()]+")
_NEVER = frozenset({"left"})
"""Words that also tell clinical things apart: not left out though they are everyday verbs."""


@cache
def _everyday() -> frozenset[str]:
    lists = load_words("question_everyday")
    return frozenset(word for phrases in lists.values() for phrase in phrases for word in phrase.split()) - _NEVER


@lru_cache(maxsize=4096)
def is_everyday(word: str) -> bool:
    """Whether a word never names a clinical thing by itself."""
    return word.casefold().strip(".'\"?!") in _everyday()


def without_everyday(phrase: str) -> tuple[str, ...]:
    """The phrase without everyday words, the mildest cut first: from its edges only, then anywhere; none where nothing is left or cut."""
    words = _WORD.findall(phrase)
    first, last = 0, len(words)
    while first < last and is_everyday(words[first]):
        first += 1
    while last > first and is_everyday(words[last - 1]):
        last -= 1
    trimmed = " ".join(words[first:last])
    bare = " ".join(word for word in words if not is_everyday(word))
    return tuple(dict.fromkeys(form for form in (trimmed, bare) if form and form != phrase))
