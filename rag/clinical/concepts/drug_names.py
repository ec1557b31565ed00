"""Names of drugs: RxNorm displays, prescriptions and everyday names taken to their ingredients; brands and classes known."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache

from rag.clinical.concepts.words import atoms, bag
from rag.clinical.lexicon import load_words

_BRAND = re.compile(r"\[([^\]]+)\]")
_UNIT = r"(?:mg|mcg|ug|g|gm|gram|unt|units?|meq|mmol|ml|l|iu|actuat|hours?|hrs?|h|days?|lf|pfu|cells?|mci|bau|sqcm|cm|oz|%)"
_STRENGTH = re.compile(
    rf"(?<![\w.])\d[\d.,]*(?:\s*-\s*\d[\d.,]*)*(?:/\d[\d.,]*)*\s*{_UNIT}(?![\w])(?:\s*/\s*[\d.]*\s*{_UNIT}(?!\w))*", re.IGNORECASE
)
_PER = re.compile(rf"\bper\s+[\d.]*\s*{_UNIT}\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w-])\d[\d.,/]*(?![\w-])")
_VITAMIN = re.compile(r"\b(vitamin [bdk]) (\d{1,2})\b(?!\s*(?:mg|mcg|unt|iu|units?)\b)", re.IGNORECASE)
_NDA = re.compile(r"\bNDA\d+\b", re.IGNORECASE)
_SECOND = r"(?:clavulan|salmeterol|formoterol|trimethoprim|hctz|hydrochlorothiazide|benazepril|acetaminophen|codeine)"
_BETWEEN = re.compile(rf"\s+/\s+|\s+\+\s+|(?<=[a-z)])/(?=[a-z(])|(?<=[a-z])-(?={_SECOND})|\s+(?:and|with)\s+|;", re.IGNORECASE)
MINERALS = frozenset({"potassium", "sodium", "calcium", "magnesium", "iron", "zinc", "lithium", "ferrous", "aluminum", "silver", "barium"})
_KINDS = frozenset({"medication", "allergy", "immunization"})


def is_drug_kind(kind: str) -> bool:
    """Whether facts of ``kind`` are named by drugs."""
    return kind in _KINDS


@lru_cache(maxsize=65_536)
def drug_key(text: str, whole: bool = False) -> frozenset[str]:
    """The ingredients of a drug as generic names; a brand in brackets or by itself counts as what is in it. Empty for empty text.

    Strength, dose form, packaging and salt are left out: "24 HR metoprolol succinate 50 MG Extended Release Oral Tablet" is
    ``{"metoprolol"}``. A name that no list has stands for itself; where it begins or ends with one that a list has, that one is taken,
    unless ``whole``.
    """
    text = _VITAMIN.sub(r"\1\2", text)
    bare = _PER.sub(" ", _STRENGTH.sub(" ", _NDA.sub(" ", _BRAND.sub(" ", text))))
    found: set[str] = set()
    for part in _BETWEEN.split(bare.replace("{", " ").replace("}", " ").replace("(", " ").replace(")", " ")):
        found |= _ingredients(part, whole)
    if not found:
        for brand in _BRAND.findall(text):
            found |= _ingredients(brand, whole)
    return frozenset(found)


def classes(name: str) -> frozenset[str]:
    """The generic names of the drugs in a class by its canonical name; empty where it is no class."""
    return _classes().get(name, frozenset())


def class_names(words: frozenset[str]) -> tuple[str, ...]:
    """The classes written with exactly these atoms ("water pill": diuretic)."""
    return _class_index().get(words, ())


def generic_names(words: frozenset[str]) -> frozenset[str]:
    """The generic names written with exactly these atoms; a combination gives all its ingredients. Empty where unknown."""
    return _drug_index().get(words, frozenset())


def _ingredients(part: str, whole: bool) -> frozenset[str]:
    order = tuple(word for word in atoms(_NUMBER.sub(" ", part)) if word not in _forms())
    if not order:
        return frozenset()
    for words in (order, _unsalted(order)):
        if known := generic_names(frozenset(words)):
            return known
    for size in range(0 if whole else len(order) - 1, 0, -1):
        for words in (order[:size], order[-size:]):
            if known := generic_names(frozenset(words)):
                return known
    return frozenset({" ".join(_unsalted(order))})


def _unsalted(order: tuple[str, ...]) -> tuple[str, ...]:
    salts = _salts()
    if len(order) == 2 and order[0] in MINERALS:
        return order
    kept = [order[0], *(word for word in order[1:] if word not in salts)]
    return tuple(kept)


@cache
def _salts() -> frozenset[str]:
    return frozenset(load_words("concept_drug_words")["salts"])


@cache
def _forms() -> frozenset[str]:
    return frozenset(load_words("concept_drug_words")["forms"])


@cache
def _drug_index() -> dict[frozenset[str], frozenset[str]]:
    """Atoms of a name to ingredients. An entry of ``concept_drug_names`` adds to the entry of ``drugs`` that has one of its names."""
    found: dict[frozenset[str], frozenset[str]] = {}
    combined: list[tuple[str, tuple[str, ...]]] = []
    for listed in ("drugs", "concept_drug_names"):
        for name, phrases in _listed(listed).items():
            if "/" in name:
                combined.append((name, phrases))
                continue
            known = next((found[key] for phrase in (name, *phrases) if (key := bag(phrase)) in found), frozenset({name}))
            for phrase in (name, *phrases):
                found.setdefault(bag(phrase), known)
    for name, phrases in combined:
        known = _combined(name, found)
        for phrase in (name, *phrases):
            found.setdefault(bag(phrase), known)
    found.pop(frozenset(), None)
    return found


def _combined(name: str, known: dict[frozenset[str], frozenset[str]]) -> frozenset[str]:
    """The ingredients of a fixed combination ("insulin nph/regular": each alone, or with the first word of the first before it)."""
    parts = [part.strip() for part in name.split("/")]
    first = parts[0].split()[0]
    return frozenset(one for part in parts for one in (known.get(bag(part)) or known.get(bag(f"{first} {part}")) or frozenset({part})))


def _listed(name: str) -> dict[str, tuple[str, ...]]:
    try:
        return load_words(name)
    except FileNotFoundError:
        return {}


@cache
def _classes() -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for listed in ("drug_class_members", "concept_drug_classes"):
        for name, phrases in _listed(listed).items():
            for phrase in phrases:
                generics = generic_names(bag(phrase)) or {phrase}
                found[name] |= generics if len(generics) == 1 else set()
    return {name: frozenset(generics) for name, generics in found.items()}


@cache
def _class_index() -> dict[frozenset[str], tuple[str, ...]]:
    found: defaultdict[frozenset[str], dict[str, None]] = defaultdict(dict)
    written: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
    for listed in ("drug_classes", "concept_drug_class_names"):
        for name, phrases in _listed(listed).items():
            for phrase in (name, *phrases):
                found[bag(phrase)][name] = None
                written[name].add(bag(phrase))
    for name in _classes():
        words = bag(name)  # "loop diuretic" stands with the diuretics too, and is the narrower class; classes that name each other are one
        found[words] = {other: None for other in (*found[words], name) if other == name or bag(other) in written[name]}
    return {
        words: tuple(one for one in names if not any(bag(one) < bag(other) for other in names if other in _classes()))
        for words, names in found.items()
    }
