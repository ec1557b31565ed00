"""Allergies and intolerances in a text: the substance, the reaction and its severity, and the word that there are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rag.clinical.assertions import assess_all
from rag.clinical.dates import DateMention
from rag.clinical.lexicon import load_words, word_set
from rag.clinical.mentions.drug_names import find_drug_names, words_of
from rag.clinical.mentions.mention import Mention, MentionSlot
from rag.clinical.mentions.passages import Passage, dates_in, passages
from rag.clinical.mentions.vocabulary import canonical_of
from rag.types import Section, Span

NONE_KNOWN = "no known allergies"
_SECTION = "allergies"
_MAX_LIST_CHARS = 200
_MAX_REACTION_CHARS = 80
_TRIGGER = re.compile(
    r"allerg|intoleran|anaphyla|hypersensitiv|reactions?\s(?:to|with)|\bn\.?k\.?d?\.?a\b|\bNKFA\b|hives|rash\s(?:to|from|with)",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:allergic(?:\sreactions?)?\s(?:to|with)|allerg(?:y|ies)\s(?:to|include[sd]?|including|are|is|with)|allerg(?:y"
    r"|ies)\s?(?::|-\s)|intoleran(?:ce|ces|t)\s(?:to|of)|(?:drug\s)?intolerances?\s?:"
    r"|hypersensitivity\sto|hypersensitive\sto|(?:adverse\s|bad\s|severe\s|anaphylactic\s|serious\s)?reactions?\s(?:to|with)"
    r"|anaphyla(?:xis|ctic(?:\sshock)?)\s(?:to|with|from|after)"
    r"|(?:rash|hives|swelling|angioedema|itching)\s(?:to|from|with|after)(?:\staking)?)\s*(?:an?\s|the\s|both\s|any\s)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"[\s-](?:\w+\s)?(?:allerg(?:y|ies)|intolerance|hypersensitivity|anaphylaxis)\b", re.IGNORECASE)
_LIST_STOP = re.compile(
    r"[.;](?=\s|$)|\b(?:but|who|which|she|he|we|i|takes?|taking|and\s(?:has|is|was|had|denies|takes|does)|tolerat\w+|treated|resolved"
    r"|given|gave|refilled|refill|prescribed|carries|use[ds]?|using|received|reviewed|discussed|managed|requir\w+)\b",
    re.IGNORECASE,
)
_IN_A_NAME = re.compile(r"\s(?:note|notes|clinic|service|visit|team|list)\b", re.IGNORECASE)
_ANOTHER_MATTER = re.compile(r";|\.\s|,\s(?:\d+|one|two|three|four|five|six|seven)\s(?:day|week|month|hour)s?\sof\b", re.IGNORECASE)
_BRACKETED_YEAR = re.compile(r"\s?\([^()\d]{0,60}(?P<year>(?:19|20)\d\d)\b")
_WORD_BEFORE = re.compile(r"[A-Za-z]{3,20}\s$")
_TOLERATES = re.compile(r"\b(?:tolerat\w+|can take|able to take|ok with|takes)\b[^,;.]{0,40}$", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except|other than|besides|apart from|aside from|but)\b", re.IGNORECASE)
_NONE_ALONE = re.compile(
    r"[\s:\-*•]*(?:(?:patient\s|he\s|she\s)?(?:has\s)?(?:none|no|nil|denies|denied|negative|n/?a)(?:\s(?:known|any|reported"
    r"|by history|to (?:medications?|drugs|foods?)|that (?:he|she) (?:is aware|knows) of)){0,3}|not known|no known)[\s.]*$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])?\s*(?P<name>[A-Za-z][A-Za-z'’-]{3,24}(?:\s[A-Za-z][A-Za-z'’-]{2,20})?)\s*(?=$|[,;(]|\s-|:|\.)")


@dataclass(frozen=True, slots=True)
class _Substance:
    start: int
    end: int
    canonical: str


def find_allergies(text: str, sections: Sequence[Section]) -> tuple[Mention, ...]:
    """The allergies and intolerances that ``text`` names, in order and disjoint; "NKDA" is a negated mention of "no known allergies".

    ``canonical`` is the generic drug, the class, or the substance's plain name. Slots: name, reaction, severity. A line of an allergies
    section is a list of them; elsewhere a word such as "allergic to" must govern the name. Linear.
    """
    return tuple(
        mention
        for passage in passages(text, sections)
        if passage.section == _SECTION or _TRIGGER.search(text, passage.sentence.start, passage.sentence.end)
        for mention in sorted(_of_passage(text, passage), key=lambda mention: mention.name.start)
    )


def _of_passage(text: str, passage: Passage) -> Iterator[Mention]:
    sentence = passage.sentence
    listed = passage.section == _SECTION
    start = passage.heading if sentence.start <= passage.heading <= sentence.end else sentence.start
    none = _none_said(text, start, sentence.end, listed=listed)
    found = [
        item for item in _substances(text, start, sentence.end, listed=listed) if _governed(text, start, sentence.end, item, listed=listed)
    ]
    if none is not None:
        found = [
            item for item in found if item.end <= none.start or (item.start >= none.end and _EXCEPT.search(text, none.end, item.start))
        ]
        yield _mention(text, passage, _Substance(none.start, none.end, NONE_KNOWN), sentence, "negated")
    last = sentence.start
    section = "other" if listed else passage.section
    ahead = [item for item in found if none is None or item.end <= none.start]
    behind = [item for item in found if none is not None and item.start >= none.end]  # "none known except sulfa"
    labels = assess_all(text, sentence, [Span(item.start, item.end) for item in ahead], section) if ahead else ()
    if none is not None and behind:
        labels += assess_all(text, Span(none.end, sentence.end), [Span(item.start, item.end) for item in behind], section)
    for i, (item, said) in enumerate(zip(found, labels, strict=True)):
        end = found[i + 1].start if i + 1 < len(found) else sentence.end
        label = "present" if said.label in {"hypothetical", "historical"} else said.label
        yield _mention(text, passage, item, Span(last, end), label, said.relative or said.experiencer)
        last = end


def _none_said(text: str, start: int, end: int, *, listed: bool) -> Span | None:
    """Where the text says that there are none."""
    if match := _pattern("none").search(text, start, end):
        named = _TO.search(text, match.start(), end)
        if not (named and named.start() < match.end() < named.end()):
            return Span(*match.span())
    if listed and (alone := _NONE_ALONE.match(text, start, end)):
        body = alone[0].strip(" \n\t:-*•.")
        at = start + alone[0].index(body)
        return Span(at, at + len(body)) if body else None
    return None


@cache
def _pattern(key: str) -> re.Pattern[str]:
    phrases = sorted(load_words("medication_allergies")[key], key=len, reverse=True)
    return re.compile(
        rf"(?<![\w-])(?:{'|'.join(re.escape(phrase).replace(chr(92) + ' ', '[ ]') for phrase in phrases)})(?![\w-])", re.IGNORECASE
    )


def _substances(text: str, start: int, end: int, *, listed: bool) -> list[_Substance]:
    """Drugs, classes and other substances in the range, in order and disjoint; in a list also what no word list knows."""
    part = text[start:end]
    found = [_Substance(start + name.start, start + name.end, name.canonical) for name in find_drug_names(part, words_of(part))]
    for match in _pattern("substances").finditer(text, start, end):
        if not _meets(found, match.start(), match.end()):
            phrase = match[0].lower()
            found.append(_Substance(match.start(), match.end(), canonical_of(phrase, "allergy") or phrase))
    if listed and end - start <= _MAX_LIST_CHARS:
        found.extend(_others(text, start, end, found))
    return sorted(found, key=lambda item: item.start)


def _meets(found: Sequence[_Substance], start: int, end: int) -> bool:
    return any(item.start < end and start < item.end for item in found)


def _others(text: str, start: int, end: int, found: Sequence[_Substance]) -> Iterator[_Substance]:
    """The items of a list of allergies that are neither drugs nor substances we know: one or two words that fill the item."""
    for match in re.finditer(r"[^,;\n]+", text[start:end]):
        first = start + match.start()
        item = _ITEM.match(text, first + len(match[0]) - len(match[0].lstrip(" :\t")), start + match.end())
        if item is None or _meets(found, item.start("name"), item.end("name")):
            continue
        name = item["name"]
        words = name.lower().split()
        if (
            words[0] in word_set("medication_allergies", "not_items")
            or words[-1] in word_set("medication_allergies", "not_items")
            or _pattern("reactions").search(name)
            or _pattern("severity").search(name)
            or _pattern("none").search(name)
        ):
            continue
        if _meets(found, first, start + match.end()):
            continue
        yield _Substance(item.start("name"), item.end("name"), name.lower())


def _governed(text: str, start: int, end: int, item: _Substance, *, listed: bool) -> bool:
    """Whether the substance is named as what someone is allergic to."""
    if _TOLERATES.search(text[max(start, item.start - 60) : item.start]):
        return False
    if _SUFFIX.match(text, item.end, end):
        return True
    trigger = None
    for match in _TO.finditer(text, start, item.start):
        trigger = match
    if trigger is not None and not _LIST_STOP.search(text, trigger.end(), item.start) and not _names_its_own(text, start, trigger):
        return True
    if _IN_A_NAME.match(text, item.end, end):
        return False
    return listed and not _LIST_STOP.search(text, start, item.start)


def _year(text: str, start: int, end: int) -> DateMention | None:
    """The year that ends what stands in brackets behind a substance: "(hives, 2017)"."""
    match = _BRACKETED_YEAR.match(text, start, end)
    return DateMention(Span(*match.span("year")), match["year"], "year") if match else None


def _names_its_own(text: str, start: int, trigger: re.Match[str]) -> bool:
    """Whether the substance stands before the word: what follows "Peanut allergy:" is its treatment."""
    if not trigger[0].lower().startswith("allerg") or trigger[0].lower().startswith("allergic"):
        return False
    before = _WORD_BEFORE.search(text, max(start, trigger.start() - 24), trigger.start())
    return before is not None and before[0].strip().lower() not in word_set("medication_allergies", "not_items") | {
        "drug",
        "her",
        "his",
        "the",
    }


def _mention(text: str, passage: Passage, item: _Substance, zone: Span, label: str, experiencer: str = "patient") -> Mention:
    name = Span(item.start, item.end)
    slots = [MentionSlot("name", name)]
    time = None
    if item.canonical != NONE_KNOWN:
        slots.extend(_slots(text, item, zone))
        if date := next(iter(dates_in(passage, item.end, min(zone.end, item.end + _MAX_REACTION_CHARS))), None) or _year(
            text, item.end, zone.end
        ):
            slots.append(MentionSlot("onset", date.span))
            time = date.iso
    return Mention(
        kind="allergy",
        name=name,
        sentence=passage.sentence,
        canonical=item.canonical,
        code="",
        assertion=label,
        experiencer=experiencer,
        section=passage.section,
        status="active" if label == "present" else "",
        time=time,
        slots=tuple(sorted(slots, key=lambda slot: slot.span.start)),
    )


def _slots(text: str, item: _Substance, zone: Span) -> Iterator[MentionSlot]:
    """Reaction and severity: after the name, else in the words that govern it ("anaphylaxis to peanuts")."""
    end = min(zone.end, item.end + _MAX_REACTION_CHARS)
    if cut := _ANOTHER_MATTER.search(text, item.end, end):
        end = cut.start()
    reaction = _reaction(text, item.end, end)
    first = max(zone.start, item.start - _MAX_REACTION_CHARS)
    if reaction is None:
        governing = list(_TO.finditer(text, first, item.start))
        if governing and (match := _pattern("reactions").search(text, max(first, governing[-1].start() - 20), governing[-1].end())):
            reaction = Span(*match.span())
    if reaction is not None:
        yield MentionSlot("reaction", reaction)
    match = _pattern("severity").search(text, item.end, end) or (_pattern("severity").search(text, max(first, item.start - 30), item.start))
    if match:
        yield MentionSlot("severity", Span(*match.span()))


def _reaction(text: str, start: int, end: int) -> Span | None:
    """The reactions in the range, joined where one follows the other: "hives and swelling"."""
    first = last = None
    for match in _pattern("reactions").finditer(text, start, end):
        if first is None or last is None:
            first, last = match.start(), match.end()
        elif re.fullmatch(r"(?:,|/|\sand\s|,\sand\s|\sor\s|\swith\s|\s)\s?(?:\w+\s)?", text[last : match.start()]):
            last = match.end()
    return Span(first, last) if first is not None and last is not None else None
