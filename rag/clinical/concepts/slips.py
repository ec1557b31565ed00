"""What a slip of the hand costs: how unlikely it is that one word was typed for another.

One slip is a letter left out, doubled, added or replaced, or two neighbours exchanged. Source: F. Damerau, A technique for computer
detection and correction of spelling errors, CACM 1964; the order of the costs (a doubled letter or a neighbouring key is likelier than any
other letter, the first letter is seldom wrong) is M. Kernighan, K. Church, W. Gale, A spelling correction program, COLING 1990.
"""

from __future__ import annotations

LIKELY_COST = 1.0
"""An exchange, a letter left out, a neighbouring key: what a hand does. A doubled letter costs less, any other letter more."""
_DOUBLED_COST = 0.8
_EXTRA_BESIDE_COST = 1.2
_EXTRA_COST = 1.6
_NEAR_KEY_COST = 1.2
_VOWEL_COST = 1.1  # misheard rather than mistyped: "diabetis"
_OTHER_LETTER_COST = 1.7
_FIRST_LETTER_COST = 0.6
_FIRST_EXCHANGED_COST = 0.3
_BESIDE_KEYS = 1.0
_NEAR_KEYS = 1.5
_VOWELS = frozenset("aeiouy")
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PLACES = {key: (row, at + row / 2) for row, keys in enumerate(_KEYS) for at, key in enumerate(keys)}
"""Row and place of each key: a row stands half a key to the right of the one above it."""


def slip_cost(typed: str, right: str) -> float | None:
    """The cost of the one slip that makes ``typed`` of ``right``, 0.8 to 2.3; None for equal words and for more than one slip."""
    if abs(len(typed) - len(right)) > 1 or typed == right:
        return None
    shorter = min(len(typed), len(right))
    head = 0
    while head < shorter and typed[head] == right[head]:
        head += 1
    tail = 0
    while tail < shorter - head and typed[-1 - tail] == right[-1 - tail]:
        tail += 1
    cost = _cost(typed, right, head, typed[head : len(typed) - tail], right[head : len(right) - tail])
    if cost is None or head:
        return cost
    return cost + (_FIRST_EXCHANGED_COST if typed[:2] == right[1::-1] else _FIRST_LETTER_COST)


def _cost(typed: str, right: str, head: int, left: str, wanted: str) -> float | None:
    """The cost of ``left`` where ``wanted`` was meant, at ``head``."""
    if len(left) == 2 and left == wanted[::-1]:
        return LIKELY_COST
    if len(left) == len(wanted) == 1:
        return _replaced(left, wanted)
    if not left and len(wanted) == 1:
        return _DOUBLED_COST if wanted in _around(right, head) else LIKELY_COST
    if len(left) == 1 and not wanted:
        return _added(left, _around(typed, head))
    return None


def _added(letter: str, around: set[str]) -> float:
    """The cost of a letter too many: the same again, one that a finger may have met beside the right key, any other."""
    if letter in around:
        return _DOUBLED_COST
    return _EXTRA_BESIDE_COST if min(_keys_apart(letter, other) for other in around) <= _NEAR_KEYS else _EXTRA_COST


def _replaced(left: str, wanted: str) -> float:
    """The cost of one letter for another: the keys beside it, those a key further, vowels that sound alike, any other."""
    apart = _keys_apart(left, wanted)
    if apart <= _BESIDE_KEYS:
        return LIKELY_COST
    if {left, wanted} <= _VOWELS:
        return _VOWEL_COST
    return _NEAR_KEY_COST if apart <= _NEAR_KEYS else _OTHER_LETTER_COST


def _keys_apart(one: str, other: str) -> float:
    """The distance of two keys in widths of a key: the greater of rows and places; far for what is no letter."""
    (row, at), (other_row, other_at) = _PLACES.get(one, (9, 9)), _PLACES.get(other, (-9, -9))
    return max(abs(row - other_row), abs(at - other_at))


def _around(word: str, place: int) -> set[str]:
    """The letters beside a place."""
    return set(word[max(0, place - 1) : place] + word[place + 1 : place + 2])
