"""Counts asked for: how often a thing was measured, done or recorded, how many things are current or past."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.lists import listed
from rag.answering.typed.pool import Pool
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.values import meeting
from rag.questions.understood import Understood
from rag.types import Fact

_NOUNS = {"observation": "measurement", "encounter": "visit"}


def count_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """How many there are: the number first, then what was counted and when. Coded records count where there are any.

    Asked of what is current or past, each thing that is so counts once.
    """
    facts: Sequence[Fact] = pool.asserted
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
