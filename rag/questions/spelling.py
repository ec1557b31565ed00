"""Typing errors: a letter more, less or other, or two neighbours swapped; once in a word, twice in a long one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

_SURE_WORD_CHARS = 6  # below, one letter for another is forgiven only where the keys lie side by side
_LONG_WORD_CHARS = 9  # from here on two errors are forgiven
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    key: {other for near in (-1, 0, 1) if 0 <= row + near < 3 for other in _KEYS[row + near][max(0, place - 1) : place + 2]} - {key}
    for row, keys in enumerate(_KEYS)
    for place, key in enumerate(keys)
}

Forms = Mapping[str, tuple[str, ...]]
"""Right words by each form with one letter missing (two in long words), and by themselves."""


def forms_of(words: Iterable[str], shortest: int) -> Forms:
    """The forms by which words of at least ``shortest`` letters are found again."""
    found: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        if len(word) >= shortest and word.isalpha():
            for form in _forms(word):
                found.setdefault(form, []).append(word)
    return {form: tuple(right) for form, right in found.items()}


def nearest(word: str, forms: Forms) -> str | None:
    """The right word within one typing error (two where both have nine letters), the nearest first; None where there is none.

    Another first letter is taken only for two letters swapped or for a neighbour's key.
    """
    candidates = {right for form in _forms(word) for right in forms.get(form, ())}
    ranked = ((_errors(word, right), abs(len(right) - len(word)), right) for right in candidates)
    best = min((row for row in ranked if row[0] is not None), key=lambda row: (row[0] or 0, row[1], row[2]), default=None)
    return best[2] if best else None


def _forms(word: str) -> set[str]:
    size = len(word)
    found = {word, *(word[:place] + word[place + 1 :] for place in range(size))}
    if size >= _LONG_WORD_CHARS - 1:
        found |= {word[:a] + word[a + 1 : b] + word[b + 1 :] for a, b in combinations(range(size), 2)}
    return found


def _errors(word: str, right: str) -> int | None:
    """The number of typing errors between two words, None where they are too far apart or unlikely to be one word."""
    if word[0] != right[0] and not (word[:2] == right[1::-1] or (word[1:] == right[1:] and _are_neighbours(word[0], right[0]))):
        return None
    if _one_edit(word, right):
        alike = len(word) != len(right) or len(right) >= _SURE_WORD_CHARS or sorted(word) == sorted(right)
        return 1 if alike or any(_are_neighbours(a, b) for a, b in zip(word, right, strict=True) if a != b) else None
    long = min(len(word), len(right)) >= _LONG_WORD_CHARS - 1 and len(right) >= _LONG_WORD_CHARS
    return 2 if long and _distance(word, right) == 2 else None  # noqa: PLR2004


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
