"""Cue phrases: the words that say what a question wants, read from the word lists, found at their longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.lexicon import load_words
from rag.questions.lists import load_lists

_SKIPPED = ("soft", "person", "article")
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
    lists = [
        (prefix, load_words(name)) for prefix, name in (("", "question_cues"), (_KINDS, "question_kinds"), (_FAMILY, "question_family"))
    ]
    for prefix, listed_roles in (*lists, ("", load_lists("cues"))):
        for role, phrases in listed_roles.items():
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
    lists = (load_words("question_cues"), load_lists("cues"))
    return {word: role for role in _SKIPPED for listed_roles in lists for word in listed_roles.get(role, ()) if " " not in word}


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
