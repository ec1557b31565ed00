"""The words of a text as a statement is held against its evidence: stems, numbers, kinds, poles, and which stand under a negation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from rag.clinical.concepts.tables import abbreviation_senses
from rag.clinical.lexicon import read_word_lists

REMEMBERED_TEXTS, REMEMBERED_WORDS = 2048, 65536
NEGATION_REACH_WORDS = 6
MIN_SENSE_SHARE = 0.05
"""An abbreviation's sense that has a smaller share of its uses is not believed."""
KINDS = ("negation", "certainty", "time", "relative", "quantity", "comparison", "function", "unit")
_LISTS = Path(__file__).with_name("data") / "pair_words.yaml"
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+n['’]t\b|[^\W\d_]+|[.;:!?%]")
_SUFFIX = re.compile(
    r"(?:izations?|isations?|ational|ations?|iveness|fulness|ousness|ities|ments?|ness|ings?|ions?|edly|ally|ies|ied|ers?|ed|es|ly|al|ic|ive|s|e|y)$"
)
_PREFIX_CHARS = 5
_STOPS = frozenset(".;:!?")
_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "once": 1, "twice": 2}
_SPELLED = {word: value for value, word in enumerate(_ONES)} | _TENS | _ORDINALS


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word is apart from where it stands. ``poles`` are pairs (line, side) of the list of opposites; ``senses`` are what an
    abbreviation may stand for, as stems."""

    stem: str
    number: float | None
    kinds: frozenset[str]
    poles: frozenset[tuple[int, int]]
    senses: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class PairWord:
    """A word at ``text[start:end]``; ``sentence`` counts the sentences before it."""

    start: int
    end: int
    word: str
    meaning: Meaning
    capital: bool
    negated: bool
    sentence: int


@lru_cache(maxsize=REMEMBERED_TEXTS)
def pair_words(text: str) -> tuple[PairWord, ...]:
    """The words and numbers of a text, in order. Linear; remembered."""
    return tuple(_words(text))


def _words(text: str) -> Iterator[PairWord]:
    negated_for, sentence, opens = 0, 0, True
    ends = _ends()
    for match in _WORD.finditer(text):
        written = match[0]
        word = written.lower()
        if written in _STOPS:
            negated_for = 0
            if written in ".!?" and not opens:
                sentence, opens = sentence + 1, True
            continue
        meaning = meaning_of(word)
        if word in ends:
            negated_for = 0
        yield PairWord(match.start(), match.end(), word, meaning, written[0].isupper() and not opens, negated_for > 0, sentence)
        negated_for = NEGATION_REACH_WORDS if "negation" in meaning.kinds else max(0, negated_for - 1)
        opens = False


@lru_cache(maxsize=REMEMBERED_WORDS)
def meaning_of(word: str) -> Meaning:
    """What a word in lower case means, as far as lists tell."""
    stem = stem_of(word)
    lists = _kinds()
    kinds = frozenset(kind for kind in KINDS if word in lists[kind]) | ({"negation"} if word.endswith(("n't", "n’t")) else frozenset())
    senses: tuple[frozenset[str], ...] = ()
    if 2 <= len(word) <= 5 and "function" not in kinds and word.isalpha():
        senses = tuple(
            frozenset(map(stem_of, re.findall(r"[a-z]+", sense))) for sense, share in abbreviation_senses(word) if share >= MIN_SENSE_SHARE
        )[:4]
    return Meaning(stem, _number(word), kinds, _poles().get(word, frozenset()) | _poles().get(f"{stem}*", frozenset()), senses)


@lru_cache(maxsize=REMEMBERED_WORDS)
def stem_of(word: str) -> str:
    """A word without its endings: at least four letters stay."""
    if len(word) <= 4 or not word.isalpha():
        return word.removesuffix("s") if len(word) == 4 and not word.endswith("ss") else word
    cut = _SUFFIX.sub("", word)
    cut = cut if len(cut) >= 4 else word.removesuffix("s")
    return cut[:-1] if len(cut) > 4 and cut[-1] == cut[-2] else cut


def alike(one: str, other: str) -> bool:
    """Whether two words begin alike for long enough to be of one family."""
    return len(one) >= _PREFIX_CHARS and len(other) >= _PREFIX_CHARS and one[:_PREFIX_CHARS] == other[:_PREFIX_CHARS]


def _number(word: str) -> float | None:
    if word[0].isdigit():
        try:
            return float(re.sub(r",(?=\d{3})", "", word))
        except ValueError:
            return None
    return float(_SPELLED[word]) if word in _SPELLED else None


@cache
def _kinds() -> dict[str, frozenset[str]]:
    lists = read_word_lists(_LISTS)
    return {kind: frozenset(lists[kind]) for kind in KINDS}


@cache
def _ends() -> frozenset[str]:
    return frozenset(read_word_lists(_LISTS)["negation_ends"])


@cache
def _poles() -> dict[str, frozenset[tuple[int, int]]]:
    """Poles by word and, for longer words, by stem with a star after it."""
    found: dict[str, frozenset[tuple[int, int]]] = {}
    for line, pair in enumerate(read_word_lists(_LISTS)["opposites"]):
        for side, words in enumerate(pair.split("|")):
            for word in words.split():
                for key in (word, f"{stem_of(word)}*" if len(word) > 4 else word):
                    found[key] = found.get(key, frozenset()) | {(line, side)}
    return found
