"""Yes/no questions and mentions that are no evidence: what a sentence says about the thing asked for.

Kept small on purpose. A sentence speaks of the thing only if it holds every content word of the question; what it says
is the assertion's label there. "Yes" needs a present mention of the patient, "No" an explicit negation, all else is neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.answering.lexical import cues, term_of, words_of
from rag.clinical.assertions import assess
from rag.types import Evidence, Span


class Stance(StrEnum):
    """What a sentence says of the thing asked for; ``SILENT`` where it does not hold all of its words."""

    PRESENT = "present"
    NEGATED = "negated"
    FAMILY = "family"
    UNSURE = "unsure"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's form: ``polar`` wants yes or no, ``negative`` is phrased with a negation, ``presence`` asks when a thing was there."""

    concept: frozenset[str]
    polar: bool
    negative: bool
    presence: bool
    of_family: bool
    of_past: bool


def understand(question: str) -> Asked:
    """The form of a question and the content words of what it asks about.

    Words that frame a question ("diagnosed", "recorded") are left out; of an open one, general words too ("begin").
    """
    patterns = cues().questions
    found = {name: patterns[name].search(question) is not None for name in ("polar", "negative", "presence", "family", "past")}
    terms = {term for _, _, word in words_of(question) if (term := term_of(word)) is not None}
    relations = {term for _, _, word in words_of(question) if patterns["family"].search(word) and (term := term_of(word))}
    concept = terms - cues().stems["frame"] - (relations if found["family"] else set())
    if not found["polar"]:
        concept = concept - cues().stems["general"] or concept
    return Asked(frozenset(concept), found["polar"], found["negative"], found["presence"], found["family"], found["past"])


def stance(asked: Asked, evidence: Evidence) -> Stance:
    """What the evidence says of ``asked.concept``. Linear in the sentence."""
    target = locate(asked.concept, evidence.quote)
    if target is None:
        return Stance.SILENT
    assertion = assess(evidence.quote, target, evidence.section)
    family = assertion.experiencer != "patient" or evidence.section == "family_history"
    if family != asked.of_family:
        return Stance.FAMILY if family else Stance.UNSURE
    if assertion.hypothetical or assertion.uncertain:
        return Stance.UNSURE
    if assertion.negated:
        return Stance.NEGATED
    if not asked.of_past and (assertion.historical or cues().patterns["ended"].search(evidence.quote)):
        return Stance.UNSURE
    return Stance.PRESENT


def locate(concept: frozenset[str], text: str) -> Span | None:
    """The shortest range of ``text`` with every term of ``concept``, the first of equals; None where one is missing or none is asked."""
    last: dict[str, tuple[int, int]] = {}
    best: Span | None = None
    for start, end, word in words_of(text):
        term = term_of(word)
        if term is None or term not in concept:
            continue
        last[term] = (start, end)
        if len(last) == len(concept):
            span = Span(min(at for at, _ in last.values()), end)
            if best is None or span.end - span.start < best.end - best.start:
                best = span
    return best
