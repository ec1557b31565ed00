"""Whether words of a note tell of the relative that a question asks about: what a father had is no answer about a mother."""

from __future__ import annotations

import re
from functools import cache

from rag.clinical.lexicon import load_words

_NO_RELATIVE = frozenset({"patient", "family", ""})
_WIDER = {
    "mother": ("parent",),
    "father": ("parent",),
    "brother": ("sibling",),
    "sister": ("sibling",),
    "sibling": ("brother", "sister"),
    "parent": ("mother", "father"),
    "grandmother": ("grandparent",),
    "grandfather": ("grandparent",),
    "grandparent": ("grandmother", "grandfather"),
    "child": ("son", "daughter"),
}


def tells_of(text: str, relative: str) -> bool:
    """Whether the text names the relative, under any of their names; always True of the patient and of the family at large."""
    return relative in _NO_RELATIVE or _names(relative).search(text) is not None


@cache
def _names(relative: str) -> re.Pattern[str]:
    lists = load_words("question_family")
    said = [relative, *(form for name in (relative, *_WIDER.get(relative, ())) for form in (name, *lists.get(name, ())))]
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(form) for form in dict.fromkeys(said))})(?!\w)", re.IGNORECASE)
