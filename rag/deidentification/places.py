"""Where people live, work and are treated: street addresses, cities, counties, ZIPs, facilities and employers.

States and countries stay: Safe Harbor takes what is smaller than a state. Source: 45 CFR 164.514(b)(2)(i)(B).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.terms import load_terms
from rag.deidentification.words import Word, words_of

MAX_CITY_WORDS = 3
MAX_FACILITY_WORDS = 6
# Binary logarithms of people: a city is taken alone, with a word like "in" before it, or only beside its state.
MIN_CITY_ALONE = 17
MIN_CITY_OF_WORDS = 14
MIN_CITY_CUED = 11
_LOWER_SUFFIXES = r"street|avenue|road|lane|boulevard|drive|court|terrace|parkway|highway"
_UNIT_WORDS = r"(?!(?:mg|mm|ml|mcg|cm|kg|gm|hr|hrs|lead|day|days|week|weeks|month|months|year|years|units?|tabs?|tablets?|caps?|view|views|mile|miles|of|to|and|with|in|for|per|x|by|at|on|the|he|she|french|fr)\b)"
_DIRECTION = r"(?:(?:N|S|E|W|NE|NW|SE|SW)\.?|[Nn]orth|[Ss]outh|[Ee]ast|[Ww]est|NORTH|SOUTH|EAST|WEST)"
_APARTMENT = r"(?:,?\s{0,3}(?:[Aa]pt|APT|[Aa]partment|[Ss]uite|SUITE|[Ss]te|STE|[Uu]nit|UNIT|[Ff]loor|FL|[Rr]oom|[Bb]ldg|[Bb]uilding|\#)\.?\s?\#?\s?[A-Za-z]?-?\d{1,5}[A-Za-z]?\b)"
_BOX = re.compile(r"\b[Pp]\.?\s?[Oo]\.?\s?(?:[Bb]ox|BOX)\s*\#?\s*\d{1,6}\b")
_APARTMENT_ALONE = re.compile(r"\b(?:[Aa]pt|APT|[Aa]partment|[Ss]uite|SUITE|[Ss]te|STE)\.?\s?\#?\s?[A-Za-z]?-?\d{1,5}[A-Za-z]?\b")
_NOT_A_STREET = re.compile(r"\s*(?:segment|elevation|depression|wave|changes?|abnormalit|interval|T\b|deviation|of\b|and\s+T\b|to\b)", re.IGNORECASE)
_STATE_ZIP = re.compile(r"\b([A-Z]{2}|[A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[A-Z]{4,}(?:\s[A-Z]{4,})?)\.?,?\s{1,3}(\d{5}(?:-?\d{4})?)(?![\d-])")
_ZIP_LABELLED = re.compile(r"\b(?:zip|postal)(?:\s?code)?\s*(?:is\s+)?[:\#]?\s*(\d{5}(?:-\d{4})?)\b", re.IGNORECASE)
_ZIP_PLUS_FOUR = re.compile(r"(?<![\w-])\d{5}-\d{4}(?![\w-])")
_COUNTY = re.compile(r"\b((?:[A-Z][a-z'’.]+\s){1,2})(?=(?:County|Parish|Township)\b)")
_EMPLOYED = re.compile(
    r"\b(?:works|worked|working|employed|employee|jobs?|career|owner|manager|director|president|retired|teaches|taught|enrolled)\s+"
    r"(?:(?!to\b|with\b)[a-z]+\s+){0,4}?(?:at|for|by|from|of)\s+(?=[A-Z])"
)
_FACILITY_LABEL = re.compile(r"(?m)\b(?:[Ff]acility|FACILITY|[Ee]mployer|EMPLOYER|[Ss]chool|SCHOOL|[Ii]nstitution|[Oo]rganization|[Pp]harmacy|PHARMACY|[Pp]ractice)(?:\s[Nn]ame)?[ \t]*:[ \t]*(?=[A-Z])")
_LIVES_IN = re.compile(
    r"\b(?:[Ll]ives?|[Ll]ived|[Ll]iving|[Rr]esid(?:es|ed|ing)|[Rr]esident|[Mm]oved?|[Rr]elocated|[Bb]orn|[Rr]aised|[Gg]rew\s+up|[Tt]ransferred|[Tt]ravel(?:s|led|ed|ing)?|[Nn]ative|"
    r"[Hh]ails|[Vv]isiting|[Tt]rip|[Hh]ome(?:town)?|(?:is|are|was|were|comes?)(?=\s(?:originally\s)?from\s))\s(?:(?!to\b|the\b|with\b)[a-z]+\s){0,3}?(?:in|to|from|of|near)\s+(?=[A-Z][a-z])"
)
_CODES_THAT_ARE_WORDS = frozenset("MD PA MA MS OR IN ME HI CT PR PT OK AL LA CO DE ID ND RI VA CA GA DC".split())
_NAME_GAP = re.compile(r"[ \t]{1,2}\Z|\.[ \t]\Z|-\Z|[ \t]&[ \t]\Z")


class PlaceDetector:
    """Addresses, places and organizations, without knowing the patient. Linear."""

    name = "places"

    def find(self, text: str) -> Sequence[Finding]:
        """Spans without the state; ZIPs are spans of their own."""
        words = words_of(text)
        found = [*self._streets(text), *self._zips(text), *self._states(text, words), *self._cities(text, words)]
        found += [*self._facilities(text, words), *self._employers(text, words), *self._homes(text, words)]
        for match in _COUNTY.finditer(text):
            if fold(match[1].split()[-1]) not in ("the", "this", "that", "in", "of"):
                found.append(self._finding(match.start(1), match.end(1) - 1, EntityType.LOCATION))
        return found

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
            if match[1] in _codes() or set(fold(match[1]).split()) <= load_terms().states:
                yield self._finding(match.start(2), match.end(2), EntityType.ZIP)
        for match in _ZIP_LABELLED.finditer(text):
            yield self._finding(match.start(1), match.end(1), EntityType.ZIP)
        for match in _ZIP_PLUS_FOUR.finditer(text):
            yield self._finding(match.start(), match.end(), EntityType.ZIP)

    def _states(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        """``City, ST`` and ``City, State``."""
        for index, word in enumerate(words):
            written = text[word.start : word.end]
            code = written.upper() in _codes() and (written.isupper() or text[word.end : word.end + 7].strip()[:5].isdigit())
            if not index or not (code or (word.facts.folded in load_terms().states and word.facts.capital)):
                continue
            zipped = re.match(r"\.?,?\s{1,3}\d{5}(?:-?\d{4})?(?!\d)", text[word.end : word.end + 16]) is not None
            comma = re.fullmatch(r"\s?,\s{1,3}", word.gap) is not None
            if not (comma or (zipped and re.fullmatch(r"[ \t]{1,2}|\s?\n\s?", word.gap))):
                continue
            city = _city_before(words, index - 1, sure=zipped or (comma and not (code and written.upper() in _CODES_THAT_ARE_WORDS)))
            if city is not None and not (words[city].facts.folded in load_terms().states and not code) and not (words[city].facts.shouted and not word.shouting):
                yield self._finding(words[city].start, words[index - 1].end, EntityType.LOCATION)

    def _cities(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        index = 0
        while index < len(words):
            length = _city_at(text, words, index)
            if length:
                yield self._finding(words[index].start, words[index + length - 1].end, EntityType.LOCATION)
            index += max(1, length)

    def _facilities(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        terms = load_terms()
        for index, word in enumerate(words):
            if not word.facts.capital:
                continue
            single = word.facts.folded in terms.facility_heads
            double = index > 0 and f"{words[index - 1].facts.folded}-{word.facts.folded}" in terms.facility_heads
            if not (single or double) or (double and not words[index - 1].facts.capital):
                continue
            start = _facility_start(words, index - (1 if double else 0))
            end = _facility_end(text, words, index)
            if start is not None or end is not None:
                first = words[start if start is not None else index - (1 if double else 0)].start
                yield self._finding(first, words[end if end is not None else index].end, EntityType.ORGANIZATION)

    def _employers(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        starts = {word.start: index for index, word in enumerate(words)}
        for pattern in (_EMPLOYED, _FACILITY_LABEL):
            for match in pattern.finditer(text):
                index = last = starts.get(match.end(), -1)
                if index < 0 or (words[index].facts.plain and pattern is _EMPLOYED) or (words[index].facts.shouted and len(words[index].facts.folded) < 3):
                    continue
                while last + 1 < len(words) and _NAME_GAP.match(words[last + 1].gap) and last - index < MAX_FACILITY_WORDS:
                    if not (words[last + 1].facts.capital or words[last + 1].facts.folded in ("of", "and", "the")):
                        break
                    last += 1
                while not words[last].facts.capital:
                    last -= 1
                if not all(word.facts.plain for word in words[index : last + 1]):
                    yield self._finding(words[index].start, words[last].end, EntityType.ORGANIZATION)

    def _homes(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        """A capitalised word that no list knows, where only a place can stand ("lives in Alborn")."""
        starts = {word.start: index for index, word in enumerate(words)}
        for match in _LIVES_IN.finditer(text):
            index = last = starts.get(match.end(), -1)
            if index < 0 or words[index].facts.eponym or words[index].facts.folded in load_terms().titles:
                continue
            while last + 1 < len(words) and words[last + 1].facts.capital and words[last + 1].gap == " " and last - index < MAX_CITY_WORDS - 1:
                last += 1
            if not all(w.facts.plain or w.facts.shouted for w in words[index : last + 1]) or _people(words, index, last - index + 1) >= 0:
                if set(w.facts.folded for w in words[index : last + 1]) <= load_terms().states | {"new", "north", "south", "west"}:
                    continue
                if not (words[index].facts.plain and last == index):
                    yield self._finding(words[index].start, words[last].end, EntityType.LOCATION)


@cache
def _codes() -> frozenset[str]:
    return load_terms().state_codes


@cache
def _street_patterns() -> tuple[re.Pattern[str], ...]:
    suffixes = load_terms().street_suffixes
    vague = {"view", "vw", "way", "run", "path", "point", "pt", "place", "pl", "pass", "close", "row", "bend", "hill", "park", "ridge", "walk", "loop", "crossing"}
    vague |= {"cross", "hollow", "meadow", "meadows", "oval", "manor", "gardens", "heights", "landing", "station", "commons", "cove", "creek", "grove", "estates", "pike"}
    vague |= {"square", "plaza", "st", "dr", "ct", "pl", "cv", "close", "junction", "bypass", "mews", "crescent", "circle", "trail", "alley", "route", "path"}
    number = r"(?<![\w.,/$:-])\d{1,6}(?:-\d{1,4})?[A-Za-z]?(?:\s\d/\d)?"
    words = rf"(?:{_UNIT_WORDS}(?:[A-Z][\w'’-]*|\d{{1,3}}(?:st|nd|rd|th|ST|ND|RD|TH))\.?[ \t]{{1,2}}){{1,4}}?"
    tail = rf"\b\.?(?:\s{_DIRECTION}\b)?{_APARTMENT}?"
    clear = rf"{number},?[ \t]{{1,2}}(?i:{_UNIT_WORDS})(?:{_DIRECTION}[ \t]{{1,2}})?{words}(?:{_both_cases(suffixes - vague)}){tail}"
    # A short or common last word ("St", "View") needs a house number of two digits, or a direction or an ordinal before it.
    dim = rf"(?<![\w.,/$:-])\d{{2,6}}[A-Za-z]?,?[ \t]{{1,2}}(?i:{_UNIT_WORDS})(?:{_DIRECTION}[ \t]{{1,2}})?{words}(?:{_both_cases(suffixes & vague)}){tail}"
    lower = rf"(?<![\w.,/$:-])\d{{2,6}}[ \t](?:{_DIRECTION}[ \t])?(?:{_UNIT_WORDS}[a-z]+[ \t]){{1,2}}(?:{_LOWER_SUFFIXES})\b{_APARTMENT}?"
    numbered = rf"(?<![\w.,/$:-])\d{{2,6}}[ \t]{{1,2}}{_DIRECTION}[ \t]{{1,2}}[A-Z][\w'’-]+(?=\s*,)(?:\s?{_APARTMENT})?"
    named = rf"(?:(?<=\b[Oo]n )|(?<=\b[Aa]t )|(?<=\b[Nn]ear ))(?:[A-Z][\w'’-]*[ \t]){{1,3}}(?:Street|Avenue|Road|Boulevard|Lane|Drive|Court|Parkway|Highway)\b"
    return tuple(re.compile(pattern) for pattern in (clear, dim, lower, numbered, named))


def _both_cases(names: Set[str]) -> str:
    return "|".join(sorted({form for name in names for form in (name.capitalize(), name.upper())}, key=len, reverse=True))


def _city_before(words: Sequence[Word], last: int, sure: bool) -> int | None:
    """The first word of the city that ends at ``last``; ``sure`` where a ZIP or a written-out state vouches for it."""
    best = None
    for length in range(1, MAX_CITY_WORDS + 1):
        first = last - length + 1
        if first < 0 or not words[first].facts.capital or (length > 1 and not _NAME_GAP.match(words[first + 1].gap)):
            break
        if _people(words, first, length) >= 0:
            best = first
    if best is not None and (sure or best < last or words[best].facts.ordinary < 0):
        return best
    facts = words[last].facts
    if not sure or not facts.capital or facts.blocked or (facts.ordinary >= 0 and not facts.shouted):
        return best if sure else None
    first = last
    while first > 0 and last - first < 2 and words[first - 1].facts.capital and _NAME_GAP.match(words[first].gap) and not words[first - 1].facts.plain:
        first -= 1
    return first


def _people(words: Sequence[Word], first: int, length: int) -> int:
    if length > 1 and not all(_NAME_GAP.match(words[i].gap) for i in range(first + 1, first + length)):
        return -1
    name = " ".join(word.facts.folded for word in words[first : first + length])
    world = MIN_CITY_ALONE if name.replace(" ", "-") in load_terms().world_cities else -1
    return max(load_gazetteers().places.get(name, -1), load_gazetteers().places.get(name.replace("saint ", "st "), -1), world)


def _city_at(text: str, words: Sequence[Word], index: int) -> int:
    """How many words from ``index`` are a city's name; 0 where none."""
    word = words[index]
    if not word.facts.capital:
        return 0
    cued = index > 0 and words[index - 1].facts.folded in load_terms().place_cues and not word.opens
    for length in range(MAX_CITY_WORDS, 0, -1):
        if index + length > len(words) or not all(w.facts.capital for w in words[index : index + length]):
            continue
        people = _people(words, index, length)
        if people < 0:
            continue
        plain = all(w.facts.plain for w in words[index : index + length])
        if _names_something(words, index + length - 1, cued):
            return 0
        if length > 1 and people >= (MIN_CITY_OF_WORDS if not cued else 0) and not plain and not word.shouting:
            return length
        if length == 1 and not plain and (people >= MIN_CITY_ALONE or (cued and people >= MIN_CITY_CUED)):
            if word.facts.shouted and not (cued and word.shouting):
                return 0
            if not cued and (word.facts.first >= 3 or word.facts.eponym):
                return 0
            return 1
    return 0


def _names_something(words: Sequence[Word], last: int, cued: bool) -> bool:
    """Whether a place name is the first part of a test, rule or product ("Montreal Cognitive Assessment", "Boston brace")."""
    for word in words[last + 1 : last + 4]:
        if word.facts.folded in load_terms().eponym_nouns or word.facts.folded in ("assessment", "rules", "rule", "chromosome", "scientific", "hump", "coma"):
            return True
        if (cued and not word.facts.capital) or not re.fullmatch(r"[ \t]|-", word.gap) or word.facts.folded in ("and", "or", "in", "with", "for", "to"):
            return False
    return False


def _facility_start(words: Sequence[Word], head: int) -> int | None:
    """The first word of a facility's name that ends at ``head``; None where only its kind stands before it."""
    kinds = load_terms().facility_kinds
    first = head
    while first > 0 and head - first < MAX_FACILITY_WORDS:
        before, gap = words[first - 1], words[first].gap
        joiner = before.facts.folded in ("of", "and", "the", "for", "st") and first > 1 and words[first - 2].facts.capital and gap == " "
        if not (re.fullmatch(r"[ \t]{1,2}|\.[ \t]|['’]s?[ \t]|-|[ \t]&[ \t]", gap) and (before.facts.capital or joiner)):
            break
        if words[first].opens and gap.strip() != ".":
            break
        if before.facts.folded in load_terms().titles and before.facts.folded != "st":
            break
        first -= 1
    while first < head and (words[first].facts.folded in kinds or _is_kind(words[first])):
        first += 1
    named = [w for w in words[first:head] if w.facts.folded not in kinds and w.facts.folded not in ("of", "and", "the", "for")]
    strong = words[head].facts.folded in ("rehabilitation", "family", "hospital", "clinic", "medical", "university", "hospice", "infirmary", "college", "manor", "nursing")
    if not named or not (strong or any(w.facts.ordinary < 0 and not w.facts.shouted or (w.facts.listed and w.facts.ordinary < 0) for w in named)):
        return None
    return first


def _is_kind(word: Word) -> bool:
    return word.facts.folded in load_terms().never_alone and word.facts.surname < 0


def _facility_end(text: str, words: Sequence[Word], head: int) -> int | None:
    """The last word of "Clinic of Somewhere"; None where nothing of the kind follows."""
    following = head + 1
    if following < len(words) and words[following].facts.capital and re.fullmatch(r"-|[ \t]-[ \t]", words[following].gap):
        return following
    if following + 1 < len(words) and words[following].facts.folded == "and" and words[following + 1].facts.folded in load_terms().facility_heads:
        return following + 1 if words[following + 1].facts.capital else None
    if following >= len(words) or words[following].facts.folded != "of" or not re.fullmatch(r"[ \t]", words[following].gap):
        return None
    last = following + 1
    if last < len(words) and words[last].facts.folded == "the":
        last += 1
    if last >= len(words) or not words[last].facts.capital or words[last].gap != " ":
        return None
    beyond = words[last + 1] if last + 1 < len(words) else None
    if words[last].facts.ordinary >= 0 and not (beyond is not None and beyond.facts.capital and beyond.gap == " " and beyond.facts.ordinary < 0):
        return None
    while last + 1 < len(words) and words[last + 1].facts.capital and words[last + 1].gap == " " and words[last + 1].facts.ordinary < 0 and last - following < 3:
        last += 1
    return last
