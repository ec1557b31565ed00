"""Which facts speak of one thing: coded names, their codes and the words of notes meet in canonical names."""

from __future__ import annotations

from rag.clinical.concepts.displays import analyse
from rag.clinical.concepts.lexicon import canonical
from rag.types import Fact


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
    """The canonical names of a thing, best first; none where the lexicon knows none."""
    known = analyse(fact.kind, fact.code, fact.display)
    if known.drugs:
        return (" / ".join(sorted(known.drugs)),)
    return tuple(dict.fromkeys((*canonical(fact.display, frozenset({fact.kind})), *sorted(known.names))))
