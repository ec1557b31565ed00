"""Sentences of clinical text, as exact offsets: no searching, no model, one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.clinical.lexicon import word_set
from rag.clinical.lines import LIST_ITEM, blocks
from rag.types import Span

MAX_SENTENCE_CHARS = 1200

_STOP = re.compile(
    r"""(?P<stop>[.?!…]{1,9})"""
    r"""(?P<closers>(?:["'”’)\]]|\s?\[\d[\d,\-– ]{0,40}\]\.?|\s?\((?:Fig|Table|[Ss]ee\s)[^()\n]{0,40}\)\.?){0,4}+)\s+(?=\S)"""
    r"""|(?<=[a-z]{3})(?P<glued>[.?!])(?=[A-Z][a-z])"""
)
_WORD = re.compile(r"[(\[\"'“‘]*([^\s(\[\"'“‘/]+)$")
_DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]|q\.?\d{1,2}\.?h(?:rs?)?")
_NUMBERING = re.compile(r"(?:[A-Z]+\.)?(?:\d{1,2}|[A-Z])(?:\.\d{1,2})*[A-Z]?")
_DIGITS_AFTER_STOP = re.compile(r"\d{1,2}")  # "20.4 ± 1. 8": a decimal that lost its place
_NEXT = re.compile(r"[(\[\"'“‘*]*([^\s,;:)\]]{0,40})")
_CLAUSE_ENDS = (re.compile(r";\s"), re.compile(r",\s(?!\d)"), re.compile(r"(?<!\d)\s(?!\d)"), re.compile(r"\s"))
_UNIT_LETTERS = frozenset("CFLKghlm")
_WORD_WINDOW_CHARS = 40
_PARENTHESIS_CHARS = 300


def split_sentences(text: str, start: int = 0, end: int | None = None) -> tuple[Span, ...]:
    """The sentences of ``text[start:end]`` as offsets into ``text``: ordered, disjoint, holding every non-blank character.

    None crosses a blank line or a list item, splits a number, a dose or an abbreviation, or is longer than 1,200
    characters (longer ones are cut at a clause, else a word, else anywhere). Linear in the text.
    """
    part = text[start:end]
    return tuple(
        Span(start + piece_start, start + piece_end)
        for block_start, block_end in blocks(part)
        for first, last in pairwise([block_start, *_boundaries(part, block_start, block_end), block_end])
        for piece_start, piece_end in _short_enough(part, *_stripped(part, first, last))
    )


def _boundaries(text: str, start: int, end: int) -> Iterator[int]:
    """Where a new sentence begins inside the block."""
    first = start
    marker = LIST_ITEM.match(text, start, end)
    allowed = marker.end() if marker else start
    for match in _STOP.finditer(text, start, end):
        if match.start() >= allowed and match.end() < end and _ends_sentence(text, first, match):
            yield match.end()
            first = match.end()
            marker = LIST_ITEM.match(text, first, end)
            allowed = marker.end() if marker else first


def _ends_sentence(text: str, first: int, match: re.Match[str]) -> bool:
    """Whether the stop at ``match`` ends the sentence that began at ``first``."""
    if match["glued"]:
        return True
    if _in_parentheses(text, match.start(), max(first, match.start() - _PARENTHESIS_CHARS)):
        return False
    found = _NEXT.match(text, match.end())
    following = found[1] if found else ""
    if match["stop"][-1] in "?!":
        return True
    if match["stop"] in ("...", "…") or match["stop"].startswith(".."):
        return not following[:1].islower()
    if match["closers"].strip() and "[" not in match["closers"]:
        return not following[:1].islower()
    word_match = _WORD.search(text, max(first, match.start() - _WORD_WINDOW_CHARS), match.start())
    word = word_match[1] if word_match else ""
    if not word:
        return True
    before = text[max(first, match.start() - _WORD_WINDOW_CHARS) : match.start()]
    if before == word and _NUMBERING.fullmatch(word):
        return False
    if word.lower() == "no":
        return not (text[match.end()].isdigit() or text.startswith(("(", "of "), match.end()))
    return _stop_after(word, following, before)


def _stop_after(word: str, following: str, before: str) -> bool:
    """Whether a full stop between ``word`` and ``following`` ends a sentence; ``before`` is what precedes the stop."""
    lowered, next_lowered = word.lower(), following.lower().rstrip(".")
    if _listed("titles", lowered) and not (lowered in ("st", "ref", "refs", "ca", "vol") and _listed("starters", next_lowered)):
        return False
    if word[-1].isdigit() and _DIGITS_AFTER_STOP.fullmatch(following):
        return False
    if word[-1].isdigit() and (_listed("unit_words", next_lowered) or _listed("schedule", next_lowered)):
        return False
    shortened = _listed("shortened", lowered)
    if _listed("schedule", next_lowered) and (shortened or _listed("unit_words", lowered)):
        return False
    if len(word) == 1 and word.isalpha():
        previous = before[:-1].split()
        if before[:-1].endswith("/") or (previous and previous[-1][-1].isdigit() and word in _UNIT_LETTERS):
            return following[:1].isupper()  # "6.1 mmol/L. Stop": a unit, not an initial
        lettered = bool(previous) and _listed("lettered", previous[-1].lower())
        return following[:1].isupper() and (lettered or _listed("starters", next_lowered))
    if lowered == "u.s":
        return _listed("starters", next_lowered)
    if shortened or _DOTTED.fullmatch(lowered):
        return following[:1].isupper() and (not _listed("before_names", lowered) or _listed("starters", next_lowered))
    return not following[:1].islower() or len(word) >= 3 or not word.isalpha()


def _listed(key: str, word: str) -> bool:
    return word in word_set("abbreviations", key)


def _in_parentheses(text: str, at: int, start: int) -> bool:
    """Whether ``at`` stands in a parenthesis that opened after ``start`` and closes within 300 characters."""
    opened = text.rfind("(", start, at)
    return opened > text.rfind(")", start, at) and text.find(")", at, opened + _PARENTHESIS_CHARS) >= 0


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, start + len(piece.strip())


def _short_enough(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a range of more than 1,200 characters at the last clause end of each window, else at a word, else anywhere."""
    while end - start > MAX_SENTENCE_CHARS:
        cut = _cut(text, start + MAX_SENTENCE_CHARS // 4, start + MAX_SENTENCE_CHARS)
        yield start, start + len(text[start:cut].rstrip())
        start, _ = _stripped(text, cut, end)
    if start < end:
        yield start, end


def _cut(text: str, first: int, last: int) -> int:
    """The last clause end in ``text[first:last]``, else word end (not beside a number if there is another), else ``last``."""
    for pattern in _CLAUSE_ENDS:
        cut = 0
        for match in pattern.finditer(text, first, last):
            cut = match.end()
        if cut:
            return cut
    return last


def halve(text: str, sentence: Span) -> tuple[Span, ...]:
    """The sentence in two parts cut near its middle, by the rules for overlong sentences; itself where it has one character."""
    length = sentence.end - sentence.start
    if length < 2:
        return (sentence,)
    cut = _cut(text, sentence.start + max(1, length // 4), sentence.start + max(1, length * 5 // 8))
    parts = (_stripped(text, sentence.start, cut), _stripped(text, cut, sentence.end))
    return tuple(Span(*part) for part in parts if part[0] < part[1])
