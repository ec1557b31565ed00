"""Faults planted in true sentences by rule, one slot each: what a careless model makes of them. None where a rule does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable

_DOSE = re.compile(r"\b(\d+(?:\.\d+)?)(?= (?:mg|mcg|units|puffs?)\b)")
_AGE = re.compile(r"(?<=\bat )(\d\d)\b")
_SIDES = {"left": "right", "right": "left", "Left": "Right", "Right": "Left", "LEFT": "RIGHT", "RIGHT": "LEFT"}
_SIDE = re.compile(r"\b(?:left|right)\b", re.IGNORECASE)
_NO = re.compile(r"^(?:There (?:are|is|was) no|No) (.+)$", re.DOTALL)
_DENIES = re.compile(r"\b(?:She |He )?[Dd]enies\b")
_RELATIVE = re.compile(r"^(?:Mother|Father|Mom|Sister|Brother|A sister|Maternal aunt)\b")
_FACTOR = 2
_YEARS = 9


def other_dose(text: str) -> str | None:
    """The last dose doubled."""
    doses = list(_DOSE.finditer(text))
    if not doses:
        return None
    last = doses[-1]
    return f"{text[: last.start()]}{float(last[1]) * _FACTOR:g}{text[last.end() :]}"


def other_side(text: str) -> str | None:
    """Every left a right, and every right a left; None where both are named, which might be true either way."""
    sides = {match[0].lower() for match in _SIDE.finditer(text)}
    return _SIDE.sub(lambda match: _SIDES.get(match[0], match[0]), text) if len(sides) == 1 else None


def no_dropped(text: str) -> str | None:
    """What is denied, as present."""
    if _DENIES.search(text):
        return _DENIES.sub("She has", text, count=1)
    denied = _NO.match(text)
    return f"There is {denied[1]}" if denied and " no " not in denied[1] else None


def own_disease(text: str) -> str | None:
    """A relative's disease, as the patient's."""
    return _RELATIVE.sub("The patient", text, count=1) if _RELATIVE.match(text) else None


def other_age(text: str) -> str | None:
    """An age some years off."""
    return _AGE.sub(lambda match: str(int(match[1]) - _YEARS), text, count=1) if _AGE.search(text) else None


FAULTS: tuple[tuple[str, Callable[[str], str | None]], ...] = (
    ("dose", other_dose), ("laterality", other_side), ("negation", no_dropped), ("experiencer", own_disease), ("number", other_age),
)  # fmt: skip
"""Rules by the slot that they make wrong; the first that applies is used."""
