"""Counts asked for: how often a thing was measured, done or recorded, how many things are current or past."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.lists import listed
from rag.answering.typed.pool import Pool
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.values import meeting
from rag.questions.understood import Understood
from rag.types import Fact

_PIECES = re.compile(r"\b(?:tablets?|tabs?|pills?|capsules?|caps|patches|vials?)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\d+ (?:tablets?|tabs?|pills?|capsules?|caps|patches|vials?)\b(?!.*\b(?:by mouth|daily|every|times)\b)", re.IGNORECASE
)
_NOUNS = {"observation": "measurement", "encounter": "visit"}


def count_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """How many there are: the number first, then what was counted and when. Coded records count where there are any.

    Asked of what is current or past, each thing that is so counts once.
    """
    facts: Sequence[Fact] = pool.asserted
    if dispensed := _dispensed(asked, facts, calendar):
        return dispensed
    if asked.threshold:
        facts = meeting(facts, asked.threshold)
    coded = [fact for fact in facts if fact.origin == "resource"]
    counted = coded or list(facts)
    if asked.status in ("current", "past"):
        counted = listed(facts, asked.status, as_of)
    if not counted:
        return []
    names = list(dict.fromkeys(fact.display for fact in counted))
    sentence = Sentence(calendar).computed(str(len(counted)), "count", counted)
    sentence.words(f" {_NOUNS.get(counted[0].kind, 'record')}{'' if len(counted) == 1 else 's'}")
    if len(names) == 1:
        sentence.words(" of ").slot(counted[0], counted[0].slot("name"))
    dated = [fact for fact in counted if fact.time]
    if len(dated) > 1:
        sentence.words(", from ").date(dated[0]).words(" to ").date(dated[-1])
    elif dated:
        sentence.words(",").on(dated[0])
    return [sentence.words(".")]


def _dispensed(asked: Understood, facts: Sequence[Fact], calendar: Calendar) -> list[Sentence]:
    """How many tablets a prescription was for, in its own words; none where the question counts no tablets or no record tells them."""
    if not _PIECES.search(asked.text):
        return []
    told = []
    for fact in facts:
        words = next((slot for slot in fact.slots if slot.name == "text" and _AMOUNT.match(slot.text)), None)
        if fact.kind == "medication" and fact.origin == "resource" and words is not None:
            told.append(Sentence(calendar).slot(fact, fact.slot("name")).words(": ").slot(fact, words).on(fact).stop())
    return told[-1:]
