"""The sentences of the contexts that a statement may rest on: found by its rare words, combined until they cover it.

Contexts are read once, for any number of statements. What a context defines ("multiple sclerosis (MS)") counts as the same words.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.clinical.sentences import split_sentences
from rag.verification.verdicts import ContextSpan
from rag.verification.words import count_pieces, spelled_out, words_in

MAX_PIECES = 200
"""Word pieces of all sentences found for a statement: what is left of the encoder's 256 beside a statement of usual length."""
MAX_COMBINED = 4
LEAST_GAIN = 0.06
"""A further sentence must cover this share of the statement's weight that none before it does."""
PAIR_SHARE = 0.3
REPEATED_SHARE = 0.2
LONG_WORDS = 40
NEIGHBOURS = ((-1, 0.5), (1, 0.35))
_DEFINED = re.compile(r"\(([A-Za-z][A-Za-z0-9-]{1,9})(?:[;,][^()]{0,60})?\)")
_YES = re.compile(r"^\s*yes\s*[:,.]\s+", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+")
_REACH_CHARS = 120


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a context: its keys, its neighbouring pairs of keys, and its length in words and word pieces."""

    place: ContextSpan
    keys: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    words: int


@dataclass(frozen=True, slots=True)
class Found:
    """Sentences by their index: ``best`` strongest first, each covering more of the statement; ``read`` with neighbours, in text order."""

    best: tuple[int, ...]
    read: tuple[int, ...]

    @property
    def in_order(self) -> tuple[int, ...]:
        """The best, strongest first, then the other sentences read."""
        return (*self.best, *(index for index in self.read if index not in self.best))


class Contexts:
    """Texts read for their sentences and words. Linear: some 10,000 sentences a second."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self.sentences: list[Sentence] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        self.defined: dict[str, frozenset[str]] = {}
        self._written: dict[str, int] | None = None
        for number, text in enumerate(self.texts):
            self._read(number, text)
        for index, sentence in enumerate(self.sentences):
            for key in sentence.keys:
                self._postings[key].append(index)

    def _read(self, number: int, text: str) -> None:
        defined = dict(_definitions(text))
        self.defined |= defined
        for span in split_sentences(text):
            keys = [word.key for word in words_in(text[span.start : span.end])]
            known = frozenset(keys)
            full = [form for key in known for form in _full_forms(key, defined)[:1]]
            known = known.union(*full) if full else known
            self.sentences.append(Sentence(ContextSpan(number, span), known, frozenset(pairwise(keys)), len(keys)))

    def text_of(self, index: int) -> str:
        """The sentence as it stands."""
        place = self.sentences[index].place
        return self.texts[place.context][place.span.start : place.span.end]

    def verbatim(self, text: str) -> int | None:
        """The first sentence that is this text to the letter, white space and a leading "Yes:" apart."""
        if self._written is None:
            self._written = {}
            for index in range(len(self.sentences)):
                self._written.setdefault(" ".join(self.text_of(index).split()), index)
        return self._written.get(" ".join(_YES.sub("", text).split()))

    def holding(self, key: str) -> Sequence[int]:
        """The sentences with a key, in order."""
        return self._postings.get(key, ())

    def holds(self, key: str) -> bool:
        """Whether any sentence has a key, or all the words that it is short for."""
        return self.covers(key, self._postings)

    def covers(self, key: str, keys: Collection[str]) -> bool:
        """Whether a statement's key is among those of sentences, or is short for words that all are."""
        if key in keys:
            return True
        return any(all(part in keys for part in full) for full in _full_forms(key, self.defined))

    def keys_of(self, indices: Sequence[int]) -> frozenset[str]:
        """The keys of some sentences together."""
        return frozenset().union(*(self.sentences[index].keys for index in indices))


def premise(contexts: Contexts, found: Found) -> str:
    """What an entailment model reads: the sentences in text order."""
    return " ".join(" ".join(contexts.text_of(index).split()) for index in found.read)


def best_sentences(statement: str, contexts: Contexts, max_pieces: int = MAX_PIECES) -> Found:
    """The sentences that together say most of the statement, then their neighbours, within ``max_pieces`` word pieces.

    Greedy: each next sentence is the one that adds most weight, weight being a word's rarity in English times its rarity in the contexts;
    at most four, the first one always (also where it alone is longer than the budget), none where no sentence shares a word.
    Linear in the contexts' sentences that share a word with the statement.
    """
    words = {word.key: word for word in words_in(statement)}
    weights = {key: word.rarity * _local(len(_holders(contexts, key)), len(contexts.sentences)) for key, word in words.items()}
    keys = [word.key for word in words_in(statement)]
    pairs = frozenset(pairwise(keys))
    held: dict[int, set[str]] = defaultdict(set)
    for key in words:
        for index in _holders(contexts, key):
            held[index].add(key)
    total = sum(weights.values()) or 1.0
    scores = {index: _score(contexts.sentences[index], keys, pairs, weights) for index, keys in held.items()}
    best, left = _cover(contexts, held, scores, weights, total, max_pieces)
    return Found(tuple(best), tuple(sorted(_with_neighbours(contexts, best, scores, left))))


def _holders(contexts: Contexts, key: str) -> Sequence[int]:
    """The sentences with a key, or with all the words that it is short for."""
    own = contexts.holding(key)
    forms = _full_forms(key, contexts.defined)
    if not forms:
        return own
    found = set(own)
    for full in forms:
        rarest = min(full, key=lambda part: len(contexts.holding(part)))
        found |= {index for index in contexts.holding(rarest) if full <= contexts.sentences[index].keys}
    return sorted(found)


def _full_forms(key: str, defined: Mapping[str, frozenset[str]]) -> tuple[frozenset[str], ...]:
    """What a key is short for: as the context defines it, else as it may be used."""
    return (defined[key],) if key in defined else spelled_out(key)


def _local(holders: int, sentences: int) -> float:
    """How rare a key is in the contexts, from near 0 (in every sentence) to 1 (in one)."""
    return math.log(1 + (sentences + 1) / (holders + 0.5)) / math.log(1 + (sentences + 1) / 1.5) if holders else 1.0


def _score(sentence: Sentence, keys: Collection[str], pairs: frozenset[tuple[str, str]], weights: dict[str, float]) -> float:
    """The weight of a sentence's words of the statement, more where they stand side by side in both, less in a very long sentence."""
    shared = sum(weights[key] for key in keys) + PAIR_SHARE * sum(min(weights[a], weights[b]) for a, b in pairs & sentence.pairs)
    return shared / (1 + 0.25 * max(0.0, math.log(max(sentence.words, 1) / LONG_WORDS)))


def _cover(
    contexts: Contexts, held: dict[int, set[str]], scores: dict[int, float], weights: dict[str, float], total: float, budget: int
) -> tuple[list[int], int]:
    """The sentences chosen, strongest first, and the word pieces left."""
    chosen: list[int] = []
    covered: set[str] = set()
    candidates = sorted(scores, key=lambda index: (-scores[index], index))
    while candidates and len(chosen) < MAX_COMBINED:
        best, gain, new = -1, 0.0, 0.0
        for index in candidates:
            if scores[index] <= gain:
                break
            fresh = sum(weights[key] for key in held[index] if key not in covered)
            value = scores[index] if not chosen else fresh + REPEATED_SHARE * (scores[index] - fresh)
            if value > gain and (not chosen or fresh >= LEAST_GAIN * total):
                best, gain, new = index, value, fresh
        if best < 0 or (chosen and new < LEAST_GAIN * total):
            break
        candidates.remove(best)
        cost = count_pieces(contexts.text_of(best))
        if chosen and cost > budget:
            continue
        chosen.append(best)
        covered |= held[best]
        budget -= cost
    return chosen, budget


def _with_neighbours(contexts: Contexts, best: Sequence[int], scores: dict[int, float], budget: int) -> set[int]:
    """The chosen sentences and those beside them in the same context, nearest to the strongest first, as far as the budget goes."""
    read = set(best)
    wanted: dict[int, float] = {}
    for rank, index in enumerate(best):
        for step, share in NEIGHBOURS:
            beside = index + step
            if (
                0 <= beside < len(contexts.sentences)
                and contexts.sentences[beside].place.context == contexts.sentences[index].place.context
            ):
                worth = share * scores[index] / (1 + rank) + scores.get(beside, 0.0)
                wanted[beside] = max(wanted.get(beside, 0.0), worth)
    for index in sorted(wanted, key=lambda beside: (-wanted[beside], beside)):
        cost = count_pieces(contexts.text_of(index))
        if index not in read and cost <= budget:
            read.add(index)
            budget -= cost
    return read


def _definitions(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Abbreviations that a text defines in brackets, with the keys of what stands before them.

    Source: Schwartz and Hearst, A simple algorithm for identifying abbreviation definitions (PSB 2003); first letters only.
    """
    for match in _DEFINED.finditer(text):
        short = match[1]
        letters = [letter for letter in short.casefold() if letter.isalpha()]
        if len(letters) < 2 or sum(letter.isupper() for letter in short) < 2:
            continue
        before = list(_TOKEN.finditer(text, max(0, match.start() - _REACH_CHARS), match.start()))
        full = _spelled(text, before, letters, match.start())
        keys = frozenset(word.key for word in words_in(full)) if full else frozenset()
        for word in words_in(short)[:1]:
            if keys and word.key not in keys:
                yield word.key, keys


def _spelled(text: str, before: Sequence[re.Match[str]], letters: Sequence[str], end: int) -> str:
    """The shortest run of words before the bracket whose letters hold the abbreviation's in order, its first letter at a word's start."""
    for first in range(len(before) - 1, max(-1, len(before) - len(letters) - 6), -1):
        if before[first][0][0].casefold() != letters[0]:
            continue
        run = text[before[first].start() : end].casefold()
        at = 0
        for letter in letters:
            at = run.find(letter, at) + 1
            if not at:
                break
        if at and len(before) - first >= min(2, len(letters)):
            return text[before[first].start() : end]
    return ""
