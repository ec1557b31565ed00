"""Facts that narrative text tells: what the finders of mentions read in a de-identified document, as facts with their spans."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta

from rag.clinical.dates import find_dates
from rag.clinical.mentions.allergies import find_allergies
from rag.clinical.mentions.histories import find_family, find_social
from rag.clinical.mentions.impressions import find_impressions
from rag.clinical.mentions.measurements import find_measurements
from rag.clinical.mentions.medications import find_medications
from rag.clinical.mentions.mention import Mention
from rag.clinical.mentions.passages import days_without_year
from rag.clinical.mentions.problems import find_problems
from rag.clinical.mentions.procedures import find_procedures
from rag.clinical.sections import find_sections
from rag.types import Document, Fact, FactSlot, Policy, Section, Span

_Finder = Callable[[str, Sequence[Section]], tuple[Mention, ...]]
_FINDERS: tuple[_Finder, ...] = (
    find_problems,
    find_family,
    find_social,
    find_medications,
    find_allergies,
    find_measurements,
    find_procedures,
    find_impressions,
)
_DATE_SLOTS = frozenset({"date", "onset", "abated", "recorded", "start", "stop"})
_END_SLOTS = frozenset({"stop", "abated"})
_DONE_KINDS = frozenset({"procedure", "immunization", "device"})
_ADDENDUM = timedelta(days=34)
"""How far behind its document's date a day without a year may lie: an addendum, a month and a margin."""
MAX_DISPLAY_CHARS = 120
"""Longer names are prose."""


def text_facts(document: Document, *, policy: Policy, document_time: str | None) -> tuple[Fact, ...]:
    """The facts that the stored text of a patient's document tells, in reading order; none for a document of no patient.

    Every word of a fact is a slice of the stored text: ``display`` at the name, each slot at its span, ``start`` and ``end`` the sentence.
    ``document_time`` is the document's date moved by the patient's secret offset, and the ``time`` of what has no date of its own. Under
    ``date_shift`` the text prints moved dates and under ``none`` true ones, so a date in the text is a ``time`` as it stands; a day
    without a year is taken to be the last such day up to a month after the document's date (an addendum). An earlier value without a
    date ("was 9.6") has no time; a procedure dated after its document is planned. Under ``safe_harbor`` the text prints only the
    true year, which no offset can move: what has such a date has no ``time``, and its slot says the year.
    """
    if document.patient is None:
        return ()
    sections = find_sections(document.text)
    found = [mention for finder in _FINDERS for mention in finder(document.text, sections)]
    facts = [_fact(document, mention, policy, document_time) for mention in _once(found)]
    return tuple(sorted(facts, key=lambda fact: (fact.start, fact.end)))


def _once(mentions: Sequence[Mention]) -> Iterable[Mention]:
    """The mentions but for what another one says better: a relative's condition, a reaction to a drug, a drug taken for a measurement."""
    reactions = {slot.span for mention in mentions if mention.kind == "allergy" for slot in mention.slots if slot.name == "reaction"}
    relatives = {mention.name for mention in mentions if mention.kind == "family_history"}
    medications = {mention.name for mention in mentions if mention.kind in ("medication", "allergy")}
    for mention in mentions:
        if mention.kind in ("condition", "finding") and (mention.name in relatives or _inside(mention.name, reactions)):
            continue
        if mention.kind == "observation" and _inside(mention.name, medications):
            continue
        yield mention


def _inside(name: Span, others: Collection[Span]) -> bool:
    return any(other.start <= name.start and name.end <= other.end for other in others)


def _fact(document: Document, mention: Mention, policy: Policy, document_time: str | None) -> Fact:
    text = document.text
    slots = []
    for slot in mention.slots:
        words = text[slot.span.start : slot.span.end]
        if not words or not (mention.sentence.start <= slot.span.start and slot.span.end <= mention.sentence.end):
            continue
        time = _time(words, policy, document_time) if slot.name in _DATE_SLOTS else None
        slots.append(FactSlot(slot.name, slot.span.start, slot.span.end, words, time))
    dated = [slot for slot in slots if slot.name in _DATE_SLOTS - _END_SLOTS and _says_date(slot.text)]
    own = next((slot.time for slot in dated), None)
    ahead = (
        mention.kind in _DONE_KINDS
        and mention.assertion == "present"
        and own is not None
        and document_time is not None
        and own > document_time
    )
    return Fact(
        patient=document.patient or "",
        kind=mention.kind,
        code=mention.code,
        display=text[mention.name.start : mention.name.end][:MAX_DISPLAY_CHARS],
        value=mention.value,
        unit=mention.unit,
        time=own if dated else None if mention.kind == "observation" and mention.status == "ended" else document_time,
        status="planned" if ahead else mention.status,
        assertion="hypothetical" if ahead else mention.assertion,
        doc_id=document.doc_id,
        start=mention.sentence.start,
        end=mention.sentence.end,
        origin="text",
        end_time=next((slot.time for slot in slots if slot.name in _END_SLOTS and slot.time), None),
        experiencer=mention.experiencer,
        section=mention.section,
        slots=tuple(slots),
    )


def _says_date(words: str) -> bool:
    """Whether the words are a date, with or without its year, and not only a lapse of time ("3 days ago")."""
    return bool(find_dates(_led(words)) or days_without_year(words))


def _time(words: str, policy: Policy, document_time: str | None) -> str | None:
    """The moved date that the words of a slot say; None under ``safe_harbor``, and where they say none."""
    if policy is Policy.SAFE_HARBOR:
        return None
    if dates := find_dates(_led(words)):
        return dates[0].iso
    days = days_without_year(words)
    return _last_such_day(days[0], document_time) if days and document_time else None


def _led(words: str) -> str:
    """The words as ``find_dates`` takes a bare year for a date: after "in"."""
    return f"in {words}"


def _last_such_day(month_day: str, document_time: str) -> str | None:
    """The latest date of that month and day (``--MM-DD``) up to a month after the document's; None where there is no such day."""
    known = find_dates(f"in {document_time[:10]}")
    if not known:
        return None
    year, month, day = (int(part) for part in (known[0].iso + "-12-31"[3 * known[0].iso.count("-") :]).split("-"))
    latest = date(year, month, min(day, 28)) + _ADDENDUM
    for candidate in (latest.year, latest.year - 1):
        try:
            found = date(candidate, int(month_day[2:4]), int(month_day[5:7]))
        except ValueError:
            continue
        if found <= latest:
            return found.isoformat()
    return None
