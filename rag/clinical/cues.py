"""The words that turn a statement: found in a sentence, longest first, each with what it says and where it reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product

from rag.clinical.lexicon import load_words

_TOKEN = re.compile(r"\([+\-−]\)|\d\+|[a-z0-9]+(?:['’/.&\-][a-z0-9]+)*|[,;:()?]|(?<=\s)[-–—](?=\s)|[–—]|&")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MEANINGS = ("family", "other", "negated", "uncertain", "historical", "hypothetical", "pseudo", "ends")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark, lower case, and its place in the text. Dashes between words are commas, ``&`` is "and"."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """Tokens ``[first, last)`` of a sentence that carry the named meanings (keys of ``words/assertions.yaml``)."""

    first: int
    last: int
    names: frozenset[str]


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The words and marks of ``text[start:end]`` with offsets into ``text``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_lowered(text[start:end])):
        word = match[0].replace("’", "'")
        found.append(Token({"-": ",", "–": ",", "—": ",", "&": "and"}.get(word, word), start + match.start(), start + match.end()))
    return found


def _lowered(text: str) -> str:
    """Lower case of the same length: ``str.lower`` grows for a few letters (``İ``)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


@dataclass(slots=True)
class _Node:
    """Where some phrases stand after their first words: what ends here means, and what may follow."""

    names: frozenset[str] = frozenset()
    following: dict[str, _Node] = field(default_factory=dict)


def cues_of(tokens: Sequence[Token]) -> list[Cue]:
    """The cues among the tokens, in order, none overlapping; at each place the longest phrase wins. Linear."""
    root, members = _phrases(), _members()
    found: list[Cue] = []
    i = 0
    while i < len(tokens):
        node, last, names = root, i, frozenset[str]()
        for j in range(i, len(tokens)):
            if (step := node.following.get(tokens[j].word)) is None:
                break
            node = step
            if node.names:
                last, names = j + 1, node.names
        if "pseudo_person" in names and last > i + 1 and tokens[last - 1].word not in members:
            last -= 1  # "mother denies": the verb still speaks
        if names:
            found.append(Cue(i, last, names))
        i = max(last, i + 1)
    return found


@cache
def _members() -> frozenset[str]:
    words = load_words("assertions")
    return frozenset(word.split()[-1] for key in ("member", "stranger") for word in words[key])


@cache
def _phrases() -> _Node:
    """The root of all phrases."""
    root = _Node()
    lists = load_words("assertions")
    for name, phrases in lists.items():
        if name.split("_")[0] not in _MEANINGS:
            continue
        for phrase in _expanded(phrases, lists):
            node = root
            for token in tokens_of(phrase, 0, len(phrase)):
                node = node.following.setdefault(token.word, _Node())
            node.names |= {name}
    return root


def _expanded(phrases: Iterable[str], lists: dict[str, tuple[str, ...]]) -> Iterable[str]:
    for phrase in phrases:
        choices = [lists[part] if i % 2 else (part,) for i, part in enumerate(_PLACEHOLDER.split(phrase))]
        for parts in product(*choices):
            yield "".join(parts)
