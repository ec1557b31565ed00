"""The words by which a statement is found in its contexts: stems, one key for synonyms, numbers by their value, each with its rarity.

Rarity and word pieces come from the packaged encoder's vocabulary, which lists words by how often they occur in English.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from rag.answering.lexical import term_of
from rag.clinical.concepts.tables import abbreviation_senses
from rag.clinical.concepts.words import atoms
from rag.clinical.lexicon import load_words
from rag.encoder.checkpoint import PACKAGE, PACKAGE_FOLDER

UNKNOWN_RARITY = 1.2
NUMBER_RARITY = 1.0
LETTER_RARITY = 0.8
_IRREGULAR = {"reduct": "low", "lower": "low"}
_LETTERS = frozenset("bcdefghjklmnopqruvwxyz")  # "vitamin D"; not those that are words or endings
LEAST_SHARE = 0.3
"""An abbreviation's sense with a smaller share of its uses is not believed."""
LEAST_SHORT_CHARS, MOST_SHORT_CHARS = 2, 6
_FIRST_WORD = 1996
_COMMON_RANKS = 60
_MAX_WORD_CHARS = 100
_PIECE = re.compile(r"\w+|[^\w\s]")
_WRITTEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 2)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: its key, and how rare it is, from 0.4 for the most frequent to 1.2 for one that English does not have."""

    key: str
    rarity: float

    @property
    def is_number(self) -> bool:
        """Whether the key is a value."""
        return self.key[0].isdigit()


@lru_cache(maxsize=16_384)
def words_in(text: str) -> tuple[Word, ...]:
    """The content words of a text in order, with repeats. Linear; some 15 µs for 25 words read for the first time."""
    return tuple(word for atom in atoms(text) if (word := _word(atom)) is not None)


def written_words(text: str) -> tuple[tuple[str, Word], ...]:
    """The content words of a text as written, each with its word; names of several words are taken apart."""
    return tuple((match[0], word) for match in _WRITTEN.finditer(text) for word in words_in(match[0])[:1])


@lru_cache(maxsize=65_536)
def _word(atom: str) -> Word | None:
    if _NUMBER.fullmatch(atom):
        return Word(_value(atom), NUMBER_RARITY)
    if atom in _NUMBER_WORDS:
        return Word(_NUMBER_WORDS[atom], NUMBER_RARITY)
    if len(atom) == 1 and atom in _LETTERS:
        return Word(atom, LETTER_RARITY)
    key = term_of(atom)
    if key is None or not key[0].isalnum():
        return None
    return Word(_synonyms().get(key, key), rarity(atom))


@cache
def _synonyms() -> dict[str, str]:
    """Stems of the single words that the lists give for another word, so that all forms of both have one key ("reduction": low)."""
    found: dict[str, str] = dict(_IRREGULAR)
    for word, phrases in load_words("concept_words").items():
        canonical = term_of(atoms(word)[0])
        for phrase in phrases:
            key = term_of(phrase) if phrase.isalpha() else None
            if key and canonical and key != canonical and (key == phrase or key not in _vocabulary()):  # "costal", not "cost"
                found.setdefault(key, canonical)
    return {key: canonical for key, canonical in found.items() if canonical not in found}


def _value(written: str) -> str:
    plain = _THOUSANDS.sub("", written)
    whole, point, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{point if decimals else ''}{decimals}"


@lru_cache(maxsize=65_536)
def rarity(word: str) -> float:
    """How rare a lower-case word is in English, by its rank."""
    rank = _vocabulary().get(word)
    if rank is None or rank < _FIRST_WORD:
        return UNKNOWN_RARITY
    return math.log(rank - _FIRST_WORD + _COMMON_RANKS) / math.log(len(_vocabulary()))


@lru_cache(maxsize=65_536)
def spelled_out(key: str) -> tuple[frozenset[str], ...]:
    """What a key may be short for, the likeliest first, each as the keys of its words ("htn": hypertension); mostly nothing."""
    single = _single_names().get(key)
    found = [single] if single else []
    if LEAST_SHORT_CHARS <= len(key) <= MOST_SHORT_CHARS and key.isalpha():
        found += [frozenset(word.key for word in words_in(name)) for name, share in abbreviation_senses(key) if share >= LEAST_SHARE]
    return tuple(full for full in dict.fromkeys(found) if full and key not in full)


@cache
def _single_names() -> dict[str, frozenset[str]]:
    """Keys of single words that the concept lists give for a name of other words."""
    found: dict[str, frozenset[str]] = {}
    for name in ("concept_conditions", "concept_findings", "concept_procedures", "concept_observations"):
        for canonical, phrases in load_words(name).items():
            full = frozenset(word.key for word in words_in(canonical))
            for phrase in phrases:
                short = words_in(phrase)
                if len(short) == 1 and phrase.isalnum():
                    found.setdefault(short[0].key, full)
    return found


def count_pieces(text: str) -> int:
    """Word pieces of a text as the packaged encoder cuts it, without its special ones. Linear."""
    return sum(_pieces(match[0].lower()) for match in _PIECE.finditer(text))


@lru_cache(maxsize=65_536)
def _pieces(word: str) -> int:
    """Greedy longest match. Source: WordPiece (Wu et al. 2016); without the vocabulary, three letters a piece."""
    vocabulary, count, start = _vocabulary(), 0, 0
    if not vocabulary:
        return -(-len(word) // 3)
    if len(word) > _MAX_WORD_CHARS:
        return 1
    while start < len(word):
        end = len(word)
        while end > start and (("##" if start else "") + word[start:end]) not in vocabulary:
            end -= 1
        if end == start:
            return 1
        count, start = count + 1, end
    return count


@cache
def _vocabulary() -> dict[str, int]:
    """Word pieces by rank; empty where the package is not installed."""
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(PACKAGE_FOLDER))) / "vocab.txt"
        return {piece: rank for rank, piece in enumerate(path.read_text(encoding="utf-8").split("\n"))}
    except (metadata.PackageNotFoundError, OSError):
        return {}
