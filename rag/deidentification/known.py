"""Identifiers that the source names for the patient at hand, wherever and however they stand in the text.

The largest single gain of any detector: a name that no list knows is found because the Patient resource says it.
Names match word by word: any order, case, accent, look-alike letter, possessive, hyphen, nickname, or a line break within.
Other values match by their letters and digits, whatever stands between.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.identity import KnownIdentifier
from rag.deidentification.terms import load_terms
from rag.deidentification.words import Word, words_of

MIN_NAME_CHARS = 2
MIN_CODE_CHARS = 4  # shorter codes ("12") stand everywhere
MIN_NUMBER_CHARS = 5  # a number of four digits is a year as well
MIN_DIGITS = 7  # from here on digits match however they are grouped
MAX_OPENING_LOG2 = 6  # a plain word more frequent than this says nothing at the start of a sentence
MAX_GAP_CHARS = 4
_SHARED_WORDS = (EntityType.ORGANIZATION, EntityType.LOCATION, EntityType.ADDRESS, EntityType.ZIP)  # "Primary Care", a house number
_RUN = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d(?:[\s\-–.()/]{0,3}\d){6,}")
_BROKEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,40})-[ \t]*\n[ \t]{0,20}([^\W\d_]{2,40})")
_NAME_PART = re.compile(r"[^\W\d_]+(?:['’`´][^\W\d_]+)*")
_ASCII_RUN = re.compile(r"[a-z0-9]+")


class KnownDetector:
    """Finds one patient's known identifiers. Linear in the text, whatever their number."""

    name = "known"

    def __init__(self, known: Sequence[KnownIdentifier]) -> None:
        people = [k for k in known if k.entity_type == EntityType.PERSON]
        self._names = frozenset(word for k in people for word in _name_words(k.value))
        self._own = frozenset(word for k in people if k.role == "patient" for word in _name_words(k.value))
        self._numbered = frozenset(run for k in people for run in _RUN.findall(fold(k.value)) if run[-1].isdigit())
        self._initials = frozenset(fold(part[0])[0] for k in people for part in _NAME_PART.findall(k.value))
        self._runs: dict[str, list[tuple[tuple[str, ...], EntityType]]] = defaultdict(list)
        self._digits: dict[str, EntityType] = {}
        for k in known:
            if k.entity_type not in (EntityType.PERSON, EntityType.DATE):
                self._learn(k.value, EntityType(k.entity_type))
        self._first_runs = self._names | self._numbered | self._runs.keys()

    def find(self, text: str) -> Sequence[Finding]:
        """Every known name word, initials beside one, and every other known value."""
        found = list(self._number_findings(text)) if self._digits else []
        if text.isascii() and self._first_runs.isdisjoint(_ASCII_RUN.findall(text.lower())) and _BROKEN.search(text) is None:
            return found
        if self._names:
            found += self._name_findings(text)
        if self._runs:
            found += self._value_findings(text)
        return found

    def is_certain(self, text: str, finding: Finding) -> bool:
        """Whether one of this detector's findings can be nothing else: not a word or eponym that stands in coded displays too ("White")."""
        if finding.entity_type == EntityType.PERSON:
            return not any(_is_plain(fold(word)) for word in _NAME_PART.findall(text[finding.start : finding.end]))
        return finding.entity_type not in _SHARED_WORDS

    def _learn(self, value: str, entity_type: EntityType) -> None:
        runs = tuple(_RUN.findall(fold(value)))
        digits = "".join(character for character in value if character.isdigit())
        if len(digits) >= MIN_DIGITS and not any(character.isalpha() for character in value):
            self._digits[digits[-10:] if entity_type in (EntityType.PHONE, EntityType.FAX) else digits] = entity_type
        size = sum(map(len, runs))
        if size < MIN_CODE_CHARS or (len(runs) == 1 and (_is_plain(runs[0]) or (size < MIN_NUMBER_CHARS and runs[0].isdigit()))):
            return
        self._runs[runs[0]].append((runs, entity_type))
        if entity_type == EntityType.ZIP and len(digits) == 9:
            self._runs[digits[:5]].append(((digits[:5],), entity_type))

    def _number_findings(self, text: str) -> Iterator[Finding]:
        for match in _DIGITS.finditer(text):
            digits = "".join(filter(str.isdigit, match[0]))
            kind = self._digits.get(digits) or self._digits.get(digits[-10:])
            if kind is not None:
                yield Finding(match.start(), match.end(), kind, self.name)

    def _value_findings(self, text: str) -> Iterator[Finding]:
        runs = [(m.start(), m.end(), fold(m[0])) for m in _RUN.finditer(text)]
        for index, (start, _, run) in enumerate(runs):
            for wanted, kind in self._runs.get(run, ()):
                last = index + len(wanted) - 1
                if last >= len(runs) or any(runs[index + offset][2] != part for offset, part in enumerate(wanted)):
                    continue
                if all(runs[at][0] - runs[at - 1][1] <= MAX_GAP_CHARS for at in range(index + 1, last + 1)):
                    yield Finding(start, runs[last][1], kind, self.name)

    def _name_findings(self, text: str) -> Iterable[Finding]:
        words = words_of(text)
        hits = [self._hit(text, word) for word in words]
        named = [hit == "sure" or (bool(hit) and self._counts(words, hits, index)) for index, hit in enumerate(hits)]
        touched = [bool(hit) for hit in hits]
        for index in (*range(len(words)), *reversed(range(len(words)))):  # both ways, so that "A. V. Shaw" is found from its end
            facts = words[index].facts
            if not named[index] and facts.initial and facts.folded in self._initials and _beside_name(words, touched, index):
                named[index] = touched[index] = True
        for word, is_name in zip(words, named, strict=True):
            if is_name:
                yield Finding(word.start, word.end, EntityType.PERSON, self.name)
        for match in _BROKEN.finditer(text):
            if fold(match[1] + match[2]) in self._names:
                yield Finding(match.start(), match.end(), EntityType.PERSON, self.name)

    def _hit(self, text: str, word: Word) -> str:
        folded = word.facts.folded
        if self._numbered and text[word.end - 1].isdigit() and fold(text[word.start : word.end]) in self._numbered:
            return "sure"
        if folded not in self._names:
            plural = folded.endswith("s") and len(folded) > 4 and folded[:-1] in self._names
            return "sure" if plural and not word.facts.plain and not _is_plain(folded[:-1]) else ""
        return "plain" if _is_plain(folded) else "sure"

    def _counts(self, words: Sequence[Word], hits: Sequence[str], index: int) -> bool:
        """A name that is also a plain word ("Young"): beside a known name or a title; the patient's own also where its capital says so."""
        word = words[index]
        for neighbour in (index - 1, index + 1):
            if 0 <= neighbour < len(words) and _near(words, neighbour, index):
                beside = words[neighbour].facts
                both_plain = hits[neighbour] == "plain" and not (word.facts.capital and beside.capital)
                if (hits[neighbour] and not both_plain) or (neighbour < index and beside.folded in load_terms().titles):
                    return True
        if not word.facts.capital or word.shouting or word.facts.folded not in self._own or word.facts.folded in load_terms().never_alone:
            return False
        return not word.opens or word.facts.ordinary <= MAX_OPENING_LOG2


def _near(words: Sequence[Word], left: int, right: int) -> bool:
    gap = words[max(left, right)].gap
    return len(gap) <= MAX_GAP_CHARS and not any(character in ";:!?" for character in gap)


def _beside_name(words: Sequence[Word], touched: Sequence[bool], index: int) -> bool:
    return any(0 <= other < len(words) and touched[other] and _near(words, other, index) for other in (index - 1, index + 1))


def _name_words(name: str) -> Iterator[str]:
    """Every form of every word of a name: whole, without apostrophe or hyphen, and what it is called for short."""
    terms = load_terms()
    skipped = terms.name_particles | terms.name_suffixes | terms.titles | terms.credentials
    for part in name.split():
        words = [fold(word) for word in _NAME_PART.findall(part)]
        joined = "".join(_RUN.findall("".join(words)))
        pieces = [piece for word in words for piece in word.split("'") if len(piece) > MIN_NAME_CHARS]
        for word in (*words, joined, *pieces):  # a new tuple
            if len(word) >= MIN_NAME_CHARS and word not in skipped:
                yield word
                yield from terms.nicknames.get(word, ())


def _is_plain(word: str) -> bool:
    return word in load_gazetteers().ordinary or load_terms().is_term(word) or len(word) <= MIN_NAME_CHARS
