"""Where people live and come from: cities and counties.

States and countries stay: Safe Harbor takes what is smaller than a state. Source: 45 CFR 164.514(b)(2)(i)(B).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.terms import load_terms
from rag.deidentification.words import NAME_GAP, Word, words_of

MAX_CITY_WORDS = 3
# Binary logarithms of people: a city is taken alone, with a word like "in" before it, or only beside its state.
MIN_CITY_ALONE = 17
MIN_CITY_OF_WORDS = 14
MIN_CITY_CUED = 11
MIN_COMMON_FIRST = 5  # log2 of bearers per 100,000: "I talked to Anna"
_COUNTY = re.compile(r"\b((?:[A-Z][a-z'’.]+\s){1,2})(?=(?:County|Parish|Township)\b)")
_LIVES_IN = re.compile(
    r"\b(?:[Ll]ives?|[Ll]ived|[Ll]iving|[Rr]esid(?:es|ed|ing)|[Rr]esident|[Mm]oved?|[Rr]elocated|[Bb]orn|[Rr]aised|[Gg]rew\s+up|[Tt]ransferred"
    r"|[Tt]ravel(?:s|led|ed|ing)?|[Nn]ative|[Hh]ails|[Vv]isiting|[Tt]rip|[Hh]ome(?:town)?|(?:is|are|was|were|comes?)(?=\s(?:originally\s)?from\s))"
    r"\s(?:(?!to\b|the\b|with\b)[a-z]+\s){0,3}?(?:in|to|from|of|near)\s+(?=[A-Z][a-z])"
)


class PlaceDetector:
    """Cities and counties, without knowing the patient. Linear."""

    name = "places"

    def find(self, text: str) -> Sequence[Finding]:
        """Spans without the state."""
        words = words_of(text)
        found = [*self._states(text, words), *self._cities(text, words), *self._homes(text, words)]
        for match in _COUNTY.finditer(text):
            if fold(match[1].split()[-1]) not in ("the", "this", "that", "in", "of"):
                found.append(self._finding(match.start(1), match.end(1) - 1, EntityType.LOCATION))
        return found

    def _finding(self, start: int, end: int, entity_type: EntityType) -> Finding:
        return Finding(start, end, entity_type, self.name)

    def _states(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        """``City, ST`` and ``City, State``."""
        for index, word in enumerate(words):
            written = text[word.start : word.end]
            code = written.upper() in load_terms().state_codes and (
                written.isupper() or text[word.end : word.end + 7].strip()[:5].isdigit()
            )
            if not index or not (code or (word.facts.folded in load_terms().states and word.facts.capital)):
                continue
            zipped = re.match(r"(?:\.?,?\s{1,3}|\^)\d{5}(?:-?\d{4})?(?!\d)", text[word.end : word.end + 16]) is not None
            comma = re.fullmatch(r"\s?,\s{1,3}|\^", word.gap) is not None
            if not (comma or (zipped and re.fullmatch(r"[ \t]{1,2}|\s?\n\s?", word.gap))):
                continue
            city = _city_before(words, index - 1, sure=zipped or (comma and not (code and written.upper() in load_terms().word_codes)))
            if (
                city is not None
                and not (words[city].facts.folded in load_terms().states and not code)
                and not (words[city].facts.shouted and not word.shouting)
            ):
                yield self._finding(words[city].start, words[index - 1].end, EntityType.LOCATION)

    def _cities(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        index = 0
        while index < len(words):
            length = _city_at(text, words, index)
            if length:
                yield self._finding(words[index].start, words[index + length - 1].end, EntityType.LOCATION)
            index += max(1, length)

    def _homes(self, text: str, words: Sequence[Word]) -> Iterator[Finding]:
        """A capitalised word that no list knows, where only a place can stand ("lives in Alborn")."""
        starts = {word.start: index for index, word in enumerate(words)}
        for match in _LIVES_IN.finditer(text):
            index = last = starts.get(match.end(), -1)
            if index < 0 or words[index].facts.eponym or words[index].facts.folded in load_terms().titles:
                continue
            while (
                last + 1 < len(words) and words[last + 1].facts.capital and words[last + 1].gap == " " and last - index < MAX_CITY_WORDS - 1
            ):
                last += 1
            if not all(w.facts.plain or w.facts.shouted for w in words[index : last + 1]) or _people(words, index, last - index + 1) >= 0:
                if {w.facts.folded for w in words[index : last + 1]} <= load_terms().states | {"new", "north", "south", "west"}:
                    continue
                if not (words[index].facts.plain and last == index):
                    yield self._finding(words[index].start, words[last].end, EntityType.LOCATION)


def _city_before(words: Sequence[Word], last: int, sure: bool) -> int | None:
    """The first word of the city that ends at ``last``; ``sure`` where a ZIP or a written-out state vouches for it."""
    best = None
    for length in range(1, MAX_CITY_WORDS + 1):
        first = last - length + 1
        if first < 0 or not words[first].facts.capital or (length > 1 and not NAME_GAP.match(words[first + 1].gap)):
            break
        if _people(words, first, length) >= 0:
            best = first
    if best is not None and (sure or best < last or words[best].facts.ordinary < 0):
        return best
    facts = words[last].facts
    if not sure or not facts.capital or facts.blocked or (facts.ordinary >= 0 and not facts.shouted):
        return best if sure else None
    first = last
    while (
        first > 0
        and last - first < 2
        and words[first - 1].facts.capital
        and NAME_GAP.match(words[first].gap)
        and not words[first - 1].facts.plain
    ):
        first -= 1
    return first


def _people(words: Sequence[Word], first: int, length: int) -> int:
    if length > 1 and not all(NAME_GAP.match(words[i].gap) for i in range(first + 1, first + length)):
        return -1
    name = " ".join(word.facts.folded for word in words[first : first + length])
    world = MIN_CITY_ALONE if name.replace(" ", "-") in load_terms().world_cities else -1
    return max(load_gazetteers().places.get(name, -1), load_gazetteers().places.get(name.replace("saint ", "st "), -1), world)


@cache
def _first_words() -> frozenset[str]:
    """What the name of a place that :func:`_people` knows can begin with."""
    world = (name.partition("-")[0] for name in load_terms().world_cities)
    return frozenset({name.partition(" ")[0] for name in load_gazetteers().places} | {"saint", *world, *load_terms().world_cities})


def _city_at(text: str, words: Sequence[Word], index: int) -> int:
    """How many words from ``index`` are a city's name; 0 where none."""
    word = words[index]
    if not word.facts.capital or word.facts.folded not in _first_words():
        return 0
    cue = words[index - 1].facts.folded if index and not word.opens else ""
    cued = cue in load_terms().place_cues and not (cue in ("to", "of", "around") and word.facts.first >= MIN_COMMON_FIRST)
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
        if word.facts.folded in load_terms().eponym_nouns or word.facts.folded in (
            "assessment",
            "rules",
            "rule",
            "chromosome",
            "scientific",
            "hump",
            "coma",
        ):
            return True
        if (
            (cued and not word.facts.capital)
            or not re.fullmatch(r"[ \t]|-", word.gap)
            or word.facts.folded in ("and", "or", "in", "with", "for", "to")
        ):
            return False
    return False
