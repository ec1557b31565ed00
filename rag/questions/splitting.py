"""One clause into its parts: several things, several days, both ends of a scale, then and now."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.questions.building import build
from rag.questions.calling import ALWAYS_USED, surely_used
from rag.questions.kinds import noun_places
from rag.questions.phrases import groups, kept_places, phrase_of, shared_head
from rag.questions.polarity import is_polar
from rag.questions.reading import Reading, apart, with_anchor
from rag.questions.things import is_thing
from rag.questions.understood import Intent, Understood, Window

MAX_PARTS = 8
_DECIDING = frozenset(
    {
        *(
            "when",
            "why",
            "how_many",
            "how_much",
            "how_long",
            "times",
            "dose_unit",
            "dose",
            "first",
            "last",
            "highest",
            "lowest",
            "average",
            "all",
        ),
        *(
            "values",
            "trend",
            "change",
            "compare",
            "summary",
            "report",
            "stop",
            "age_at",
            "narrative",
            "who",
            "normal",
            "range",
            "start",
            "diagnosed",
        ),
        *("previous", "direction", "visit_reason", "any", "ever"),
    }
)
_THEN_AND_NOW = frozenset({Intent.DOSE, Intent.LATEST, Intent.VALUES, Intent.VALUE_AT, Intent.LIST})
_NOW = (
    r"(?:now|today|currently|nowadays|at present|these days"
    r"|(?:her |his |their |the )?(?:current|latest|newest|last|most recent) (?:one|value|dose|level|reading|result))"
)
_NOW_TOO = re.compile(
    rf"\b(?:and|vs\.?|versus|compared (?:to|with)|against|or) (?:what (?:is|are) (?:it|they) )?{_NOW}\b"
    rf"|\b{_NOW} (?:and|vs\.?|versus|compared (?:to|with)|against) (?:before|at|in|on|back|after|when|then)\b",
    re.IGNORECASE,
)


def asked_parts(reading: Reading) -> list[tuple[Understood, bool]]:
    """Every part that a clause asks, in order, each with whether the clause's own words decide the intent."""
    found = ((part, own, reading) for part, own in _parts_of(reading))
    return [one for part in found for side in _days_apart(part) for one in _then_and_now(side)]


def _days_apart(found: tuple[Understood, bool, Reading]) -> list[tuple[Understood, bool]]:
    """Values asked for at two days or months ("on 3/21 and 4/18") are two parts: what lies between is not asked for."""
    part, own, reading = found
    pair = next((time for time in reading.times if time.second is not None and time.relation == "compare"), None)
    if pair is None or part.intent not in {Intent.VALUES, Intent.VALUE_AT, Intent.LATEST} or part.anchor is not None:
        return [(part, own)]
    windows = [window for window in (pair.window, pair.second) if window is not None]
    if any(window.finest == "year" for window in windows) and _touching(windows):
        return [(part, own)]
    return [(_on(part, window), own) for window in windows]


def _then_and_now(found: tuple[Understood, bool]) -> list[tuple[Understood, bool]]:
    """ "The dose before the stroke and now" is two parts: what was then, and what is now."""
    part, own = found
    placed = part.windows or part.anchor is not None or part.at is not None
    if part.intent is Intent.CHANGE and "compare" in part.tags and part.anchor is not None:
        part = replace(part, intent=Intent.VALUES)
    if not placed or part.polar or part.intent not in _THEN_AND_NOW or not _NOW_TOO.search(part.text):
        return [found]
    later = Intent.DOSE if part.intent is Intent.DOSE else Intent.LIST if part.intent is Intent.LIST else Intent.LATEST
    status = "current" if later is not Intent.LATEST else ""
    return [(replace(part, status=""), own), (replace(part, intent=later, windows=(), anchor=None, at=None, status=status), own)]


def _touching(windows: list[Window]) -> bool:
    years = [int(window.start[:4]) for window in windows if window.start]
    return len(years) == 2 and abs(years[0] - years[1]) < 2


def _on(part: Understood, window: Window) -> Understood:
    if window.finest == "day" and window.start == window.end:
        return replace(part, intent=Intent.VALUE_AT, windows=(), at=window.start)
    return replace(part, intent=Intent.VALUES, windows=(window,), at=None)


def _parts_of(reading: Reading) -> list[tuple[Understood, bool]]:
    """One part per thing that is asked for, with whether the clause's own words decide the intent."""
    own = bool(reading.roles & _DECIDING) or is_polar(reading) or _asks_of_a_thing(reading)
    variants = [
        variant
        for pair in (("highest", "lowest"), ("first", "last"))
        if set(pair) <= reading.roles and (pair[0] == "highest" or _side_by_side(reading))
        for variant in (_leaving(reading, pair[1]), _leaving(reading, pair[0]))
    ] or [reading]
    if reading.other is not None:
        variants = [with_anchor(variant, other=other) for variant in variants for other in _order(reading)]
    return [(part, own or part.intent in {Intent.WHY, Intent.REPORT, Intent.TREND}) for variant in variants for part in _things(variant)]


def _order(reading: Reading) -> tuple[bool, bool]:
    """The two events in the order in which they are asked."""
    first = next(mark for mark in reading.marks if mark in {"anchor", "other"})
    return (False, True) if first == "anchor" else (True, False)


def _asks_of_a_thing(reading: Reading) -> bool:
    """True for "what is" or "how is" with a thing of its own, not for "which of those"."""
    return bool(reading.roles & {"wh", "how_is"}) and "what_about" not in reading.roles and bool(phrase_of(reading, kept_places(reading)))


def _leaving(reading: Reading, role: str) -> Reading:
    """The reading without the cues of one role, and without the joint that stood between the two."""
    places = reading.places(role)
    joints = {
        place
        for place in (min(places) - 1, max(places) + 1)
        if 0 <= place < len(reading.words) and reading.words[place] in {"and", "&", "or", ","}
    }
    return apart(reading, places | joints)


def _side_by_side(reading: Reading) -> bool:
    """ "the first and the last": the two cues with only "and" between."""
    first, last = min(reading.places("first")), min(reading.places("last"))
    between = reading.words[min(first, last) + 1 : max(first, last)]
    return 0 < len(between) <= 2 and "and" in between


def _things(reading: Reading) -> list[Understood]:
    """The parts of a clause that asks the same of several things."""
    split = groups(reading, kept_places(reading, ALWAYS_USED | surely_used(reading)), noun_places(reading)) if _can_split(reading) else []
    if len(split) < 2 or _is_one_name(reading, split):
        return [build(reading)]
    everything = {place for group in split for place in group}
    parts = [build(apart(reading, everything - set(group))) for group in split[:MAX_PARTS]]
    phrases = shared_head([part.phrase for part in parts])
    return [replace(part, phrase=phrase) for part, phrase in zip(parts, phrases, strict=True)]


def _is_one_name(reading: Reading, split: list[list[int]]) -> bool:
    """True where only commas part the words and a word list does not know each piece: "influenza, seasonal, preservative free"."""
    between = reading.words[min(split[0]) : max(split[-1])]
    if any(word in {"and", "or", "&", "plus", "nor", "and/or"} for word in between):
        return False
    return not all(is_thing(phrase_of(reading, group)) for group in split)


def _can_split(reading: Reading) -> bool:
    return any(
        word in {"and", "or", "&", "plus", ",", "nor", "and/or"}
        for word, mark in zip(reading.words, reading.marks, strict=True)
        if mark in {"", "point"}
    )
