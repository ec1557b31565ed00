"""Observations as lines: ``2014-03-02 Body Weight: 62.3 kg (vital signs, final)``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ingestion.readers.fhir_elements import NO_CONCEPT, Concept, code_of, concept, concepts, day, one_line, period, quantity, quantity_words
from ingestion.readers.fhir_json import Json, choice, node, nodes, text, word
from ingestion.readers.fhir_line import LineWriter
from ingestion.readers.fhir_pool import Entry, Pool
from ingestion.readers.fhir_references import notes, referred
from rag.types import Span

_UNNAMED = Concept("Observation", "", True)
_LOINC = "http://loinc.org"
_SOCIAL_HISTORY = frozenset({"72166-2", "11366-2", "11367-0", "8663-7", "8664-5", "11331-6", "11332-4", "74013-4"})
"""Tobacco and alcohol use: social history whatever category a source files it under. Source: LOINC."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value[x]: ``words`` as read, ``coded`` when they cannot hold a name, and the number with its unit."""

    words: str
    coded: bool
    value: str
    unit: str = ""
    date: bool = False


_NO_VALUE = Value("", True, "")


def observation(entry: Entry, pool: Pool) -> LineWriter:
    """An Observation with its value, components, members, range and notes."""
    resource = entry.resource
    line = LineWriter(when(resource))
    name = concept(node(resource, "code")) or _UNNAMED
    status = word(resource, "status")
    kind = _kind(resource)
    _write_findings(line, name, resource, kind, status)
    line.words(" (")
    for category in _categories(resource):
        line.words(category, "category").words(", ")
    line.words(status or "no status", "status" if status else "").words(")")
    line.listed("includes", referred(resource, "hasMember", pool))
    line.listed("body site", concepts(resource, "bodySite"), "body_site").listed("method", concepts(resource, "method"))
    line.between(*period(node(resource, "effectivePeriod")))
    line.notes(notes(resource))
    return line


def when(resource: Json) -> str:
    """The clinically relevant time of an observation or report as written; the issue time where it has none."""
    effective = text(resource, "effectiveDateTime") or text(resource, "effectiveInstant")
    span = node(resource, "effectivePeriod")
    return effective or text(span, "start") or text(span, "end") or text(resource, "issued")


def value_of(resource: Json, stem: str = "value") -> Value:
    """The ``value[x]`` (or ``answer``'s, ``onset``'s …) of an element in words; empty where there is none."""
    kind, value = choice(resource, stem)
    if isinstance(value, dict):
        return _complex_value(kind, value)
    if isinstance(value, bool):
        return Value("yes" if value else "no", True, "yes" if value else "no")
    if not isinstance(value, str) or not value.strip():
        return _NO_VALUE
    value = str(value)
    if kind in ("Integer", "Decimal", "Integer64", "PositiveInt"):
        return Value(value, True, value)
    if kind in ("DateTime", "Date", "Instant") and day(value):
        return Value(day(value), True, day(value), date=True)
    return Value(one_line(value), False, one_line(value))


def _complex_value(kind: str, value: Json) -> Value:
    if kind in ("Quantity", "Age", "Duration", "Count", "SimpleQuantity", "Money"):
        amount, unit = quantity(value)
        return Value(quantity_words(value), True, amount, unit)
    if kind == "CodeableConcept":
        found = concept(value)
        return Value(found.display, found.coded and not found.typed, found.display)
    if kind == "Coding":
        display = one_line(text(value, "display") or text(value, "code"))
        return Value(display, bool(text(value, "code")), display)
    if kind == "Range":
        return _coded(_range(value))
    if kind == "Ratio":
        return _coded(
            " / ".join(part for part in (quantity_words(node(value, "numerator")), quantity_words(node(value, "denominator"))) if part)
        )
    if kind == "Period":
        return _coded(" to ".join(part for part in period(value) if part))
    if kind == "SampledData":
        return _coded("sampled waveform data")
    return _NO_VALUE


def _coded(words: str) -> Value:
    return Value(words, True, words)


def _range(value: Json) -> str:
    low, high = node(value, "low"), node(value, "high")
    low_words, high_words = quantity_words(low), quantity_words(high)
    if low_words and high_words:
        same_unit = quantity(low)[1] == quantity(high)[1]
        return f"{quantity(low)[0] if same_unit else low_words} to {high_words}"
    return f"at least {low_words}" if low_words else f"up to {high_words}" if high_words else ""


def write_value(line: LineWriter, value: Value, slot: str = "") -> None:
    """Write a value as what it is: a date, words in clear, or free text. The unit of a ``value`` slot is a slot of its own."""
    if value.date:
        line.day(value.words, slot)
    elif value.coded and slot == "value" and value.unit and value.words == f"{value.value} {value.unit}":
        line.words(value.value, slot).words(" ").words(value.unit, "unit")
    elif value.coded:
        line.words(value.words, slot)
    else:
        line.free(value.words, slot)


def _kind(resource: Json) -> str:
    codes = [(text(c, "system"), text(c, "code")) for c in nodes(node(resource, "code"), "coding")]
    social = any(system == _LOINC and code in _SOCIAL_HISTORY for system, code in codes)
    categories = (text(c, "code") for category in nodes(resource, "category") for c in nodes(category, "coding"))
    return "social_history" if social or "social-history" in categories else "observation"


def _write_findings(line: LineWriter, name: Concept, resource: Json, kind: str, status: str) -> None:
    """Write the name, the value and the components: each a fact, a component's with the name of the whole as its ``text``."""
    line.part()
    named = line.at
    line.concept(name, "name")
    whole = Span(named, line.at)
    findings = [(NO_CONCEPT, resource), *((concept(node(part, "code")) or _UNNAMED, part) for part in nodes(resource, "component"))]
    end = text(node(resource, "effectivePeriod"), "end")
    opened = False
    for label, part in findings:
        value = value_of(part)
        absent = "" if value.words else code_of(part, "dataAbsentReason")
        if not value.words and not absent and not label:
            continue
        line.words(", " if opened else ": ")
        opened = True
        if label:
            line.part().again("text", whole).concept(label, "name").words(" ")
        if value.words:
            write_value(line, value, "value")
        elif absent:
            line.words("not available (").words(absent, "text").words(")")
        else:
            line.words("no value")
        _write_reading(line, part)
        line.fact(kind, label or name, status, value=value.value, unit=value.unit, end=end)
    if not opened:
        line.fact(kind, name, status, end=end)


def _write_reading(line: LineWriter, part: Json) -> None:
    for reading in concepts(part, "interpretation"):
        line.words(", interpretation ").concept(reading, "interpretation")
    for limits in nodes(part, "referenceRange"):
        words = _range(limits)
        line.coded("reference range", words, "range")
        if not words:
            line.prose("reference range", text(limits, "text"), "range")


def _categories(resource: Json) -> Iterator[str]:
    for category in concepts(resource, "category"):
        if category.coded:
            yield category.display.replace("-", " ").lower()
