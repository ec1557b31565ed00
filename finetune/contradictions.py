"""False and true variants of true sentences, made by rule: each with its kind and, where it is false, the words that make it so.

Deterministic under the random numbers given. What is changed stands against the sentence itself; hold the sentence's evidence against the
new words where it may say them elsewhere. Words and patterns: ``data/contradictions.yaml``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from finetune.number_changes import date_changes, number_changes
from rag.clinical.lexicon import load_words
from rag.types import Span

RELATIVES = ("mother", "father", "brother", "sister", "daughter", "son", "grandmother", "uncle")
_WORD = re.compile(r"\w+")
_LIST = re.compile(
    r"(?P<items>(?:[a-z][a-z -]{2,30}, ){1,6})(?P<last>[a-z][a-z -]{2,30}),? (?P<joint>and|or) (?P<end>[a-z]{3,}(?: [a-z]{3,})?)(?=[.,;]|$)"
)
_BEFORE_LIST = re.compile(
    r"\b(?:denies|denied|reports|reported|has|have|had|of|with|without|no|for|includes?|including|endorses|shows|showed|takes|taking) "
)
_JOINED = re.compile(r"\b(?:and|or)\b")
_CLOSING_TIME = re.compile(
    r",? ((?:in|on|at|after|before|during|since|for) (?:(?:early |late |mid-)?(?:19|20)\d\d|\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d{2,4}"
    r"|\d+ (?:day|week|month|year)s?|the (?:past|last) \w+(?: \w+)?|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)(?: \d[\d, ]*)?|this time|night|bedtime|discharge|admission))\.?$"
)
_CONDITION_FILE, _DRUG_FILE = "concept_conditions", "drugs"


@dataclass(frozen=True, slots=True)
class Variant:
    """A sentence made of another. ``spans`` are the words that make it false; empty for one that is true."""

    kind: str
    text: str
    spans: tuple[Span, ...] = ()


Edit = tuple[int, int, str]
"""(start, end, new text): what is put in place of ``sentence[start:end]``."""


def contradictions(sentence: str, rng: random.Random, *, evidence: str = "") -> list[Variant]:
    """One false variant of each kind that the sentence gives cause to, in a random order.

    ``evidence``: what the sentence rests on. New names and numbers are drawn from it now and then, so that the words of a false variant
    are not always foreign; never such as leave the sentence as it is.
    """
    tables = _tables()
    found: dict[str, list[Edit]] = {}
    for kind, groups in tables.swaps.items():
        found.setdefault(kind, []).extend(_swaps(sentence, groups, rng))
    for kind, start, end, new in (*number_changes(sentence, rng, evidence), *date_changes(sentence, rng)):
        found.setdefault(kind, []).append((start, end, new))
    found.setdefault("unit", []).extend(_unit_changes(sentence, rng))
    for kind, rules in tables.rules.items():
        found.setdefault(kind, []).extend(_ruled(sentence, rules, rng))
    found.setdefault("drug", []).extend(_others_of(sentence, tables.drug_pattern, tables.drugs, rng))
    for kind, pattern, names in (
        ("condition", tables.condition_pattern, tables.conditions),
        ("symptom", tables.symptom_pattern, tables.symptoms),
    ):
        found.setdefault(kind, []).extend(_others_of(sentence, pattern, names, rng))
    found.setdefault("swap", []).extend(_names_of(sentence, evidence, rng))
    made = []
    for kind in sorted(found):
        if found[kind]:
            start, end, new = rng.choice(found[kind])
            made.append(_variant(kind, sentence, start, end, new))
    rng.shuffle(made)
    return [variant for variant in made if variant.text.casefold() != sentence.casefold()]


def paraphrases(sentence: str, rng: random.Random, *, changes: int = 3) -> list[Variant]:
    """True variants: one for each way that applies, and one in which up to ``changes`` of them are made one after the other."""
    ways: list[tuple[str, Callable[[str, random.Random], str]]] = [
        ("wording", _reworded), ("order", _reordered), ("part", _part_of_list), ("date", _other_date), ("digits", _digits), ("lead", _lead),
        ("name", _renamed), ("front", _front),
    ]  # fmt: skip
    made = [Variant(kind, text) for kind, way in ways if (text := way(sentence, rng)) != sentence]
    rng.shuffle(ways)
    text, applied = sentence, 0
    for _, way in (*ways, *ways):
        changed = way(text, rng)
        applied += changed != text
        text = changed
        if applied >= changes:
            break
    if applied > 1 and text != sentence:
        made.append(Variant("several", text))
    return made


@dataclass(frozen=True, slots=True)
class _Tables:
    swaps: dict[str, list[list[str]]]
    units: list[list[str]]
    rules: dict[str, list[tuple[re.Pattern[str], str]]]
    equal: list[list[str]]
    conditions: list[str]
    symptoms: list[str]
    drugs: list[str]
    condition_pattern: re.Pattern[str]
    symptom_pattern: re.Pattern[str]
    drug_pattern: re.Pattern[str]


@cache
def _tables() -> _Tables:
    loaded = yaml.safe_load(resources.files("finetune").joinpath("data", "contradictions.yaml").read_text(encoding="utf-8"))

    def groups(lines: Sequence[str]) -> list[list[str]]:
        return [[phrase.strip() for phrase in line.split("|")] for line in lines]

    def rules(*names: str) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(pattern, re.IGNORECASE), new) for name in names for pattern, new in loaded[name]]

    conditions = [phrase.strip() for phrase in loaded["conditions"].split(";")]
    symptoms = [phrase.strip() for phrase in loaded["symptoms"].split(";")]
    drugs = [name for name in load_words(_DRUG_FILE) if name.isalpha() and len(name) > 4]
    return _Tables(
        {kind: groups(lines) for kind, lines in loaded["swaps"].items()},
        groups(loaded["units"]),
        {
            "omission": rules("drops"), "negation": rules("insertions"), "experiencer": rules("to_relative", "to_patient"),
            "certainty": rules("hedged_away", "hedged"),
        },
        groups(loaded["equal"]),
        conditions, symptoms, drugs, _any_of(conditions), _any_of(symptoms), _any_of(drugs),
    )  # fmt: skip


def _any_of(phrases: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(re.escape(p) for p in sorted(phrases, key=len, reverse=True))})(?![\w-])", re.IGNORECASE)


@cache
def _whole(phrase: str) -> re.Pattern[str]:
    before = r"(?<![\w-])" if phrase[0].isalnum() else ""
    short = phrase.isupper() and len(phrase) <= 3
    return re.compile(rf"{before}{re.escape(phrase)}(?![\w-])", 0 if short else re.IGNORECASE)


def _swaps(sentence: str, groups: Sequence[Sequence[str]], rng: random.Random) -> Iterator[Edit]:
    folded = sentence.casefold()
    for group in groups:
        for phrase in group:
            if phrase.casefold() in folded:
                others = [other for other in group if other != phrase and other.casefold() not in folded]
                for match in _whole(phrase).finditer(sentence):
                    if others:
                        yield match.start(), match.end(), _cased(rng.choice(others), match[0])


def _unit_changes(sentence: str, rng: random.Random) -> Iterator[Edit]:
    """Units after a number, each for another."""
    for group in _tables().units:
        pattern = re.compile(rf"(?<=\d)(\s?-?){re.escape(group[0])}(?![\w/])")
        for match in pattern.finditer(sentence):
            yield match.start() + len(match[1]), match.end(), rng.choice(group[1:])


def _ruled(sentence: str, rules: Sequence[tuple[re.Pattern[str], str]], rng: random.Random) -> Iterator[Edit]:
    for pattern, new in rules:
        for match in pattern.finditer(sentence):
            made = match.expand(new.replace("{relative}", rng.choice(RELATIVES)))
            if match.start() == 0:
                made = made[:1].upper() + made[1:]
            yield match.start(), match.end(), made


def _others_of(sentence: str, pattern: re.Pattern[str], names: Sequence[str], rng: random.Random) -> Iterator[Edit]:
    for match in pattern.finditer(sentence):
        other = rng.choice(names)
        if other.casefold() not in sentence.casefold():
            yield match.start(), match.end(), _cased(other, match[0])


def _names_of(sentence: str, evidence: str, rng: random.Random) -> Iterator[Edit]:
    """Names within the sentence, each for another of its evidence: who did what to whom."""
    name = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-zéèöüč]{2,}(?: [A-Z][a-zéèöüč]{2,})?\b")
    ours = list(name.finditer(sentence))
    theirs = sorted({match[0] for match in name.finditer(evidence)} - {match[0] for match in ours})
    theirs = [other for other in theirs if other not in sentence]
    for match in ours:
        if theirs:
            yield match.start(), match.end(), rng.choice(theirs)


def _variant(kind: str, sentence: str, start: int, end: int, new: str) -> Variant:
    """The sentence with an edit; what was only left out is marked on the word after it."""
    text = sentence[:start] + new + sentence[end:]
    old = {word.casefold() for word in _WORD.findall(sentence[start:end])}
    spans = tuple(Span(start + match.start(), start + match.end()) for match in _WORD.finditer(new) if match[0].casefold() not in old)
    if not spans:
        after = _WORD.search(text, start)
        spans = (Span(after.start(), after.end()),) if after else ()
    if start == 0 and text[:1].islower() and sentence[:1].isupper():
        text = text[:1].upper() + text[1:]
    return Variant(kind, text, spans)


def _cased(new: str, old: str) -> str:
    return new[:1].upper() + new[1:] if old[:1].isupper() and not old.isupper() else new


def _reworded(sentence: str, rng: random.Random) -> str:
    """One phrase for another that means the same."""
    folded, edits = sentence.casefold(), []
    for group in _tables().equal:
        for phrase in group:
            if phrase.casefold() in folded:
                edits += [
                    (match.start(), match.end(), _cased(other, match[0]))
                    for match in _whole(phrase).finditer(sentence)
                    for other in group
                    if other != phrase
                ]
    return _edited(sentence, edits, rng).replace(" no any ", " no ")


def _renamed(sentence: str, rng: random.Random) -> str:
    """A drug by its brand or substance, a condition by another of its names."""
    edits: list[Edit] = []
    folded = sentence.casefold()
    for names in _name_groups():
        if names[0].casefold() in folded:
            edits += [
                (match.start(), match.end(), _cased(rng.choice(names[1:]), match[0])) for match in _whole(names[0]).finditer(sentence)
            ]
    return _edited(sentence, edits, rng)


@cache
def _name_groups() -> tuple[tuple[str, ...], ...]:
    """Canonical names of conditions and drugs with their other names."""
    found = []
    for file in (_CONDITION_FILE, _DRUG_FILE):
        for name, others in load_words(file).items():
            kept = tuple(
                other for other in others[: 2 if file == _CONDITION_FILE else 4] if other.replace(" ", "").isalpha() and len(other) > 2
            )
            if kept and len(name) > 4:
                found.append((name, *kept))
    return tuple(found)


def _reordered(sentence: str, rng: random.Random) -> str:
    """A list in another order."""
    return _relisted(sentence, lambda items: rng.sample(items, len(items)))


def _part_of_list(sentence: str, rng: random.Random) -> str:
    """A list with some of its items only, in their order."""

    def some(items: list[str]) -> list[str]:
        kept = set(rng.sample(range(len(items)), max(2, len(items) - 1 - rng.randrange(2))))
        return [item for place, item in enumerate(items) if place in kept]

    return _relisted(sentence, some)


def _relisted(sentence: str, change: Callable[[list[str]], list[str]]) -> str:
    """The sentence with its list changed; the first item begins after the last word that can stand before a list."""
    match = _LIST.search(sentence)
    if not match:
        return sentence
    whole = [*(item.strip() for item in match["items"].rstrip(", ").split(",")), match["last"].strip(), match["end"]]
    first, rest = whole[0], whole[1:]
    cue = max((found.end() for found in _BEFORE_LIST.finditer(first)), default=0)
    if not cue or any(_JOINED.search(item) for item in (first[cue:], *rest)):
        return sentence
    items = change([first[cue:], *rest])
    return f"{sentence[: match.start()]}{first[:cue]}{', '.join(items[:-1])} {match['joint']} {items[-1]}{sentence[match.end() :]}"


def _other_date(sentence: str, rng: random.Random) -> str:
    from finetune.number_changes import other_dates

    return _edited(sentence, list(other_dates(sentence)), rng)


def _digits(sentence: str, rng: random.Random) -> str:
    from finetune.number_changes import spelled

    return _edited(sentence, list(spelled(sentence)), rng)


def _lead(sentence: str, rng: random.Random) -> str:
    """Who a sentence speaks of, named otherwise."""
    match = re.match(r"(?:The patient|This patient|Pt|Patient|She|He) (?=[a-z])", sentence)
    if not match or re.match(r"(?:She|He)", match[0]):
        return sentence
    return rng.choice(("The patient ", "This patient ", "Pt ", "Patient ")) + sentence[match.end() :]


def _front(sentence: str, rng: random.Random) -> str:
    """A closing time moved to the front."""
    match = _CLOSING_TIME.search(sentence)
    if not match or sentence[: match.start()].count(" ") < 3:
        return sentence
    body = sentence[: match.start()]
    lowered = body[:1].lower() + body[1:] if re.match(r"(?:The|This|She|He|They|It|Her|His|Pt|Patient)\b", body) else body
    return f"{match[1][:1].upper()}{match[1][1:]}, {lowered}."


def _edited(sentence: str, edits: Sequence[Edit], rng: random.Random) -> str:
    if not edits:
        return sentence
    start, end, new = rng.choice(list(edits))
    return sentence[:start] + new + sentence[end:]
