"""Left, right, both: the sides that a text names, each with the sites it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.clinical.lexicon import load_words, word_set
from rag.types import Span

SIDES = ("left", "right", "bilateral")
REACH_WORDS = 4
"""How many words away a site may stand from its side: "left lower extremity pitting edema", "knee pain on the left"."""
REMEMBERED_TEXTS = 4096
_WORD = re.compile(r"[A-Za-z]+(?:['’/-][A-Za-z]+)*|[,;.:()]")
_STOPS = frozenset(",;.:()")
_QUADRANTS = re.compile(r"[lr][lu][eql]|rml|bl?[lu]?e", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """A side as named: ``sites`` are the words of the body near it, empty where none is."""

    side: str
    span: Span
    sites: frozenset[str]


@lru_cache(maxsize=REMEMBERED_TEXTS)
def sides_of(text: str) -> tuple[Side, ...]:
    """The sides of a text in order; "left the hospital" and "right away" name none. Linear."""
    words = [(match[0].casefold().replace("’", "'"), match.start(), match.end()) for match in _WORD.finditer(text)]
    found = []
    for at, (word, start, end) in enumerate(words):
        side = _meanings().get(word)
        if side and not text[end : end + 1].isdigit() and _is_side(words, at, text[start:end], side):
            found.append(Side(side, Span(start, end), _sites(words, at)))
    return tuple(found)


def supported(side: Side, quotes: Sequence[str]) -> bool:
    """Whether a quote names the side, of the same site where both say which."""
    stated = [other for quote in quotes for other in sides_of(quote)]
    same = [other for other in stated if other.side == side.side]
    if any(not side.sites or not other.sites or side.sites & other.sites for other in same):
        return True
    if not same or any(other.side != side.side for other in stated):
        return False
    return not any(site in quote.casefold() for site in side.sites for quote in quotes)


def _is_side(words: Sequence[tuple[str, int, int]], at: int, written: str, side: str) -> bool:
    word = words[at][0]
    before = words[at - 1][0] if at else ""
    after = words[at + 1][0] if at + 1 < len(words) else ""
    if word in word_set("verification", "capitals_only") and not written.isupper():
        return False
    if word in word_set("verification", "before_a_site_only"):
        return any(_is_site(other) for other, _, _ in words[at + 1 : at + 3])
    if word in ("left", "right"):
        return before not in word_set("verification", f"not_{side}_after") and after not in word_set("verification", f"not_{side}_before")
    return True


def _sites(words: Sequence[tuple[str, int, int]], at: int) -> frozenset[str]:
    """The site words of the same clause: those that follow, else those that precede; a limb's abbreviation is a site itself."""
    if _QUADRANTS.fullmatch(words[at][0]):
        return frozenset({words[at][0][1:]})
    following = words[at + 1 : at + 1 + REACH_WORDS]
    preceding = words[max(0, at - REACH_WORDS) : at][::-1]
    return _until_stop(following) or _until_stop(preceding)


def _until_stop(words: Sequence[tuple[str, int, int]]) -> frozenset[str]:
    found: set[str] = set()
    for word, _, _ in words:
        if word in _STOPS or word in _meanings():
            if found or word != ",":
                break
            continue
        if _is_site(word):
            found.add(_singular(word))
    return frozenset(found)


def _is_site(word: str) -> bool:
    return word in _site_words() or _singular(word) in _site_words()


def _singular(word: str) -> str:
    return {"feet": "foot", "teeth": "tooth"}.get(word) or (word[:-1] if word.endswith("s") and word[:-1] in _site_words() else word)


@cache
def _site_words() -> frozenset[str]:
    return frozenset(phrase for phrase in load_words("mention_problems")["sites"] if " " not in phrase)


@cache
def _meanings() -> dict[str, str]:
    return {word: side for side in SIDES for word in load_words("verification")[side]}
