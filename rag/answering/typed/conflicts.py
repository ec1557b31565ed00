"""Sources that disagree: two values of one thing at one time, two doses or statuses of one drug in one period, a thing said and denied.

Both sides are shown with their dates; the newer is not presumed right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from rag.answering.typed.calendar import YEAR_CHARS, first_day
from rag.answering.typed.events import STOPPED_STATUSES, action_of
from rag.answering.typed.naming import names_of_thing
from rag.answering.typed.pool import CURRENT_STATUSES, Pool
from rag.answering.typed.sentence import number_of
from rag.answering.typed.values import by_thing, in_unit
from rag.types import Fact

SAME_PERIOD_DAYS = 60
"""Two statements on a drug's dose or status this close speak of one period. Our choice: shorter than a usual follow-up interval."""
_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?) ?(mg|mcg|ug|g|units?|unt|meq|ml|%)", re.IGNORECASE)
_UNIT_FORMS = {"unt": "unit", "units": "unit", "ug": "mcg"}
Amount = tuple[Decimal, str]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Facts that cannot all hold; ``slot`` is value, dose, status or presence."""

    slot: str
    facts: tuple[Fact, ...]


def disagreements(pool: Pool) -> tuple[Disagreement, ...]:
    """Every disagreement among facts of the thing asked for, each pair once, in time order."""
    return tuple(dict.fromkeys((*_of_values(pool.measured), *_of_doses(pool.asserted), *_of_status(pool.asserted), *_of_presence(pool))))


def _of_values(facts: Sequence[Fact]) -> Iterator[Disagreement]:
    for group in by_thing(facts):
        for one, other in pairwise(group):
            same_moment = one.time == other.time and (one.clock == other.clock or not one.clock or not other.clock)
            if one.time and same_moment and one.doc_id != other.doc_id and in_unit(one, other.unit) not in (None, number_of(other)):
                yield Disagreement("value", (one, other))


def _of_doses(facts: Sequence[Fact]) -> Iterator[Disagreement]:
    for group in _by_drug(facts):
        dosed = [fact for fact in group if _amount(fact)]
        for one, other in pairwise(dosed):
            if one.doc_id == other.doc_id or not _one_period(one, other):
                continue
            first, second = _amount(one), _amount(other)
            if first and second and first[1] == second[1] and first[0] != second[0] and not _changes(one, other):
                yield Disagreement("dose", (one, other))


def _changes(one: Fact, other: Fact) -> bool:
    """Whether one side ended before or tells of a change of dose: then both hold, one after the other."""
    told = any(action_of(fact) or fact.slot("previous_dose") for fact in (one, other))
    ended = any(fact.status in STOPPED_STATUSES or fact.end_time for fact in (one, other))
    return told or ended


def _of_status(facts: Sequence[Fact]) -> Iterator[Disagreement]:
    for group in _by_drug(facts):
        for one, other in pairwise(group):
            if one.origin != other.origin and _one_period(one, other) and {_state(one), _state(other)} == {"taken", "stopped"}:
                coded, told = (one, other) if one.origin == "resource" else (other, one)
                if _state(coded) == "taken" and (told.time or "") >= (coded.time or ""):
                    yield Disagreement("status", (one, other))


def _state(fact: Fact) -> str:
    if action_of(fact) in ("stopped", "held") or fact.status in STOPPED_STATUSES:
        return "stopped"
    return "taken" if fact.status in CURRENT_STATUSES else ""


def _of_presence(pool: Pool) -> Iterator[Disagreement]:
    for negated in pool.negated:
        for said in pool.asserted:
            if negated.time and negated.time == said.time and negated.doc_id != said.doc_id and _of_one_thing(negated, said):
                yield Disagreement("presence", (said, negated))
                break


def _of_one_thing(one: Fact, other: Fact) -> bool:
    return one.kind == other.kind and not set(names_of_thing(one)).isdisjoint(names_of_thing(other))


def _by_drug(facts: Sequence[Fact]) -> list[list[Fact]]:
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind == "medication":
            groups.setdefault(names_of_thing(fact)[0], []).append(fact)
    return list(groups.values())


def _amount(fact: Fact) -> Amount | None:
    """The dose as a number and unit: the dose's own, else the strength in the name."""
    for slot in (fact.slot("dose"), fact.slot("name")):
        found = _AMOUNT.search(slot.text) if slot else None
        if found:
            unit = found[2].casefold()
            return Decimal(found[1].replace(",", "")), _UNIT_FORMS.get(unit, unit)
    return None


def _one_period(one: Fact, other: Fact) -> bool:
    if not one.time or not other.time or YEAR_CHARS in (len(one.time), len(other.time)):
        return False
    return abs((first_day(other.time) - first_day(one.time)).days) <= SAME_PERIOD_DAYS
