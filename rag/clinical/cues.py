"""The words that turn a statement: found in a sentence, longest first, each with what it says and where it reaches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from rag.clinical.cue_phrases import Grammar
from rag.clinical.lexicon import load_words, word_set

_TOKEN = re.compile(r"\([+\-−]\)|\d\+|['’]\d\d(?![\w'’])|[a-z0-9]+(?:['’/.&\-][a-z0-9]+)*|[,;:()?]|(?<=\s)[-–—](?=\s)|[–—]|&")
_COMMAS = {"-": ",", "–": ",", "—": ",", "&": "and"}
_PEOPLE = frozenset({"pseudo_person", "family_before"})


class Token(NamedTuple):
    """A word or mark, lower case, and its place in the text. Dashes between words are commas, ``&`` is "and". A note has a thousand."""

    word: str
    start: int
    end: int


class Cue(NamedTuple):
    """Tokens ``[first, last)`` of a sentence that carry the named meanings (keys of ``words/assertions.yaml``)."""

    first: int
    last: int
    names: frozenset[str]


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The words and marks of ``text[start:end]`` with offsets into ``text``."""
    found: list[Token] = []
    members = _members()
    for match in _TOKEN.finditer(_lowered(text[start:end]).replace("’", "'")):
        word = match[0]
        if "-" in word and (at := word.index("-")) and word[:at] in members and word not in members:
            found.append(Token(word[:at], start + match.start(), start + match.start() + at))
            found.append(Token(word[at + 1 :], start + match.start() + at + 1, start + match.end()))
            continue
        found.append(Token(_COMMAS.get(word, word), start + match.start(), start + match.end()))
    return found


def _lowered(text: str) -> str:
    """Lower case of the same length: ``str.lower`` grows for a few letters (``İ``)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


def cues_of(tokens: Sequence[Token]) -> list[Cue]:
    """The cues among the tokens, in order, none overlapping; at each place the longest phrase wins. Linear."""
    start, openers, members = _grammar().start, _grammar().openers, _members()
    found: list[Cue] = []
    i = 0
    while i < len(tokens):
        if tokens[i].word not in openers:  # nine words in ten
            i += 1
            continue
        state = start.after(tokens[i].word)
        last, names, end = i, frozenset[str](), i + 1
        while state is not None:
            if state.names:
                last, names = end, state.names
            state = state.after(tokens[end].word) if end < len(tokens) else None
            end += 1
        if "pseudo_person" in names and last > i + 1 and tokens[last - 1].word not in members:
            last -= 1  # "mother denies": the verb still speaks
        if names & _PEOPLE and tokens[last - 1].word in members and _goes_on_about(tokens, i, last):
            names = names - {"pseudo_person"} | {"family_after"}
        if names:
            found.append(Cue(i, last, names))
        i = max(last, i + 1)
    return found


def _goes_on_about(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether the relative who ends the phrase is spoken of next: "lives with her mother, who has …", "caring for his wife with …"."""
    following = [token.word for token in tokens[last : last + 5] if token.word not in {",", "(", "is", "was", "are", "were", "been"}]
    if following[:1] == ["with"]:
        cared = {token.word for token in tokens[max(0, first - 1) : first + 1]}
        return bool(cared & {"in", "among", "affecting"} or cared & word_set("assertions", "care_verbs"))
    return following[:1] == ["who"] and not word_set("assertions", "ailing").isdisjoint(following[1:2])


def relative_of(tokens: Sequence[Token], cue: Cue) -> str:
    """The word for a person inside the cue ("mother", "roommate"), without its possessive ending; empty where it names none."""
    people = _people()
    for i in range(cue.last - 1, cue.first - 1, -1):
        for length in (3, 2, 1):
            words = " ".join(token.word for token in tokens[max(cue.first, i - length + 1) : i + 1])
            if words in people:
                return words.removesuffix("'s").removesuffix("'")
    return ""


@cache
def _people() -> frozenset[str]:
    words = load_words("assertions")
    return frozenset((*words["member"], *words["owner"], *words["stranger"]))


@cache
def _members() -> frozenset[str]:
    words = load_words("assertions")
    return frozenset(word.split()[-1] for key in ("member", "owner", "stranger") for word in words[key])


@cache
def _grammar() -> Grammar:
    return Grammar(load_words("assertions"), _words)


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens_of(phrase, 0, len(phrase)))
