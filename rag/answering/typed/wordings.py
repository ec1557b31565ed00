"""Things asked for in more or other words than their name: displays that hold every word asked, and names beside words of no weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rag.clinical.concepts.grammar import grammar
from rag.clinical.concepts.resolution import Match, Resolution
from rag.clinical.concepts.words import atoms
from rag.questions.everyday import is_everyday
from rag.questions.idle import head_of, is_idle
from rag.types import ChartConcept

HELD_KINDS = frozenset({"procedure", "report", "observation", "immunization", "device", "encounter"})
HELD_SCORE = 0.4
MIN_HELD_WORDS = 2
MAX_CORE_WORDS = 5
SURE = frozenset({"exact", "name", "synonym"})
Resolve = Callable[[str], Resolution]


def held_by_displays(phrase: str, kinds: frozenset[str], concepts: Sequence[ChartConcept]) -> Resolution:
    """The records whose display holds every word of the phrase, two at least: "core biopsy of the breast" in a longer name of one.

    Medications and diseases are never meant so: a word more makes another one of them.
    """
    wanted = {word for word in atoms(phrase) if not is_everyday(word) and word not in grammar("generic")}
    if len(wanted) < MIN_HELD_WORDS:
        return Resolution((), False, ())
    among = [concept for concept in concepts if concept.origin == "resource" and concept.kind in (kinds & HELD_KINDS or HELD_KINDS)]
    held = [concept for concept in among if wanted <= set(atoms(concept.display))] if not kinds or kinds & HELD_KINDS else []
    return Resolution(tuple(Match(concept, "broader", HELD_SCORE) for concept in held), False, ())


def beside_idle_words(phrase: str, resolve: Resolve, *, measured: bool) -> Resolution:
    """What the longest run of words in the head of the phrase names for sure, where every other word says nothing that narrows it.

    "Weight for camp" is the weight; "LDL on atorvastatin" is not any LDL, nor "driving because of seizures" the seizures.
    """
    words = phrase.split()
    head = head_of(words)
    for first, last in _runs(head):
        rest = [*head[:first], *head[last:], *words[len(head) :]]
        if not all(is_idle(word, measured=measured) for word in rest):
            continue
        found = resolve(" ".join(head[first:last]))
        if found.matches and all(match.how in SURE for match in found.matches):
            return found
    return Resolution((), False, ())


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The places of every run of words, the longest first."""
    size = len(words)
    for length in range(min(size, MAX_CORE_WORDS), 0, -1):
        yield from ((first, first + length) for first in range(size - length + 1))
