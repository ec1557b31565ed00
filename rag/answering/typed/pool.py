"""The facts that bear on one part of a question, sorted by what they say: asserted, negated, of a relative, unsure, outside the window."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from rag.answering.typed.calendar import DAY_CHARS, YEAR_CHARS, Calendar, first_day, last_day
from rag.answering.typed.naming import known_names, names_of_thing
from rag.answering.typed.ordering import in_order
from rag.answering.typed.sentence import number_of
from rag.clinical.conversion import same_unit
from rag.types import Fact

VOID_STATUSES = frozenset({"entered-in-error", "cancelled", "not-done", "not done", "nullified"})
UNSURE = frozenset({"hypothetical", "uncertain"})
CURRENT_STATUSES = frozenset({"active", "recurrence", "relapse", "in-progress", "in progress", "on-hold", "on hold", "planned", "accepted"})
RESTATED_DAYS = 400
"""A value in a note's text that equals an earlier coded one this recent is taken as restated, not measured again."""
TOLD_SLOTS = frozenset(
    {"dose", "route", "frequency", "duration", "action", "previous_dose", "reaction", "severity", "laterality", "body_site"}
)
"""What two mentions of one thing on one day may differ in: two that do are two statements."""


@dataclass(frozen=True, slots=True)
class Days:
    """A closed range of days in the question's own calendar; None is open."""

    first: date | None
    last: date | None

    def holds(self, first: date, last: date) -> bool:
        """Whether a date known as ``first`` to ``last`` (a day, month or year) lies inside as a whole or overlaps an unsure edge."""
        return (self.first is None or last >= self.first) and (self.last is None or first <= self.last)


@dataclass(frozen=True, slots=True)
class Pool:
    """Facts of the thing asked for, each list in time order, copies and restatements taken out."""

    asserted: tuple[Fact, ...]
    negated: tuple[Fact, ...]
    family: tuple[Fact, ...]
    unsure: tuple[Fact, ...]
    outside: tuple[Fact, ...]

    @property
    def measured(self) -> tuple[Fact, ...]:
        """The asserted facts that hold a number."""
        return tuple(fact for fact in self.asserted if number_of(fact) is not None)


def fill(facts: Iterable[Fact], calendar: Calendar, windows: Sequence[Days], *, relative: str = "patient") -> Pool:
    """Sort facts in time order. ``relative`` is the relative asked about; facts of the patient are then beside the point.

    A fact is inside when any of ``windows`` holds its date; without windows all are, undated facts only then.
    """
    asserted: list[Fact] = []
    negated: list[Fact] = []
    family: list[Fact] = []
    unsure: list[Fact] = []
    outside: list[Fact] = []
    for fact in without_restatements(in_order(list(facts), calendar), calendar):
        if fact.status in VOID_STATUSES and fact.assertion != "negated":
            continue
        if not _speaks_of(fact, relative):
            family.append(fact)
        elif not _inside(fact, calendar, windows):
            outside.append(fact)
        elif fact.assertion == "negated":
            negated.append(fact)
        elif fact.assertion in UNSURE:
            unsure.append(fact)
        else:
            asserted.append(fact)
    return Pool(tuple(asserted), tuple(negated), tuple(family), tuple(unsure), tuple(outside))


def in_time(fact: Fact) -> tuple[str, str, str, int]:
    """Sort key: time, time of day as written, then place; undated facts first."""
    return (fact.time or "", fact.clock, fact.doc_id, fact.start)


def _speaks_of(fact: Fact, relative: str) -> bool:
    of_patient = fact.experiencer == "patient" and fact.kind != "family_history"
    if relative == "patient":
        return of_patient
    return not of_patient and (relative == "family" or relative in fact.experiencer.split() or fact.experiencer in ("", "family"))


def _inside(fact: Fact, calendar: Calendar, windows: Sequence[Days]) -> bool:
    if not windows:
        return True
    if not fact.time:
        return False
    shown = calendar.in_question(fact.time)
    return any(window.holds(first_day(shown), last_day(shown)) for window in windows)


def without_restatements(facts: Sequence[Fact], calendar: Calendar) -> list[Fact]:
    """Facts in order without those that say again what is there: the same thing, value and time in a record of another document, the
    same thing, value and day in a note, or a note's copy of a recorded value.
    """
    kept: list[Fact] = []
    coded: dict[Decimal, list[Fact]] = {}
    for fact in facts:
        if fact.origin == "resource" and (number := number_of(fact)) is not None:
            coded.setdefault(number, []).append(fact)
    seen: set[tuple[str, ...]] = set()
    recorded: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in sorted(facts, key=lambda f: (f.origin != "resource",)):  # resources speak first; the sort is stable
        if fact.origin == "resource":
            if fact.kind == "observation" and fact.value and len(fact.time or "") == DAY_CHARS:
                same = recorded.setdefault((names_of_thing(fact)[0], fact.time or "", _value_said(fact)), [])
                if any(_copies(fact, other) for other in same):
                    continue
                same.append(fact)
            seen.add(_said_by(fact))
            kept.append(fact)
            continue
        if (number := number_of(fact)) is not None and any(_restates(fact, other, calendar) for other in coded.get(number, ())):
            continue
        key = _said_by(fact)
        if key not in seen:
            seen.add(key)
            kept.append(fact)
    place = {id(fact): number for number, fact in enumerate(facts)}
    return sorted(kept, key=lambda fact: place[id(fact)])


def _value_said(fact: Fact) -> str:
    number = number_of(fact)
    return (fact.value or "").casefold() if number is None else str(number.normalize())


def _said_by(fact: Fact) -> tuple[str, ...]:
    """What makes a mention of a note the same as another: thing, value and day, where a number is told; else all that is said."""
    if fact.origin == "text" and number_of(fact) is not None:
        return (fact.kind, names_of_thing(fact)[0], _value_said(fact), (fact.unit or "").casefold(), fact.time or "", fact.assertion)
    said = (fact.kind, fact.display.casefold(), fact.value or "", fact.time or "", fact.clock)
    told = sorted(f"{slot.name}:{' '.join(slot.text.casefold().split())}" for slot in fact.slots if slot.name in TOLD_SLOTS)
    return (*said, fact.assertion, fact.status, fact.experiencer, *told)


def _copies(fact: Fact, other: Fact) -> bool:
    """Whether a record holds the value of another document's record at the same time: one measurement, not two."""
    if fact.doc_id == other.doc_id or (fact.assertion, fact.experiencer) != (other.assertion, other.experiencer):
        return False
    one_unit = fact.unit == other.unit or (fact.unit is not None and other.unit is not None and same_unit(fact.unit, other.unit))
    return one_unit and (not fact.clock or not other.clock or _instant(fact) == _instant(other))


def _instant(fact: Fact) -> datetime | str:
    """The time of a stamp, comparable across zones; the stamp as written where it has no zone or cannot be read."""
    try:
        read = datetime.fromisoformat(f"{fact.time}{fact.clock}")
    except ValueError:
        return fact.clock
    return read if read.tzinfo else fact.clock


def _restates(fact: Fact, coded: Fact, calendar: Calendar) -> bool:
    """Whether a note's number is a record's, told again."""
    if _are_apart(fact, coded):
        return False
    if not fact.time:
        return True  # an undated value that is on record with its date
    if not coded.time:
        return False
    if len(fact.time) == YEAR_CHARS:  # told by year alone, which is never moved
        return calendar.true(coded.time).startswith(fact.time)
    if len(coded.time) == YEAR_CHARS:
        return calendar.true(fact.time).startswith(coded.time)
    if len(fact.time) < len(coded.time):  # told by month alone
        return coded.time.startswith(fact.time)
    return 0 <= (first_day(fact.time) - first_day(coded.time)).days <= RESTATED_DAYS


def _are_apart(one: Fact, other: Fact) -> bool:
    """Whether both are known by name, and as different things."""
    names, others = (known_names(fact) for fact in (one, other))
    return bool(names) and bool(others) and set(names).isdisjoint(others)


def is_current(fact: Fact, as_of: str | None) -> bool:
    """Whether a fact says that something holds still: an active status and no end before ``as_of`` (a fact time)."""
    if fact.end_time and as_of and fact.end_time < as_of:
        return False
    if fact.status:
        return fact.status in CURRENT_STATUSES
    return fact.assertion == "present" and not fact.end_time
