"""Doses as written ("20 mg", "5-10 mg", "two tablets", "1,000 units", "20/12.5 mg", "100 units/mL") in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.\d{1,6})?(?:[ ]?[¼½¾]|[ ]\d/\d|/[248](?=[ ]?(?:t|c|p))(?!\d))?|\.\d{1,4}|[¼½¾]"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_SPOKEN = (
    rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]{_ONES})?|ten|eleven|twelve|fifteen|eighteen"
    rf"|sixteen|{_ONES}(?:[ ]hundred(?:[ ]and)?(?:[ ](?:twenty|fifty|seventy)(?:[ -]five)?)?|[ ]thousand)?"
    r"|a[ ]hundred|a[ ]thousand|(?:one[ ])?half[ ]an?|a[ ]half|half)(?:[ ]and[ ]a[ ]half)?"
)
_NUMBER = rf"(?:{_DIGITS}|{_SPOKEN})"
_AMOUNT = rf"{_NUMBER}(?:[ ]?(?:[-–/]|to|or)[ ]?{_NUMBER}){{0,3}}"
_MASS = (
    r"(?:mgs?|milligrams?|mcgs?|micrograms?|ug|µg|μg|gms?|grams?|g|ng|meqs?|milliequivalents?|international[ ]units?|i\.?u\.?"
    r"|units?|unt|u|mls?|milliliters?|cc|mmol|million[ ]units|"
    r"mu|%|percent|ppm)(?![a-z0-9])"
)
_PER = (
    r"(?:[ ]?/[ ]?(?:\d{1,3}(?:\.\d)?[ ]?)?(?:ml|hr|hour|h|kg|min|minute|day|actuation|actuat|dose|spray|puff|g|m2|inh|tab"
    r"|cap|24[ ]?h)(?:/(?:min|hr|h|day|dose))?(?![a-z0-9])|[ ]per[ ](?:ml|milliliter|actuation|kg|kilogram|minute"
    r"|hour)(?:[ ]per[ ](?:minute|hour|day))?\b)"
)
_COUNT = (
    r"(?:tablets?|tabs?|capsules?|caps?|caplets?|pills?|puffs?|sprays?|drops?|gtts?|patch(?:es)?|inhalations?|suppositor(?:y"
    r"|ies)|lozenges?|teaspoons?(?:fuls?)?|tsps?|tablespoons?|tbsps?|vials?|"
    r"ampules?|packets?|scoops?|capfuls?|sachets?|applications?|gumm(?:y|ies)|nebs?|softgels?|troches?|pens?|amps?)(?![a-z])"
)
_DOSE = re.compile(
    rf"(?<![\w.,/])(?P<amount>{_AMOUNT})(?:(?P<mass>[ \t-]?{_MASS}(?P<per>{_PER})?)|(?P<count>[ \t-]?{_COUNT}))"
    r"(?![ ]?/[ ]?(?:d?l|mm|ul|cm)(?![a-z]))(?!\w)",
    re.IGNORECASE,
)
_TO = re.compile(r"[ ]?(?:to|-|–)[ ]?")
_FROM = re.compile(
    r"(?:\bfrom|\binstead of|\bprevious(?:ly)?(?: dose)?(?: of)?|\bwas on|\bold dose(?: of)?)\s+(?:a |the |her |his |about "
    r"|around |approximately )?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"[ ,]{0,2}(?:at[ ]|dose[ ]|to[ ])?(?P<amount>\d{1,4}(?:\.\d{1,3})?(?:[/-]\d{1,4}(?:\.\d{1,3})?)?)"
    r"(?=[ ]?(?:once|twice|daily|nightly|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?d|q\.?h\.?s|q\.?a\.?m|qpm|q\d|po\b|p\.o|every"
    r"|at (?:bedtime|night)|a day|per day|prn|three times|in the (?:morning|evening)|with (?:meals|breakfast|dinner|food))"
    r"|[ ]?(?:$|[,;\n)]|\.(?!\d)|and\b))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose at ``[start, end)``; ``count`` for tablets and puffs, ``strength`` for "100 units/mL"; ``former`` for "from 500 mg"."""

    start: int
    end: int
    count: bool
    former: bool
    strength: bool = False


def find_doses(text: str, start: int, end: int) -> list[Dose]:
    """The doses in ``text[start:end]``, in order, disjoint. Concentrations of the laboratory ("mg/dL") are none. Linear."""
    found: list[Dose] = []
    for match in _DOSE.finditer(text, start, end):
        former = bool(_FROM.search(text, max(start, match.start() - 32), match.start()))
        amount_end, split = match.end("amount"), None
        if former:
            split = _TO.search(text, match.start(), amount_end)
        if split:  # "from 20 to 40 mg"
            found.append(Dose(match.start(), split.start(), bool(match["count"]), former=True))
            found.append(Dose(split.end(), match.end(), bool(match["count"]), former=False))
        else:
            found.append(Dose(match.start(), match.end(), bool(match["count"]), former, strength=bool(match["per"])))
    return found


def bare_dose(text: str, start: int, end: int) -> Dose | None:
    """A number without a unit right after a drug's name, before a frequency or the phrase's end: "metoprolol 25 twice a day"."""
    match = _BARE.match(text, start, end)
    if match is None or _YEAR.match(match["amount"]) or float(re.split(r"[/-]", match["amount"])[0]) == 0:
        return None
    return Dose(match.start("amount"), match.end("amount"), count=False, former=False)


def main_dose(doses: Sequence[Dose]) -> tuple[Dose | None, Dose | None, Dose | None]:
    """Of a drug's doses the one that holds, the one that held before, and the count of tablets beside a strength."""
    now = [dose for dose in doses if not dose.former]
    strengths = sorted((dose for dose in now if not dose.count), key=lambda dose: dose.strength)
    counts = [dose for dose in now if dose.count]
    former = next((dose for dose in doses if dose.former), None)
    if former is not None and not now:  # "was on 10 mg of methadone"
        return former, None, None
    main = next(iter(strengths or counts), None)
    return main, former, counts[0] if strengths and counts else None
