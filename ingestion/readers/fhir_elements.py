"""FHIR data types in words: concepts, quantities, periods and dates, with what is coded kept apart from what is free."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingestion.readers.fhir_json import Json, node, nodes, number, text

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?=T|$)")
_PREFERRED_SYSTEMS = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/",
)
MAX_CODED_CHARS = 300
"""Longer texts beside a code are prose, not a display: they are treated as free text."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept in one display. ``code`` is ``system|code``; ``coded`` says the display stands beside a code."""

    display: str
    code: str
    coded: bool

    def __bool__(self) -> bool:
        return bool(self.display)


NO_CONCEPT = Concept("", "", False)


def day(stamp: str) -> str:
    """The calendar date of a FHIR date, dateTime or instant as written; empty where it is not one."""
    found = _DATE.match(stamp)
    return found.group() if found else ""


def one_line(words: str) -> str:
    """``words`` with every run of white space, line ends included, as one space."""
    return " ".join(words.split())


def concept(value: Json) -> Concept:
    """The CodeableConcept's own text, else its first display, else its code."""
    codings = list(nodes(value, "coding"))
    display = one_line(text(value, "text") or next((text(c, "display") for c in codings if text(c, "display")), ""))
    chosen = min((c for c in codings if text(c, "code")), key=_rank, default=None)
    code = f"{text(chosen, 'system')}|{text(chosen, 'code')}" if chosen is not None else ""
    if not display and chosen is not None:
        display = text(chosen, "code").replace("-", " ")
    return Concept(display, code, bool(code) and len(display) <= MAX_CODED_CHARS) if display else NO_CONCEPT


def coding(value: Json) -> Concept:
    """A bare Coding in one display, else its code."""
    code = text(value, "code")
    display = one_line(text(value, "display") or code.replace("-", " "))
    return Concept(display, f"{text(value, 'system')}|{code}" if code else "", bool(code)) if display else NO_CONCEPT


def concepts(resource: Json, key: str) -> tuple[Concept, ...]:
    """The CodeableConcepts at ``key`` that say anything."""
    return tuple(found for found in map(concept, nodes(resource, key)) if found)


def code_of(resource: Json, key: str) -> str:
    """The bare code of the CodeableConcept or code at ``key``, hyphens as spaces: ``clinicalStatus`` gives ``active``."""
    plain = text(resource, key)
    if not plain:
        codings = list(nodes(node(resource, key), "coding"))
        plain = next((text(c, "code") for c in codings if text(c, "code")), "") or text(node(resource, key), "text")
    return one_line(plain.replace("-", " "))


def quantity(value: Json) -> tuple[str, str]:
    """(number verbatim with its comparator, unit); both empty where there is no number."""
    amount = number(value, "value")
    if not amount:
        return "", ""
    return text(value, "comparator") + amount, one_line(text(value, "unit") or text(value, "code"))


def quantity_words(value: Json) -> str:
    """A Quantity as read aloud: ``62.3 kg``; empty where there is no number."""
    return " ".join(part for part in quantity(value) if part)


def period(value: Json) -> tuple[str, str]:
    """(start day, end day) of a Period, empty where absent."""
    return day(text(value, "start")), day(text(value, "end"))


def _rank(value: Json) -> tuple[bool, int]:
    system = text(value, "system")
    place = next((i for i, prefix in enumerate(_PREFERRED_SYSTEMS) if system.startswith(prefix)), len(_PREFERRED_SYSTEMS))
    return value.get("userSelected") is not True, place
