"""Laboratory results, vital signs and scores told in sentences: each value with its unit and its own date."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from rag.clinical.assertions import Assertion
from rag.clinical.dates import DateMention
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, dates_in, fold, passages
from rag.clinical.mentions.phrases import Phrase, find_phrases
from rag.clinical.mentions.readings import Reading, is_polarity, readings_of
from rag.clinical.mentions.tables import find_tables, observation_tree
from rag.clinical.mentions.vocabulary import canonical_of
from rag.types import Section, Span

SYSTOLIC, DIASTOLIC = "http://loinc.org|8480-6", "http://loinc.org|8462-4"
"""LOINC codes of the two parts of a blood pressure: a text that says "BP 138/82" names neither."""
_OPENING_CHARS = 60
_APGARS = re.compile(
    r"[\s:]{1,3}(?:scores?\s)?(?:of\s|were\s|was\s)?(?P<scores>\d{1,2}(?:(?:,?\sand\s|\s?[/,&]\s?)\d{1,2}){1,2})\b", re.IGNORECASE
)


def find_measurements(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """Measured values in reading order; a blood pressure gives two mentions (systolic, diastolic) with one name. Linear.

    ``value`` is verbatim ("35-40", "<0.5"). A value in a goal, a condition or a threshold is hypothetical. A result in a word alone
    has it as its value ("negative") or as its interpretation ("elevated"). An earlier value told beside the present one without a date
    ("was 9.6", "fell from 14.2") has the status ended.
    """
    tables = find_tables(text, sections)
    rows = [table.rows for table in tables]
    found = [mention for table in tables for mention in table.mentions]
    for passage in passages(text, sections):
        if not any(span.start < passage.sentence.end and passage.sentence.start < span.end for span in rows):
            found += _in_passage(passage)
    return tuple(sorted(found, key=lambda mention: (mention.name, mention.value is None)))


def _in_passage(passage: Passage) -> list[Mention]:
    phrases = [phrase for phrase in find_phrases(passage, observation_tree()) if _is_name(passage, phrase)]
    if not phrases:
        return []
    found: list[Mention] = []
    opening = _opening_date(passage, passage.words[phrases[0].first].start)
    names = [Span(passage.words[phrase.first].start, passage.words[phrase.last - 1].end) for phrase in phrases]
    told = [
        (name, _readings(passage, name, last))
        for name, last in zip(names, [*(name.start for name in names[1:]), passage.sentence.end], strict=True)
    ]
    told = [(name, readings) for name, readings in told if readings]
    if not told:
        return []
    said = passage.said_of([name for name, _ in told])
    for (name, readings), assertion in zip(told, said, strict=True):
        found += _mentions(passage, name, readings, opening, assertion)
    return found


def _is_name(passage: Passage, phrase: Phrase) -> bool:
    """Whether the words name a thing measured: no heading, and no unit or word that only looks like an abbreviation ("mg", "na")."""
    first, last = passage.words[phrase.first], passage.words[phrase.last - 1]
    if first.start < passage.heading:
        return False
    written = passage.text[first.start : last.end]
    return len(written) > 2 or written[0].isupper() or written.lower() in word_set("mention_measurements", "lower_case")


def _readings(passage: Passage, name: Span, last: int) -> list[Reading]:
    """The values told of the thing named, up to the next name."""
    if told := _grown(passage, name, last) or _apgar(passage, name, last):
        return [Reading(told)]
    readings = list(readings_of(passage, name, last))
    return [reading for reading in readings if reading.is_score(passage.text)] if _is_scored(passage, name) else readings


def _is_scored(passage: Passage, name: Span) -> bool:
    """Whether the name is a symptom that is measured only by a score: "pain 6/10"."""
    return passage.text[name.start : name.end].lower() in word_set("mention_measurements", "scored")


def _grown(passage: Passage, name: Span, last: int) -> Span | None:
    """What grew in a culture, where the name is one: "Blood cultures: Streptococcus pneumoniae in 2 of 2 sets"."""
    if not canonical_of(passage.text[name.start : name.end], "observation").endswith("culture"):
        return None
    found = _organisms().search(passage.text, name.end, last)
    return Span(*found.span()) if found else None


def _apgar(passage: Passage, name: Span, last: int) -> Span | None:
    """The scores of one newborn, which are told together: "Apgars 8 and 9", "APGAR 8/9"."""
    found = _APGARS.match(passage.text, name.end, last) if passage.text[name.start : name.end].lower().startswith("apgar") else None
    return Span(*found.span("scores")) if found else None


@cache
def _organisms() -> re.Pattern[str]:
    phrases = sorted(load_words("mention_measurements")["organisms"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(phrase) for phrase in phrases)})(?!\w)", re.IGNORECASE)


def _opening_date(passage: Passage, name: int) -> DateMention | None:
    """The date that the sentence opens with, before anything measured: "Labs 3/4/2024: …"."""
    return next(iter(dates_in(passage, passage.sentence.start, min(name, passage.sentence.start + _OPENING_CHARS))), None)


def _mentions(passage: Passage, name: Span, readings: Sequence[Reading], opening: DateMention | None, said: Assertion) -> Iterator[Mention]:
    text = passage.text
    unit = next((reading.unit for reading in reversed(readings) if reading.unit), None)
    canonical = canonical_of(text[name.start : name.end], "observation")
    for reading in readings:
        if any(
            word in word_set("mention_measurements", "not_results") for word in reading.words if word not in ("goal", "target", "normal")
        ):
            continue
        goal = reading.beyond or _is_goal(passage, name, reading)
        label = "hypothetical" if goal or (said.label == "present" and _conditional(passage, name, reading)) else said.label
        slots = [MentionSlot("name", name), *reading.slots]
        own_unit = reading.unit or unit
        if own_unit and reading.value.end > reading.value.start:
            slots.append(MentionSlot("unit", own_unit))
        date = reading.date or opening
        if date:
            slots.append(MentionSlot("date", date.span))
        value = text[reading.value.start : reading.value.end] or None
        if value is None:
            word = reading.slots[0].span
            value = text[word.start : word.end] if is_polarity(text[word.start : word.end]) else None
            slots += [MentionSlot("value", word)] if value else []
        else:
            slots.append(MentionSlot("value", reading.value))
        mention = Mention(
            kind="observation",
            name=name,
            sentence=passage.sentence,
            canonical=canonical,
            code="",
            assertion="present" if label == "historical" or (label == "negated" and (value is not None or reading.slots)) else label,
            experiencer=said.experiencer,
            section=passage.section,
            status="ended" if reading.earlier and reading.date is None and len(readings) > 1 else "",
            value=value,
            unit=text[own_unit.start : own_unit.end] if own_unit and reading.value.end > reading.value.start else None,
            time=date.iso if date else None,
            slots=tuple(slots),
        )
        yield from _parts(text, mention, reading)


def _parts(text: str, mention: Mention, reading: Reading) -> Iterator[Mention]:
    """A pressure as its two values, a score out of something as its first, anything else as it is; another pair ("4/5") is no value."""
    pressure = (
        fold(text[mention.name.start : mention.name.end]) in _pressures()
        or "pressure" in text[mention.name.start : mention.name.end].lower()
    )
    if reading.pair is None:
        if not (pressure and mention.value and not reading.slots and "-" not in mention.value):
            yield mention
        return
    if not pressure:
        if reading.is_score(text):
            low = reading.pair[0]
            slots = tuple(MentionSlot("value", low) if slot.name == "value" else slot for slot in mention.slots)
            yield replace(mention, value=text[low.start : low.end], slots=slots)
        return
    for span, code, canonical in zip(
        reading.pair, (SYSTOLIC, DIASTOLIC), ("systolic blood pressure", "diastolic blood pressure"), strict=True
    ):
        slots = tuple(MentionSlot("value", span) if slot.name == "value" else slot for slot in mention.slots)
        yield replace(mention, code=code, canonical=canonical, value=text[span.start : span.end], slots=slots)


@cache
def _pressures() -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in load_words("mention_measurements")["pressure"])


def _is_goal(passage: Passage, name: Span, reading: Reading) -> bool:
    """Whether the value is one to be reached: a word such as "goal" stands right before the name or between name and value."""
    goal = word_set("mention_measurements", "goal")
    before = [word.key for word in passage.words if name.start - 40 <= word.start < name.start][-4:]
    return bool(goal & set(before)) or bool(goal & set(reading.words))


def _conditional(passage: Passage, name: Span, reading: Reading) -> bool:
    """Whether a threshold is told with a condition or an order: "call if above 160"."""
    if not reading.threshold:
        return False
    return any(word.key in word_set("mention_measurements", "call") for word in passage.words if word.start < reading.value.start)
