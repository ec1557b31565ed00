"""Yes or no: whether the chart says that something was or is so, with the words that say it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answering.typed.calendar import Calendar
from rag.answering.typed.events import stopped_sentences
from rag.answering.typed.habits import rule_on_habit
from rag.answering.typed.lists import listed
from rag.answering.typed.pool import Pool, in_time
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.values import bound_of, compared, compared_alone, meets, read_threshold
from rag.answering.typed.wording import done_sentence, item_sentence, value_sentence, verbatim
from rag.questions.understood import Understood
from rag.types import Fact

MAX_SHOWN = 3
NAMED_BY_KIND = frozenset(
    {
        *("allergy", "medication", "immunization", "procedure", "device", "encounter"),
        *("family_history", "social_history", "goal", "careplan", "report"),
    }
)
"""Kinds that a yes/no question may name without a thing: "any allergies?" asks something, "is it a problem?" does not."""
NEGATIVE_RESULTS = frozenset({"absent", "negative", "none", "no", "not detected", "not present", "not seen", "none detected", "undetected"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """``lead`` is Yes or No with the statements that bear it; empty with none: the chart does not say."""

    lead: str
    sentences: tuple[Sentence, ...]


NOT_SAID = Ruling("", ())


def rule(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> Ruling:
    """Decide from explicit statements alone.

    A threshold is decided by values: "No" only where values are on record and none fulfils it. Asked of now, the newest word on it
    decides; asked of ever, any assertion makes "Yes"; a negation makes "No" only where nothing asserts.
    """
    if asked.negative or (not asked.phrase and not asked.kinds & NAMED_BY_KIND):
        return NOT_SAID
    if asked.threshold:
        return _by_value(asked, pool, calendar)
    if asked.status == "current" and not any(fact.kind == "social_history" for fact in pool.asserted):
        return _of_now(pool, calendar, as_of)
    asserted = [fact for fact in pool.asserted if not _reads_negative(fact)]
    negated = [*pool.negated, *(fact for fact in pool.asserted if _reads_negative(fact))]
    if asserted and negated and all(f.kind == "finding" and f.origin == "text" for f in asserted + negated) and "ever" not in asked.cues:
        newest = max(f.time or "" for f in asserted + negated)
        at_last = [f for f in asserted if (f.time or "") == newest]
        asserted, negated = at_last, ([] if at_last else negated)
    habit = rule_on_habit(asked, sorted((*asserted, *negated), key=in_time))
    if habit is not None:
        lead, fact = habit
        return Ruling(lead, ((_said if lead == "Yes" else _denied)(calendar, fact),))
    if asserted:
        return Ruling("Yes", tuple(_said(calendar, fact) for fact in _best(asserted)))
    if negated:
        return Ruling("No", tuple(_denied(calendar, fact) for fact in negated[-MAX_SHOWN:][::-1]))
    return NOT_SAID


def rule_on_end(pool: Pool, calendar: Calendar, as_of: str | None) -> Ruling:
    """Whether a thing has ended: "No" where it holds still, "Yes" with the words that end it; nothing where neither is on record."""
    current = listed(pool.asserted, "current", as_of)
    if current:
        return Ruling("No", tuple(item_sentence(calendar, fact) for fact in current[:MAX_SHOWN]))
    ended = stopped_sentences(pool, calendar)
    return Ruling("Yes", tuple(ended)) if ended else NOT_SAID


def _reads_negative(fact: Fact) -> bool:
    """Whether a result in words says that the thing looked for is not there."""
    return fact.kind == "observation" and (fact.value or "").strip().casefold() in NEGATIVE_RESULTS


def _by_value(asked: Understood, pool: Pool, calendar: Calendar) -> Ruling:
    limit = asked.threshold and read_threshold(asked.threshold, pool.measured)
    if limit is None:
        return NOT_SAID
    values = [(number, fact) for fact in compared_alone(pool.measured, limit) if (number := compared(fact, limit)) is not None]
    if not values and not any(bound_of(fact) for fact in pool.asserted):
        return NOT_SAID
    meeting = [fact for fact in compared_alone(pool.asserted, limit) if meets(fact, limit)]
    if meeting:
        return Ruling("Yes", tuple(value_sentence(calendar, fact) for fact in meeting[-MAX_SHOWN:][::-1]))
    open_ended = [bound for fact in pool.asserted if (bound := bound_of(fact)) and bound[0] == limit.operator[0]]
    if not values or open_ended:  # "above 600" may lie on either side of a limit of 700
        return NOT_SAID
    closest = max if limit.operator in (">", ">=") else min
    return Ruling("No", (value_sentence(calendar, closest(values, key=lambda pair: pair[0])[1]),))


def _of_now(pool: Pool, calendar: Calendar, as_of: str | None) -> Ruling:
    current = listed(pool.asserted, "current", as_of)
    if current:
        return Ruling("Yes", tuple(item_sentence(calendar, fact) for fact in current[:MAX_SHOWN]))
    if pool.negated:
        return Ruling("No", (_denied(calendar, pool.negated[-1]),))
    ended = [fact for fact in pool.asserted if fact.status or fact.end_time]
    return Ruling("No", (item_sentence(calendar, ended[-1]),)) if ended else NOT_SAID


def _best(facts: list[Fact]) -> list[Fact]:
    """Up to three facts to show: coded ones before notes, newest first."""
    return sorted(facts, key=lambda f: (f.origin == "resource", f.time or ""), reverse=True)[:MAX_SHOWN]


def _denied(calendar: Calendar, fact: Fact) -> Sentence:
    return verbatim(calendar, fact) if fact.origin == "text" else item_sentence(calendar, fact)


def _said(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.kind == "observation":
        return value_sentence(calendar, fact)
    happened = fact.kind in ("condition", "procedure", "immunization", "encounter")
    return done_sentence(calendar, fact) if happened else item_sentence(calendar, fact)
