"""Facts that narrative text tells: what the finders of mentions read in a de-identified document, as facts with their spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from rag.clinical.dates import find_dates
from rag.clinical.lexicon import word_set
from rag.clinical.mentions.allergies import find_allergies
from rag.clinical.mentions.histories import find_family, find_social
from rag.clinical.mentions.impressions import find_impressions
from rag.clinical.mentions.measurements import find_measurements
from rag.clinical.mentions.medications import find_medications
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import days_without_year
from rag.clinical.mentions.problems import find_problems
from rag.clinical.mentions.procedures import find_procedures
from rag.clinical.sections import find_sections
from rag.deidentification.dates import find_written_dates
from rag.types import Document, Fact, FactSlot, Policy, Section, Span

_Finder = Callable[[str, Sequence[Section]], tuple[Mention, ...]]
_FINDERS: tuple[tuple[str, _Finder], ...] = (
    ("problems", find_problems),
    ("family", find_family),
    ("social", find_social),
    ("medications", find_medications),
    ("allergies", find_allergies),
    ("measurements", find_measurements),
    ("procedures", find_procedures),
    ("impressions", find_impressions),
)
_DATE_SLOTS = frozenset({"date", "onset", "abated", "recorded", "start", "stop"})
_END_SLOTS = frozenset({"stop", "abated"})
_DONE_KINDS = frozenset({"procedure", "immunization", "device"})
_ADDENDUM = timedelta(days=34)
"""How far behind its document's date a day without a year may lie: an addendum, a month and a margin."""
_MAX_NESTED = 4
"""So many names of one place may overlap: a drug is both a medication and what an allergy is to."""
YEAR_CHARS = 4
MAX_DISPLAY_CHARS = 120
"""Longer names are prose."""


@dataclass(frozen=True, slots=True)
class TextFacts:
    """The facts of a text in reading order, and the names of the steps that failed on it: their facts are missing."""

    facts: tuple[Fact, ...] = ()
    failed: tuple[str, ...] = ()


def text_facts(document: Document, *, policy: Policy, document_time: str | None) -> TextFacts:
    """The facts that the stored text of a patient's document tells; none for a document of no patient.

    Every word of a fact is a slice of the stored text: ``display`` at the name (but the topic of a social history), each slot at its span,
    ``start`` and ``end`` the sentence.
    ``document_time`` is the document's date moved by the patient's secret offset, and the ``time`` of what has no date of its own. Under
    ``date_shift`` the text prints moved dates and under ``none`` true ones, so a date in the text is a ``time`` as it stands; a day
    without a year is taken to be the last such day up to a month after the document's date (an addendum). One that the de-identifier
    did not move, because it may be a fraction ("4/18"), gives no ``time``, and a value so dated is an earlier one. An earlier value
    without a date ("was 9.6"), or with a month alone ("41 in January"), has none either; a procedure dated after its document is
    planned. Under ``safe_harbor`` the text prints only the true year, which no offset moves: it is the ``time`` of what has such a
    date.

    Never raises for a text: a finder that fails costs the facts of its kind and is named in ``failed``.
    """
    if document.patient is None:
        return TextFacts()
    failed: list[str] = []
    found = _found(document.text, failed)
    facts: list[Fact] = []
    dating = _Dating(document.text, policy, document_time)
    for mention in _once(document.text, found):
        try:
            facts.append(_fact(document, mention, dating))
        except Exception:  # a fact that cannot be dated is left out; the message may hold text
            failed.append(mention.kind)
    return TextFacts(tuple(sorted(facts, key=lambda fact: (fact.start, fact.end))), tuple(dict.fromkeys(failed)))


def _found(text: str, failed: list[str]) -> list[Mention]:
    """What the finders find; the names of those that fail are added to ``failed``."""
    sections = find_sections(text)
    found: list[Mention] = []
    for name, finder in _FINDERS:
        try:
            found.extend(finder(text, sections))
        except Exception:  # the note is worth more than what one finder would read in it; the message may hold text
            failed.append(name)
    return found


def _once(text: str, mentions: Sequence[Mention]) -> Iterable[Mention]:
    """The mentions but for what another one says better.

    That is a relative's condition, a reaction to a drug, the word "allergy" beside what it is to, the disease in a vaccine's name, a drug
    or its salt taken for a measurement, a salt for a drug of its own, and a test taken for a procedure.
    """
    named = {kind: {mention.name for mention in mentions if mention.kind == kind} for kind in {mention.kind for mention in mentions}}
    none: set[Span] = set()
    reactions = {slot.span for mention in mentions if mention.kind == "allergy" for slot in mention.slots if slot.name == "reaction"}
    within = sorted(reactions | named.get("immunization", none))
    medications = sorted(named.get("medication", none) | named.get("allergy", none))
    allergic = {mention.sentence for mention in mentions if mention.kind == "allergy"}
    relatives, observed = named.get("family_history", none), named.get("observation", none)
    for mention in mentions:
        problem = mention.kind in ("condition", "finding")
        if problem and (mention.name in relatives or _inside(mention.name, within)):
            continue
        if (
            problem
            and mention.sentence in allergic
            and text[mention.name.start : mention.name.end].lower().endswith(("allergy", "allergies"))
        ):
            continue
        if mention.kind == "observation" and _inside(mention.name, medications):
            continue
        if mention.kind in ("observation", "medication") and _is_salt(text, mention, medications):
            continue
        if mention.kind == "procedure" and mention.name in observed:
            continue
        yield mention


def _is_salt(text: str, mention: Mention, drugs: Sequence[Span]) -> bool:
    """Whether the name is the salt of the drug right before it ("warfarin sodium 5 MG"), and not a concentration ("138 mmol/L")."""
    start = mention.name.start
    if text[start : mention.name.end].casefold() not in word_set("concept_drug_words", "salts"):
        return False
    before = len(text[:start].rstrip(" "))
    measured = "/l" in (mention.unit or "").casefold() or "/dl" in (mention.unit or "").casefold()
    last = bisect_right(drugs, start, key=lambda drug: drug.start)
    return not measured and before < start and any(drug.end == before for drug in drugs[max(0, last - _MAX_NESTED) : last])


def _inside(name: Span, others: Sequence[Span]) -> bool:
    """Whether one of ``others``, in order and almost disjoint, holds the name: only the last few that begin before it are looked at."""
    last = bisect_right(others, name.start, key=lambda other: other.start)
    return any(other.start <= name.start and name.end <= other.end for other in others[max(0, last - _MAX_NESTED) : last])


def _fact(document: Document, mention: Mention, dating: _Dating) -> Fact:
    slots = [slot for slot in (_slot(mention, slot, dating) for slot in mention.slots) if slot]
    dated = [slot for slot in slots if slot.name in _DATE_SLOTS - _END_SLOTS and _says_date(slot.text)]
    own = next((slot.time for slot in dated), None)
    if mention.status == "planned" and any(not find_dates(_led(slot.text)) for slot in dated):
        own = None  # "in January" of what is to come is another year's
    status = mention.status
    if mention.kind == "observation" and any(dating.is_unmoved(slot) or _is_month_alone(slot.text) for slot in dated):
        status, own = "ended", None
    ahead = (
        mention.kind in _DONE_KINDS
        and mention.assertion == "present"
        and own is not None
        and dating.document_time is not None
        and own > dating.document_time
    )
    return Fact(
        patient=document.patient or "",
        kind=mention.kind,
        code=mention.code,
        display=_display(document.text, mention),
        value=mention.value,
        unit=mention.unit,
        time=own if dated else None if mention.kind == "observation" and status == "ended" else dating.document_time,
        status="planned" if ahead else status,
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


def _display(text: str, mention: Mention) -> str:
    """The name as it stands; of a habit or circumstance its topic, for "drinks" and "quit" name none."""
    named = mention.canonical if mention.kind == "social_history" else ""
    return named or text[mention.name.start : mention.name.end][:MAX_DISPLAY_CHARS]


def _slot(mention: Mention, slot: MentionSlot, dating: _Dating) -> FactSlot | None:
    """The slot with its words and, of a date, its time; None where it lies outside the sentence."""
    start, end = slot.span.start, slot.span.end
    if start >= end or start < mention.sentence.start or end > mention.sentence.end:
        return None
    bare = FactSlot(slot.name, start, end, dating.text[start:end], None)
    return replace(bare, time=dating.time_of(bare)) if slot.name in _DATE_SLOTS else bare


@dataclass(frozen=True)
class _Dating:
    """How the dates of one text are to be read: what the policy moved, and the document's own time."""

    text: str
    policy: Policy
    document_time: str | None

    def time_of(self, slot: FactSlot) -> str | None:
        """The moved date that the words of a slot say, under ``safe_harbor`` the year alone; None where they say none that was moved."""
        if self.policy is Policy.SAFE_HARBOR:
            years = find_dates(_led(slot.text))
            return years[0].iso[:YEAR_CHARS] if years else None
        if dates := find_dates(_led(slot.text)):
            return dates[0].iso
        days = days_without_year(slot.text)
        return _last_such_day(days[0], self.document_time) if days and self.document_time and not self.is_unmoved(slot) else None

    def is_unmoved(self, slot: FactSlot) -> bool:
        """Whether the slot is a day or month without a year that the de-identifier left as it was: it may be a fraction."""
        if self.policy is Policy.NONE or find_dates(_led(slot.text)) or not days_without_year(slot.text):
            return False
        return not _inside(Span(slot.start, slot.end), self._written)

    @cached_property
    def _written(self) -> tuple[Span, ...]:
        """Where the de-identifier takes the text's words for dates: what it moved has kept its form."""
        return tuple(Span(found.start, found.end) for found in find_written_dates(self.text))


def _says_date(words: str) -> bool:
    """Whether the words are a date, with or without its year, and not only a lapse of time ("3 days ago")."""
    return bool(find_dates(_led(words)) or days_without_year(words))


def _is_month_alone(words: str) -> bool:
    """Whether the words are a month without year and day: of a value, only that it is an earlier one."""
    return not find_dates(_led(words)) and any(len(day) == len("--MM") for day in days_without_year(words))


def _led(words: str) -> str:
    """The words as ``find_dates`` takes a bare year for a date: after "in"."""
    return f"in {words}"


def _last_such_day(month_day: str, document_time: str) -> str | None:
    """The latest date of that month and day (``--MM-DD``, ``--MM``) up to a month after the document's; None where there is no such day."""
    known = find_dates(f"in {document_time[:10]}")
    if not known:
        return None
    year, month, day = (int(part) for part in (known[0].iso + "-12-31"[3 * known[0].iso.count("-") :]).split("-"))
    written, whole = month_day.removeprefix("--").split("-"), month_day.count("-") > 2
    latest = date(year, month, min(day, 28)) + (_ADDENDUM if whole else timedelta())
    for candidate in (latest.year, latest.year - 1):
        try:
            found = date(candidate, int(written[0]), int(written[1]) if whole else 1)
        except ValueError:
            continue
        if found <= latest:
            return found.isoformat() if whole else found.isoformat()[:7]
    return None
