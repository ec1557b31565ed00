"""Dates asked for: when a thing began, ended or was last done, how long it lasted."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.endings import told_end
from rag.answering.typed.pool import Pool
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.values import meeting
from rag.answering.typed.wording import done_sentence, first_sentence, item_sentence, value_sentence, verbatim, write_name
from rag.questions.understood import Intent, Understood
from rag.types import Fact

STOPPED_STATUSES = frozenset(
    {"stopped", "completed", "ended", "resolved", "inactive", "remission", "finished", "discontinued", "not-taken"}
)
_END_SLOTS = ("abated", "stop")


def started_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """When the thing was first on record; the first value past a threshold where one is asked."""
    dated = [fact for fact in pool.asserted if fact.time]
    if asked.threshold:
        dated = meeting(dated, asked.threshold)
        return [value_sentence(calendar, dated[0], as_of)] if dated else []
    if not dated:
        return [verbatim(calendar, fact) for fact in pool.asserted if fact.origin == "text"][:1]
    earliest = telling(dated)[0]
    of_that_time = (fact for fact in telling(dated) if fact.time == earliest.time and fact.kind != "encounter")
    first = next(of_that_time, earliest)  # the thing before a visit named after it
    return [value_sentence(calendar, first, as_of) if first.kind == "observation" else first_sentence(calendar, first, as_of)]


def telling(facts: Sequence[Fact]) -> Sequence[Fact]:
    """Of dated facts those that tell best when it was: coded ones, else sentences that give a date of their own, else all.

    A note that only mentions a thing tells when the note was written.
    """
    coded = [fact for fact in facts if fact.origin == "resource"]
    return coded or [fact for fact in facts if any(slot.time for slot in fact.slots)] or facts


def stopped_sentences(pool: Pool, calendar: Calendar) -> list[Sentence]:
    """When the thing ended: the fact that says so with a date, the newest of several; a status alone tells no date."""
    ended = [fact for fact in (*pool.asserted, *pool.negated) if _has_ended(fact)]
    ended.sort(key=lambda fact: (fact.end_time or fact.time or "", fact.clock))
    dated = [fact for fact in ended if fact.origin == "text" or _end_slot(fact) or told_end(fact)]
    if dated:
        coded = [fact for fact in dated if fact.origin == "resource"]
        return [_ended_sentence(calendar, (coded or dated)[-1])]
    return [item_sentence(calendar, ended[-1]).words(" No end date is recorded.")] if ended else []


def _ended_sentence(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.origin == "text":
        return verbatim(calendar, fact)
    name = _end_slot(fact)
    if name is None:
        return write_name(Sentence(calendar), fact).words(": ").slot(fact, told_end(fact)).stop()
    verb = " resolved" if name == "abated" else " ended"
    return write_name(Sentence(calendar), fact).words(verb).on(fact, name).words(".")


def _end_slot(fact: Fact) -> str | None:
    return next((name for name in _END_SLOTS if (slot := fact.slot(name)) and slot.time), None)


def _has_ended(fact: Fact) -> bool:
    return bool(fact.end_time) or fact.status in STOPPED_STATUSES or action_of(fact) in ("stopped", "held")


def action_of(fact: Fact) -> str:
    """What the text says was done with a medication (``stopped``, ``increased``), in its words; empty where it says nothing."""
    slot = fact.slot("action")
    if slot is None:
        return ""
    word = slot.text.casefold()
    stems = {"stop": "stopped", "discontinu": "stopped", "d/c": "stopped", "held": "held", "hold": "held", "off": "stopped"}
    return next((action for stem, action in stems.items() if stem in word), word)


def last_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """When the thing was last done, given or recorded."""
    dated = [fact for fact in pool.asserted if fact.time] or list(pool.asserted)
    if asked.threshold:
        dated = meeting(dated, asked.threshold)
    if not dated:
        return []
    last = telling(dated)[-1]
    return [value_sentence(calendar, last, as_of) if last.kind == "observation" else done_sentence(calendar, last, as_of)]


def duration_sentences(pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """How long a thing lasted, from its first record to its end, or to the record's last date where it holds still."""
    stated = [fact for fact in pool.asserted if fact.slot("duration")]
    dated = [fact for fact in pool.asserted if fact.time]
    if stated and stated[-1].origin == "text":
        return [verbatim(calendar, stated[-1])]
    if not dated:
        return []
    coded = [fact for fact in dated if fact.origin == "resource"]
    told_first = dated[0].origin == "resource" or any(slot.time for slot in dated[0].slots)
    first = dated[0] if told_first or not coded else coded[0]
    last = _last_standing(coded or dated, dated)
    sentence = write_name(Sentence(calendar), first).words(" was first recorded").on(first)
    name = next((slot for slot in _END_SLOTS if last.slot(slot)), None)
    if not name and (told := told_end(last)):
        return [sentence.words(": ").slot(last, told).stop()]
    if last.end_time and name:
        sentence.words(" and ended").on(last, name)
        if calendar.distance(first.time or "", last.end_time):
            sentence.words(", ").apart(first.time or "", last.end_time, "duration").words(" later")
    elif as_of and calendar.distance(first.time or "", as_of):
        sentence.words(", ").apart(first.time or "", as_of, "time_before_as_of").words(f" before {calendar.counted_from}")
    return [sentence.words(".")]


def _last_standing(coded: Sequence[Fact], dated: Sequence[Fact]) -> Fact:
    """The fact that tells whether the thing goes on: the coded one that still holds, else the one that ended last, else the newest."""
    going = [fact for fact in coded if not _has_ended(fact)]
    ended = [fact for fact in dated if fact.end_time and _end_slot(fact)]
    if going and going[-1] is coded[-1]:
        return going[-1]
    return max(ended, key=lambda fact: fact.end_time or "") if ended else coded[-1]


WHEN = frozenset({Intent.STARTED, Intent.STOPPED, Intent.LAST_DONE, Intent.DURATION})
"""Intents whose answer is a date."""
