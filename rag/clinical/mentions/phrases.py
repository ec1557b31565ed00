"""Known phrases in a sentence: longest first, in any case, number and hyphenation. Linear in the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rag.clinical.mentions.passages import Passage, Word, fold

_WORD = re.compile(r"[A-Za-z0-9À-ž]+(?:['’][A-Za-z]{1,2}\b)?")
_JOINED = re.compile(r"[ \t]{0,2}[-–/+]?[ \t]{0,2}|[ \t]{0,3}\n[ \t]{0,8}|\.[ \t]?")
_INVERTED = re.compile(r",[ \t]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words ``[first, last)`` of a passage that are a known phrase; ``kinds`` maps what it may be to the phrase as listed."""

    first: int
    last: int
    kinds: Mapping[str, str]


@dataclass(slots=True)
class Tree:
    """Where some phrases stand after their first words: what ends here, and what may follow."""

    kinds: dict[str, str] = field(default_factory=dict)
    following: dict[str, Tree] = field(default_factory=dict)


def tree_of(vocabulary: Mapping[str, Iterable[str]]) -> Tree:
    """The root of all phrases, given the phrases of each kind; of two kinds of one phrase the earlier kind comes first."""
    root = Tree()
    for kind, phrases in vocabulary.items():
        for phrase in phrases:
            node = root
            for word in keys_of(phrase):
                node = node.following.setdefault(word, Tree())
            if node is not root:
                node.kinds.setdefault(kind, phrase)
    return root


def keys_of(phrase: str) -> tuple[str, ...]:
    """The folded words of a phrase."""
    return tuple(fold(match[0]) for match in _WORD.finditer(phrase))


def find_phrases(passage: Passage, tree: Tree, modifiers: frozenset[str] = frozenset()) -> list[Phrase]:
    """The phrases of ``tree`` in the passage, in order, disjoint; at each place the longest wins.

    The words of a phrase are joined by spaces, a hyphen or a slash, by a comma only before one of ``modifiers`` ("diabetes, type 2").
    """
    words, following = passage.words, tree.following
    found: list[Phrase] = []
    end = 0
    for i in [i for i, (key, _, _) in enumerate(words) if key in following]:
        if i >= end:
            last, kinds = _longest(passage, tree, i, modifiers)
            if kinds:
                found.append(Phrase(i, last, kinds))
                end = last
    return found


def _longest(passage: Passage, tree: Tree, first: int, modifiers: frozenset[str]) -> tuple[int, Mapping[str, str]]:
    """Where the longest phrase that begins at the word ``first`` ends, and what it may be; no kinds where none begins there."""
    words = passage.words
    last, kinds = first, dict[str, str]()
    step = tree.following[words[first].key]
    for j in range(first + 1, len(words) + 1):
        if step.kinds:
            last, kinds = j, step.kinds
        if j == len(words) or (following := step.following.get(words[j].key)) is None or not _joined(passage.text, words, j, modifiers):
            break
        step = following
    return last, kinds


def _joined(text: str, words: Sequence[Word], at: int, modifiers: frozenset[str]) -> bool:
    """Whether only a space, hyphen or the like stands before the word at ``at``."""
    start, end = words[at - 1].end, words[at].start
    if end - start == 1 and text[start] in " -/":
        return True
    if words[at].key in modifiers and _INVERTED.fullmatch(text, start, end):
        return True
    return bool(_JOINED.fullmatch(text, start, end))
