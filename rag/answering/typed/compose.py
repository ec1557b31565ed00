"""One part of a question answered from typed facts: which facts, which statements, what is shown beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from rag.answering.typed.calendar import YEAR_CHARS, first_day, last_day
from rag.answering.typed.chart import Chart
from rag.answering.typed.conflicts import Disagreement, disagreements
from rag.answering.typed.counts import count_sentences
from rag.answering.typed.directions import which_way
from rag.answering.typed.events import duration_sentences, last_sentences, started_sentences, stopped_sentences
from rag.answering.typed.lists import list_sentences, summary_sentences
from rag.answering.typed.normality import lead_of
from rag.answering.typed.ordering import order_notices
from rag.answering.typed.plans import asks_goal, asks_plan, goals_meant, may_ask_plan, plan_sentences
from rag.answering.typed.pool import VOID_STATUSES, Days, Pool, fill
from rag.answering.typed.presence import none_known, rule, rule_on_end
from rag.answering.typed.reasons import dose_change_sentences, dose_sentences, report_sentences, why_sentences
from rag.answering.typed.refusals import asks_refusal, refusal_sentences, without_refusing
from rag.answering.typed.sentence import Sentence, number_of, same_place
from rag.answering.typed.values import by_thing, compare_sentences, in_unit, value_sentences
from rag.answering.typed.wording import item_sentence
from rag.clinical.concepts.resolution import Resolution
from rag.questions.understood import Intent, Relation, Understood
from rag.types import Fact, Notice

NUMERIC = frozenset(
    {
        *(Intent.LATEST, Intent.FIRST, Intent.VALUE_AT, Intent.VALUES, Intent.TREND, Intent.CHANGE),
        *(Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE, Intent.COMPARE),
    }
)
READ = frozenset({Intent.LATEST, Intent.VALUES, Intent.VALUE_AT})
SERIES_INTENTS = frozenset({Intent.TREND, Intent.VALUES, Intent.CHANGE, Intent.COMPARE, Intent.HIGHEST, Intent.LOWEST, Intent.AVERAGE})
NEAR_DAYS = 366
"""How far from a day a value may lie to be told for "around" it, with its own date. Our choice: the longest usual time to a check-up."""
IN_NUMBERS = re.compile(r"\b(?:in (?:numbers|figures)|as a number|exact (?:value|number|figure)|numeric(?:al)?)\b", re.IGNORECASE)
"""Words that ask for a number: what is told in words ("elevated") is no answer then."""
LEVEL = re.compile(r"\b(?:levels?|concentration|trough)\b", re.IGNORECASE)
"""Words that ask for what was measured of a drug in the blood: that it was prescribed is no answer."""
_NOTHING = Resolution((), False, ())
_EMPTY = Pool((), (), (), (), ())


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """The facts of one plotted thing, oldest first, in one unit."""

    label: str
    unit: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """What typed facts say to one part: statements (none: nothing on record in that way), series, and what was taken and found.

    ``pool`` holds the near misses too; ``anchored`` is False where the event that the window hangs on is not on record.
    """

    asked: Understood
    lead: str
    sentences: tuple[Sentence, ...]
    series: tuple[SeriesFacts, ...]
    pool: Pool
    resolution: Resolution
    notices: tuple[Notice, ...] = ()
    conflicts: tuple[Disagreement, ...] = ()
    anchored: bool = True


def answer_part(asked: Understood, chart: Chart) -> Typed:
    """Answer one part from facts.

    Raises:
        QuestionError: a window finer than the dates that may be shown.
    """
    if aimed := _aimed(asked, chart):
        return aimed
    found = _answer_from_facts(asked, chart)
    if found.sentences or asked.polar or not may_ask_plan(asked):
        return found
    return _planned(asked, chart) or found


def _aimed(asked: Understood, chart: Chart) -> Typed | None:
    """What goals or care plans say, where they are asked for."""
    if asks_goal(asked):
        goals = [fact for fact in chart.of_kinds({"goal"}) if fact.status not in VOID_STATUSES and fact.assertion != "negated"]
        if meant := goals_meant(asked, goals):
            pool = replace(_EMPTY, asserted=tuple(meant))
            return Typed(asked, "", tuple(item_sentence(chart.calendar, fact) for fact in meant), (), pool, _NOTHING)
    if asks_refusal(asked) and (refused := _refused(asked, chart)):
        return refused
    return _planned(asked, chart) if asks_plan(asked) else None


def _refused(asked: Understood, chart: Chart) -> Typed | None:
    """What a record says was not done, where the question asks whether, or what, was refused."""
    thing = without_refusing(asked)
    meant = chart.meant(thing) if thing.phrase else _NOTHING
    facts = chart.facts([match.concept for match in meant.matches]) if thing.phrase else chart.of_kinds(thing.kinds)
    told = refusal_sentences(facts, chart.calendar)
    pool = replace(_EMPTY, negated=tuple(fact for sentence in told for fact in sentence.facts))
    return Typed(asked, "Yes" if asked.polar else "", tuple(told), (), pool, meant) if told else None


def _planned(asked: Understood, chart: Chart) -> Typed | None:
    plans = [fact for fact in chart.of_kinds({"careplan"}) if fact.status not in VOID_STATUSES]
    told = plan_sentences(asked, plans, chart.calendar) if asked.phrase or asks_plan(asked) else []
    facts = tuple(fact for sentence in told for fact in sentence.facts)
    return Typed(asked, "", tuple(told), (), replace(_EMPTY, asserted=facts), _NOTHING) if told else None


def _answer_from_facts(asked: Understood, chart: Chart) -> Typed:
    days = chart.days_asked(asked)
    resolution = chart.meant(asked) if asked.phrase else _NOTHING
    facts = chart.facts([match.concept for match in resolution.matches]) if asked.phrase else chart.of_kinds(asked.kinds)
    if not facts and asked.kinds == {"encounter"} and asked.phrase:
        facts = chart.visits_called(asked.phrase)
    if not facts and asked.intent is Intent.LIST and asked.experiencer not in ("patient", "family"):
        facts = chart.of_kinds({"family_history"})  # "which bone disease does his mother have": all that is said of her
    if not facts and asked.kinds == {"allergy"} and asked.polar and not resolution.matches:
        facts = none_known(chart.of_kinds({"allergy"}))
    if days is None:  # nothing can lie before or after an event that is not on record
        known = fill(facts, chart.calendar, (), relative=asked.experiencer)
        return Typed(asked, "", (), (), replace(_EMPTY, outside=known.asserted), resolution, anchored=False)
    pool = fill(facts, chart.calendar, days, relative=asked.experiencer)
    pool = _near(asked, pool, chart) if asked.intent is Intent.VALUE_AT and asked.at else pool
    pool = _with_baseline(asked, pool)
    lead, sentences = _decide(asked, pool, chart)
    if not sentences:
        unknown = asked.anchor is not None and chart.days_asked(replace(asked, windows=(), at=None)) is None
        return Typed(asked, "", (), (), pool, resolution, anchored=not unknown)
    series = _series(asked, pool) if asked.intent in SERIES_INTENTS else ()
    notices = (*_notices(asked, resolution), *order_notices(asked.intent, sentences, pool.asserted, chart.calendar))
    return Typed(asked, lead, tuple(sentences), series, pool, resolution, notices, _conflicts(sentences, pool))


def _decide(asked: Understood, pool: Pool, chart: Chart) -> tuple[str, Sequence[Sentence]]:
    calendar, as_of, intent = chart.calendar, chart.as_of, asked.intent
    if asked.polar and intent in (Intent.TREND, Intent.CHANGE) and len(pool.measured) > 1 and not asked.negative and not asked.threshold:
        lead = which_way(asked, pool.measured)
        return lead, value_sentences(asked, pool, calendar, as_of)
    if asked.polar and intent is Intent.STOPPED:
        ruling = rule_on_end(pool, calendar, as_of)
        return ruling.lead, ruling.sentences
    if intent is Intent.COMPARE and len(asked.windows) > 1:  # "higher in May or in June": neither is yes
        return "", _compared(asked, pool, chart)
    if _asks_reading(asked) and pool.measured:
        told = value_sentences(asked, pool, calendar, as_of)
        return lead_of(asked.text, told[-1].facts[0]) if len(told) == 1 else "", told
    if asked.polar or intent is Intent.PRESENCE:
        ruling = rule(asked, pool, calendar, as_of)
        if not asked.kinds and ruling.sentences and all(fact.kind == "allergy" for sentence in ruling.sentences for fact in sentence.facts):
            return "", ruling.sentences  # "is penicillin safe for her" is not answered Yes by an allergy to it
        return ruling.lead, ruling.sentences
    if asked.experiencer != "patient" and intent is not Intent.COUNT:
        return "", list_sentences(asked, pool, calendar, as_of)
    if intent in (Intent.LATEST, Intent.VALUES) and not any(fact.value for fact in pool.asserted):
        return "", _without_values(asked, pool, chart)
    if intent in (Intent.CHANGE, Intent.TREND) and pool.asserted and all(fact.kind == "medication" for fact in pool.asserted):
        return "", dose_change_sentences(pool, calendar)
    if intent in NUMERIC:
        return "", value_sentences(asked, pool, calendar, as_of)
    if intent is Intent.STARTED:
        return "", started_sentences(asked, pool, calendar, as_of)
    if intent is Intent.LAST_DONE:
        told = last_sentences(asked, pool, calendar, as_of)
        habit = all(fact.kind == "social_history" and fact.origin == "resource" for sentence in told for fact in sentence.facts)
        return "", () if habit else told  # when a habit was asked about is not when it was last had
    if intent is Intent.STOPPED:
        return "", stopped_sentences(pool, calendar)
    if intent is Intent.DURATION:
        return "", duration_sentences(pool, calendar, as_of)
    if intent is Intent.COUNT:
        return "", count_sentences(asked, pool, calendar, as_of)
    if intent is Intent.LIST:
        return "", list_sentences(asked, pool, calendar, as_of)
    if intent is Intent.SUMMARY and asked.tags & {"course", "how_is"} and len(by_thing(pool.asserted)) == 1 and len(pool.measured) > 1:
        return "", value_sentences(replace(asked, intent=Intent.TREND), pool, calendar, as_of)  # "how has it run"
    if intent is Intent.SUMMARY:
        return "", summary_sentences(pool, calendar, as_of)
    if intent is Intent.DOSE:
        return "", dose_sentences(pool, calendar, as_of)
    if intent is Intent.WHY:
        return "", why_sentences(pool, calendar)
    if intent is Intent.REPORT:
        told = report_sentences(pool, calendar)
        return "", told or value_sentences(replace(asked, intent=Intent.LATEST), pool, calendar, as_of) if _has_value(pool) else told
    if intent is Intent.UNKNOWN and pool.asserted and all(fact.kind == "observation" and fact.value for fact in pool.asserted):
        return "", value_sentences(replace(asked, intent=Intent.LATEST), pool, calendar, as_of)  # a measured thing named alone
    return "", ()


def _asks_reading(asked: Understood) -> bool:
    """Whether yes or no is asked of how a value reads: normal, high or low, no limit given."""
    return asked.polar and "normal" in asked.tags and asked.threshold is None and asked.intent in READ


def _has_value(pool: Pool) -> bool:
    """Whether a test is on record with its result: "what did the drug screen show"."""
    return any(fact.kind == "observation" and fact.value for fact in pool.asserted)


def _with_baseline(asked: Understood, pool: Pool) -> Pool:
    """For a change since an event after which there is one value only: that one and the last before."""
    if asked.intent is not Intent.CHANGE or asked.anchor is None or asked.anchor.relation is not Relation.AFTER or len(pool.measured) != 1:
        return pool
    only = pool.measured[0]
    earlier = (fact for fact in pool.outside if (fact.time or "~") < (only.time or ""))
    before = [fact for fact in earlier if number_of(fact) is not None and fact.assertion == "present"]
    return replace(pool, asserted=(before[-1], only)) if before else pool


def _near(asked: Understood, pool: Pool, chart: Chart) -> Pool:
    """The pool with what is not of the day asked for outside; of "around" a day, what is dated more than ``NEAR_DAYS`` from it.

    Undated facts are not near any day.
    """
    reach = timedelta(days=NEAR_DAYS if "near" in asked.tags else 0)
    days = (Days(first_day(asked.at or "") - reach, last_day(asked.at or "") + reach),)
    near = fill(pool.asserted, chart.calendar, days, relative=asked.experiencer)
    if "near" not in asked.tags:  # what is known by its year alone was not found to be of that day
        dated = tuple(fact for fact in near.asserted if len(fact.time or "") > YEAR_CHARS)
        near = replace(near, asserted=dated, outside=(*near.outside, *(fact for fact in near.asserted if fact not in dated)))
    return replace(pool, asserted=near.asserted, outside=(*pool.outside, *near.outside))


def _without_values(asked: Understood, pool: Pool, chart: Chart) -> list[Sentence]:
    """The newest record of a thing that has no values, or all of them where a window or all is asked for."""
    of_drugs = bool(pool.asserted) and all(fact.kind == "medication" for fact in pool.asserted)
    if IN_NUMBERS.search(asked.text) or (of_drugs and LEVEL.search(asked.text)):
        return []
    if asked.intent is Intent.VALUES or not asked.phrase:
        return list_sentences(asked, pool, chart.calendar, chart.as_of)
    return last_sentences(asked, pool, chart.calendar, chart.as_of)


def _compared(asked: Understood, pool: Pool, chart: Chart) -> list[Sentence]:
    periods = []
    for window in asked.windows:
        days = chart.days_asked(replace(asked, windows=(window,), anchor=None)) or ()
        periods.append((window.words, fill(pool.asserted, chart.calendar, days).asserted))
    return compare_sentences(periods, chart.calendar) if all(facts for _, facts in periods) else []


def _series(asked: Understood, pool: Pool) -> tuple[SeriesFacts, ...]:
    found = []
    for group in by_thing(pool.measured):
        unit = group[-1].unit
        same = tuple(fact for fact in group if fact.time and number_of(fact) is not None and in_unit(fact, unit) == number_of(fact))
        if len(same) > 1:
            found.append(SeriesFacts(group[-1].display, unit or "", same))
    return tuple(found)


def _conflicts(sentences: Sequence[Sentence], pool: Pool) -> tuple[Disagreement, ...]:
    """Disagreements that the statements are a side of."""
    shown = [fact for sentence in sentences for fact in sentence.facts]
    return tuple(found for found in disagreements(pool) if any(same_place(fact, other) for fact in found.facts for other in shown))


def _notices(asked: Understood, resolution: Resolution) -> tuple[Notice, ...]:
    notices = []
    if resolution.ambiguous:
        taken = "; ".join(dict.fromkeys(match.concept.display for match in resolution.matches))
        notices.append(Notice("ambiguous_concept", f"“{asked.phrase}” may mean several things; taken as: {taken}."))
    notices += [Notice("spelling", f"“{written}” was read as “{meant}”.") for written, meant in (*asked.respelled, *resolution.corrected)]
    return tuple(notices)
