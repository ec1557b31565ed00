"""Where people work and are treated: facilities and employers, which place a person as an address does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.terms import load_terms
from rag.deidentification.words import NAME_GAP, Word, words_of

MAX_FACILITY_WORDS = 6
MAX_ORDINARY_SHOUTED = 8  # log2 of uses: where all is in capitals, a frequent word ends the name
_EMPLOYED = re.compile(
    r"\b(?:works|worked|working|employed|employee|jobs?|career|owner|manager|director|president|retired|teaches|taught|enrolled)\s+"
    r"(?:(?!to\b|with\b)[a-z]+\s+){0,4}?(?:at|for|by|from|of)\s+(?=[A-Z])"
)
_FACILITY_LABEL = re.compile(
    r"(?m)\b(?:[Ff]acility|FACILITY|[Ee]mployer|EMPLOYER|[Ss]chool|SCHOOL|[Ii]nstitution|[Oo]rganization|[Pp]harmacy|PHARMACY|[Pp]ractice)"
    r"(?:\s[Nn]ame)?[ \t]*:[ \t]*(?=[A-Z])"
)


class OrganizationDetector:
    """Names of hospitals, clinics, schools and employers; their kind alone ("the Pain Clinic") stays. Linear."""

    name = "organizations"

    def find(self, text: str) -> Sequence[Finding]:
        """Spans from the first word of the name to its last, "Hospital" included."""
        words = words_of(text)
        return [*self._facilities(text, words), *self._employers(text, words)]

    def _finding(self, start: int, end: int, entity_type: EntityType) -> Finding:
        return Finding(start, end, entity_type, self.name)

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
                if (
                    index < 0
                    or (words[index].facts.plain and pattern is _EMPLOYED)
                    or (words[index].facts.shouted and len(words[index].facts.folded) < 3)
                ):
                    continue
                while last + 1 < len(words) and NAME_GAP.match(words[last + 1].gap) and last - index < MAX_FACILITY_WORDS:
                    if not (words[last + 1].facts.capital or words[last + 1].facts.folded in ("of", "and", "the")):
                        break
                    last += 1
                while not words[last].facts.capital:
                    last -= 1
                if not all(word.facts.plain for word in words[index : last + 1]):
                    yield self._finding(words[index].start, words[last].end, EntityType.ORGANIZATION)


def _facility_start(words: Sequence[Word], head: int) -> int | None:
    """The first word of a facility's name that ends at ``head``; None where only its kind stands before it."""
    kinds = load_terms().facility_kinds
    first = head
    while first > 0 and head - first < MAX_FACILITY_WORDS:
        before, gap = words[first - 1], words[first].gap
        joiner = before.facts.folded in ("of", "and", "the", "for", "st") and first > 1 and words[first - 2].facts.capital and gap == " "
        if not (re.fullmatch(r"[ \t]{1,2}|\.[ \t]|['’]s?[ \t]|-|[ \t]&[ \t]", gap) and (before.facts.capital or joiner)):
            break
        common = before.facts.ordinary >= MAX_ORDINARY_SHOUTED and before.facts.folded not in load_terms().facility_words
        if before.shouting and common:
            break
        if words[first].opens and gap.strip() != ".":
            break
        if before.facts.folded in load_terms().titles and before.facts.folded != "st":
            break
        first -= 1
    while first < head and (words[first].facts.folded in kinds or _is_kind(words[first])):
        first += 1
    named = [w for w in words[first:head] if w.facts.folded not in kinds and w.facts.folded not in ("of", "and", "the", "for")]
    strong = words[head].facts.folded in load_terms().strong_heads
    if not named or not (
        strong or any((w.facts.ordinary < 0 and not w.facts.shouted) or (w.facts.listed and w.facts.ordinary < 0) for w in named)
    ):
        return None
    return first


def _is_kind(word: Word) -> bool:
    return word.facts.folded in load_terms().never_alone and word.facts.surname < 0


def _facility_end(text: str, words: Sequence[Word], head: int) -> int | None:
    """The last word of "Clinic of Somewhere"; None where nothing of the kind follows."""
    following = head + 1
    if following < len(words) and words[following].facts.capital and re.fullmatch(r"-|[ \t]-[ \t]", words[following].gap):
        return following
    if (
        following + 1 < len(words)
        and words[following].facts.folded == "and"
        and words[following + 1].facts.folded in load_terms().facility_heads
    ):
        return following + 1 if words[following + 1].facts.capital else None
    if following >= len(words) or words[following].facts.folded != "of" or not re.fullmatch(r"[ \t]", words[following].gap):
        return None
    last = following + 1
    if last < len(words) and words[last].facts.folded == "the":
        last += 1
    if last >= len(words) or not words[last].facts.capital or words[last].gap != " ":
        return None
    beyond = words[last + 1] if last + 1 < len(words) else None
    if words[last].facts.ordinary >= 0 and not (
        beyond is not None and beyond.facts.capital and beyond.gap == " " and beyond.facts.ordinary < 0
    ):
        return None
    while (
        last + 1 < len(words)
        and words[last + 1].facts.capital
        and words[last + 1].gap == " "
        and words[last + 1].facts.ordinary < 0
        and last - following < 3
    ):
        last += 1
    return last
