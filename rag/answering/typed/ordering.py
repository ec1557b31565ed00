"""Which of two facts is the newer, where dates are of unlike precision: a bare year is the whole year, and nothing is presumed of it.

A bare year is never moved, so it is set against true dates. Order alone is told, never the dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answering.typed.calendar import DAY_CHARS, YEAR_CHARS, Calendar, first_day, last_day
from rag.answering.typed.naming import thing_of
from rag.answering.typed.sentence import Sentence, same_place
from rag.questions.understood import Intent
from rag.types import Fact, Notice

CODE = "order_unsure"
MAX_NOTICES = 2
_NEWEST = frozenset({Intent.LATEST, Intent.LAST_DONE})
_OLDEST = frozenset({Intent.FIRST, Intent.STARTED})


def in_order(facts: Sequence[Fact], calendar: Calendar) -> list[Fact]:
    """Facts by time, clock and place, undated ones first; a bare year before the days of that year."""
    if any(len(fact.time or "") == YEAR_CHARS for fact in facts):
        return sorted(facts, key=lambda f: (_true(f, calendar), f.clock, f.doc_id, f.start))
    return sorted(facts, key=lambda f: (f.time or "", f.clock, f.doc_id, f.start))


def order_notices(intent: Intent, sentences: Sequence[Sentence], facts: Sequence[Fact], calendar: Calendar) -> tuple[Notice, ...]:
    """Says of what is told as the newest or oldest that another fact, dated by month or year alone, may be newer or older."""
    if intent not in _NEWEST | _OLDEST or all(len(fact.time or "") in (0, DAY_CHARS) for fact in facts):
        return ()
    found = []
    for chosen in (sentence.facts[0] for sentence in sentences if sentence.facts and sentence.facts[0].time):
        for other in facts:
            rival = other.time and thing_of(other) == thing_of(chosen) and other.origin == chosen.origin and not same_place(other, chosen)
            if rival and _may_pass(intent, other, chosen, calendar):
                by = "newer" if intent in _NEWEST else "older"
                dated = f"“{other.display}” of {calendar.printed(other.time or '')}"
                found.append(Notice(CODE, f"The dates do not tell the order: {dated} may be {by} than what is told."))
    return tuple(dict.fromkeys(found))[:MAX_NOTICES]


def _may_pass(intent: Intent, other: Fact, chosen: Fact, calendar: Calendar) -> bool:
    """Whether ``other`` may lie beyond ``chosen`` by what is known of both dates; one of them is less exact than a day."""
    (first, last), (start, end) = _days(other, calendar), _days(chosen, calendar)
    return last > start if intent in _NEWEST else first < end


def _days(fact: Fact, calendar: Calendar) -> tuple[date, date]:
    true = _true(fact, calendar)
    return first_day(true), last_day(true)


def _true(fact: Fact, calendar: Calendar) -> str:
    time = fact.time or ""
    return time if len(time) in (0, YEAR_CHARS) else calendar.true(time)
