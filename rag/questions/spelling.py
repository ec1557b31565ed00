"""Typing errors: a letter more, less or other, or two neighbours swapped; once in a word, twice in some long ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

_SURE_WORD_CHARS = 6  # below, one letter for another is forgiven only where the keys lie side by side
_LONG_WORD_CHARS = 9  # from here on two errors may be forgiven
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: {other for near in (-1, 0, 1) if 0 <= row + near < 3 for other in _KEYS[row + near][max(0, place - 1) : place + 2]} - {key}
    for row, keys in enumerate(_KEYS)
    for place, key in enumerate(keys)
}

Forms = Mapping[str, tuple[str, ...]]
"""Right words by each form with one letter missing (two in long ones that are often asked with), and by themselves."""


def forms_of(words: Iterable[str], shortest: int, twice: Collection[str] = ()) -> Forms:
    """The forms by which words of at least ``shortest`` letters are found again; those of ``twice`` by two errors."""
    found: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        if len(word) >= shortest and word.isalpha():
            for form in _forms(word, twice=word in twice):
                found.setdefault(form, []).append(word)
    return {form: tuple(right) for form, right in found.items()}


def nearest_of(word: str, words: Mapping[tuple[str, int], Sequence[str]]) -> str | None:
    """The word one typing error away among many, held by first letter and length; None where there is none."""
    for size in (len(word), len(word) + 1, len(word) - 1):
        for right in words.get((word[0], size), ()):
            if _errors(word, right) == 1:
                return right
    return None


def by_beginning(words: Iterable[str], shortest: int) -> dict[tuple[str, int], list[str]]:
    """Words by their first letter and length, for ``nearest_of``."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in sorted(set(words)):
        if len(word) >= shortest and word.isalpha():
            found.setdefault((word[0], len(word)), []).append(word)
    return found


def nearest(word: str, forms: Forms, first: Collection[str] = ()) -> str | None:
    """The right word within one typing error (two for long words of the forms), the nearest first; None where there is none.

    Among equals a word of ``first`` is taken. Another first letter is taken only where it is swapped, left out or a neighbour's key.
    """
    candidates = {right for form in _forms(word, twice=True) for right in forms.get(form, ())}
    ranked = (
        (errors, right not in first, abs(len(right) - len(word)), right)
        for right in candidates
        if (errors := _errors(word, right)) is not None
    )
    best = min(ranked, default=None)
    return best[3] if best else None


def _forms(word: str, *, twice: bool) -> set[str]:
    size = len(word)
    found = {word, *(word[:place] + word[place + 1 :] for place in range(size))}
    if twice and size >= _LONG_WORD_CHARS - 1:
        found |= {word[:a] + word[a + 1 : b] + word[b + 1 :] for a, b in combinations(range(size), 2)}
    return found


def _errors(word: str, right: str) -> int | None:
    """The number of typing errors between two words, None where they are too far apart or unlikely to be one word."""
    if word[0] != right[0] and not _first_is_wrong(word, right):
        return None
    if _one_edit(word, right):
        alike = len(word) != len(right) or len(right) >= _SURE_WORD_CHARS or sorted(word) == sorted(right)
        return 1 if alike or any(_are_neighbours(a, b) for a, b in zip(word, right, strict=True) if a != b) else None
    long = min(len(word), len(right)) >= _LONG_WORD_CHARS - 1 and len(right) >= _LONG_WORD_CHARS
    return 2 if long and _distance(word, right) == 2 else None


def _first_is_wrong(word: str, right: str) -> bool:
    """True where only the beginning differs: swapped, left out, or a neighbour's key."""
    return (
        word[:2] == right[1::-1]
        or (word == right[1:] and len(right) >= _SURE_WORD_CHARS)
        or (word[1:] == right[1:] and _are_neighbours(word[0], right[0]))
    )


def _are_neighbours(left: str, right: str) -> bool:
    return right in _BESIDE.get(left, ())


def _one_edit(left: str, right: str) -> bool:
    """True at a distance of one: insertion, deletion, substitution or a swap of neighbours."""
    if abs(len(left) - len(right)) > 1:
        return False
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    if len(left) == len(right):
        swapped = left[head : head + 2] == right[head : head + 2][::-1] and left[head + 2 :] == right[head + 2 :]
        return swapped or left[head + 1 :] == right[head + 1 :]
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[head + 1 :] == shorter[head:]


def _distance(left: str, right: str) -> int:
    """The number of insertions, deletions, substitutions and swaps of neighbours that make one word of the other."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]
