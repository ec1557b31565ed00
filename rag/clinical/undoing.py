"""Words that end one thing and no other: "extubated" ends an intubation, "defervesced" a fever, "gap closed" a ketoacidosis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import translate
from functools import cache
from typing import NamedTuple

from rag.clinical.cues import Token, tokens_of
from rag.clinical.lasting import recurs_at
from rag.clinical.lexicon import load_words

_MAX_APART_TOKENS = 25
_MAX_BEFORE_TOKENS = 3
_MAX_AFTER_TOKENS = 8
_NOT_DONE = frozenset({"but", "twice", "date"})
_NOT_YET = frozenset(
    {"not", "never", "until", "till", "if", "when", "before", "to", "will", "once", "unless", "be", "failed", "hasn't", "nearly"}
)


class Ending(NamedTuple):
    """The token at which the words begin, and the words that they end."""

    first: int
    ends: re.Pattern[str]


def endings_of(tokens: Sequence[Token]) -> list[Ending]:
    """The endings among the tokens that are neither denied nor awaited. Linear."""
    known = _endings()
    found = []
    for i, (word, _, _) in enumerate(tokens):
        if word in known:
            for words, ends in known[word]:
                if tuple(token.word for token in tokens[i : i + len(words)]) == words:
                    found.append(Ending(i, ends))
    return [ending for ending in found if _holds(tokens, ending.first)]


def _holds(tokens: Sequence[Token], i: int) -> bool:
    """Whether nothing denies or awaits the ending at ``i``, and nothing after it tells that the thing came back."""
    before = {token.word for token in tokens[max(0, i - _MAX_BEFORE_TOKENS) : i]}
    after = [token.word for token in tokens[i + 1 : i + 1 + _MAX_AFTER_TOKENS]]
    return _NOT_YET.isdisjoint(before) and _NOT_DONE.isdisjoint(after) and recurs_at(after) < 0


def is_undone(tokens: Sequence[Token], endings: Sequence[Ending], first: int, last: int) -> bool:
    """Whether an ending of just what the target, tokens ``[first, last)``, names follows within 25 tokens."""
    return any(
        last <= ending.first < last + _MAX_APART_TOKENS and any(ending.ends.match(token.word) for token in tokens[first:last])
        for ending in endings
    )


@cache
def _endings() -> dict[str, list[tuple[tuple[str, ...], re.Pattern[str]]]]:
    """By first word, each ending's words with what they end; written "words > pattern pattern"."""
    found: dict[str, list[tuple[tuple[str, ...], re.Pattern[str]]]] = {}
    for line in load_words("assertions")["undoing"]:
        phrase, _, patterns = line.partition(" > ")
        words = tuple(token.word for token in tokens_of(phrase, 0, len(phrase)))
        found.setdefault(words[0], []).append((words, re.compile("|".join(translate(pattern) for pattern in patterns.split()))))
    return found
