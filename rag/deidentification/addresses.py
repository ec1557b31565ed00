"""Street addresses, post boxes, apartments and ZIPs. Source: 45 CFR 164.514(b)(2)(i)(B)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.gazetteers import fold
from rag.deidentification.postal import find_lines, find_postcodes
from rag.deidentification.streets import find_streets
from rag.deidentification.terms import load_terms

_LOWER_SUFFIXES = r"street|avenue|road|lane|boulevard|drive|court|terrace|parkway|highway"
_UNIT_WORDS = (
    r"(?!(?:mg|mm|ml|mcg|cm|kg|gm|hr|hrs|lead|day|days|week|weeks|month|months|year|years|units?|tabs?|tablets?|caps?|view|views|mile|miles"
    r"|of|to|and|with|in|for|per|x|by|at|on|the|he|she|french|fr)\b)"
)
_DIRECTION = r"(?:(?:N|S|E|W|NE|NW|SE|SW)\.?|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|NORTH|SOUTH|EAST|WEST)"
_APARTMENT = (
    r"(?:,?\s{0,3}(?:[Aa]pt|APT|[Aa]partment|[Ss]uite|SUITE|[Ss]te|STE|[Uu]nit|UNIT|[Ff]loor|FL|[Rr]oom|[Bb]ldg|[Bb]uilding|\#)"
    r"\.?\s?\#?\s?[A-Za-z]?-?\d{1,5}[A-Za-z]?\b)"
)
_BOX = re.compile(r"\b[Pp]\.?\s?[Oo]\.?\s?(?:[Bb]ox|BOX)\s*\#?\s*\d{1,6}\b")
_APARTMENT_ALONE = re.compile(r"\b(?:[Aa]pt|APT|[Aa]partment|[Ss]uite|SUITE|[Ss]te|STE)\.?\s?\#?\s?[A-Za-z]?-?\d{1,5}[A-Za-z]?\b")
_NOT_A_STREET = re.compile(
    r"\s*(?:segment|elevation|depression|wave|changes?|abnormalit|interval|T\b|deviation|of\b|and\s+T\b|to\b)", re.IGNORECASE
)
_STATE_ZIP = re.compile(
    r"\b([A-Z]{2}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[A-Z]{4,}(?:\s[A-Z]{4,})?)(?:\.?,?\s{1,3}|\^)(\d{5}(?:-?\d{4})?)(?![\d-])"
)
_ZIP_LABELLED = re.compile(r"\b(?:zip|postal)(?:\s?code)?\s*(?:is\s+)?[:\#]?\s*(\d{5}(?:-\d{4})?)\b", re.IGNORECASE)
_ZIP_PLUS_FOUR = re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])")


class AddressDetector:
    """Street lines and ZIPs, each a span of its own. Linear."""

    name = "addresses"

    def find(self, text: str) -> Sequence[Finding]:
        """Spans without city and state."""
        foreign = [self._finding(start, end, EntityType.ZIP) for start, end in find_postcodes(text)]
        lines = [self._finding(start, end, EntityType.ADDRESS) for find in (find_lines, find_streets) for start, end in find(text)]
        return [*self._streets(text), *self._zips(text), *lines, *foreign]

    def _finding(self, start: int, end: int, entity_type: EntityType) -> Finding:
        return Finding(start, end, entity_type, self.name)

    def _streets(self, text: str) -> Iterator[Finding]:
        for pattern in _street_patterns():
            for match in pattern.finditer(text):
                if not _NOT_A_STREET.match(text, match.end()) or "," in match[0]:
                    yield self._finding(match.start(), match.end(), EntityType.ADDRESS)
        for pattern in (_BOX, _APARTMENT_ALONE):
            for match in pattern.finditer(text):
                yield self._finding(match.start(), match.end(), EntityType.ADDRESS)

    def _zips(self, text: str) -> Iterator[Finding]:
        for match in _STATE_ZIP.finditer(text):
            if match[1] in load_terms().state_codes or set(fold(match[1]).split()) <= load_terms().states:
                yield self._finding(match.start(2), match.end(2), EntityType.ZIP)
        for match in _ZIP_LABELLED.finditer(text):
            yield self._finding(match.start(1), match.end(1), EntityType.ZIP)
        for match in _ZIP_PLUS_FOUR.finditer(text):
            yield self._finding(match.start(), match.end(), EntityType.ZIP)


@cache
def _street_patterns() -> tuple[re.Pattern[str], ...]:
    suffixes = load_terms().street_suffixes
    vague = load_terms().vague_suffixes
    number = r"(?<![\w.,/$:-])\d{1,6}(?:-\d{1,4})?[A-Za-z]?(?:\s\d/\d)?"
    long_number = r"(?<![\w.,/$:-])\d{2,6}[A-Za-z]?"
    words = rf"(?:{_UNIT_WORDS}(?:[A-Z][\w'’-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\.?[ \t]{{1,2}}){{1,4}}?"
    begin = rf",?[ \t]{{1,2}}(?i:{_UNIT_WORDS})(?:{_DIRECTION}[ \t]{{1,2}})?{words}"
    tail = rf"\b\.?(?:\s{_DIRECTION}\b)?{_APARTMENT}?"
    clear = rf"{number}{begin}(?:{_both_cases(suffixes - vague)}){tail}"
    # A short or common last word ("St", "View") needs a house number of two digits.
    dim = rf"{long_number}{begin}(?:{_both_cases(suffixes & vague)}){tail}"
    lower = rf"{long_number}[ \t](?:{_DIRECTION}[ \t])?(?:{_UNIT_WORDS}[a-z]+[ \t]){{1,2}}(?:{_LOWER_SUFFIXES})\b{_APARTMENT}?"
    numbered = rf"{long_number}[ \t]{{1,2}}{_DIRECTION}[ \t]{{1,2}}[A-Z][\w'’-]+(?=\s*,)(?:\s?{_APARTMENT})?"
    named = r"(?:(?<=\b[Oo]n )|(?<=\b[Aa]t )|(?<=\b[Nn]ear ))(?:[A-Z][\w'’-]*[ \t]){1,3}(?:Street|Avenue|Road|Boulevard|Lane|Drive|Court)\b"
    return tuple(re.compile(pattern) for pattern in (clear, dim, lower, numbered, named))


def _both_cases(names: Set[str]) -> str:
    return "|".join(sorted({form for name in names for form in (name.capitalize(), name.upper())}, key=len, reverse=True))
