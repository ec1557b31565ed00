"""Numbers and dates in a sentence changed to others, and written in other ways that mean the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta

from rag.verification.numbers import DOSE_UNITS

_NUMBER = re.compile(r"(?<![\w/.:-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\d/]|[.,:]\d|-\d)")
_UNIT = re.compile(r"\s?-?([A-Za-zµ%]+(?:/[A-Za-z]+)?)")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_SLASHED = re.compile(r"\b(\d\d?)/(\d\d?)/((?:19|20)\d\d)\b")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_NAMED = re.compile(rf"\b({'|'.join(_MONTHS)}) (\d\d?)(?:st|nd|rd|th)?(?:, ((?:19|20)\d\d))?\b|\b({'|'.join(_MONTHS)}),? ((?:19|20)\d\d)\b")
_YEAR = re.compile(r"(?<![\d/-])((?:19|20)\d\d)(?![\d/-])")
_SPELLED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DOSES = frozenset(unit.casefold() for unit in DOSE_UNITS) | {"mcg", "milligrams", "micrograms", "units", "tablets", "puffs"}


def number_changes(sentence: str, rng: random.Random, evidence: str = "") -> Iterator[tuple[str, int, int, str]]:
    """(kind, start, end, new number) for each number that is no part of a date: kind is dose where a drug's unit follows, else number."""
    dated = [match.span() for pattern in (_ISO, _SLASHED, _NAMED, _YEAR) for match in pattern.finditer(sentence)]
    others = [match[0] for match in _NUMBER.finditer(evidence)]
    for match in _NUMBER.finditer(sentence):
        if match.start() == 0 and sentence[match.end() : match.end() + 2] == ". ":  # a list's numbering
            continue
        if any(start < match.end() and match.start() < end for start, end in dated):
            continue
        unit = _UNIT.match(sentence, match.end())
        kind = "dose" if unit and unit[1].casefold() in _DOSES else "number"
        near = [other for other in others if other != match[0] and ("." in other) == ("." in match[0])]
        new = rng.choice(near) if near and rng.random() < 0.4 else changed_number(match[0], rng)
        if new != match[0]:
            yield kind, match.start(), match.end(), new
    for word in re.finditer(rf"\b(?:{'|'.join(_SPELLED[2:])})\b", sentence):
        yield "number", word.start(), word.end(), rng.choice([other for other in _SPELLED[2:] if other != word[0]])


def changed_number(written: str, rng: random.Random) -> str:
    """Another number of the same form: a digit changed, two exchanged, ten times as much, or a little more or less."""
    digits = written.replace(",", "")
    value, decimals = float(digits), len(digits.partition(".")[2])
    ways = [value * rng.choice((0.5, 2.0, 10.0, 0.1)), value + rng.choice((-1, 1)) * max(10.0**-decimals, value * rng.uniform(0.05, 0.5))]
    places = [place for place, char in enumerate(digits) if char.isdigit()]
    place = rng.choice(places)
    least = 1 if place == 0 and len(places) > 1 else 0
    other = rng.choice([str(digit) for digit in range(least, 10) if str(digit) != digits[place]])
    made = [f"{max(0.0, way):.{decimals}f}" for way in ways] + [digits[:place] + other + digits[place + 1 :]] * 2
    if len(places) > 1 and digits[places[0]] != digits[places[1]] and digits[places[1]] != "0":
        exchanged = list(digits)
        exchanged[places[0]], exchanged[places[1]] = exchanged[places[1]], exchanged[places[0]]
        made.append("".join(exchanged))
    kept = [text for text in made if float(text) != value] or [f"{value + 1:.{decimals}f}"]
    new = rng.choice(kept)
    return f"{int(new):,}" if "," in written and "." not in new else new


def date_changes(sentence: str, rng: random.Random) -> Iterator[tuple[str, int, int, str]]:
    """("date", start, end, new date) for each date and lone year."""
    taken: list[tuple[int, int]] = []
    for pattern in (_ISO, _SLASHED, _NAMED, _YEAR):
        for match in pattern.finditer(sentence):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            yield "date", match.start(), match.end(), _other_than(match, pattern, rng)


def _other_than(match: re.Match[str], pattern: re.Pattern[str], rng: random.Random) -> str:
    if pattern is _YEAR:
        return str(int(match[1]) + rng.choice((-5, -3, -2, -1, 1, 2, 3, 10)))
    if pattern is _NAMED:
        month = match[1] or match[4]
        if match[2] and rng.random() < 0.4:
            return match[0].replace(f" {match[2]}", f" {rng.choice([day for day in range(1, 29) if day != int(match[2])])}", 1)
        return match[0].replace(month, rng.choice([other for other in _MONTHS if other != month]), 1)
    year, month_number, day = (match[1], match[2], match[3]) if pattern is _ISO else (match[3], match[1], match[2])
    try:
        other = date(int(year), int(month_number), int(day)) + timedelta(days=rng.choice((-400, -366, -90, -31, -7, -1, 1, 5, 30, 61, 365)))
    except ValueError:
        return f"{int(year) + 1}"
    return other.isoformat() if pattern is _ISO else f"{other.month:02d}/{other.day:02d}/{other.year}"


def other_dates(sentence: str) -> Iterator[tuple[int, int, str]]:
    """Dates in other ways of writing: (start, end, the same day)."""
    for match in _ISO.finditer(sentence):
        if 1 <= int(match[2]) <= 12:
            yield match.start(), match.end(), f"{_MONTHS[int(match[2]) - 1]} {int(match[3])}, {match[1]}"
            yield match.start(), match.end(), f"{match[2]}/{match[3]}/{match[1]}"
    for match in _SLASHED.finditer(sentence):
        if 1 <= int(match[1]) <= 12:
            yield match.start(), match.end(), f"{_MONTHS[int(match[1]) - 1]} {int(match[2])}, {match[3]}"
            yield match.start(), match.end(), f"{match[3]}-{int(match[1]):02d}-{int(match[2]):02d}"
    for match in _NAMED.finditer(sentence):
        if match[3]:
            number = _MONTHS.index(match[1]) + 1
            yield match.start(), match.end(), f"{match[3]}-{number:02d}-{int(match[2]):02d}"
            yield match.start(), match.end(), f"{int(match[2])} {match[1]} {match[3]}"


def spelled(sentence: str) -> Iterator[tuple[int, int, str]]:
    """Small whole numbers in words and back: (start, end, the same number)."""
    for match in _NUMBER.finditer(sentence):
        numbering = match.start() == 0 and sentence[match.end() : match.end() + 2] == ". "
        if not numbering and not match[2] and match[1].isdigit() and 2 <= int(match[1]) < len(_SPELLED):
            yield match.start(), match.end(), _SPELLED[int(match[1])]
    for word in re.finditer(rf"\b(?:{'|'.join(_SPELLED[2:])})\b", sentence):
        yield word.start(), word.end(), str(_SPELLED.index(word[0]))
