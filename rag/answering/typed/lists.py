"""Lists and overviews: what is current or past, each thing once, grouped by what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.answering.typed.calendar import Calendar, first_day
from rag.answering.typed.events import action_of
from rag.answering.typed.naming import names_of_thing, thing_of
from rag.answering.typed.pool import CURRENT_STATUSES, Pool, is_current
from rag.answering.typed.sentence import Sentence
from rag.answering.typed.wording import item_sentence, value_sentence, verbatim
from rag.questions.understood import Understood
from rag.types import Fact

MAX_ITEMS = 60
MAX_SUMMARY = 8
RECENT_DAYS = 120
"""How long a note's word on what is taken stands beside a coded list. Our choice: a little more than a quarter, the usual refill."""


def list_sentences(asked: Understood, pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """One statement per thing, coded ones first, then those that only notes name; at most ``MAX_ITEMS``.

    "The medication list" is what is taken now.
    """
    whole_list = not asked.phrase and asked.kinds == {"medication"} and not asked.windows and not asked.anchor
    chosen = listed(pool.asserted, asked.status or ("current" if whole_list else ""), as_of)
    if asked.kinds == {"immunization"} and asked.phrase and not asked.status:  # every dose bears a date of its own
        chosen = [fact for fact in pool.asserted if fact.origin == "resource"] + [fact for fact in chosen if fact.origin == "text"]
    if asked.kinds == {"allergy"} and not asked.phrase and not chosen and pool.negated:  # "no known drug allergies" answers for the list
        return [verbatim(calendar, fact) if fact.origin == "text" else item_sentence(calendar, fact) for fact in pool.negated[-1:]]
    return [item_sentence(calendar, fact) for fact in chosen[:MAX_ITEMS]]


def listed(facts: Sequence[Fact], status: str, as_of: str | None) -> list[Fact]:
    """The fact that stands for each thing: the newest that fits ``status`` (current, past or any).

    A thing is current when a coded record says so. What only notes name is current when its newest mention says so; a thing that a
    coded record names is not listed again from a note.
    """
    coded = _grouped([fact for fact in facts if fact.origin == "resource"], _display)
    told = _grouped([fact for fact in facts if fact.origin == "text"], _concept)
    named = {name for group in coded for fact in group for name in names_of_thing(fact)}
    chosen = [fact for group in coded if (fact := _standing(group, status, as_of))]
    for group in told:
        if any(name in named for fact in group for name in names_of_thing(fact)):
            continue
        fact = _standing(group[-1:], status, as_of)
        if fact and (status != "current" or not coded or _is_recent(fact, as_of)):
            chosen.append(fact)
    return chosen


def _is_recent(fact: Fact, as_of: str | None) -> bool:
    """Whether a note told of it within ``RECENT_DAYS`` of the record's last date: beside a coded list, an older note is no news."""
    if not fact.time or not as_of or fact.status != "active":
        return False
    return (first_day(as_of) - first_day(fact.time)).days <= RECENT_DAYS


def _standing(group: Sequence[Fact], status: str, as_of: str | None) -> Fact | None:
    """The newest fact of a thing that fits the status asked for; None where the thing does not fit."""
    current = [fact for fact in group if _holds(fact, as_of)]
    if status == "current":
        return current[-1] if current else None
    if status == "past":
        return None if current else group[-1]
    return group[-1]


def _holds(fact: Fact, as_of: str | None) -> bool:
    if fact.origin == "text":
        return action_of(fact) not in ("stopped", "held") and fact.assertion == "present" and fact.status in ("", *CURRENT_STATUSES)
    return is_current(fact, as_of)


def _grouped(facts: Sequence[Fact], key: Callable[[Fact], str]) -> list[list[Fact]]:
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(key(fact), []).append(fact)
    return list(groups.values())


def _display(fact: Fact) -> str:
    """What a coded list holds once: the display; for a relative's condition, of that relative."""
    relative = fact.experiencer if fact.kind == "family_history" else ""
    return f"{fact.display.casefold() or thing_of(fact)} {relative}"


def _concept(fact: Fact) -> str:
    return names_of_thing(fact)[0]


def summary_sentences(pool: Pool, calendar: Calendar, as_of: str | None) -> list[Sentence]:
    """The newest of each thing on record, measured ones with their value; at most ``MAX_SUMMARY``, newest first."""
    groups = [[f for f in group if f.origin == "resource" and f.kind == "allergy"] or group for group in _grouped(pool.asserted, thing_of)]
    newest = sorted((group[-1] for group in groups), key=lambda f: (f.origin == "resource", f.time or ""), reverse=True)
    measured = {"observation", "social_history"}
    return [
        value_sentence(calendar, fact, as_of) if fact.kind in measured and fact.value else item_sentence(calendar, fact)
        for fact in newest[:MAX_SUMMARY]
    ]
