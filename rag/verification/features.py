"""What of a statement its evidence says, in numbers: the features that the verifier weighs."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from rag.verification.alignment import NAMES, changes
from rag.verification.evidence import Contexts, Found
from rag.verification.pair_words import PairWord, pair_words
from rag.verification.small_words import unsaid
from rag.verification.statements import facts_of
from rag.verification.violation import Violation
from rag.verification.words import Word, words_in

MOST_COUNTED = 3
"""Counts stop here: the fourth missing name tells nothing that three did not."""
SLOT_GROUPS = {
    "number": "number", "unit": "number", "dose": "number", "computed": "number", "date": "date", "laterality": "laterality",
    "negation": "negation", "experiencer": "experiencer", "certainty": "certainty", "drug": "drug", "condition": "condition",
}  # fmt: skip
FEATURES = (
    *("coverage", "coverage_of_best", "coverage_of_all", "least_fact", "pairs", "missing_weight", "missing_rarest"),
    *("missing_numbers", "missing_names", "opposed", "denies_alone", "denied_alone", "small_words", "log_words"),
    *("near", "near_missing", "near_opposed", "near_denies_alone", "near_denied_alone", "near_small_words"),
    *(f"changed_{name}" for name in NAMES),
    *(f"wrong_{group}" for group in dict.fromkeys(SLOT_GROUPS.values())),
)
"""In the order of the weights. Those of entailment come beside them where an adapter is present.

What a statement says otherwise counts by how near its words are to a sentence of its evidence. A changed dose in a sentence that stands
there otherwise is a contradiction; the same in a loose paraphrase may be none.
"""
FAR = 0.3
SHORT_WORDS, STEEP = 8, 3
"""In a statement of so few content words, which hardly stand side by side, a slot that differs counts by this power of the share of its
other words that one sentence has ("She has chest pain": "She denies chest pain")."""
_ANY_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<!^)(?<![.!?:]\s)\b[A-Z][^\W\d_]*(?:[A-Z\d-][^\W_]*)*")


def feature_row(text: str, contexts: Contexts, found: Found, violations: Sequence[Violation], quotes: Sequence[str]) -> tuple[float, ...]:
    """The values of ``FEATURES`` for one statement. Linear in the statement and the sentences found for it."""
    words = words_in(text)
    keys = contexts.keys_of(found.read)
    missing = {word.key: word for word in words if not contexts.covers(word.key, keys)}
    values = {
        "coverage": _share(words, missing),
        "coverage_of_best": _coverage(words, contexts, contexts.keys_of(found.best[:1])),
        "coverage_of_all": _share(words, [key for key in missing if not contexts.holds(key)]),
        "least_fact": min((_coverage(part, contexts, keys) for fact in facts_of(text) if len(part := words_in(fact)) > 1), default=1.0),
        "pairs": _pairs(words, contexts, found),
        "missing_weight": math.log1p(sum(word.rarity for word in missing.values())),
        "missing_rarest": max((word.rarity for word in missing.values()), default=0.0),
        "missing_numbers": _count(word.is_number for word in missing.values()),
        "missing_names": _count(any(word.key in missing for word in words_in(name)) for name in set(_NAME.findall(text))),
        "log_words": math.log1p(len(words)),
    }
    near, nearest = _nearest(text, contexts, found)
    if near:
        values |= {f"changed_{name}": near * min(MOST_COUNTED, getattr(changes(text, nearest), name)) for name in NAMES}
    values |= {"near": near, "near_missing": near * (1.0 - values["coverage"])}
    for name, value in _polarity(text, quotes).items():
        values |= {name: value, f"near_{name}": near * value}
    for violation in violations:
        name, wrong = f"wrong_{SLOT_GROUPS[violation.slot]}", {word.key for word in words_in(violation.found)}
        rest = _coverage([word for word in words if word.key not in wrong], contexts, contexts.keys_of(found.best[:1]))
        values[name] = max(values.get(name, 0.0), near, rest**STEEP if found.best and len(words) <= SHORT_WORDS else 0.0)
    return tuple(values.get(name, 0.0) for name in FEATURES)


def _nearest(text: str, contexts: Contexts, found: Found) -> tuple[float, str]:
    """How much of one sentence of its evidence a statement is, from 0 to 1: by its neighbouring words, small ones too, that stand side by
    side there; 0 up to the share ``FAR``. And that sentence."""
    stated = _neighbours(text)
    if not stated or not found.best:
        return 0.0, ""
    shared, nearest = max((len(stated & _neighbours(sentence)), sentence) for sentence in map(contexts.text_of, found.best))
    return max(0.0, (shared / len(stated) - FAR) / (1.0 - FAR)), nearest


@lru_cache(maxsize=4096)
def _neighbours(text: str) -> frozenset[tuple[str, str]]:
    words = _ANY_WORD.findall(text.casefold())
    return frozenset(pairwise(words))


def _count(flags: Iterable[bool]) -> float:
    return float(min(MOST_COUNTED, sum(flags)))


def _share(words: Sequence[Word], missing: Collection[str]) -> float:
    """The share of the words' rarity that is not missing; 1 where there are no words."""
    total = sum(word.rarity for word in words)
    return 1.0 if not total else sum(word.rarity for word in words if word.key not in missing) / total


def _coverage(words: Sequence[Word], contexts: Contexts, keys: Collection[str]) -> float:
    return _share(words, [word.key for word in words if not contexts.covers(word.key, keys)])


def _pairs(words: Sequence[Word], contexts: Contexts, found: Found) -> float:
    """The share of the statement's neighbouring words that stand side by side in its evidence too."""
    keys = [word.key for word in words]
    stated = set(pairwise(keys))
    read = frozenset().union(*(contexts.sentences[index].pairs for index in found.read)) if found.read else frozenset()
    return len(stated & read) / len(stated) if stated else 1.0


def _polarity(text: str, quotes: Sequence[str]) -> dict[str, float]:
    """Words of the opposite pole, and a negation on one side alone, by the words that both sides have."""
    stated = pair_words(text)
    quoted = [word for quote in quotes for word in pair_words(quote)]
    poles = {pole for word in quoted for pole in word.meaning.poles}
    opposed = sum(bool(word.meaning.poles) and _opposed(word, poles) for word in stated)
    negated = {word.meaning.stem: word.negated for word in quoted if not word.meaning.kinds}
    plain = {word.meaning.stem for word in quoted if not word.negated}
    here, there = 0, 0
    for word in stated:
        stem = word.meaning.stem
        if word.meaning.kinds or stem not in negated:
            continue
        here += word.negated and not any(other.negated for other in quoted if other.meaning.stem == stem)
        there += not word.negated and stem not in plain
    return {
        "opposed": min(MOST_COUNTED, opposed),
        "denies_alone": float(min(MOST_COUNTED, here)),
        "denied_alone": float(min(MOST_COUNTED, there)),
        "small_words": float(min(MOST_COUNTED, unsaid(stated, quoted))),
    }


def _opposed(word: PairWord, poles: Collection[tuple[int, int]]) -> bool:
    """Whether the evidence has the other pole of a word and not its own."""
    return any((line, 1 - side) in poles and (line, side) not in poles for line, side in word.meaning.poles)
