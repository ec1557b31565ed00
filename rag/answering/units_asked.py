"""What a question asks for as units of meaning: things the lexicon knows under any of their names, and the words left over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.answering.lexical import cues, term_of
from rag.clinical.concepts.lexicon import lookup, names_of
from rag.clinical.concepts.words import atoms, bag

MAX_UNIT_WORDS = 5
KNOWN_WEIGHT = 2.0
GENERAL_WEIGHT = 0.4
"""Weights of a known thing and of a word of general English beside 1 for other words. Chosen on the project's development questions."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing asked for: a text holds it when it holds every atom of one of ``forms``."""

    words: str
    forms: tuple[frozenset[str], ...]
    weight: float

    def stands_in(self, held: frozenset[str]) -> bool:
        """Whether a text with these atoms names the thing."""
        return any(form <= held for form in self.forms)


@lru_cache(maxsize=4_096)
def units_of(phrase: str) -> tuple[Unit, ...]:
    """The units of a phrase, left to right, longest known names first; frame words are left out."""
    words = phrase.split()
    units: list[Unit] = []
    at = 0
    while at < len(words):
        for length in range(min(MAX_UNIT_WORDS, len(words) - at), 0, -1):
            unit = _known(" ".join(words[at : at + length]))
            if unit is not None:
                units.append(unit)
                at += length
                break
        else:
            unit = _plain(words[at])
            units += [unit] if unit else []
            at += 1
    return tuple(units)


def _known(words: str) -> Unit | None:
    names = lookup(bag(words))
    if not names:
        return None
    forms = {bag(words)} | {bag(form) for name in names[:2] for form in names_of(name.canonical)}
    return Unit(words, tuple(form for form in forms if form), KNOWN_WEIGHT)


def _plain(word: str) -> Unit | None:
    term = term_of(word)
    if term is None or term in cues().stems["frame"]:
        return None
    general = term in cues().stems["general"]
    return Unit(word, (frozenset({_folded(word)}), bag(word)), GENERAL_WEIGHT if general else 1.0)


def _folded(word: str) -> str:
    return f"~{term_of(word)}"


@lru_cache(maxsize=32_768)
def held_by(text: str) -> frozenset[str]:
    """What a text holds: its atoms, and its words with their endings folded."""
    words = text.replace("/", " ").replace("-", " ").split()
    return frozenset(atoms(text)) | frozenset(f"~{term}" for word in words if (term := _term(word)))


def _term(word: str) -> str | None:
    return term_of(word.strip(".,;:()[]?!\"'"))
