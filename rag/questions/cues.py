"""Cue phrases: the words that say what a question wants, read from the word lists, found at their longest, typing errors forgiven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.clinical.concepts.lexicon import known_words
from rag.clinical.lexicon import load_words, word_set
from rag.questions.spelling import Forms, forms_of, nearest

_LONG_WORD_CHARS = 5  # shorter words are too near to others to be corrected
_LONGEST_WORD_CHARS = 24
_SKIPPED = ("soft", "person", "article")
_THINGS = ("measured", "reported", "done", "social", "weight", "height", "temperature")
_KINDS = "kind:"
_FAMILY = "family:"


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase found: the indexes of its tokens and the roles it may play."""

    places: tuple[int, ...]
    words: str
    roles: frozenset[str]


@cache
def cue_phrases() -> dict[tuple[str, ...], frozenset[str]]:
    """Every cue as its words, with its roles: ``when``, ``kind:medication``, ``kind:procedure_head``, ``family:mother``, …"""
    found: dict[tuple[str, ...], set[str]] = {}
    for prefix, name in (("", "question_cues"), (_KINDS, "question_kinds"), (_FAMILY, "question_family")):
        for role, phrases in load_words(name).items():
            if role in _SKIPPED:
                continue
            for phrase in phrases:
                words = tuple(word for word in phrase.split() if word not in skipped_words())
                if words:
                    found.setdefault(words, set()).add(prefix + role)
    return {words: frozenset(roles) for words, roles in found.items()}


@cache
def skipped_words() -> dict[str, str]:
    """Words passed over when cues are matched, each with why: soft, person or article."""
    lists = load_words("question_cues")
    return {word: role for role in _SKIPPED for word in lists[role] if " " not in word}


@cache
def cue_words() -> frozenset[str]:
    """Every single word of any cue."""
    return frozenset(word for words in cue_phrases() for word in words) | frozenset(skipped_words())


@cache
def _by_first() -> dict[str, tuple[tuple[tuple[str, ...], frozenset[str]], ...]]:
    grouped: dict[str, list[tuple[tuple[str, ...], frozenset[str]]]] = {}
    for words, roles in cue_phrases().items():
        grouped.setdefault(words[0], []).append((words, roles))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in grouped.items()}


def find_cues(words: Sequence[str], open_places: Sequence[int]) -> tuple[Cue, ...]:
    """Cues over ``words`` at ``open_places`` (places passed over are left out by the caller), the longest at each place, disjoint.

    A phrase may not reach over a place that is closed; the caller gives None-like empty words for those.
    """
    firsts, cues, index = _by_first(), [], 0
    while index < len(open_places):
        word = words[open_places[index]]
        size = 0
        for phrase, roles in firsts.get(word, ()):
            places = tuple(open_places[index : index + len(phrase)])
            if len(places) == len(phrase) and all(words[place] == part for place, part in zip(places, phrase, strict=True)):
                cues.append(Cue(places, " ".join(phrase), roles))
                size = len(phrase)
                break
        index += size or 1
    return tuple(cues)


@cache
def _known_words() -> frozenset[str]:
    """Words that are right as they stand: cues, clinical words, and words that look like a misspelt cue."""
    things = load_words("question_things")
    listed = {word for phrases in things.values() for phrase in phrases for word in phrase.split()}
    return cue_words() | listed | known_words() | _relation_words() | word_set("question_english", "words")


@cache
def _right_words() -> Forms:
    """The words of cues, dates, periods and comparisons, by their forms."""
    words = cue_words() | word_set("question_things", "time_words") | _relation_words() | _thing_words()
    words |= {f"{word}s" for word in _thing_words() if len(word) >= _LONG_WORD_CHARS and word[-1] not in "sy"}
    words -= word_set("question_things", "rare")
    return forms_of(words, _LONG_WORD_CHARS, word_set("question_things", "twice"))


@cache
def _deciding_words() -> frozenset[str]:
    """Single words that are cues by themselves, other than frame words, and those of things as listed."""
    single = {words[0] for words, roles in cue_phrases().items() if len(words) == 1 and roles - {"frame", "history"}}
    return frozenset(single | _thing_words())


def _thing_words() -> set[str]:
    """Words of what is measured, reported, done and lived: the same in every chart."""
    lists = load_words("question_things")
    return {word for name in _THINGS for phrase in lists[name] for word in phrase.split() if word.isalpha()}


def _relation_words() -> set[str]:
    return {word for phrases in load_words("question_relations").values() for phrase in phrases for word in phrase.split()}


@lru_cache(maxsize=16_384)
def corrected(word: str) -> str:
    """The word of a cue or of time that a typing error made this of, or the word as it stands.

    Words under four letters, words with digits, known clinical words and their plurals are never changed.
    """
    if not _LONG_WORD_CHARS - 1 <= len(word) <= _LONGEST_WORD_CHARS or not word.isalpha() or _is_known(word):
        return word
    return nearest(word, _right_words(), _deciding_words()) or word


def _is_known(word: str) -> bool:
    return word in _known_words() or (not word.endswith("ss") and word.removesuffix("s") in _known_words())
