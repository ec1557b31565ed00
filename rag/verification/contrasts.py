"""Whether what is wrong with a statement speaks against it, or is only not said: "12 mg" where the evidence has "10 mg" of the same thing
contradicts; "12 mg" where no dose is given has not enough information."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.clinical.conversion import same_unit
from rag.clinical.lexicon import word_set
from rag.verification.numbers import Number, dates_of, days_of, numbers_of, shows
from rag.verification.sides import sides_of
from rag.verification.violation import Violation
from rag.verification.words import words_in

BESIDE_CHARS = 48
"""How far from a number the words stand that tell what it is of: some seven words."""
ALIKE_RARITY = 0.6
NO_RESULT = "no quote has this result"
SAME_RESULTS = tuple(
    frozenset(words.split())
    for words in (
        "normal unremarkable benign intact clear",
        "negative undetected undetectable nonreactive non-reactive absent none no not without denies denied",
        "positive detected reactive present",
        "equivocal indeterminate inconclusive",
    )
)
LIMBS = frozenset({"leg", "arm", "le", "ue", "extremity", "limb"})
_ONCE_A_DAY = re.compile(r"(?:one|1) time (?:a|per) day", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ALWAYS = frozenset({"experiencer", "certainty", "unit"})


def contradicts(violation: Violation, text: str, quotes: Sequence[str]) -> bool:
    """Whether the quotes say otherwise in the slot that ``violation`` names, rather than nothing. Linear."""
    slot = violation.slot
    if slot in _ALWAYS:
        return True
    if slot == "negation":
        return violation.why != NO_RESULT or _has_other_result(violation.found, quotes)
    if slot == "laterality":
        return _has_other_side(violation.found, text, quotes)
    if slot in ("number", "dose"):
        return "another" in violation.why or _has_other_number(violation.found, text, quotes)
    return slot == "date" and _has_other_date(text, quotes)


def excused(violation: Violation, text: str, quotes: Sequence[str]) -> bool:
    """Whether the quotes say the same in a way that the slot checks, made for what we compose ourselves, do not know: a result in another
    word ("normal": unremarkable), a number in letters, once a day, a limb by another name."""
    if violation.why == NO_RESULT:
        same = next((group for group in SAME_RESULTS if violation.found in group), frozenset())
        return any(found in same for quote in quotes for found in _words(quote))
    if violation.slot == "number" and _ONCE_A_DAY.fullmatch(violation.found):
        return any("daily" in _words(quote) for quote in quotes)
    if violation.slot == "number" and violation.found.isdigit():
        said = {word.key for word in words_in(violation.found)}
        return any(said & {word.key for word in words_in(quote)} for quote in quotes)
    return violation.slot == "laterality" and _is_limb_of_side(violation.found, text, quotes)


def _is_limb_of_side(found: str, text: str, quotes: Sequence[str]) -> bool:
    """Whether the side is one of a limb, and a quote names that side of a limb ("RLE": right leg)."""
    stated = [side for side in sides_of(text) if text[side.span.start : side.span.end] == found]
    return bool(stated) and all(
        side.sites & LIMBS and any(other.side == side.side and other.sites & LIMBS for quote in quotes for other in sides_of(quote))
        for side in stated
    )


def _has_other_result(word: str, quotes: Sequence[str]) -> bool:
    results = word_set("verification", "results") - {word}
    return any(found in results for quote in quotes for found in _words(quote))


def _words(quote: str) -> list[str]:
    return _WORD.findall(quote.casefold())


def _has_other_side(found: str, text: str, quotes: Sequence[str]) -> bool:
    named = [side for side in sides_of(text) if text[side.span.start : side.span.end] == found]
    return any(
        other.side != side.side and (not side.sites or not other.sites or side.sites & other.sites)
        for side in named
        for quote in quotes
        for other in sides_of(quote)
    )


def _has_other_number(found: str, text: str, quotes: Sequence[str]) -> bool:
    """Whether a quote has a number of the same thing that the statement has not."""
    stated = numbers_of(text)
    named = next((number for number in stated if text[number.span.start : number.span.end] == found or number.name == found), None)
    if named is None:
        return False
    own = _beside(text, named)
    return any(
        _one_kind(named, other) and not any(shows(number, other.value) for number in stated) and _of_one_thing(named, own, quote, other)
        for quote in quotes
        for other in numbers_of(quote)
    )


def _of_one_thing(named: Number, own: frozenset[str], quote: str, other: Number) -> bool:
    shared = own & _beside(quote, other)
    return len(shared) >= (1 if named.unit else 2) or (bool(own) and own == shared)


def _one_kind(one: Number, other: Number) -> bool:
    if bool(one.name) != bool(other.name):
        return False
    if one.unit is None or other.unit is None:
        return one.unit == other.unit
    return one.unit == other.unit or same_unit(one.unit, other.unit)


def _beside(text: str, number: Number) -> frozenset[str]:
    """The keys of the words around a number, other numbers left out."""
    start, end = number.span.start, number.span.end
    near = f"{text[max(0, start - BESIDE_CHARS) : start].partition(' ')[2] if start > BESIDE_CHARS else text[:start]} "
    near += text[end : end + BESIDE_CHARS].rpartition(" ")[0] if len(text) > end + BESIDE_CHARS else text[end:]
    return frozenset(word.key for word in words_in(near) if not word.is_number)


def _has_other_date(text: str, quotes: Sequence[str]) -> bool:
    """Whether a quote that speaks of the same has a date that the statement has not."""
    stated = {date.iso for date in dates_of(text)}
    own = frozenset(word.key for word in words_in(text) if word.rarity >= ALIKE_RARITY and not word.is_number)
    for quote in quotes:
        others = {date.iso for date in dates_of(quote)}
        if (others - stated or days_of(quote)) and len(own & {word.key for word in words_in(quote)}) >= 2:
            return True
    return False
