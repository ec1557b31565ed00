"""A text as words, each with what the gazetteers and word lists say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rag.deidentification.gazetteers import fold, load_gazetteers
from rag.deidentification.terms import load_terms

WORD_CACHE_SIZE = 50_000
TEXT_CACHE_SIZE = 2
MIN_SHOUTING_SHARE = 0.7
# A possessive 's is not part of the word; up to four digits at its end are (record generators number names).
_WORD = re.compile(r"([^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*(?:['’](?![sS]\b)[^\W\d_]+)*\d{0,4})(?:['’][sS]\b)?")
_CAMEL_NAME = re.compile(
    r"(?:Mc|Mac|De|Del|Di|Da|Du|Le|La|Las|Los|Van|Von|Fitz|St|San|Al|El|O|D|Ben|Abu|Ash|Ja|Ke|La|Le|Sha|Ta|Mary|Jo|Ann|Lee|Rae|Lyn)[A-Z][a-z]+\d*\Z"
)
NAME_GAP = re.compile(r"[ \t]{1,2}\Z|\.[ \t]\Z|-\Z|[ \t]&[ \t]\Z")
"""What stands between two words of one name."""
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]+")
_LOWER = re.compile(r"[a-zß-öø-ÿ]+")
_SENTENCE_END = re.compile(r"[.!?:;•*#|>\n\t]")


@dataclass(frozen=True, slots=True)
class WordFacts:
    """One written form. Logarithms as in the gazetteers, -1 where the word is not listed.

    ``coined``: has capitals inside; ``blocked``: has a meaning of its own in notes and is no name by itself;
    ``eponym``: names a disease, test or tool.
    """

    folded: str
    first: int
    surname: int
    ordinary: int
    capital: bool
    shouted: bool
    coined: bool
    blocked: bool
    eponym: bool

    @property
    def listed(self) -> bool:
        """Whether the census has it as a first name or surname."""
        return self.first >= 0 or self.surname >= 0

    @property
    def plain(self) -> bool:
        """Whether it is an ordinary word or has a meaning of its own."""
        return self.ordinary >= 0 or self.blocked

    @property
    def initial(self) -> bool:
        """A single capital letter."""
        return self.capital and len(self.folded) == 1


class Word(NamedTuple):
    """A word at ``text[start:end]`` and the text between it and the word (with its possessive) before.

    A tuple, since one is made for each word of each text: a frozen dataclass takes four times as long.
    """

    start: int
    end: int
    facts: WordFacts
    gap: str
    opens: bool  # first of its sentence or line
    shouting: bool  # its line is written in capitals


@lru_cache(maxsize=WORD_CACHE_SIZE)
def facts_of(written: str) -> WordFacts:
    """Look one written form up; cached, bounded."""
    tables, terms = load_gazetteers(), load_terms()
    folded = fold(written).rstrip("0123456789")
    coined = _coined(written)
    return WordFacts(
        folded=folded,
        first=max(tables.first_f.get(folded, -1), tables.first_m.get(folded, -1)),
        surname=max(tables.surnames.get(folded, -1), tables.surnames.get(folded.replace("'", ""), -1)),
        ordinary=tables.ordinary.get(folded, -1),
        capital=written[0].isupper(),
        shouted=len(written) > 1 and written.isupper(),
        coined=coined,
        blocked=folded in terms.never_alone or folded in terms.products or folded in terms.states or coined,
        eponym=folded in terms.eponyms,
    )


def _coined(written: str) -> bool:
    """Capitals inside a word, as in "MIs" and "MetS", but not in "McDonald" or "DeSantis"."""
    inner = sum(character.isupper() for character in written[1:])
    return bool(inner) and not written.isupper() and "'" not in written and "’" not in written and _CAMEL_NAME.match(written) is None


@lru_cache(maxsize=TEXT_CACHE_SIZE)
def words_of(text: str) -> tuple[Word, ...]:
    """Every word in order. Linear; the detectors of one segment share the result."""
    words: list[Word] = []
    shouting = False
    line_end = -1
    previous_end = 0
    for match in _WORD.finditer(text):
        start, end = match.span(1)
        if end - start == 1 and start and text[start - 1].isdigit():  # "7M", "3L": a unit or a sex, no initial
            continue
        gap = text[previous_end:start]
        if start > line_end:
            line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
            line_end = len(text) if line_end < 0 else line_end
            shouting = _is_shouting(text[line_start:line_end])
        opens = not words or (gap != " " and _SENTENCE_END.search(gap) is not None)
        words.append(Word(start, end, facts_of(match[1]), gap, opens, shouting))
        previous_end = match.end()
    return tuple(words)


def _is_shouting(line: str) -> bool:
    upper, lower = len("".join(_UPPER.findall(line))), len("".join(_LOWER.findall(line)))
    return upper > 3 and upper >= MIN_SHOUTING_SHARE * (upper + lower)
