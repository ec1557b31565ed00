"""Which facts speak of one thing: coded names, their codes and the words of notes meet in canonical names."""

from __future__ import annotations

from functools import lru_cache

from rag.clinical.concepts.codes import canonical_of_code
from rag.clinical.concepts.displays import analyse
from rag.clinical.concepts.lexicon import canonical
from rag.types import Fact

REMEMBERED_THINGS = 4096


def names_of_thing(fact: Fact) -> tuple[str, ...]:
    """The canonical names of a thing, best first; a drug's ingredients as one name; its display where the lexicon knows none.

    ``metformin 500 MG Oral Tablet`` and the "Glucophage" of a note are ``metformin``.
    """
    return known_names(fact) or (fact.display.casefold(),)


def thing_of(fact: Fact) -> str:
    """The key of what a fact is about: its first canonical name, else its code, else its display.

    A coded "Potassium" and the "K" of a note are one thing; systolic and diastolic pressure are two.
    """
    known = known_names(fact)
    return known[0] if known else fact.code or fact.display.casefold()


def known_names(fact: Fact) -> tuple[str, ...]:
    """The canonical names of a thing, best first; none where the lexicon knows none.

    A note's word that was given a code is what the code says: of the "BP" 126/76, one is systolic and one diastolic.
    """
    return _names(fact.kind, fact.code, fact.display, fact.origin == "text")


@lru_cache(maxsize=REMEMBERED_THINGS)
def _names(kind: str, code: str, display: str, of_text: bool) -> tuple[str, ...]:
    known = analyse(kind, code, display)
    if known.drugs:
        return (" / ".join(sorted(known.drugs)),)
    by_code = canonical_of_code(code) if of_text and code else ""
    names = (by_code, *canonical(display, frozenset({kind})), *sorted(known.names))
    return tuple(dict.fromkeys(name for name in names if name))
