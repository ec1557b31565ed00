"""Goals and care plans: what is aimed for, and what a plan says of a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.wording import item_sentence, write_name
from rag.clinical.concepts.resolution import resolve
from rag.clinical.terms import content_terms
from rag.questions.everyday import is_everyday
from rag.questions.understood import Intent, Understood
from rag.types import ChartConcept, Fact

AIMED = re.compile(r"\b(?:goals?|targets?|aim(?:s|ed|ing)?|shoot(?:ing)? for|desired|ideally)\b", re.IGNORECASE)
REACHED = re.compile(
    r"\b(?:at|in|within|on|to|reach(?:ed)?|met|meet|hit|above|below|over|under) (?:the |her |his |their )?(?:goal|target)", re.IGNORECASE
)
PLANNED = re.compile(r"\b(?:care|action|treatment|management) ?plans?\b|\bplans? of care\b|\bcareplans?\b", re.IGNORECASE)
MEANT = re.compile(r"\b(?:meant|supposed|due|should|ought|needs?|required|agreed|plan(?:ned)?|told) ?(?:to)?\b", re.IGNORECASE)
MIN_STEM_CHARS = 5
_LIMIT = re.compile(
    r"\s*(?:\b(?:at or|at least|at most|below|above|under|over|less|greater|more|no more|between|within|up to|to|of"
    r"|less than)\b|[<>≤≥=\d]).*$",
    re.IGNORECASE,
)
_STRIVING = re.compile(
    r"^(?:maintain|keep|reach|achieve|lower|reduce|control|improve|get|have|hold|target|remain|stay)\w*\s+", re.IGNORECASE
)
_GENERIC = frozenset(
    {
        *(
            "goal",
            "target",
            "aim",
            "aiming",
            "plan",
            "care",
            "careplan",
            "treatment",
            "management",
            "desired",
            "ideally",
            "shoot",
            "shooting",
        ),
        *(
            "scan",
            "test",
            "check",
            "exam",
            "examination",
            "study",
            "say",
            "appointment",
            "session",
            "current",
            "active",
            "therapy",
            "patient",
        ),
    }
)


def asks_goal(asked: Understood) -> bool:
    """Whether a question asks what is aimed for, not whether it was reached."""
    named = "goal" in asked.kinds or AIMED.search(asked.text) is not None
    return named and not REACHED.search(asked.text) and asked.intent is not Intent.COUNT and asked.threshold is None


def asks_plan(asked: Understood) -> bool:
    """Whether a question asks for what a care plan says, in those words."""
    return "careplan" in asked.kinds or PLANNED.search(asked.text) is not None


def may_ask_plan(asked: Understood) -> bool:
    """Whether a question may ask for what a care plan says: what should be, is due or is meant to be."""
    return MEANT.search(asked.text) is not None and asked.intent is not Intent.WHY


def goals_meant(asked: Understood, facts: Sequence[Fact]) -> list[Fact]:
    """The goals on the thing asked for; all where none is named."""
    words = _words(asked.phrase)
    if not words:
        return list(facts) if asked.intent is Intent.LIST or not asked.phrase else []
    for length in range(len(words), 0, -1):
        for at in range(len(words) - length + 1):
            run = words[at : at + length]
            found = [fact for fact in facts if _is_on(" ".join(run), fact)]
            if found:
                return found
    return []


def _is_on(phrase: str, fact: Fact) -> bool:
    aim = _STRIVING.sub("", _LIMIT.sub("", fact.display)) or fact.display
    if resolve(phrase, frozenset(), (ChartConcept("observation", "", aim, 1),)).matches:
        return True
    return all(_stands(term, content_terms(fact.display)) for term in content_terms(phrase))


def plan_sentences(asked: Understood, facts: Sequence[Fact], calendar: Calendar) -> list[Sentence]:
    """What the plans say of the thing asked for: its lines that name it, all where none is named or the plan's own name is."""
    terms = tuple(term for term in content_terms(" ".join(_words(asked.phrase))) if term not in _GENERIC)
    told = []
    for fact in facts:
        lines = [slot for slot in fact.slots if slot.name == "text"]
        here = content_terms(" ".join([fact.display, *(slot.text for slot in lines)]))
        if not all(_stands(term, here) for term in terms):
            continue
        chosen = [slot for slot in lines if any(_stands(term, content_terms(slot.text)) for term in terms)] or lines
        sentence = write_name(Sentence(calendar), fact)
        for number, slot in enumerate(chosen):
            sentence.words("; " if number else ": ").slot(fact, slot)
        told.append((sentence if chosen else item_sentence(calendar, fact)).stop())
    return told


def _words(phrase: str) -> list[str]:
    return [word for word in phrase.split() if not is_everyday(word) and word not in _GENERIC and word.rstrip("s") not in _GENERIC]


def _stands(term: str, terms: Sequence[str]) -> bool:
    long = len(term) > MIN_STEM_CHARS
    return term in terms or (
        long and any(other[:MIN_STEM_CHARS] == term[:MIN_STEM_CHARS] for other in terms if len(other) > MIN_STEM_CHARS)
    )
