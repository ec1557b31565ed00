"""The words of a name in one form: case, accents, plurals, British spelling and synonymous single words taken away.

``bag("Fractured forearms")`` and ``bag("Fracture of forearm (disorder)")`` are equal up to the tag. Lists: ``words/concept_words.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from rag.clinical.lexicon import load_words
from rag.clinical.terms import stem

_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[a-z]+\d*[a-z]*|[a-z0-9]+|%|#")
_BRITISH = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        *((r"aem", "em"), (r"^oed", "ed"), (r"rrhoea", "rrhea"), (r"oesoph", "esoph"), (r"paed", "ped"), (r"gynaec", "gynec")),
        *(
            (r"^caes", "ces"),
            (r"^fo?et(?=al|us)", "fet"),
            (r"pnoe", "pne"),
            (r"sulph", "sulf"),
            (r"coel", "cel"),
            (r"estr?og?en", "estrogen"),
        ),
        *((r"^(tum|lab|behavi|od|col)our", r"\1or"), (r"^mould", "mold"), (r"isation", "ization"), (r"fibre$", "fiber"), (r"^oest", "est")),
    )
)
_ANY_BRITISH = re.compile("|".join(re.sub(r"\((?!\?)", "(?:", pattern.pattern) for pattern, _ in _BRITISH))
"""Matches where one of ``_BRITISH`` does: nearly no word is tried against each (half of reading the lists otherwise)."""
_JOINED_LETTERS = frozenset("bt")
_LETTERED = frozenset(
    {"hepatitis", "hep", "vitamin", "influenza", "flu", "virus", "group", "strep"}
    | {"immunoglobulin", "lipoprotein", "hemophilia", "coxsackie"}
)
_MAX_REWRITE_WORDS = 5


@lru_cache(maxsize=65_536)
def raw_words(text: str) -> tuple[str, ...]:
    """The words as written, case and accents folded, possessives off: in order, with repeats. Linear."""
    folded = text.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded.replace("µ", "u").replace("μ", "u")).replace("\u200b", "")
        folded = "".join(letter for letter in folded if not unicodedata.combining(letter))
    found = _WORD.findall(_POSSESSIVE.sub("", folded))
    joined: list[str] = []
    for word in found:
        if joined and joined[-1] in _JOINED_LETTERS and word.isdigit() and len(word) <= 2:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


@lru_cache(maxsize=65_536)
@lru_cache(maxsize=65_536)
def plain_word(word: str) -> str:
    """One raw word in American spelling and the singular."""
    if _ANY_BRITISH.search(word):
        for pattern, plain in _BRITISH:
            if len(word) > 3:
                word = pattern.sub(plain, word)
    return stem(word)


@lru_cache(maxsize=65_536)
def atoms(text: str) -> tuple[str, ...]:
    """The words that tell names apart, in order and with repeats: small words left out, synonymous words made one. Linear."""
    words = [plain_word(word) for word in raw_words(text)]
    kept = [word for at, word in enumerate(words) if word not in _small() or (at and word == "a" and words[at - 1] in _LETTERED)]
    return tuple(_rewritten(kept or words))


def bag(text: str) -> frozenset[str]:
    """``atoms`` as a set: the key under which a name is looked up, whatever the order of its words."""
    return frozenset(atoms(text))


@cache
def _small() -> frozenset[str]:
    return frozenset(load_words("concept_grammar")["small"])


@cache
def _rewrites() -> dict[tuple[str, ...], str]:
    """Runs of plain words and the one word that stands for them."""
    found: dict[tuple[str, ...], str] = {}
    for word, phrases in load_words("concept_words").items():
        for phrase in phrases:
            found[tuple(plain for plain in map(plain_word, raw_words(phrase)) if plain not in _small())] = plain_word(word)
    return found


@cache
def _rewritten_lengths() -> dict[str, int]:
    """How long the longest run of ``_rewrites`` is that begins with a word."""
    found: dict[str, int] = {}
    for words in _rewrites():
        if words:
            found[words[0]] = min(_MAX_REWRITE_WORDS, max(len(words), found.get(words[0], 0)))
    return found


def _rewritten(words: list[str]) -> list[str]:
    rewrites, longest, out, at = _rewrites(), _rewritten_lengths(), list[str](), 0
    while at < len(words):
        for size in range(min(longest.get(words[at], 0), len(words) - at), 0, -1):
            one = rewrites.get(tuple(words[at : at + size]))
            if one is not None:
                out.append(one)
                at += size
                break
        else:
            out.append(words[at])
            at += 1
    return out
