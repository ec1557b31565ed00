"""What a question asks for as units of meaning: things the lexicon knows under any of their names, and the words left over."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

import yaml

from rag.answering.lexical import cues, term_of
from rag.clinical.concepts.lexicon import is_written, lookup, names_of
from rag.clinical.concepts.words import atoms, bag

MAX_UNIT_WORDS = 5
MAX_SENSES = 3
KNOWN_WEIGHT = 2.0
GENERAL_WEIGHT = 0.4
LEAST_RARITY = 0.4
"""Weights of a known thing and of a word of general English beside 1 for other words, and what is left of a weight where every sentence
holds the unit. Chosen on the project's development questions."""
UNNAMED_WEIGHT = 0.7
"""What is left of the weight of an unknown word that no sentence holds: notes may well say it in another word."""
MIN_SHARED_CHARS = 6
MIN_INITIALS = 3
_FIGURE = re.compile(r"(?<![\d/.,-])(?:\d{3}|\d+\.\d+)(?![\d/,-])")
_SHORTENED = re.compile(r"[A-Z]{3,4}|[b-df-hj-np-tv-z]{3,4}")
_HYPHENED = re.compile(r"\b[A-Za-z]{1,5}-\d[\w]*|\b\d+-[A-Za-z]{1,5}\b")
_PIECE = re.compile(r"[^\s/\-–—]+")


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
def units_of(phrase: str, question: str = "", *, polar: bool = False) -> tuple[Unit, ...]:
    """The units of a phrase, left to right, longest known names first; frame words are left out.

    ``question`` is what the phrase was taken from: everyday words of several words are looked for in all of it.
    ``polar`` leaves out what only tells of a thing ("widowed" of "married").
    """
    words = phrase.split()
    said = bag(f"{phrase} {question}")
    units: list[Unit] = []
    at = 0
    while at < len(words):
        for length in range(min(MAX_UNIT_WORDS, len(words) - at), 0, -1):
            unit = _known(" ".join(words[at : at + length]))
            if unit is not None:
                units.append(_with_everyday(unit, said, polar=polar))
                at += length
                break
        else:
            units += [_with_everyday(unit, said, polar=polar) for part in _PIECE.findall(words[at]) if (unit := _plain(part))]
            at += 1
    initials = "".join(word[0] for word in words).casefold()
    if len(initials) < MIN_INITIALS or not initials.isalpha():
        return tuple(units)
    return tuple(replace(unit, forms=(*unit.forms, frozenset({initials}))) for unit in units)


@cache
def _places() -> frozenset[str]:
    """Words of ``data/place_words.yaml``: where something was, not what; of little weight in naming it."""
    return frozenset(yaml.safe_load(resources.files("rag.answering").joinpath("data/place_words.yaml").read_text(encoding="utf-8")))


def _known(words: str) -> Unit | None:
    if words.split()[-1].casefold() in _JOINING or words.split()[0].casefold() in _JOINING:
        return None
    if not is_written(bag(words)):
        return None
    return Unit(words, _forms_of(words), GENERAL_WEIGHT if words.casefold() in _places() else KNOWN_WEIGHT)


def _forms_of(words: str) -> tuple[frozenset[str], ...]:
    """Every way to write what the words may mean; the words alone where the lists do not know them."""
    names = lookup(bag(words))[:MAX_SENSES]
    forms = {bag(words)} | {bag(form) for name in names for form in names_of(name.canonical)}
    return tuple(form for form in forms if form)


def _plain(word: str) -> Unit | None:
    term = term_of(word.strip(".,;:()[]?!\"'"))
    if term is None or term in cues().stems["frame"]:
        return None
    general = term in cues().stems["general"] or word.casefold() in _places()
    forms = (frozenset({f"~{term}"}), *_forms_of(word))
    if _SHORTENED.fullmatch(word):
        forms = (*forms, frozenset({f"@{word.casefold()}"}))
    return Unit(word, forms, GENERAL_WEIGHT if general else 1.0)


def _with_everyday(unit: Unit, said: frozenset[str], *, polar: bool) -> Unit:
    """The unit with what notes write for its everyday words; a word of general English that has such names counts in full."""
    mine = bag(unit.words)
    found = [forms for words, forms in _everyday(polar=polar) if words <= said and mine <= words]
    if not found:
        return unit
    forms = tuple(dict.fromkeys((*unit.forms, *(form for forms in found for form in forms))))
    return replace(unit, forms=forms, weight=max(1.0, unit.weight))


@cache
def _everyday(*, polar: bool) -> tuple[tuple[frozenset[str], tuple[frozenset[str], ...]], ...]:
    """The everyday words of ``data/asked_words.yaml`` and the forms of what notes write for them."""
    text = resources.files("rag.answering").joinpath("data/asked_words.yaml").read_text(encoding="utf-8")
    listed: Mapping[str, str] = yaml.safe_load(text)
    split = {key: [form.strip() for form in value.split(";")] for key, value in listed.items()}
    return tuple((bag(key), tuple(bag(form.lstrip("~")) for form in forms if not polar or form[0] != "~")) for key, forms in split.items())


_MONTHS = frozenset({"jan", "feb", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec"})
_JOINING = frozenset({"a", "an", "the", "of", "on", "in", "at", "to", "for", "by", "with", "from", "and", "or", "vs"})


def weighed(units: Sequence[Unit], texts: Iterable[frozenset[str]]) -> tuple[Unit, ...]:
    """The units with the weight of what most texts hold taken down, by how rare each is among them. Linear in the texts.

    A name of several words that no text holds is taken apart: "kidney lengths" may stand as "right kidney 9.4 cm".
    """
    helds = list(texts)
    units = [part for unit in units for part in ([unit] if any(unit.stands_in(held) for held in helds) else _apart(unit))]
    if len(helds) < 2:
        return tuple(units)
    most = math.log(len(helds) + 1)
    counts = [sum(unit.stands_in(held) for held in helds) for unit in units]
    rarity = [max(LEAST_RARITY, math.log((len(helds) + 1) / (count + 1)) / most) for count in counts]
    rarity = [
        UNNAMED_WEIGHT if not count and unit.weight < KNOWN_WEIGHT else share
        for unit, count, share in zip(units, counts, rarity, strict=True)
    ]
    return tuple(replace(unit, weight=unit.weight * share) for unit, share in zip(units, rarity, strict=True))


def _apart(unit: Unit) -> list[Unit]:
    """A unit's words as units of their own; the unit itself where it has but one."""
    words = unit.words.split()
    return [part for word in words for part in units_of(word)] if len(words) > 1 else [unit]


@lru_cache(maxsize=32_768)
def held_by(text: str) -> frozenset[str]:
    """What a text holds: its atoms, and its words with their endings folded."""
    words = _PIECE.findall(text)
    found = {f"~{term}" for word in words if (term := _term(word))}
    found |= {f"~{joined}" for word in _HYPHENED.findall(text) if (joined := _term(word.replace("-", "")))}
    return frozenset(atoms(text)) | frozenset(found) | _initials(words)


def _initials(words: Sequence[str]) -> frozenset[str]:
    """What runs of three and four words would be shortened to: "straight leg raise" to "slr"."""
    firsts = "".join(word[0] if word[0].isalpha() else " " for word in words).casefold()
    runs = (firsts[at : at + length] for length in (3, 4) for at in range(len(firsts) - length + 1))
    return frozenset(f"@{run}" for run in runs if " " not in run)


def _term(word: str) -> str | None:
    return term_of(word.strip(".,;:()[]?!\"'"))


def settings_of(text: str) -> frozenset[str]:
    """The content words of a question or of an event in it, folded: what may name the note that is meant ("clinic", "scan")."""
    frame = cues().stems["frame"]
    found = {term for word in _PIECE.findall(text) if (term := _term(word)) and word[:3].casefold() not in _MONTHS}
    return frozenset(term for term in found - frame if not term.isdigit()) | frozenset(_FIGURE.findall(text))


def names_setting(settings: frozenset[str], held: frozenset[str]) -> frozenset[str]:
    """Those of ``settings`` that a text names, by the word or one with the same beginning ("endocrine", "endocrinology")."""
    begun = {atom[1 : 1 + MIN_SHARED_CHARS] for atom in held if atom[0] == "~" and len(atom) > MIN_SHARED_CHARS}
    words = [atom.lstrip("~") for atom in held]
    ended = {term for term in settings if len(term) > 2 and any(word.endswith(term) for word in words)}
    return frozenset(term for term in settings if f"~{term}" in held or term in held or term[:MIN_SHARED_CHARS] in begun or term in ended)
