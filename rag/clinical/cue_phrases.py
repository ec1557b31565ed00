"""The phrases of ``words/assertions.yaml`` as an automaton that reads a word a step, made as far as texts have needed it.

A phrase may name lists of other phrases ("{modal} worsen"), so the phrases are a grammar without loops; written out they would be
millions. A state holds every place in the grammar that the words so far lead to, and is made when a text first reaches it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"\{(\w+\??)\}")
_MEANINGS = ("family", "other", "negated", "uncertain", "historical", "hypothetical", "pseudo", "ends")


@dataclass(slots=True, eq=False)
class _Node:
    """Where some phrases stand after their first words: what ends here means, and which word or list of phrases may follow."""

    names: frozenset[str] = frozenset()
    following: dict[str, _Node] = field(default_factory=dict)
    lists: dict[str, _Node] = field(default_factory=dict)


_Place = tuple[_Node, tuple[_Node, ...]]
"""A node, and the nodes to go on from after each list that it lies inside, innermost last."""


@dataclass(slots=True, eq=False)
class State:
    """What the words so far may be: the meanings of the phrases that they complete, and which words take them on."""

    names: frozenset[str]
    places: tuple[_Place, ...]
    grammar: Grammar
    _known: dict[str, State | None] = field(default_factory=dict)

    def after(self, word: str) -> State | None:
        """The state after one more word; None where no phrase goes on with it."""
        if word in self._known:
            return self._known[word]
        if word not in self.grammar.vocabulary:
            return None
        places = [(node.following[word], rest) for node, rest in self.places if word in node.following]
        state = self._known[word] = self.grammar.state(places) if places else None
        return state


class Grammar:
    """The phrases of one word list file, and the states reached in it so far; at most one for each set of places."""

    def __init__(self, lists: dict[str, tuple[str, ...]], words: Callable[[str], Iterable[str]]) -> None:
        """``words`` splits a phrase the way texts are split."""
        self.vocabulary: set[str] = set()
        self._states: dict[frozenset[_Place], State] = {}
        self._words = words
        self._lists = {name: _Node() for name in lists}
        for name, phrases in lists.items():
            self._add(self._lists[name], name, phrases)
        root = _Node()
        for name in lists:
            if name.split("_")[0] in _MEANINGS:
                self._add(root, name, lists[name])
        self.start = self.state([(root, ())])
        self.openers = frozenset(word for node, _ in self.start.places for word in node.following)

    def state(self, places: Iterable[_Place]) -> State:
        """The state of all places reached from these without a word."""
        reached: dict[_Place, None] = {}
        waiting = [*places]
        while waiting:
            node, rest = place = waiting.pop()
            if place in reached:
                continue
            reached[place] = None
            if node.names and rest:
                waiting.append((rest[-1], rest[:-1]))
            waiting.extend((self._lists[name], (*rest, step)) for name, step in node.lists.items())
        key = frozenset(reached)
        if (known := self._states.get(key)) is None:
            names = frozenset[str]().union(*(node.names for node, rest in reached if not rest))
            known = self._states[key] = State(names, tuple(place for place in reached if place[0].following), self)
        return known

    def _add(self, root: _Node, name: str, phrases: Iterable[str]) -> None:
        """Make ``name`` a meaning of each phrase; ``{list}`` stands for a phrase of that list, ``{list?}`` for one or none."""
        for phrase in phrases:
            nodes = [root]
            for i, part in enumerate(_PLACEHOLDER.split(phrase)):
                if not i % 2:
                    for word in self._words(part):
                        self.vocabulary.add(word)
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
