"""An address as a whole: its found parts joined over the few words between them, with its unit before and its region behind.

Detectors find a street, a town and a post code each by itself; "NO:", "Apt", a house number or a state between them is part of the address.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.regions import regions_of_addresses
from rag.deidentification.terms import load_terms

DETECTOR = "whole_address"
BEFORE_CHARS = 24
MOST_BETWEEN_CHARS = 40
_PARTS = (EntityType.ADDRESS, EntityType.LOCATION, EntityType.ZIP)
_UNITS = (
    "apt apartment appt unit ste suite flat room rm fl floor box po pob plot lot erf zone block blk bldg house hse door no num nr num esc"
    " depto dto int piso em lgh sok mah mz lt s/n c/o near bis gate wing tower level lvl phase sector ward os ul d kv korp"
)
_APART = r"[\s,.;:#/()-]"


def whole_addresses(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """Each address that is more than one finding of it, or that goes on before or behind it. Linear."""
    regions = regions_of_addresses(text, findings)
    parts = sorted((f.start, f.end, f.entity_type) for f in (*findings, *regions) if f.entity_type in _PARTS)
    others = [f for f in findings if f.entity_type not in _PARTS]
    whole: list[Finding] = list(regions)
    at = 0
    while at < len(parts):
        start, end, kind = parts[at]
        addressed, at = kind is EntityType.ADDRESS, at + 1
        while at < len(parts) and _joint(text, end, parts[at], addressed):
            addressed |= parts[at][2] is EntityType.ADDRESS
            end, at = max(end, parts[at][1]), at + 1
        if addressed:
            begin, stop = _beginning(text, start), _ending(text, end)
            if not any(other.start < stop and begin < other.end and not (start <= other.start and other.end <= end) for other in others):
                start, end = begin, stop
            whole.append(Finding(start, end, EntityType.ADDRESS, DETECTOR))
    known = {(f.start, f.end) for f in findings}
    return [finding for finding in whole if (finding.start, finding.end) not in known]


def _joint(text: str, end: int, following: tuple[int, int, EntityType], addressed: bool) -> bool:
    start, _, kind = following
    near = start - end <= MOST_BETWEEN_CHARS and (addressed or kind is EntityType.ADDRESS)
    return start <= end or (near and _between().fullmatch(text, end, start) is not None)


def _beginning(text: str, start: int) -> int:
    match = _before().search(text, max(0, start - BEFORE_CHARS), start)
    return match.start() if match else start


def _ending(text: str, end: int) -> int:
    match = _behind().match(text, end)
    return match.end() if match else end


@cache
def _words() -> str:
    terms = load_terms()
    named = sorted(terms.states | terms.countries, key=len)[::-1]
    units = sorted({*_UNITS.split(), "n", "s", "e", "w", "ne", "nw", "se", "sw"}, key=len)[::-1]
    names = "|".join(re.escape(name.replace("-", " ")).replace(r"\ ", r"\s") for name in [*units, *named])
    return rf"(?:(?i:{names})|{'|'.join(sorted(terms.state_codes))}|US|USA|UK|[A-Z]?\d{{1,6}}[A-Z]?|[A-Z])(?!\w)"


@cache
def _between() -> re.Pattern[str]:
    """At most three such words between two parts, on one line or two."""
    return re.compile(rf"(?!.*\n.*\n){_APART}{{0,4}}(?:(?<!\w){_words()}{_APART}{{0,4}}){{0,3}}", re.DOTALL)


@cache
def _before() -> re.Pattern[str]:
    units = "|".join(sorted({*_UNITS.split(), "uss", "corner of", "drawer"} - {"d", "em", "int", "near", "no"}, key=len)[::-1])
    return re.compile(rf"(?<!\w)(?:(?i:{units})\.?[ :#]{{0,2}}(?:\d{{1,5}}[A-Z]?)?[ ,;:.-]{{0,3}}|\d{{1,5}}[-/ ](?=[A-Za-z]))\Z")


@cache
def _behind() -> re.Pattern[str]:
    units = "|".join(sorted(set(_UNITS.split()) - {"d", "em", "int", "near", "no", "s/n", "c/o"}, key=len)[::-1])
    country = r"[ \t]*[,;\n][ \t]*(?:USA?|U\.S\.A?\.?|UK)(?!\w)|(?<=\d)[ ](?:USA?|UK)(?!\w)"
    return re.compile(rf"(?:[ ,;]{{1,3}}(?i:{units})(?!\w)\.?[ :#]{{0,2}}(?:\d{{1,5}}[A-Z]?|[A-Z])(?!\w))?(?:{country})?")
