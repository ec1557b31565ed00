"""What a question to a guideline asks for: things under the names that guidelines write, the kind of answer, a patient's values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml

from rag.answering.guideline_queries import classes_of, is_class
from rag.answering.guideline_values import Value, values_in, without_values
from rag.answering.lexical import term_of
from rag.answering.units_asked import Unit, held_by, units_of
from rag.clinical.concepts.lexicon import lookup
from rag.clinical.concepts.words import bag

MAX_SHORT_CHARS = 2
"""Letters up to which a word is an abbreviation of something else than a drug."""
_VITAMIN = re.compile(r"\bvit(?:amin|\.)?\s([A-K]\d{0,2})\b", re.IGNORECASE)
_SYMBOL = re.compile(r"\b[A-Z][a-z]{0,2}(?=\s(?:of\s|is\s)?\d)")
_WORD = re.compile(r"[A-Za-z][\w-]{3,}")
_CLASS = re.compile(r"\b(?:NSAIDs?|immediate-release|crystalloids?|prothrombin complex|direct oral anticoagulants?)\b", re.IGNORECASE)
"""Names of what is chosen among that are no drug's own."""
_AMOUNT_ASKED = re.compile(r"\bhow many (?:of )?(\w+)", re.IGNORECASE)
_NUMBER = r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|single))"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: how it is asked for, what holds it, and whether nothing else can be the answer."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]
    exact: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as looked for. ``drugs`` are canonical names; ``wider`` are, per unit, the atoms of the classes a drug belongs to."""

    units: tuple[Unit, ...]
    wider: tuple[tuple[frozenset[str], ...], ...]
    kind: Kind | None
    values: tuple[Value, ...]
    drugs: frozenset[str]
    measure: str

    def fits(self, text: str) -> bool:
        """Whether the text gives an answer of the kind asked for, with the measure that is asked for by name ("how many mg")."""
        if self.kind is not None and self.kind.name == "amount" and self.measure:
            return re.search(rf"{_NUMBER}\s?(?:\w+\s)?{re.escape(self.measure)}", text, re.IGNORECASE) is not None
        if self.kind is not None and self.kind.name == "drug":
            return not drugs_in(text) <= self.drugs or _CLASS.search(text) is not None
        return self.kind is None or self.kind.held.search(text) is not None


@lru_cache(maxsize=1_024)
def asked_of(question: str) -> Asked:
    """The question without the words that only frame it and the numbers that are a patient's values."""
    question = _VITAMIN.sub(r"vitamin\1", question)
    question = _SYMBOL.sub(lambda match: _words()["before_figures"].get(match[0], match[0]), question)
    values = values_in(question)
    said = bag(question)
    bare = " ".join(word for word in _pieces(without_values(question)) if _bare(word).casefold() not in _frame())
    units = tuple(_with_synonyms(unit, said) for unit in units_of(bare.casefold()))
    amount = _AMOUNT_ASKED.search(question)
    measure = amount[1].rstrip("s") if amount else ""
    units = tuple({unit.words: unit for unit in units if _bare(unit.words).rstrip("s") != measure.casefold()}.values())
    named = [_drug_meant(_bare(unit.words)) for unit in units]
    wider = tuple(tuple(bag(group) for group in classes_of(drug)) if drug else () for drug in named)
    drugs = frozenset(drug for drug in named if drug)
    kind = next((kind for kind in _kinds() if kind.asked.search(question)), None)
    return Asked(units, wider, kind, values, drugs, measure)


@lru_cache(maxsize=16_384)
def drug_of(words: str) -> str | None:
    """The generic name of a drug by any of its names; None for a class, for other things and for two letters ("Mg")."""
    found = next((name for name in lookup(bag(words)) if name.kind == "medication"), None)
    if found is None or len(words) <= MAX_SHORT_CHARS or (not classes_of(words) and is_class(found.canonical)):
        return None
    return found.canonical


def _drug_meant(words: str) -> str | None:
    """The drug that a unit names, by the words of the lexicon or by what guidelines write for it ("oxy")."""
    others = _words()["synonyms"].get(words, "")
    return drug_of(words) or (drug_of(others) if ";" not in others else None)


def named_in(text: str) -> frozenset[str]:
    """What a text names, as ``held_by``; the K of vitamin K is not potassium."""
    return held_by(_VITAMIN.sub(r"vitamin\1", text))


def drugs_in(text: str) -> frozenset[str]:
    """The generic names of the drugs that a text names in one word each."""
    return frozenset(drug for word in _WORD.findall(text) if (drug := drug_of(word.casefold())))


def _pieces(text: str) -> list[str]:
    return re.findall(r"[^\s?!,;:()]+", text)


def _bare(words: str) -> str:
    return words.strip(" .,;:-?!")


def _with_synonyms(unit: Unit, said: frozenset[str]) -> Unit:
    """The unit with what guidelines write for it; a word of general English that has such names counts in full."""
    mine = bag(unit.words)
    found = [forms for words, forms in _synonyms() if words <= said and mine & words and (mine <= words or words <= mine)]
    if not found:
        return unit
    forms = tuple(dict.fromkeys((*unit.forms, *(form for forms in found for form in forms))))
    return replace(unit, forms=forms)


@cache
def _synonyms() -> tuple[tuple[frozenset[str], tuple[frozenset[str], ...]], ...]:
    split = {key: [form.strip() for form in value.split(";")] for key, value in _words()["synonyms"].items()}
    return tuple((bag(key), tuple(form for text in forms for form in _forms(text))) for key, forms in split.items())


def _forms(text: str) -> tuple[frozenset[str], ...]:
    """A name as atoms; a single word also by its stem."""
    stem = term_of(text) if " " not in text else None
    return (bag(text), frozenset({f"~{stem}"})) if stem else (bag(text),)


@cache
def _frame() -> frozenset[str]:
    return frozenset(_words()["frame"].split())


@cache
def _words() -> Mapping[str, Any]:
    listed: Mapping[str, Any] = yaml.safe_load(_data("guideline_words.yaml"))
    return {**listed, "synonyms": {str(key): value for key, value in listed["synonyms"].items()}}


@cache
def _kinds() -> tuple[Kind, ...]:
    listed = yaml.safe_load(_data("guideline_kinds.yaml"))
    return tuple(
        Kind(name, re.compile(one["asked"], re.IGNORECASE), re.compile(one["held"], re.IGNORECASE), one["exact"])
        for name, one in listed.items()
    )


def _data(name: str) -> str:
    return resources.files("rag.answering").joinpath(f"data/{name}").read_text(encoding="utf-8")
