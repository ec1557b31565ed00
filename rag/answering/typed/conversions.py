"""Values in the unit that a question asks for, beside the value as recorded: ``83.2 kg (183.4 lb)``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rag.answering.typed.sentence import Sentence, number_of
from rag.clinical.conversion import convert, same_unit
from rag.types import Fact
from rag.verification.numbers import numbers_of

_SHOWN_UNITS = {"degF": "°F", "degC": "°C"}
_LARGE = 10
"""From here on one decimal tells a converted value as finely as it was measured; two below."""


def with_unit_asked(sentences: Sequence[Sentence], unit: str | None) -> None:
    """Put every value that can be told in ``unit`` beside itself; values already in it, or that cannot be, stay as they are."""
    for sentence in sentences:
        for fact in list(sentence.facts) if unit else ():
            if unit and (told := in_unit_asked(fact, unit)):
                sentence.beside_value(fact, told, "conversion")


def in_unit_asked(fact: Fact, unit: str) -> str:
    """The fact's value in another unit, as told (``183.4 lb``); empty where it is in that unit, or cannot be converted."""
    number = number_of(fact)
    if number is None or not fact.unit or same_unit(fact.unit, unit):
        return ""
    value = convert(number, fact.unit, unit, fact.display)
    read = numbers_of(f"1 {unit}")
    if value is None or len(read) != 1 or read[0].unit is None:
        return ""
    shown = value.quantize(Decimal("0.1") if abs(value) >= _LARGE else Decimal("0.01"))
    return f"{shown:f} {_SHOWN_UNITS.get(read[0].unit, read[0].unit)}"
