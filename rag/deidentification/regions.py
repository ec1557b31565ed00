"""The end of an address: a state, province or country after the street and the town, and a post code behind it.

Alone a state or country stays; as the last line of an address it belongs to what is replaced, and its surrogate keeps it there, but
nowhere else in the address: "Jordan Street" and a "Virginia" who is named next are no regions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.terms import load_terms

DETECTOR = "regions"
MAX_REGIONS = 3
_FIRST_WORDS = r"(?:new|north|south|west|rhode|puerto|district\sof|state\sof)\s"
_POST_CODE = re.compile(r"[\s,.-]{1,4}[A-Z]{0,2}-?\d{3,6}(?:-\d{3,4})?(?![\w-])")


def regions_of_addresses(text: str, findings: Sequence[Finding]) -> list[Finding]:
    """For each address that a region follows, the address with it; what is found to be a person is no region."""
    people = [finding for finding in findings if finding.entity_type is EntityType.PERSON]
    found = []
    for finding in findings:
        if finding.entity_type is EntityType.ADDRESS:
            end = _end_of_regions(text, finding.end, ended=region_start(text[finding.start : finding.end]) < finding.end - finding.start)
            if end > finding.end and not any(person.start < end and finding.end < person.end for person in people):
                found.append(Finding(finding.start, end, EntityType.ADDRESS, DETECTOR))
    return found


def region_start(address: str) -> int:
    """Where the region begins that ends an address, with what parts it from the rest; the address's length where there is none."""
    starts = (
        match.start() for match in _region().finditer(address) if _end_of_regions(address, match.start(), ended=False) == len(address)
    )
    return min(starts, default=len(address))


def _end_of_regions(text: str, at: int, *, ended: bool) -> int:
    for _ in range(MAX_REGIONS):
        match = _region().match(text, at) or (_POST_CODE.match(text, at) if ended else None)
        if match is None:
            break
        at, ended = match.end(), True
    return at


@cache
def _region() -> re.Pattern[str]:
    """A comma or a new line and a name, or a state's code in capitals; a name is not followed by a further one ("Virginia Hoyt")."""
    terms = load_terms()
    listed = sorted(terms.states | terms.countries, key=len)[::-1]
    names = "|".join(re.escape(name.replace("-", " ")).replace(r"\ ", r"\s") for name in listed)
    codes = "|".join(sorted(terms.state_codes))
    named = rf"(?:[ \t]*,\s{{0,3}}|[ \t]*\n[ \t]{{0,3}})(?i:(?:{_FIRST_WORDS})?(?:{names}|island))(?![ \t][A-Z])"
    return re.compile(rf"(?:{named}|[\s,]{{1,4}}(?:{codes}))(?!\w)")
