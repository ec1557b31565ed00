"""Which visit is meant: "the last admission", "her cardiology visit", "when she phoned"."""

from __future__ import annotations

import re

from rag.clinical.concepts.resolution import resolve
from rag.clinical.lexicon import load_words
from rag.clinical.terms import stem
from rag.types import ChartConcept, Fact

_WORD = re.compile(r"[a-z&]+(?:-[a-z]+)*")
_CLASSES = ("inpatient", "emergency", "ambulatory", "virtual", "home")
_NO_CONTENT = frozenset({"the", "a", "an", "of", "in", "at", "to", "for", "with", "her", "his", "their", "my", "that", "this", "by", "on"})
MIN_STEM_CHARS = 5


def is_visit(fact: Fact, words: str) -> bool:
    """Whether an encounter is what ``words`` call it: of their class, and holding what else they say; any is a plain "visit"."""
    said = words.casefold()
    classes = load_words("visits")
    wanted = {name for name in _CLASSES if any(_holds(said, phrase) for phrase in classes[name])}
    shown = " ".join(slot.text.casefold() for slot in fact.slots if slot.name in ("name", "category", "reason"))
    called = " ".join(slot.text.casefold() for slot in fact.slots if slot.name in ("name", "category")) if fact.slot("category") else shown
    if wanted and not any(_is_of(called, name) for name in wanted):
        return False
    known = {word for name in (*_CLASSES, "any") for phrase in classes[name] for word in _WORD.findall(phrase)}
    rest = [word for word in _WORD.findall(said) if word not in known and word not in _NO_CONTENT]
    held = {stem(word) for word in _WORD.findall(shown)}
    return all(_alike(stem(word), held) for word in rest) or _is_reason(" ".join(rest), fact)


def _is_reason(words: str, fact: Fact) -> bool:
    """Whether words mean what the visit was for, in other words than the record's ("heart attack")."""
    reason = fact.slot("reason")
    return reason is not None and bool(resolve(words, frozenset(), (ChartConcept("condition", "", reason.text, 1),)).matches)


def _is_of(shown: str, name: str) -> bool:
    return name in shown or any(_holds(shown, phrase) for phrase in load_words("visits")[name] if len(phrase) > 2)


def _holds(text: str, phrase: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", text) is not None


def _alike(word: str, held: set[str]) -> bool:
    """Whether a word or one with the same beginning ("cardiologist", "cardiology") is among those held."""
    long = [other for other in held if min(len(word), len(other)) > MIN_STEM_CHARS]
    return word in held or any(word[:MIN_STEM_CHARS] == other[:MIN_STEM_CHARS] for other in long)
