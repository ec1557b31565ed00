"""Shorthand of typed questions written out: "b4", "w/", "prev", "f/u"."""

from __future__ import annotations

import re
from functools import cache

from rag.clinical.lexicon import load_words
from rag.questions.lists import load_lists


def written_out(text: str) -> str:
    """The text with the shorthand of the word list written out, the rest as it stands."""
    return _pattern().sub(lambda match: _table()[match.group().lower()], text)


@cache
def _table() -> dict[str, str]:
    lists = (load_words("question_shorthand"), load_lists("shorthand"))
    return {short: plain for listed in lists for plain, shorts in listed.items() for short in shorts}


@cache
def _pattern() -> re.Pattern[str]:
    shorts = "|".join(re.escape(short) for short in sorted(_table(), key=len, reverse=True))
    return re.compile(rf"(?<![\w/.'-])(?:{shorts})(?![\w/'-])", re.IGNORECASE)
