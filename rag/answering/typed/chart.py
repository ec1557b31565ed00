"""One patient's facts as a question reads them: what the chart has facts on, which are meant, and in which days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.answering.typed.calendar import Calendar, first_day, last_day
from rag.answering.typed.endings import told_end
from rag.answering.typed.pool import VOID_STATUSES, Days, in_time
from rag.answering.typed.visits import is_visit
from rag.answering.typed.wordings import beside_idle_words, held_by_displays
from rag.clinical.concepts.resolution import Match, Resolution, resolve
from rag.clinical.dates import find_dates
from rag.clinical.terms import content_terms
from rag.errors import QuestionError
from rag.questions.events import is_operation
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
DATED = frozenset({Intent.STARTED, Intent.STOPPED, Intent.LAST_DONE, Intent.DURATION, Intent.DOSE, Intent.LIST, Intent.COUNT})
VALUED_OR_DATED = DATED | {
    *(Intent.LATEST, Intent.FIRST, Intent.VALUE_AT, Intent.VALUES, Intent.TREND, Intent.CHANGE, Intent.HIGHEST, Intent.LOWEST),
    *(Intent.AVERAGE, Intent.COMPARE),
}
MEASURED_KINDS = frozenset({"observation", "social_history"})
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
        kinds = asked.kinds | _wider(asked.kinds)  # "did she react to it" is not answered by a dose of it
        displayed = [concept for concept in self.concepts if said and concept.display.casefold() == said]
        if meant := tuple(Match(concept, "exact", 1.0) for concept in displayed if not kinds or concept.kind in kinds):
            return Resolution(meant, False, ())
        found = self._named_twice(asked)
        if found.matches:
            return found
        found = self._plainly(asked)
        if not found.matches:
            found = self._wordily(asked)
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

    def _wordily(self, asked: Understood) -> Resolution:
        """What the phrase says in more words than its name; a yes or no, or a question of open form, needs the name itself."""
        found = held_by_displays(asked.phrase, asked.kinds, self.concepts)
        if found.matches or asked.polar or asked.intent not in VALUED_OR_DATED or asked.experiencer != "patient":
            return found
        valued = asked.intent not in DATED
        among = (asked.kinds & MEASURED_KINDS or MEASURED_KINDS) if valued else asked.kinds
        if valued and asked.kinds and not asked.kinds & MEASURED_KINDS:
            return found
        return beside_idle_words(asked.phrase, lambda core: self._resolve(core, among), measured=valued)

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
        if anchored is None:  # a date said beside an event that is not on record still says when
            return windows or None
        return tuple(_both(window, days) for window in windows for days in anchored) if windows else anchored

    def _days(self, window: Window) -> Days:
        if self.calendar.years_only and window.finest != "year":
            raise QuestionError(f"the window “{window.words}” is {NOT_YET}")
        return Days(first_day(window.start) if window.start else None, last_day(window.end) if window.end else None)

    def _anchored(self, anchor: Anchor, windows: Sequence[Days]) -> tuple[Days, ...] | None:
        """The days that the anchor leaves, by the events it names inside ``windows``; None where no such event is on record."""
        events = [self._span_of(fact, anchor) for fact in self._events(anchor)]
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
        """What the anchor's words name: a visit of their class, or the facts of a thing; dated, in time order.

        Records tell when it was; without one, the first note does: later notes tell of it again.
        """
        if anchor.kind == "encounter" or (not anchor.kind and not anchor.words):
            return _happened([fact for fact in self.of_kinds({"encounter"}) if is_visit(fact, anchor.words)])
        if anchor.kind == "procedure" and not anchor.words:
            facts = _happened([fact for fact in self.of_kinds({"procedure"}) if is_operation(fact.display)])
        else:
            facts = _happened(self.facts(self._called(anchor)))
        if not facts and anchor.kind == "procedure" and is_operation(anchor.words):
            facts = _happened([fact for fact in self.of_kinds({"procedure"}) if _is_operation_on(anchor.words, fact.display)])
        coded = [fact for fact in facts if fact.origin == "resource"] or self._displayed_with(anchor.words, "resource")
        facts = coded or facts[:1] or self._displayed_with(anchor.words, "text")[:1]
        return facts[:1] if anchor.relation is Relation.AFTER and anchor.kind == "medication" else facts

    def _called(self, anchor: Anchor) -> list[ChartConcept]:
        kinds = frozenset({anchor.kind}) if anchor.kind else frozenset[str]()
        return [match.concept for match in self._resolve(anchor.words, kinds).matches]

    def _displayed_with(self, phrase: str, origin: str) -> list[Fact]:
        """Events whose display holds all words of the phrase."""
        words = set(content_terms(phrase))
        happening = [concept for concept in self.concepts if concept.kind in EVENT_KINDS and concept.origin == origin]
        return _happened(self.facts([concept for concept in happening if words and words <= set(content_terms(concept.display))]))

    def _span_of(self, event: Fact, anchor: Anchor) -> tuple[date, date]:
        """First and last day of an event; of its ``start`` or ``stop`` alone where only that is asked for.

        After a thing that no record ends is after it began.
        """
        first = self.calendar.in_question(event.time or "")
        end = event.end_time or (_told_until(event) if event.kind in LASTING_KINDS else None)
        if end is None and event.kind in LASTING_KINDS and (anchor.relation is not Relation.AFTER or anchor.event == "stop"):
            end = self.as_of
        last = self.calendar.in_question(end) if end else first
        if anchor.event == "stop":
            first = last
        elif anchor.event == "start":
            last = first
        return first_day(first), last_day(last)

    def _resolve(self, phrase: str, kinds: frozenset[str]) -> Resolution:
        found = self._resolve_in(phrase, kinds)
        if found.matches or not kinds:
            return found
        wider = _wider(kinds)
        return self._resolve_in(phrase, wider) if wider else found

    @staticmethod
    def _sides(phrase: str, kinds: frozenset[str], concepts: Sequence[ChartConcept]) -> list[Resolution]:
        return [resolve(phrase, kinds, [c for c in concepts if c.origin == origin]) for origin in ("resource", "text")]

    def _resolve_in(self, phrase: str, kinds: frozenset[str]) -> Resolution:
        """Things on record and things that only notes name are looked up apart: a note's exact word must not hide a record's synonym.

        A record's display that the question quotes to the letter is meant, and no other record's name of the same thing.
        """
        own = [concept for concept in self.concepts if concept.kind != "family_history" or "family_history" in kinds]
        sides = self._sides(phrase, kinds, own)  # a relative's "Depression" must not hide the patient's under a longer name
        if not any(side.matches for side in sides):
            sides = self._sides(phrase, kinds, self.concepts)
        said = phrase.casefold()
        quoted = tuple(match for match in sides[0].matches if match.concept.display.casefold() == said)
        if quoted:
            sides[0] = replace(sides[0], matches=quoted)
        sides = [side for side in sides if side.matches]
        if len(sides) > 1 and any(side.corrected for side in sides) != all(side.corrected for side in sides):
            sides = [side for side in sides if not side.corrected]
        matches = tuple(match for side in sides for match in side.matches)
        corrected = tuple(dict.fromkeys(pair for side in sides for pair in side.corrected))
        return Resolution(matches, any(side.ambiguous for side in sides), corrected)


def _is_operation_on(words: str, display: str) -> bool:
    """Whether a procedure is surgery and holds every other word of "knee surgery"."""
    where = [term for term in content_terms(words) if not is_operation(term) and term != "operation"]
    return bool(where) and is_operation(display) and set(where) <= set(content_terms(display))


def _happened(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that say that something was so, with a date."""
    return [fact for fact in facts if fact.time and fact.assertion in ("present", "historical") and fact.status not in VOID_STATUSES]


def _wider(kinds: frozenset[str]) -> frozenset[str]:
    """The kinds that a wording for ``kinds`` may mean as well."""
    return frozenset[str]().union(*(group for group in KINDS_THAT_MEET if group & kinds)) - kinds


def _told_until(event: Fact) -> str | None:
    """The day that a record's own prose says a drug was stopped or an illness had passed."""
    told = told_end(event)
    return max((mention.iso for mention in find_dates(told.text)), default=None) if told else None  # stored texts print moved dates


def _around(anchor: Anchor, start: date, end: date) -> Days:
    """The days that lie to an event as the anchor says; ``span_days`` bounds how far from it, ``margin_days`` widens it."""
    if anchor.offset_days is not None:  # "day 3" is one day of the event, counted from its first
        start = end = start + timedelta(days=anchor.offset_days)
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
