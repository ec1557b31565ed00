"""Identifiers that the source names for the patient at hand, wherever and however they stand in the text.

The largest single gain of any detector: a name that no list knows is found because the Patient resource says it.
Names match word by word: any order, case, accent, look-alike letter, possessive, hyphen, nickname, or a line break within.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.deidentification.findings import EntityType, Finding
from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.identity import KnownIdentifier
from rag.deidentification.terms import load_terms

MIN_NAME_CHARS = 2
CASE_WINDOW_CHARS = 100
MIN_CODE_CHARS = 4  # shorter codes ("12") stand everywhere
_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300]*(?:[\u0300-\u036f]+[^\W\d_]*)*(?:['’`´](?!s\b|S\b)[^\W\d_]+)*\d{0,4}")
_BROKEN = re.compile(r"([^\W\d_]{2,})(?:-[ \t]*\n[ \t]*)([^\W\d_]{2,})")
_ASCII_WORD = re.compile(r"[a-z]+")
_ALNUM_RUN = re.compile(r"[^\W_]+")
_BETWEEN = r"[\s\-–.,/()#:]{0,4}"


class KnownDetector:
    """Finds one patient's known identifiers. Linear in the text, whatever their number."""

    name = "known"

    def __init__(self, known: Sequence[KnownIdentifier]) -> None:
        names = [k.value for k in known if k.entity_type == EntityType.PERSON]
        self._names = frozenset(_name_words(names))
        self._ordinary = frozenset(word for word in self._names if _is_ordinary(word))
        self._initials = frozenset(word[0] for word in self._names)
        others = [k for k in known if k.entity_type not in (EntityType.PERSON, EntityType.DATE)]
        self._values = _values_pattern(others)
        self._types = [EntityType(k.entity_type) for k in others]

    def find(self, text: str) -> Sequence[Finding]:
        """Every known name word, initials beside one, and every other known value."""
        found = list(self._name_findings(text)) if self._names else []
        if self._values is not None:
            for match in self._values.finditer(text):
                index = int((match.lastgroup or "v0")[1:])
                found.append(Finding(match.start(), match.end(), self._types[index], self.name))
        return found

    def _name_findings(self, text: str) -> Iterable[Finding]:
        if text.isascii() and self._names.isdisjoint(_ASCII_WORD.findall(text.lower())) and _BROKEN.search(text) is None:
            return
        words = [(m.start(), m.end(), m[0]) for m in _WORD.finditer(text)]
        hits = [self._hit(word) for _, _, word in words]
        for index, (start, end, word) in enumerate(words):
            if hits[index] == "sure" or (hits[index] == "ordinary" and self._ordinary_counts(text, words, hits, index)):
                yield Finding(start, end, EntityType.PERSON, self.name)
            elif len(word) == 1 and fold(word) in self._initials and word.isupper() and _beside_sure(words, hits, index):
                yield Finding(start, end, EntityType.PERSON, self.name)
        for match in _BROKEN.finditer(text):
            if self._hit(match[1] + match[2]) == "sure":
                yield Finding(match.start(), match.end(), EntityType.PERSON, self.name)

    def _hit(self, word: str) -> str:
        folded = fold(word)
        if folded not in self._names:
            folded = folded.rstrip("0123456789")
            if folded not in self._names and not (folded.endswith("s") and len(folded) > 4 and folded[:-1] in self._names):
                return ""
        return "ordinary" if folded in self._ordinary else "sure"

    def _ordinary_counts(self, text: str, words: Sequence[tuple[int, int, str]], hits: Sequence[str], index: int) -> bool:
        """A name that is also a plain word ("Young") counts beside another known name or a title, or capitalised among small letters."""
        start, _, word = words[index]
        for neighbour in (index - 1, index + 1):
            if 0 <= neighbour < len(words) and (hits[neighbour] or fold(words[neighbour][2]) in load_terms().titles):
                return True
        if not word[0].isupper():
            return False
        before = text[max(0, start - CASE_WINDOW_CHARS) : start].rpartition("\n")[2]
        after = text[start : start + CASE_WINDOW_CHARS].partition("\n")[0]
        return not (before + after).isupper()


def _beside_sure(words: Sequence[tuple[int, int, str]], hits: Sequence[str], index: int) -> bool:
    return any(
        0 <= other < len(words) and hits[other] and abs(words[other][0] - words[index][1]) <= 3 + len(words[other][2])
        for other in (index - 1, index + 1)
    )


def _name_words(names: Iterable[str]) -> Iterable[str]:
    nicknames = load_terms().nicknames
    skipped = load_terms().name_particles | load_terms().name_suffixes | load_terms().titles | load_terms().credentials
    for name in names:
        for match in _WORD.finditer(name):
            word = fold(match[0])
            if len(word) >= MIN_NAME_CHARS and word not in skipped:
                yield word
                yield word.rstrip("0123456789")
                yield from nicknames.get(word, ())
        # Split and joined forms of O'Neil and Smith-Jones.
        yield from (joined for part in name.split() if len(joined := "".join(_ALNUM_RUN.findall(fold(part)))) > MIN_NAME_CHARS and joined not in skipped)
        yield from (fold(piece) for piece in re.findall(r"[^\W\d_]{3,}", name) if fold(piece) not in skipped)


def _is_ordinary(word: str) -> bool:
    return word in load_gazetteers().ordinary or load_terms().is_term(word) or len(word) <= MIN_NAME_CHARS


def _values_pattern(known: Sequence[KnownIdentifier]) -> re.Pattern[str] | None:
    """One pattern over all values: their letters and digits in order, with any short separator between runs."""
    alternatives = []
    for index, identifier in sorted(enumerate(known), key=lambda item: -len(item[1].value)):
        runs = _ALNUM_RUN.findall(identifier.value)
        if sum(map(len, runs)) < MIN_CODE_CHARS or (len(runs) == 1 and _is_ordinary(fold(runs[0]))):
            continue
        if identifier.entity_type in (EntityType.PHONE, EntityType.FAX):
            digits = re.sub(r"\D", "", identifier.value)[-10:]
            runs = [digits[:-7], digits[-7:-4], digits[-4:]] if len(digits) == 10 else runs
        body = _BETWEEN.join(re.escape(run) for run in runs if run)
        alternatives.append(rf"(?P<v{index}>(?<![^\W_]){body}(?![^\W_]))")
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None
