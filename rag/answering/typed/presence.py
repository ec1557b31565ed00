"""Yes or no: whether the chart says that something was or is so, with the words that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.typed.calendar import YEAR_CHARS, Calendar
from rag.answering.typed.events import stopped_sentences
from rag.answering.typed.habits import rule_on_habit
from rag.answering.typed.lists import listed
from rag.answering.typed.pool import Pool, in_time, is_current
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


IN_THE_PAST = "Yes, in the past"
"""How the answer begins where the chart says that a thing was so and has ended."""
NO_ALLERGY = frozenset({"no known allergies", "no known allergy", "no allergies", "no known drug or food allergies"})
"""Displays of a record that says that nothing is reacted to, not only no drug."""
_MAY_END = frozenset({"condition", "allergy", "device"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """``lead`` is Yes, ``IN_THE_PAST`` or No with the statements that bear it; empty with none: the chart does not say."""

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
    if "ever" not in asked.cues and not asked.windows and not asked.anchor and (past := _of_past(asserted, calendar, as_of)):
        return past
    habit = rule_on_habit(asked, sorted((*asserted, *negated), key=in_time))
    if habit is not None:
        lead, fact = habit
        return Ruling(lead, ((_said if lead == "Yes" else _denied)(calendar, fact),))
    if asserted:
        going = [fact for fact in asserted if fact.origin == "resource" and fact.kind in _MAY_END and is_current(fact, as_of)]
        return Ruling("Yes", tuple(_said(calendar, fact) for fact in _best(going or asserted)))
    if negated:
        return Ruling("No", tuple(_denied(calendar, fact) for fact in negated[-MAX_SHOWN:][::-1]))
    return NOT_SAID


def none_known(allergies: Sequence[Fact]) -> list[Fact]:
    """The record that no allergy is known, where nothing else is: what "is he allergic to antibiotics" may rest on."""
    held = [fact for fact in allergies if fact.origin == "resource"]
    denied = [fact for fact in held if fact.assertion == "negated" and fact.display.casefold() in NO_ALLERGY]
    return denied[-1:] if denied and not any(fact.assertion == "present" for fact in allergies) else []


def _of_past(asserted: Sequence[Fact], calendar: Calendar, as_of: str | None) -> Ruling | None:
    """That it was so once, with its end, where every record of it has one: it must not be read as current. None where a record goes on.

    A note from after the end that says it is so stands beside it: it may tell of what was, or that it came again.
    """
    records = [fact for fact in asserted if fact.origin == "resource" and fact.kind in _MAY_END]
    if not records or any(is_current(fact, as_of) for fact in records):
        return None
    end = max(fact.end_time or fact.time or "" for fact in records)
    again = [fact for fact in asserted if fact.origin == "text" and _tells_of_after(fact, end)]
    told = (*_best(records), *again[-1:])
    return Ruling("Yes" if again else IN_THE_PAST, tuple(_said(calendar, fact) for fact in told))


def _tells_of_after(fact: Fact, end: str) -> bool:
    """Whether a fact from after the end says that the thing is so; of a bare year, which is not moved as the end is, that is not known."""
    after = len(fact.time or "") > YEAR_CHARS and (fact.time or "") > end
    return after and fact.assertion == "present" and "history" not in fact.section


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
    ended = sorted((f for f in pool.asserted if f.status or f.end_time), key=lambda f: f.origin == "resource")  # a record's end comes last
    if pool.negated and not (ended and ended[-1].origin == "resource"):
        return Ruling("No", (_denied(calendar, pool.negated[-1]),))
    return Ruling("No", (item_sentence(calendar, ended[-1]),)) if ended else NOT_SAID


def _best(facts: Sequence[Fact]) -> list[Fact]:
    """Up to three facts to show: coded ones before notes, newest first."""
    return sorted(facts, key=lambda f: (f.origin == "resource", f.time or ""), reverse=True)[:MAX_SHOWN]


def _denied(calendar: Calendar, fact: Fact) -> Sentence:
    return verbatim(calendar, fact) if fact.origin == "text" else item_sentence(calendar, fact)


def _said(calendar: Calendar, fact: Fact) -> Sentence:
    if fact.kind == "observation":
        return value_sentence(calendar, fact)
    happened = fact.kind in ("condition", "procedure", "immunization", "encounter")
    return done_sentence(calendar, fact) if happened else item_sentence(calendar, fact)
