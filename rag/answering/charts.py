"""A question about one patient: understood in parts, each answered from typed facts, else from passages, else not documented."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.answering.composed import Composed
from rag.answering.evidence import Selection
from rag.answering.guidelines import join_guidelines
from rag.answering.nearmiss import find_near_misses
from rag.answering.note_sentences import Notes
from rag.answering.notes import answer_from_notes, overview_of_notes
from rag.answering.passages import PassageReader
from rag.answering.relatives import tells_of
from rag.answering.rereading import SecondReading, is_plain
from rag.answering.typed.calendar import Calendar, first_day, last_day
from rag.answering.typed.chart import Chart
from rag.answering.typed.compose import IN_NUMBERS, Typed, answer_part
from rag.answering.typed.evidence import evidence_of, joined, to_composed, versions_of
from rag.answering.typed.interpretation import interpretation_of
from rag.answering.typed.plausibility import notices as implausible_notices
from rag.answering.typed.plausibility import told_sex
from rag.answering.typed.pool import Days
from rag.answering.units_asked import units_of
from rag.clinical.concepts.drug_names import drug_key
from rag.clinical.terms import content_terms
from rag.question_reader import QuestionReader
from rag.questions.things import is_drug
from rag.questions.understanding import understand
from rag.questions.understood import Intent, Relation, Understood, Window
from rag.store.database import Database
from rag.store.documents import get_documents, narrative_titles
from rag.store.facts import chart_concepts, last_time
from rag.threads import NEW_THREAD, ThreadState
from rag.types import Document, Evidence, Fact, Notice, Scope

FREE_INTENTS = frozenset({Intent.UNKNOWN, Intent.WHY, Intent.REPORT, Intent.SUMMARY})
"""What passages may answer in any words; other intents need a sentence with the thing and the kind of value asked for."""
OF_ONE_DRUG = frozenset({Intent.DOSE, Intent.STARTED, Intent.STOPPED, Intent.LAST_DONE, Intent.DURATION})
MAX_MISSES = 3
GUIDELINES_SILENT = Notice("guideline_not_found", "No passage of the guidelines in scope answers this; the statements are the chart's.")
OF_AGE = re.compile(r"\b(?:turn(?:ed|s|ing)|birthday|years old|aged?)\b")
"""Events that are counted from a birth date, which the facts do not hold."""
NO_PARTS = Composed("", (), ())


@dataclass(frozen=True, slots=True)
class ChartAnswer:
    """What was composed (no drafts: not documented), what came near, how it was read, and what a follow-up may build on."""

    composed: Composed
    misses: tuple[tuple[str, Evidence], ...]
    interpretation: tuple[tuple[str, str], ...]
    asked: tuple[Understood, ...]
    documents: dict[tuple[str, str], Document]
    terms: tuple[str, ...]
    rested_on: str | None


def open_chart(database: Database, scope: Scope, calendar: Calendar, as_of: str | None) -> Chart:
    """A patient's chart for one question. ``as_of`` is a day of the question's calendar; the record's last date without one."""
    concepts = chart_concepts(database, scope)
    latest = last_time(database, scope)
    calendar = replace(calendar, as_of_given=bool(as_of))
    return Chart(database, scope, calendar, concepts, calendar.to_time(as_of) if as_of else latest)


def answer_chart(
    question: str,
    chart: Chart,
    reader: PassageReader,
    thread: ThreadState = NEW_THREAD,
    guidelines: Scope | None = None,
    questions: QuestionReader | None = None,
) -> ChartAnswer:
    """Answer every part of a question about one patient; from ``guidelines`` too where the question asks what they say.

    Without ``questions`` the rules alone read the question; a follow-up in a thread is theirs in any case.

    Raises:
        QuestionError: a window finer than the dates that may be shown.
    """
    today = first_day(chart.calendar.in_question(chart.as_of)) if chart.as_of else date.today()
    names = frozenset(concept.display for concept in chart.concepts if concept.display)
    asked = understand(question, as_of=today, names=names, previous=thread.asked)
    asked = tuple(_stepped(part, chart, thread.rested_on) for part in asked)
    typed = [answer_part(part, chart) for part in asked]
    if questions and thread.asked is None and not is_plain(typed):
        typed = SecondReading(questions, today, names).settle(question, typed, chart)
        asked = tuple(part.asked for part in typed)
    documents = get_documents(chart.database, _versions(typed))
    composed: list[Composed] = []
    misses: list[tuple[str, Evidence]] = []
    for number, part in enumerate(typed):
        made = to_composed(part, documents, chart.calendar)
        if made.drafts and _asks_within(part):
            within, _ = _from_passages(question if len(typed) == 1 else part.asked.text, part, chart, reader, only_notes=True)
            made = within if within.drafts else made
        if not made.drafts:
            made, selection = _from_passages(question if len(typed) == 1 else part.asked.text, part, chart, reader)
            misses += _misses(part, documents)
            misses += find_near_misses(part.asked.text, selection) if selection and not misses else ()
        told = made.drafts or len(typed) == 1
        composed.append(made if told else replace(NO_PARTS, notices=(_unanswered(part, number),)))
    if guidelines is not None and any(part.guideline for part in asked) and any(made.drafts for made in composed):
        composed = [replace(made, lead="") for made in composed]  # "Yes" would say that the guideline is met
        composed.append(_from_guidelines(asked, guidelines, reader))
    whole = joined(composed)
    whole = replace(whole, notices=(*whole.notices, *_doubts(typed, documents)))
    return ChartAnswer(
        composed=whole if whole.drafts else NO_PARTS,
        misses=tuple(misses[:MAX_MISSES]),
        interpretation=interpretation_of(typed, chart),
        asked=asked,
        documents=documents,
        terms=_terms(typed),
        rested_on=_rested_on(typed),
    )


def _stepped(part: Understood, chart: Chart, rested_on: str | None) -> Understood:
    """A follow-up that asks for before or after "that": before or after what the thread's last answer rests on."""
    if rested_on is None or not part.tags & {"before_that", "after_that"}:
        return part
    day = first_day(chart.calendar.in_question(rested_on))
    if "before_that" in part.tags:
        window = Window(None, (day - timedelta(days=1)).isoformat(), "before that")
    else:
        window = Window((day + timedelta(days=1)).isoformat(), None, "after that")
    return replace(part, windows=(window,), anchor=None, at=None)


def _doubts(typed: Sequence[Typed], documents: Mapping[tuple[str, str], Document]) -> tuple[Notice, ...]:
    """Notices on statements that can hardly be this patient's: the sex as the cited notes tell it, and limits of values."""
    facts = [fact for part in typed for sentence in part.sentences for fact in sentence.facts]
    notes = [document.text for document in documents.values() if len(document.resources) <= 1]
    return implausible_notices(facts, told_sex(notes)) if facts else ()


def _versions(typed: Sequence[Typed]) -> set[tuple[str, str]]:
    near = {(fact.doc_id, fact.doc_sha256) for part in typed if not part.sentences for _, fact in near_facts(part)}
    return versions_of(typed) | near


def _asks_within(part: Typed) -> bool:
    """Whether more is asked of a report than its name: the bladder of an ultrasound, which a sentence must name."""
    return part.asked.intent is Intent.REPORT and len(units_of(part.asked.phrase)) > 1


def _from_passages(
    question: str, part: Typed, chart: Chart, reader: PassageReader, *, only_notes: bool = False
) -> tuple[Composed, Selection | None]:
    """A verbatim answer where the facts have none: the sentence of a note, inside the window, that names what was asked.

    Without one, what was found for a question of open form only shows what came near: a sentence that does not name the thing is no
    answer on a patient (measured: it was wrong more often than right).
    """
    asked = part.asked
    event = asked.anchor.words if asked.anchor and not part.anchored and (asked.anchor.kind or asked.intent is not Intent.UNKNOWN) else ""
    if event:  # an event that is not on record is one more thing that the note must name
        asked = replace(asked, anchor=None)
    names = tuple(dict.fromkeys(match.concept.display for match in part.resolution.matches))
    notes = replace(open_notes(asked, chart), event=event, names=names)
    if OF_AGE.search(event) or _only_denied(part):
        return NO_PARTS, None
    elsewhere = part.anchored and part.pool.outside and not part.pool.unsure
    if (
        asked.anchor and asked.anchor.relation is Relation.BEFORE and not (asked.windows or asked.anchor.span_days)
    ):  # notes tell what was before a record began
        elsewhere = False
    if notes.dates and (asked.intent in FREE_INTENTS or not elsewhere):
        made = answer_from_notes(asked, question, notes, reader) if asked.phrase else NO_PARTS
        if not _is_told(made, asked, question):
            return NO_PARTS, None
        if not made.drafts and asked.intent is Intent.SUMMARY:
            made = overview_of_notes(question, notes, reader)
        if made.drafts and ("sized" not in asked.tags or any(char.isdigit() for draft in made.drafts for char in draft.text)):
            return made, None
        if "sized" in asked.tags:
            return NO_PARTS, None
    if only_notes or asked.intent not in FREE_INTENTS - {Intent.WHY} or notes.windowed:
        return NO_PARTS, None
    return NO_PARTS, reader.select(question, chart.scope)


def _is_told(made: Composed, asked: Understood, question: str) -> bool:
    """Whether what notes say is an answer: of the relative asked about, and more than the question's own words ("Iron studies.")."""
    if not made.drafts:
        return True
    if not any(tells_of(draft.text, asked.experiencer) for draft in made.drafts):
        return False
    if IN_NUMBERS.search(question):
        return False
    of_drug = is_drug(asked.phrase) and asked.intent in OF_ONE_DRUG
    if of_drug and not any(_names_drug(draft.text, asked.phrase) for draft in made.drafts):
        return False
    said = {term for draft in made.drafts for term in content_terms(draft.text)}
    return bool(made.lead) or bool(said - set(content_terms(question)))


def _names_drug(text: str, phrase: str) -> bool:
    """Whether a sentence names the drug, by a name of it or of its class: a dose of another drug is no answer."""
    wanted, said = drug_key(phrase), drug_key(text)
    return not wanted or bool(wanted & said) or any(term in content_terms(text) for term in content_terms(phrase))


def _only_denied(part: Typed) -> bool:
    """Whether a value or a date is asked for of a thing that the chart only denies, or tells of a relative: no sentence answers that."""
    pool = part.pool
    if pool.family and part.asked.experiencer == "patient" and not (pool.asserted or pool.negated or pool.unsure or pool.outside):
        return True
    if part.asked.polar or part.asked.intent in FREE_INTENTS | {Intent.LIST, Intent.PRESENCE}:
        return False
    return bool(pool.negated or pool.family) and not (pool.asserted or pool.unsure or pool.outside)


def open_notes(asked: Understood, chart: Chart) -> Notes:
    """The patient's narrative documents, and which dates fit the question's windows."""
    narrative = narrative_titles(chart.database, chart.scope)
    days = chart.days_asked(asked) or ()
    if asked.at and asked.intent is Intent.VALUE_AT:
        days = (Days(first_day(asked.at), last_day(asked.at)),)

    def inside(time: str | None) -> bool:
        if not time or not days:
            return not days
        shown = chart.calendar.in_question(time)
        return any(window.holds(first_day(shown), last_day(shown)) for window in days)

    titles = {doc_id: title for doc_id, (title, _) in narrative.items()}
    return Notes(chart.scope, titles, {doc_id: time for doc_id, (_, time) in narrative.items()}, inside, bool(days))


def _from_guidelines(asked: Sequence[Understood], scope: Scope, reader: PassageReader) -> Composed:
    """What the institution's guidelines say on the thing asked for; a notice where they say nothing."""
    made = join_guidelines(asked, scope, reader)
    return made if made.drafts else replace(NO_PARTS, notices=(GUIDELINES_SILENT,))


def near_facts(part: Typed) -> list[tuple[str, Fact]]:
    """Facts on the thing asked for that are no evidence, and why: negated, of a relative, outside the window, or unsure."""
    pool = part.pool
    found = [("negated", fact) for fact in pool.negated[-1:]] + [("family", fact) for fact in pool.family[-1:]]
    found += [("outside_window", fact) for fact in pool.outside[-1:]]
    return found + [("related", fact) for fact in (*pool.unsure[-1:], *pool.asserted[-1:])]


def _misses(part: Typed, documents: dict[tuple[str, str], Document]) -> list[tuple[str, Evidence]]:
    return [(kind, evidence) for kind, fact in near_facts(part) if (evidence := evidence_of(fact, documents))]


def _unanswered(part: Typed, number: int) -> Notice:
    why = f": {missing}" if (missing := _missing_event(part)) else ""
    asked = part.asked.phrase or part.asked.text
    return Notice("part_not_documented", f"Part {number + 1} of the question (“{asked}”) is not documented{why}.")


def _missing_event(part: Typed) -> str:
    """That the event a window hangs on is not on record, in words; empty where it is, or none is named."""
    anchor = part.asked.anchor
    return "" if part.anchored or anchor is None else f"{anchor.words or anchor.kind}: event not on record"


def _terms(typed: Sequence[Typed]) -> tuple[str, ...]:
    """The words looked for, and the events that they could not be set against."""
    words = [word for part in typed for word in part.asked.phrase.split()]
    return tuple(dict.fromkeys((*words, *(missing for part in typed if (missing := _missing_event(part))))))


def _rested_on(typed: Sequence[Typed]) -> str | None:
    """The earliest time that the statements rest on."""
    return min((fact.time for part in typed for sentence in part.sentences for fact in sentence.facts if fact.time), default=None)
