"""The words of a text that carry content: for receipts and for lexical features."""

from __future__ import annotations

import re

from rag.clinical.lexicon import word_set

_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
_MIN_STEM_CHARS = 4


def content_terms(text: str) -> tuple[str, ...]:
    """The distinct content words of ``text``, case-folded and in the singular, in order of first appearance. Linear.

    Stop words, question words and lone letters are left out; numbers stay. Only plural endings are taken off
    ("biopsies" → "biopsy"), so that every term can be shown to a reader.
    """
    words = (match[0].casefold().replace("’", "'").removesuffix("'s") for match in _WORD.finditer(text))
    stops = word_set("terms", "stop")
    return tuple(dict.fromkeys(stem(word) for word in words if word not in stops and (len(word) > 1 or word.isdigit())))


def stem(word: str) -> str:
    """A case-folded word without its plural ending. Source: Harman's S stemmer (JASIS 1991), with clinical exceptions."""
    if len(word) < _MIN_STEM_CHARS or not word.endswith("s") or word in word_set("terms", "unchanged"):
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > _MIN_STEM_CHARS + 1 else word[:-1]
    if word.endswith(("noses", "ptoses", "rtheses")):
        return word[:-2] + "is"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    return word[:-1]
