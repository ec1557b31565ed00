"""Misspelled words of a question and the known words they may stand for: never one real word for another.

Damerau–Levenshtein distance (optimal string alignment). Source: F. Damerau, A technique for computer detection and correction of
spelling errors, CACM 1964: four in five misspellings are one insertion, deletion, substitution or transposition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

from rag.clinical.concepts.english import is_english
from rag.clinical.concepts.lexicon import known_words, written_words
from rag.clinical.concepts.slips import LIKELY_COST, slip_cost
from rag.clinical.concepts.tables import icd_words
from rag.clinical.concepts.variants import variants
from rag.clinical.concepts.words import plain_word
from rag.clinical.lexicon import load_words

MIN_CHARS = 4
TWO_EDITS_FROM_CHARS = 9
MAX_CANDIDATES = 4
_SURE_CHARS = 5  # a shorter word is read as another only for a likely slip, as a still shorter one only where a letter is doubled
_TWO_EDITS_COST = 2.5
_MOST_COST_OF_SHORT = 1.3


def candidates(word: str, chart_words: Iterable[str] = ()) -> tuple[str, ...]:
    """Known words that ``word`` may be meant for, the likeliest slip first, the chart's before others; empty where it is a word itself.

    Words under four letters, numbers, words of any list and of everyday English are left as they are. One edit, two from nine letters on;
    the first letter is kept, unless the first two are transposed or a long word's is left out. At most four. Some 2 ms.
    """
    if len(word) < MIN_CHARS or not word.isalpha() or is_word(word) or is_english(word):
        return ()
    limit = 2 if len(word) >= TWO_EDITS_FROM_CHARS else 1
    chart = {other for other in chart_words if len(other) >= MIN_CHARS}
    if word in chart:
        return ()
    found = [(cost, other not in chart, other) for cost, other in _listed_near(word, limit)]
    found += [(cost, False, other) for cost, other in _near(word, chart, limit)]
    found.sort()
    return tuple(dict.fromkeys(other for _, _, other in found))[:MAX_CANDIDATES]


@lru_cache(maxsize=4_096)
def _listed_near(word: str, limit: int) -> tuple[tuple[float, str], ...]:
    """The words of the lists within ``limit`` edits: one question asks for the same word several times."""
    return _near(word, _nearby(word, limit), limit)


def _near(word: str, others: Iterable[str], limit: int) -> tuple[tuple[float, str], ...]:
    return tuple((cost, other) for other in others if (cost := _cost(word, other, limit)) is not None)


def _cost(word: str, other: str, limit: int) -> float | None:
    """What typing ``word`` for ``other`` costs; None where it is too far, or too unlikely for a short word."""
    if abs(len(other) - len(word)) > limit or not _begins_alike(word, other) or edits(word, other, limit) > limit:
        return None
    cost = slip_cost(word, other)
    if cost is None:
        return _TWO_EDITS_COST
    sure = min(len(word), len(other)) >= _SURE_CHARS
    return cost if sure or cost < LIKELY_COST or (cost <= _MOST_COST_OF_SHORT and len(other) >= len(word)) else None


def is_word(word: str) -> bool:
    """Whether a list of this project, or a title of ICD-10-CM, has the word (or its singular)."""
    listed = word in known_words() or plain_word(word) in known_words() or bool(variants(word))
    return listed or word in icd_words() or word in load_stop_words()


@cache
def load_stop_words() -> frozenset[str]:
    """Words of everyday questions."""
    return frozenset(word for phrases in load_words("terms").values() for word in phrases)


def edits(one: str, other: str, limit: int) -> int:
    """The number of insertions, deletions, substitutions and transpositions between two words; ``limit + 1`` where there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        two_before, before = before, row
        row = [at]
        for to, wanted in enumerate(other, start=1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                best = min(best, two_before[to - 2] + 1)
            row.append(best)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _begins_alike(word: str, other: str) -> bool:
    return word[0] == other[0] or (word[0] == other[1] and word[1] == other[0]) or (word == other[1:] and len(word) >= _SURE_CHARS)


def _nearby(word: str, limit: int) -> Iterable[str]:
    """Known words of about the length, with a letter in common at the start, and those that lack only their first letter here."""
    for length in range(len(word) - limit, len(word) + limit + 1):
        for letter in {word[0], word[1]}:
            yield from _by_shape().get((length, letter), ())
    yield from _without_first().get(word, ())


@cache
def _without_first() -> dict[str, tuple[str, ...]]:
    """Known words by what is left without their first letter."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(written_words()):
        if word.isalpha() and len(word) > _SURE_CHARS:
            found[word[1:]].append(word)
    return {rest: tuple(words) for rest, words in found.items()}


@cache
def _by_shape() -> dict[tuple[int, str], tuple[str, ...]]:
    found: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for word in sorted(written_words()):
        if word.isalpha() and len(word) >= MIN_CHARS:
            found[len(word), word[0]].append(word)
    return {shape: tuple(words) for shape, words in found.items()}
