"""Tokens of a question: words with their places, protected names and fixed pairs each one token."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from rag.clinical.lexicon import load_words

_TOKEN = re.compile(r"(?<=\s)-(?=\s)|[<>]=?|[≤≥=&?!,;:()%]|[^\W_]+(?:['./+-][^\W_]+)*\+?", re.UNICODE)
_TAG = re.compile(r"\s*\([^()]*\)$")
_LETTER = re.compile(r"[^\W_]")
_FOLD = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "−": "-"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of the question. ``text`` is lower case; ``thing`` says that it is a protected name or a fixed pair, ``display``
    that it is a name of the chart."""

    text: str
    start: int
    end: int
    thing: bool = False
    display: bool = False


def fold(text: str) -> str:
    """The text with plain quotes, dashes and spaces, the same length."""
    return text.translate(_FOLD)


def lower(text: str) -> str:
    """Lower case of the same length: the few letters whose lower case is longer stay."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def tokenise(low: str, names: Collection[str] = (), common: Collection[str] = ()) -> tuple[Token, ...]:
    """Tokens in order. Displays of ``names`` that stand whole in the text are one token each, unless they are one word of ``common``."""
    tokens: list[Token] = []
    place = 0
    for start, end in sorted(_things(low, names, common)):
        tokens += _words(low, place, start)
        tokens.append(Token(low[start:end], start, end, thing=True, display=True))
        place = end
    return tuple(_pairs([*tokens, *_words(low, place, len(low))]))


def _words(low: str, start: int, end: int) -> list[Token]:
    """Words and marks; a dash between spaces parts as a colon does."""
    return [Token(":" if match.group() == "-" else match.group(), match.start(), match.end()) for match in _TOKEN.finditer(low, start, end)]


def _things(low: str, names: Collection[str], common: Collection[str]) -> list[tuple[int, int]]:
    """Places of the displays, the longest first, disjoint."""
    spans: list[tuple[int, int]] = []
    held = [name for name in _displays(frozenset(names)) if name in low] if names else []
    for name in held:
        if name in common or not _LETTER.search(name):
            continue
        start = low.find(name)
        while start >= 0:
            end = start + len(name)
            whole = (start == 0 or not low[start - 1].isalnum()) and (end == len(low) or not low[end].isalnum())
            if whole and all(end <= other[0] or start >= other[1] for other in spans):
                spans.append((start, end))
            start = low.find(name, end)
    return spans


@lru_cache(maxsize=64)
def _displays(names: frozenset[str]) -> tuple[str, ...]:
    """Lower-case displays, with and without the semantic tag in brackets at the end, the longest first."""
    kept: set[str] = set()
    for name in names:
        low = lower(fold(name)).strip()
        kept.update(form for form in (low, _TAG.sub("", low)) if len(form) > 1)
    return tuple(sorted(kept, key=lambda form: (-len(form), form)))


@lru_cache(maxsize=64)
def words_of(names: frozenset[str]) -> frozenset[str]:
    """Every word of the displays, lower case."""
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", lower(name)))


@cache
def _fixed() -> dict[str, list[tuple[str, ...]]]:
    """Fixed pairs by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in load_words("question_things")["fixed"]:
        words = tuple(token.text for token in _words(phrase, 0, len(phrase)))
        if len(words) > 1:
            found.setdefault(words[0], []).append(words)
    for forms in found.values():
        forms.sort(key=len, reverse=True)
    return found


def _pairs(tokens: list[Token]) -> list[Token]:
    """Tokens with every fixed pair made one."""
    fixed, out, place = _fixed(), [], 0
    while place < len(tokens):
        token = tokens[place]
        size = next((len(form) for form in fixed.get(token.text, ()) if _stands(tokens, place, form)), 0) if not token.thing else 0
        if size:
            run = tokens[place : place + size]
            out.append(Token(" ".join(part.text for part in run).replace(" ,", ","), token.start, run[-1].end, thing=True))
        else:
            out.append(token)
        place += size or 1
    return out


def _stands(tokens: list[Token], place: int, form: tuple[str, ...]) -> bool:
    run = tokens[place : place + len(form)]
    if len(run) != len(form) or any(token.thing for token in run):
        return False
    words = [token.text for token in run]
    return words[:-1] == list(form[:-1]) and words[-1] in {form[-1], form[-1] + "s"}
