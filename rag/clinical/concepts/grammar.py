"""How names are built: which words only narrow a name, which make it another thing, and what belongs to what part of the body.

Lists: ``words/concept_grammar.yaml`` and ``words/concept_body_parts.yaml``.
"""

from __future__ import annotations

from functools import cache, lru_cache

from rag.clinical.concepts.words import atoms
from rag.clinical.lexicon import load_words

_MODIFIERS_OF = {
    "finding": "condition",
    "family_history": "condition",
    "report": "observation",
    "careplan": "condition",
    "goal": "observation",
    "encounter": "condition",
    "medication": "medication",
}


def within(words: frozenset[str], more: frozenset[str]) -> bool:
    """Whether each word is in ``more``, itself or as a part of the body that belongs to it."""
    return all(word in more or not parts_of(frozenset({word})).isdisjoint(more) for word in words)


def only_narrows(rest: frozenset[str], kind: str, kinds: frozenset[str] = frozenset(), screened: bool = False) -> bool:
    """Whether the words left over of a display of ``kind`` leave it the same sort of thing.

    ``kinds`` are those asked for: words that say no more than the kind are then free. ``screened``: "screening" is too.
    """
    apart = rest & set_apart() - modifiers(kind)
    if apart and not (screened and kind == "procedure" and apart == {"screening"}):
        return False
    return all(plain(word, kind) or word in kind_words(kinds) or word in apart for word in rest)


def plain(word: str, kind: str) -> bool:
    """Whether a word only narrows names of ``kind``: a modifier, a part of the body or a number."""
    return word in modifiers(kind) or word in body() or word[0].isdigit()


@cache
def modifiers(kind: str) -> frozenset[str]:
    """The words that only narrow names of ``kind``; empty where there is no list."""
    name = f"modifiers_{_MODIFIERS_OF.get(kind, kind)}"
    return grammar(name) if name in load_words("concept_grammar") else frozenset()


@cache
def grammar(name: str) -> frozenset[str]:
    """A list of the grammar as atoms."""
    return frozenset(word for phrase in load_words("concept_grammar")[name] for word in atoms(phrase))


def body() -> frozenset[str]:
    """Parts of the body."""
    return grammar("body")


def set_apart() -> frozenset[str]:
    """Words that make another thing of the name they stand with."""
    return grammar("apart")


@cache
def opposed(kind: str) -> tuple[frozenset[str], ...]:
    """Sets of words of which a name of ``kind`` has one at most: sides, stages, courses."""
    lists = ["opposed"] if kind != "medication" else []
    lists += ["opposed_condition"] if kind in ("condition", "finding", "family_history") else []
    groups = [group.split("/") for name in lists for group in load_words("concept_grammar")[name]]
    return tuple(frozenset(word for phrase in group for word in atoms(phrase)) for group in groups)


@lru_cache(maxsize=1024)
def parts_of(words: frozenset[str]) -> frozenset[str]:
    """The parts of the parts of the body among ``words`` ("arm": forearm, wrist, radius …)."""
    listed = load_words("concept_body_parts")
    return frozenset(atom for word in words for part in listed.get(word, ()) if len(found := atoms(part)) == 1 for atom in found)


@cache
def kind_words(kinds: frozenset[str]) -> frozenset[str]:
    """Words that say no more than the kinds that are asked for."""
    listed = load_words("concept_grammar")
    return frozenset(word for kind in kinds if f"generic_{kind}" in listed for word in grammar(f"generic_{kind}"))
