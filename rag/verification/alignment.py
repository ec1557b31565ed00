"""What of a sentence of evidence a near copy of it changes: numbers, a denial, a side, a time, a name, word against word.

A number or a "not" that stands elsewhere in the evidence is no support for it here; only the words beside it tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from functools import lru_cache

from rag.verification.numbers import dates_of, days_of
from rag.verification.pair_words import PairWord, pair_words
from rag.verification.small_words import unsaid
from rag.verification.words import words_in

MAX_WORDS = 80
"""Of either text: aligning takes the product of both. What stands behind them is not compared."""
DROPPED_WORDS = 2
"""A longer run that the statement leaves out is a fact that it does not speak of, with its own denials."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many numbers (1 left out: "once daily" is daily), denials, words of the opposite pole and small words (of time, amount,
    certainty, kin) are others than in the evidence; ``rarest`` is the rarity of the rarest word that stands in place of another one."""

    numbers: float = 0.0
    denials: float = 0.0
    poles: float = 0.0
    small: float = 0.0
    rarest: float = 0.0


NAMES = tuple(field.name for field in fields(Changes))


def changes(statement: str, sentence: str) -> Changes:
    """What the statement changes of the sentence. Bounded by 80 words on either side: at most 1 ms."""
    ours, theirs = _undated(statement), _undated(sentence)
    matcher = SequenceMatcher(None, [_key(w.word) for w in ours], [_key(w.word) for w in theirs], autojunk=False)
    found = [
        _changed(ours[a:b], theirs[c:d], theirs)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal" and (b > a or d - c <= DROPPED_WORDS)
    ]
    if _denials(ours) == _denials(theirs) and not any(tag == "replace" for tag, *_ in matcher.get_opcodes()):
        found = [replace(one, denials=0.0) for one in found]  # a part with its denial stands elsewhere
    return Changes(
        sum(one.numbers for one in found),
        sum(one.denials for one in found),
        sum(one.poles for one in found),
        sum(one.small for one in found),
        max((one.rarest for one in found), default=0.0),
    )


def _undated(text: str) -> list[PairWord]:
    """The first words that are no part of a date: dates are written in many ways, and the slot checks read them."""
    dates = [*(found.span for found in dates_of(text)), *(found.span for found in days_of(text))]
    return [word for word in pair_words(text)[:MAX_WORDS] if not any(span.start <= word.start < span.end for span in dates)]


def _denials(words: Sequence[PairWord]) -> int:
    return sum("negation" in word.meaning.kinds and word.word != "unremarkable" for word in words)


def _changed(ours: Sequence[PairWord], theirs: Sequence[PairWord], sentence: Sequence[PairWord]) -> Changes:
    """What one run of the statement's words says otherwise than the run of the evidence that it stands in place of."""
    said = {_key(word.word) for word in sentence}
    numbers = {w.meaning.number for w in theirs} - {None}
    other = sum(
        w.meaning.number not in (None, 1.0) and w.meaning.number not in numbers and (bool(numbers) or _key(w.word) not in said)
        for w in ours
    )
    denied = [_denials(side) > 0 for side in (ours, theirs)]
    poles = {pole for w in theirs for pole in w.meaning.poles}
    opposed = sum(any((line, 1 - side) in poles and (line, side) not in poles for line, side in w.meaning.poles) for w in ours)
    small = unsaid((w for w in ours if _key(w.word) not in said), sentence)
    small += sum("certainty" in w.meaning.kinds for w in theirs) * (not any("certainty" in w.meaning.kinds for w in ours))
    rarest = max(_rarities([w for w in ours if _key(w.word) not in said]), default=0.0) if any(_rarities(theirs)) else 0.0
    return Changes(float(other), float(denied[0] != denied[1]), float(opposed), float(small), rarest)


def _rarities(words: Sequence[PairWord]) -> Iterator[float]:
    for word in words:
        if word.meaning.number is None and not word.meaning.kinds:
            yield from (known.rarity for known in words_in(word.word))


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    """A word's key where it carries content, else the word."""
    known = words_in(word)
    return known[0].key if known else word
