"""The end of an address: a state, province or country after the street and the town, and a post code behind it.

Alone a state or country stays; as the last line of an address it belongs to what is replaced. Its surrogate keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.terms import load_terms

DETECTOR = "regions"
MAX_REGIONS = 3
_FIRST_WORDS = r"(?:new|north|south|west|rhode|puerto|district\sof|state\sof)\s"
_POST_CODE = re.compile(r"[\s,.-]{1,4}[A-Z]{0,2}-?\d{3,6}(?:-\d{3,4})?(?![\w-])")


def regions_of_addresses(text: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """For each address that a region follows, the address with it."""
    for finding in findings:
        if finding.entity_type is EntityType.ADDRESS:
            end, ended = finding.end, _ends_with_region(text[finding.start : finding.end])
            for _ in range(MAX_REGIONS):
                match = _region().match(text, end) or (_POST_CODE.match(text, end) if ended else None)
                if match is None:
                    break
                end, ended = match.end(), True
            if end > finding.end:
                yield Finding(finding.start, end, EntityType.ADDRESS, DETECTOR)


def _ends_with_region(address: str) -> bool:
    return any(match.end() == len(address) for match in _region().finditer(address))


@cache
def _region() -> re.Pattern[str]:
    terms = load_terms()
    listed = sorted(terms.states | terms.countries, key=len)[::-1]
    names = "|".join(re.escape(name.replace("-", " ")).replace(r"\ ", r"\s") for name in listed)
    codes = "|".join(sorted(terms.state_codes))
    return re.compile(rf"[\s,.;-]{{1,4}}(?:(?i:(?:{_FIRST_WORDS})?(?:{names}|island))|{codes})(?!\w)")
