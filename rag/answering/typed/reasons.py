"""Doses, reasons and reports: what a medication is taken at, what a thing was done for, what a report said."""

from __future__ import annotations

import re

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.events import action_of
from rag.answering.typed.pool import Pool, is_current
from rag.answering.typed.sentence import Sentence, number_of
from rag.answering.typed.wording import item_sentence, value_sentence, verbatim
from rag.types import Fact, FactSlot

MAX_REASONS = 2
MAX_CHANGES = 3
MAX_REPORTED = 4
_REASONED = re.compile(
    r"\b(?:because|due to|owing to|in view of|as a result of)\b"
    r"|\b(?:held|stopp\w+|discontinu\w+|start\w+|chang\w+|switch\w+|increas\w+|reduc\w+|decreas\w+|given|paus\w+|withheld|replaced)\b.{0,60}?"
    r"\b(?:for|after|with|when)\b",
    re.IGNORECASE,
)
_STRENGTH = re.compile(r"\d[\d.,/]* ?(?:mg|mcg|ug|g|unt|units?|meq|ml|%)\b", re.IGNORECASE)


def dose_sentences(pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """The newest dose on record, of what is taken now where anything is; several where one thing is taken at several doses."""
    dosed = [fact for fact in pool.asserted if _has_dose(fact)]
    if not dosed:
        return []
    current = [fact for fact in dosed if is_current(fact, as_of)] or dosed
    newest = max(fact.time or "" for fact in current)
    chosen = [fact for fact in current if (fact.time or "") == newest]
    coded = [fact for fact in current if fact.origin == "resource"]
    if coded and all(fact.origin == "text" for fact in chosen):  # a note's newer word stands beside the order, not instead of it
        chosen += [fact for fact in coded if (fact.time or "") == (coded[-1].time or "")]
    return [item_sentence(calendar, fact) for fact in chosen]


def _has_dose(fact: Fact) -> bool:
    if fact.slot("dose") or fact.slot("frequency"):
        return True
    name = fact.slot("name")
    return name is not None and _STRENGTH.search(name.text) is not None


def dose_change_sentences(pool: Pool, calendar: Calendar) -> list[Sentence]:
    """How a drug's dose changed: what notes tell of it, newest first; else the last two records, older first."""
    told = [fact for fact in pool.asserted if fact.origin == "text" and (fact.slot("previous_dose") or action_of(fact))]
    if told:
        return [verbatim(calendar, fact) for fact in told[::-1][:MAX_CHANGES]]
    dosed = [fact for fact in pool.asserted if _has_dose(fact)]
    return [item_sentence(calendar, fact) for fact in dosed[-2:]]


def why_sentences(pool: Pool, calendar: Calendar) -> list[Sentence]:
    """The facts that hold a reason, newest first."""
    reasoned = [fact for fact in (*pool.asserted, *pool.negated) if _reason_slot(fact)]
    return [_with_reason(calendar, fact) for fact in reasoned[::-1][:MAX_REASONS]]


def _reason_slot(fact: Fact) -> FactSlot | None:
    """The reason as coded, else the prose of a coded record that gives one ("Held on admission for shock.")."""
    told = (slot for slot in fact.slots if slot.name == "text" and fact.origin == "resource")
    return fact.slot("reason") or next((slot for slot in told if _REASONED.search(slot.text)), None)


def _with_reason(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.origin == "text":
        return verbatim(calendar, fact)
    sentence = Sentence(calendar).slot(fact, fact.slot("name"))
    if fact.time:
        sentence.words(", ").date(fact)
    return sentence.words(", reason: ").slot(fact, _reason_slot(fact)).stop()


def report_sentences(pool: Pool, calendar: Calendar) -> list[Sentence]:
    """What the newest report on the thing said, sentence by sentence."""
    told = [fact for fact in pool.asserted if fact.kind == "report" and fact.slot("text")]
    if not told:
        return _in_words(pool, calendar)
    newest = max(fact.time or "" for fact in told)
    return [_reported(calendar, fact) for fact in told if (fact.time or "") == newest][:MAX_REPORTED]


def _in_words(pool: Pool, calendar: Calendar) -> list[Sentence]:
    """The newest result in words ("Negative") where no report is on record."""
    results = [fact for fact in pool.asserted if fact.kind == "observation" and fact.value and number_of(fact) is None]
    return [value_sentence(calendar, fact) for fact in results if fact.time == results[-1].time][:MAX_REPORTED]


def _reported(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.origin == "text":
        return verbatim(calendar, fact)
    sentence = Sentence(calendar).slot(fact, fact.slot("name"))
    if fact.time:
        sentence.words(", ").date(fact)
    return sentence.words(": ").slot(fact, fact.slot("text")).stop()
