"""FHIR data types in words: concepts, quantities, periods and dates, with what is coded kept apart from what is free."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingestion.readers.fhir_json import Json, node, nodes, number, text, word

_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?=T|$)")
_PREFERRED_SYSTEMS = (
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/",
)
_COMPARATORS = ("<", "<=", ">=", ">")
MAX_UNIT_CHARS = 40
"""Longer "units" are prose and may hold anything: they are not taken. Source: the longest of the UCUM example units has 38."""
MAX_CODED_CHARS = 100
_PERSONAL = re.compile(r"@|\d{5}|\d[-/.]\d+[-/.]\d|\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|MD|DO|RN|NP|PA-C|DOB|MRN|SSN)\b", re.ASCII)
"""What no name of a code holds: addresses, long numbers, dates, titles. Such a text beside a code is treated as prose."""


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept in one display. ``code`` is ``system|code``; ``coded`` says the display stands beside a code, ``typed``
    that it is another than the displays that the codes come with: a person may have typed anything into it.
    """

    display: str
    code: str
    coded: bool
    typed: bool = False

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
    displays = {one_line(text(c, "display")).casefold() for c in codings} - {""}
    known = display.casefold() in displays
    coded = bool(code) and (known or _looks_like_a_name_of_a_code(display))
    return Concept(display, code, coded, bool(displays) and not known) if display else NO_CONCEPT


def _looks_like_a_name_of_a_code(words: str) -> bool:
    return len(words) <= MAX_CODED_CHARS and not _PERSONAL.search(words)


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
    plain = word(resource, key)
    if not plain:
        codings = list(nodes(node(resource, key), "coding"))
        plain = next((word(c, "code") for c in codings if word(c, "code")), "") or word(node(resource, key), "text")
    return plain.replace("-", " ")


def quantity(value: Json) -> tuple[str, str]:
    """(number verbatim with its comparator, unit); both empty where there is no number."""
    amount = number(value, "value")
    if not amount:
        return "", ""
    comparator = text(value, "comparator")
    units = (one_line(text(value, key)) for key in ("unit", "code"))
    return (comparator if comparator in _COMPARATORS else "") + amount, next((u for u in units if 0 < len(u) <= MAX_UNIT_CHARS), "")


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
