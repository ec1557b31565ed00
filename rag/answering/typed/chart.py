"""One patient's facts as a question reads them: what the chart has facts on, which are meant, and in which days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.answering.typed.calendar import Calendar, first_day, last_day
from rag.answering.typed.endings import told_end
from rag.answering.typed.pool import VOID_STATUSES, Days, in_time
from rag.answering.typed.visits import is_visit
from rag.clinical.concepts.resolution import Match, Resolution, resolve
from rag.clinical.dates import find_dates
from rag.clinical.terms import content_terms
from rag.errors import QuestionError
from rag.questions.everyday import without_everyday
from rag.questions.understood import Anchor, Intent, Relation, Understood, Window
from rag.store.database import Database
from rag.store.facts import find_facts
from rag.types import ChartConcept, Fact, Scope

KINDS_THAT_MEET = (
    frozenset({"condition", "finding"}),
    frozenset({"procedure", "report", "observation"}),
    frozenset({"observation", "finding", "social_history"}),
    frozenset({"condition", "family_history"}),
)
"""Kinds that one wording may mean: a scan "performed" may stand as a report, a "diagnosis" as a symptom."""
LASTING_KINDS = frozenset({"medication", "condition"})
EVENT_KINDS = frozenset({"procedure", "condition", "finding", "encounter"})
NOT_YET = "finer than a year: dates of this chart are shown as years; ask for whole years, or give a reveal purpose"


@dataclass(frozen=True, slots=True)
class Chart:
    """A patient's facts within a scope. ``as_of`` is the fact time that "ago" counts from; ``concepts`` is all that facts are on."""

    database: Database
    scope: Scope
    calendar: Calendar
    concepts: tuple[ChartConcept, ...]
    as_of: str | None

    def meant(self, asked: Understood) -> Resolution:
        """What of the chart the phrase means: in the kinds that the wording allows, else in those that may be meant as well, else what
        is displayed so to the letter, else what two names side by side both mean ("Singulair (montelukast)").
        """
        found = self._resolve(asked.phrase, asked.kinds)
        if found.matches:
            return found
        said = asked.phrase.casefold()
        displayed = tuple(Match(concept, "exact", 1.0) for concept in self.concepts if said and concept.display.casefold() == said)
        if displayed:
            return Resolution(displayed, False, ())
        found = self._named_twice(asked)
        if found.matches:
            return found
        found = self._plainly(asked)
        return found if found.matches or asked.intent is not Intent.REPORT or "sized" in asked.tags else self._named_within(asked.phrase)

    def _plainly(self, asked: Understood) -> Resolution:
        """What the phrase means without its everyday words, where every other word of it is explained."""
        for phrase in without_everyday(asked.phrase):
            found = self._resolve(phrase, asked.kinds)
            if found.matches:
                return found
        if asked.kinds == {"medication"} and asked.intent in (Intent.STARTED, Intent.DURATION):  # "long-term opioid use" is a problem too
            return self._resolve(asked.phrase, frozenset({"condition"}))
        return Resolution((), False, ())

    def _named_within(self, phrase: str) -> Resolution:
        """The report that a run of the phrase's words names, longest first: "CT chest" in "CT chest lung nodule"."""
        words = phrase.split()
        for length in range(len(words) - 1, 0, -1):
            for at in range(len(words) - length + 1):
                found = self._resolve_in(" ".join(words[at : at + length]), frozenset({"report"}))
                if found.matches:
                    return found
        return Resolution((), False, ())

    def _named_twice(self, asked: Understood) -> Resolution:
        words = asked.phrase.split()
        for at in range(1, len(words)):
            first, second = (self._resolve(" ".join(half), asked.kinds) for half in (words[:at], words[at:]))
            both = {match.concept for match in first.matches} & {match.concept for match in second.matches}
            if both:
                return replace(first, matches=tuple(match for match in first.matches if match.concept in both))
        return Resolution((), False, ())

    def facts(self, concepts: Sequence[ChartConcept]) -> list[Fact]:
        """The facts of those concepts, in time order."""
        if not concepts:
            return []
        wanted = {(concept.kind, concept.code, concept.display) for concept in concepts}
        found = find_facts(
            self.database,
            self.scope,
            kinds={concept.kind for concept in concepts},
            codes={concept.code for concept in concepts},
            displays={concept.display for concept in concepts},
        )
        return sorted((fact for fact in found if (fact.kind, fact.code, fact.display) in wanted), key=in_time)

    def visits_called(self, words: str) -> list[Fact]:
        """The encounters that ``words`` call so ("ICU", "admitted for knee"), in time order."""
        return [fact for fact in self.of_kinds({"encounter"}) if is_visit(fact, words)]

    def of_kinds(self, kinds: Collection[str]) -> list[Fact]:
        """Every fact of some kinds, in time order."""
        return self.facts([concept for concept in self.concepts if concept.kind in kinds])

    def days_asked(self, asked: Understood) -> tuple[Days, ...] | None:
        """The windows of the question as days of its calendar; None where its anchor is not on record.

        Raises:
            QuestionError: a window finer than the dates that may be shown.
        """
        windows = tuple(self._days(window) for window in asked.windows)
        if asked.at and asked.intent is not Intent.VALUE_AT:
            windows = (*windows, Days(first_day(asked.at), last_day(asked.at)))
        if asked.at and self.calendar.years_only:
            raise QuestionError(f"the question names a day, {NOT_YET}")
        if asked.anchor is None:
            return windows
        anchored = self._anchored(asked.anchor, windows)
        if anchored is None:
            return None
        return tuple(_both(window, days) for window in windows for days in anchored) if windows else anchored

    def _days(self, window: Window) -> Days:
        if self.calendar.years_only and window.finest != "year":
            raise QuestionError(f"the window “{window.words}” is {NOT_YET}")
        return Days(first_day(window.start) if window.start else None, last_day(window.end) if window.end else None)

    def _anchored(self, anchor: Anchor, windows: Sequence[Days]) -> tuple[Days, ...] | None:
        """The days that the anchor leaves, by the events it names inside ``windows``; None where no such event is on record."""
        events = [self._span_of(fact, anchor.event) for fact in self._events(anchor)]
        if anchor.window is not None:
            year = self._days(anchor.window)
            events = [(start, end) for start, end in events if year.holds(start, end)]
        if windows:
            events = [(start, end) for start, end in events if any(window.holds(start, end) for window in windows)] or events
        if not events:
            return None
        if anchor.which == "first":
            events = events[:1]
        elif anchor.which == "last" or anchor.relation is not Relation.DURING:
            events = events[-1:]
        return tuple(_around(anchor, start, end) for start, end in events)

    def _events(self, anchor: Anchor) -> list[Fact]:
        """What the anchor's words name: a visit of their class, or the facts of a thing; dated, in time order."""
        if anchor.kind == "encounter" or (not anchor.kind and not anchor.words):
            facts = [fact for fact in self.of_kinds({"encounter"}) if is_visit(fact, anchor.words)]
        else:
            facts = self.facts(self._called(anchor))
            coded = [fact for fact in facts if fact.origin == "resource"]
            facts = coded or facts[:1]  # later notes tell of it again
            if anchor.relation is Relation.AFTER and anchor.kind == "medication":
                facts = facts[:1]
        return [fact for fact in facts if fact.time and fact.assertion in ("present", "historical") and fact.status not in VOID_STATUSES]

    def _called(self, anchor: Anchor) -> list[ChartConcept]:
        """What the anchor's words name, else events whose display holds all of them."""
        kinds = frozenset({anchor.kind}) if anchor.kind else frozenset[str]()
        found = [match.concept for match in self._resolve(anchor.words, kinds).matches]
        words = set(content_terms(anchor.words))
        happening = [concept for concept in self.concepts if concept.kind in EVENT_KINDS]
        return found or [concept for concept in happening if words and words <= set(content_terms(concept.display))]

    def _span_of(self, event: Fact, which: str) -> tuple[date, date]:
        """First and last day of an event; of its ``start`` or ``stop`` alone where only that is asked for."""
        first = self.calendar.in_question(event.time or "")
        end = event.end_time or (self._lasting_until(event) if event.kind in LASTING_KINDS else None)
        last = self.calendar.in_question(end) if end else first
        if which == "stop":
            first = last
        elif which == "start":
            last = first
        return first_day(first), last_day(last)

    def _lasting_until(self, event: Fact) -> str | None:
        """Until when a drug was taken or an illness held that no record ends: the day its prose says it was stopped, else today."""
        told = told_end(event)
        dates = [mention.iso for mention in find_dates(told.text)] if told else []  # stored texts print moved dates, or years alone
        return max(dates, default=None) or self.as_of

    def _resolve(self, phrase: str, kinds: frozenset[str]) -> Resolution:
        found = self._resolve_in(phrase, kinds)
        if found.matches or not kinds:
            return found
        wider = frozenset().union(*(group for group in KINDS_THAT_MEET if group & kinds)) - kinds
        return self._resolve_in(phrase, wider) if wider else found

    def _resolve_in(self, phrase: str, kinds: frozenset[str]) -> Resolution:
        """Coded things and things that only notes name are looked up apart: a note's exact word must not hide a coded synonym.

        A coded display that the question quotes to the letter is meant, and no other coded name of the same thing.
        """
        sides = [resolve(phrase, kinds, [c for c in self.concepts if bool(c.code) is coded]) for coded in (True, False)]
        said = phrase.casefold()
        quoted = tuple(match for match in sides[0].matches if match.concept.display.casefold() == said)
        if quoted and len(quoted) < len(sides[0].matches) and self._is_displayed(quoted):
            sides[0] = replace(sides[0], matches=quoted)
        sides = [side for side in sides if side.matches]
        if len(sides) > 1 and any(side.corrected for side in sides) != all(side.corrected for side in sides):
            sides = [side for side in sides if not side.corrected]
        matches = tuple(match for side in sides for match in side.matches)
        corrected = tuple(dict.fromkeys(pair for side in sides for pair in side.corrected))
        return Resolution(matches, any(side.ambiguous for side in sides), corrected)

    def _is_displayed(self, matches: Sequence[Match]) -> bool:
        """Whether a coded record bears one of the names, and not only a note's own word that was given a code."""
        return any(fact.origin == "resource" for fact in self.facts([match.concept for match in matches]))


def _around(anchor: Anchor, start: date, end: date) -> Days:
    """The days that lie to an event as the anchor says; ``span_days`` bounds how far from it, ``margin_days`` widens it."""
    reach = timedelta(days=anchor.span_days) if anchor.span_days else None
    if anchor.relation is Relation.BEFORE:
        last = start if anchor.inclusive or reach else start - timedelta(days=1)
        return Days(start - reach if reach else None, last)
    if anchor.relation is Relation.AFTER:
        first = start + timedelta(days=1) if anchor.kind == "medication" and not anchor.inclusive else start
        return Days(max(first, end) if end > start and not anchor.inclusive else first, end + reach if reach else None)
    margin = timedelta(days=anchor.margin_days)
    return Days(start - margin, end + margin)


def _both(one: Days, other: Days) -> Days:
    firsts = [day for day in (one.first, other.first) if day]
    lasts = [day for day in (one.last, other.last) if day]
    return Days(max(firsts, default=None), min(lasts, default=None))
