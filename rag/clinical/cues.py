"""The words that turn a statement: found in a sentence, longest first, each with what it says and where it reaches."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from rag.clinical.lexicon import load_words, word_set

_TOKEN = re.compile(r"\([+\-−]\)|\d\+|['’]\d\d(?![\w'’])|[a-z0-9]+(?:['’/.&\-][a-z0-9]+)*|[,;:()?]|(?<=\s)[-–—](?=\s)|[–—]|&")
_PLACEHOLDER = re.compile(r"\{(\w+\??)\}")
_PEOPLE = frozenset({"pseudo_person", "family_before"})
_MEANINGS = ("family", "other", "negated", "uncertain", "historical", "hypothetical", "pseudo", "ends")


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark, lower case, and its place in the text. Dashes between words are commas, ``&`` is "and"."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """Tokens ``[first, last)`` of a sentence that carry the named meanings (keys of ``words/assertions.yaml``)."""

    first: int
    last: int
    names: frozenset[str]


def tokens_of(text: str, start: int, end: int) -> list[Token]:
    """The words and marks of ``text[start:end]`` with offsets into ``text``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(_lowered(text[start:end])):
        word = match[0].replace("’", "'")
        if "-" in word and (at := word.index("-")) and word[:at] in _members() and word not in _members():
            found.append(Token(word[:at], start + match.start(), start + match.start() + at))
            found.append(Token(word[at + 1 :], start + match.start() + at + 1, start + match.end()))
            continue
        found.append(Token({"-": ",", "–": ",", "—": ",", "&": "and"}.get(word, word), start + match.start(), start + match.end()))
    return found


def _lowered(text: str) -> str:
    """Lower case of the same length: ``str.lower`` grows for a few letters (``İ``)."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(low if len(low := c.lower()) == 1 else c for c in text)


@dataclass(slots=True)
class _Node:
    """Where some phrases stand after their first words: what ends here means, and which word or list of phrases may follow."""

    names: frozenset[str] = frozenset()
    following: dict[str, _Node] = field(default_factory=dict)
    lists: dict[str, _Node] = field(default_factory=dict)


def cues_of(tokens: Sequence[Token]) -> list[Cue]:
    """The cues among the tokens, in order, none overlapping; at each place the longest phrase wins. Linear."""
    root, members, starts = _phrases(), _members(), _starts()
    found: list[Cue] = []
    i = 0
    while i < len(tokens):
        if tokens[i].word not in starts:  # nine words in ten
            i += 1
            continue
        last, names = i, frozenset[str]()
        for end, ending in _ends(root, tokens, i):
            if end > last:
                last, names = end, ending
            elif end == last:
                names |= ending
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


def _ends(node: _Node, tokens: Sequence[Token], i: int) -> Iterator[tuple[int, frozenset[str]]]:
    """Where the phrases that go on from ``node`` with token ``i`` end, and what each means."""
    if node.names:
        yield i, node.names
    if i >= len(tokens):
        return
    word = tokens[i].word
    if (step := node.following.get(word)) is not None:
        yield from _ends(step, tokens, i + 1)
    for name, step in node.lists.items():
        if word in _first_words(name):
            for end in {end for end, _ in _ends(_list(name), tokens, i)}:
                yield from _ends(step, tokens, end)


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
def _phrases() -> _Node:
    """The root of all phrases."""
    root = _Node()
    for name, phrases in load_words("assertions").items():
        if name.split("_")[0] in _MEANINGS:
            _add(root, name, phrases)
    return root


@cache
def _starts() -> frozenset[str]:
    """The words that some phrase begins with."""
    root = _phrases()
    return frozenset(root.following).union(*(_first_words(name) for name in root.lists))


@cache
def _list(name: str) -> _Node:
    """The root of the phrases of one list that others refer to."""
    root = _Node()
    _add(root, name, load_words("assertions")[name])
    return root


@cache
def _first_words(name: str) -> frozenset[str]:
    root = _list(name)
    return frozenset(root.following).union(*(_first_words(other) for other in root.lists))


def _add(root: _Node, name: str, phrases: Iterable[str]) -> None:
    """Make ``name`` a meaning of each phrase; ``{list}`` stands for a phrase of that list, ``{list?}`` for one or none."""
    for phrase in phrases:
        nodes = [root]
        for i, part in enumerate(_PLACEHOLDER.split(phrase)):
            if not i % 2:
                for word in _words(part):
                    nodes = [_step(node.following, word) for node in nodes]
            else:
                skipped = nodes if part.endswith("?") else []
                nodes = [*skipped, *(_step(node.lists, part.rstrip("?")) for node in nodes)]
        for node in nodes:
            node.names |= {name}


def _step(following: dict[str, _Node], key: str) -> _Node:
    if (node := following.get(key)) is None:
        node = following[key] = _Node()
    return node


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens_of(phrase, 0, len(phrase)))
