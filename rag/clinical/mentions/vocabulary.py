"""The phrases that finders look for and the names they stand for: the concept lists with the forms that notes use."""

from __future__ import annotations

from functools import cache, lru_cache

from rag.clinical.concepts.lexicon import canonical, names_meant, vocabulary
from rag.clinical.lexicon import load_words

_REMEMBERED = 10_000


@cache
def phrases_of(kind: str) -> tuple[str, ...]:
    """Every phrase of the kind, in alphabetical order: the concept lists' and those of ``words/mention_terms.yaml``."""
    return tuple(sorted(vocabulary(kind) | set(load_words("mention_terms").get(kind, ()))))


@lru_cache(maxsize=_REMEMBERED)
def canonical_of(phrase: str, kind: str) -> str:
    """The canonical name of a phrase of that kind, the likeliest where there are several; the empty string where it is unknown."""
    names = canonical(phrase, frozenset({kind}))
    return names[0] if names else ""


@lru_cache(maxsize=_REMEMBERED)
def likeliest_kind(phrase: str, kinds: tuple[str, ...]) -> str:
    """The one of ``kinds`` that the likeliest sense of the phrase is of; the first where the lists do not tell."""
    return next((name.kind for name in names_meant(phrase) if name.kind in kinds), kinds[0])
