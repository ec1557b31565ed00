"""Invented people, places and organisations to train on: drawn from census words, in every way of writing them.

A tenth of the listed names is kept for validation, told apart by a hash, so that no name of it is learned by heart.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Any

from finetune.address_draws import HOME, AddressDraws
from rag.deidentification.gazetteers import load_gazetteers, world_names

VALIDATION_SHARE = 0.1
MAX_SYLLABLE_CHARS = 4
_UNHEARD_SHARE = 0.14  # names that no list holds
_WORLD_SHARE = 0.3
_WORLD_TOWNS, _WORLD_STREETS, _WORLD_ADDRESSES = 0.1, 0.25, 0.5
_HOME_STREETS, _HOME_ADDRESSES = 0.25, 0.6  # of the others: those of many forms
_FLATTENED = 0.55  # exponent of the bearers' number: rare names come up more often than they are borne


class NameDraws:
    """Draws with one generator of random numbers; ``held`` draws from the words kept for validation."""

    def __init__(self, rng: random.Random, *, held: bool = False) -> None:
        self._rng = rng
        self._held = held
        self._words = load_words()
        names = {"surname": lambda: self._name("surname"), "first": lambda: self._name("first"), "place": self.place}
        self._addresses = AddressDraws(rng, names, lambda name: held_back(name) == held)

    def fill(self, slot: str) -> str:
        """A value for the slot of a template.

        Raises:
            KeyError: there is no such slot.
        """
        return self._slots[slot](self)

    def first(self) -> str:
        """A given name."""
        return self._name("first")

    def last(self) -> str:
        """A surname, one in twelve of two."""
        name = self._name("surname")
        return f"{name}-{self._name('surname')}" if self._rng.random() < 0.08 else name

    def place(self) -> str:
        """A town."""
        if self._rng.random() < _WORLD_TOWNS:
            return self._addresses.town()
        draw = self._rng.random()
        if draw < 0.55:
            return self._name("place")
        if draw < 0.75:
            return f"{self._one('place_begins')} {self._name('surname')}" if draw < 0.62 else self._compound()
        return self._one("foreign_places") if draw < 0.9 else self._unheard()

    def _compound(self) -> str:
        return (self._name("surname")[:7].rstrip("aeiou") + self._one("place_ends")).capitalize()

    def _full(self) -> str:
        first, last, rng = self.first(), self.last(), self._rng
        middle = self.first() if rng.random() < 0.3 else chr(rng.randrange(65, 91)) + rng.choice((".", ""))
        forms = (
            (0.5, f"{first} {last}"), (0.16, f"{first} {middle} {last}"), (0.08, f"{first[0]}. {last}"), (0.05, f"{first[0]} {last}"),
            (0.05, f"{first} {self._one('particles')} {last}"), (0.04, f"{first} {last} {self._one('suffixes')}"),
            (0.03, f"{first[0]}.{middle[0]}. {last}"), (0.03, f"{first} “{self.first()}” {last}"), (0.03, f"{last} {first}"),
            (0.03, f"{first} {last} {self._name('surname')}"),
        )  # fmt: skip
        return _weighted(rng, forms)

    def _last_first(self) -> str:
        first, last = self.first(), self.last()
        initial = chr(self._rng.randrange(65, 91))
        return _weighted(
            self._rng, ((0.4, f"{last}, {first}"), (0.25, f"{last}, {first} {initial}"), (0.1, f"{last},{first}"),
                        (0.1, f"{last}, {first} {initial}."), (0.1, f"{last}^{first}"), (0.05, f"{last} {first} {initial}")),
        )  # fmt: skip

    def _initials(self) -> str:
        letters = [chr(self._rng.randrange(65, 91)) for _ in range(self._rng.choice((2, 2, 3)))]
        return self._rng.choice(("".join(letters), ".".join(letters) + ".", "/".join(letters).lower()))

    def _street(self) -> str:
        if self._rng.random() < _WORLD_STREETS:
            return self._addresses.street()
        if self._rng.random() < _HOME_STREETS:
            return self._addresses.street(HOME)
        begin = self.place() if self._rng.random() < 0.25 else self._name(self._rng.choice(("surname", "first", "surname")))
        begin = self._rng.choice((begin, begin, begin, f"{self._one('directions')} {begin}", self._ordinal()))
        return f"{begin} {self._one('streets')}"

    def _ordinal(self) -> str:
        number = self._rng.randrange(2, 140)
        return f"{number}{'th' if 10 < number % 100 < 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"

    def _address(self) -> str:
        return self._world_address() if self._rng.random() < _WORLD_ADDRESSES else self._home_address()

    def _world_address(self) -> str:
        return self._addresses.address()

    def _home_address(self) -> str:
        rng = self._rng
        if rng.random() < _HOME_ADDRESSES:
            return self._addresses.address(HOME)
        unit = rng.choice(("", "", "", f", Apt {rng.randrange(1, 40)}", f" #{rng.randrange(1, 400)}", f", Unit {rng.choice('ABCDEF')}"))
        house = f"{rng.randrange(1, 9900)} {self._street()}{unit}"
        town = f"{house}, {self.place()}"
        return rng.choice((house, f"{town}, {self._one('states')} {rng.randrange(501, 99951):05}", town))

    def _facility(self) -> str:
        named = self._rng.choice((self.place, self.place, self.last, lambda: f"St. {self.first()}", lambda: f"Saint {self.first()}'s"))()
        name = f"{named} {self._one('facilities')}"
        draw = self._rng.random()
        if draw < 0.06:
            return "".join(word[0] for word in name.split() if word[0].isalpha()).upper() + self._rng.choice(("H", "MC", "RMC", "GH"))
        return f"{self._one('facilities')} of {self.place()}" if draw < 0.12 else name

    def _employer(self) -> str:
        last, rng = self.last(), self._rng
        return _weighted(
            rng, ((0.45, f"{last} {self._one('companies')}"), (0.15, f"{last} & {self.last()}"), (0.05, f"{last} Bros."),
                  (0.1, f"{last}, {self.last()} & {self.last()}"), (0.15, f"{self.place()} {self._one('companies')}"),
                  (0.1, self._unheard() + rng.choice(("", " Inc", " LLC", "Tech", "Corp")))),
        )  # fmt: skip

    def _school(self) -> str:
        return f"{self._rng.choice((self.place, self.last, self._full))()} {self._one('schools')}"

    def _church(self) -> str:
        return self._rng.choice((f"St. {self.first()} {self._one('churches')}", f"{self.place()} {self._one('churches')}"))

    def _landmark(self) -> str:
        return f"{self._rng.choice((self.place, self.last))()} {self._one('landmarks')}"

    def _unheard(self) -> str:
        """A name of two to four syllables of listed names, put together anew."""
        table = _syllables()
        made = self._rng.choice(table[0])
        for _ in range(self._rng.choice((0, 0, 0, 1))):
            made += self._rng.choice(table[1])
        return (made + self._rng.choice(table[2])).capitalize()

    def _name(self, kind: str) -> str:
        if kind != "place" and self._rng.random() < _UNHEARD_SHARE:
            return self._unheard()
        if kind != "place" and self._rng.random() < _WORLD_SHARE:
            return self._rng.choice(_world("given" if kind == "first" else "family", self._held))
        names, weights = _pool(kind, self._held)
        name = self._rng.choices(names, cum_weights=weights)[0].title()
        return f"{name[:2]}{name[2:].capitalize()}" if name[:2] == "Mc" and len(name) > 4 else name

    def _one(self, words: str) -> str:
        return self._rng.choice(self._words[words])

    _slots: Mapping[str, Callable[[NameDraws], str]] = {
        "FULL": _full, "FIRST": first, "LAST": last, "LASTFIRST": _last_first, "INITIALS": _initials, "STREET": _street, "CITY": place,
        "COUNTY": place, "ADDRESS": _address, "LANDMARK": _landmark, "FACILITY": _facility, "EMPLOYER": _employer, "SCHOOL": _school,
        "CHURCH": _church,
    }  # fmt: skip


SLOT_KINDS = dict.fromkeys(("FULL", "FIRST", "LAST", "LASTFIRST", "INITIALS"), "NAME")
SLOT_KINDS |= dict.fromkeys(("STREET", "CITY", "COUNTY", "ADDRESS", "LANDMARK"), "LOCATION")
SLOT_KINDS |= dict.fromkeys(("FACILITY", "EMPLOYER", "SCHOOL", "CHURCH"), "ORGANISATION")


def held_back(name: str) -> bool:
    """Whether a word, template or text is kept for validation."""
    return zlib.crc32(name.encode()) % 1000 < 1000 * VALIDATION_SHARE


@cache
def load_words() -> Mapping[str, Sequence[str]]:
    """The packaged word lists of slots (``data/name_draws.yaml``)."""
    import yaml

    lists: dict[str, Any] = yaml.safe_load(resources.files("finetune").joinpath("data", "name_draws.yaml").read_text(encoding="utf-8"))
    return {name: [part.strip() for part in words.split("|")] for name, words in lists.items()}


@cache
def _world(kind: str, held: bool) -> list[str]:
    return [name for name in world_names(kind) if held_back(name) == held]


@cache
def _pool(kind: str, held: bool) -> tuple[list[str], list[float]]:
    tables = load_gazetteers()
    table = {"surname": tables.surnames, "place": tables.places}.get(kind) or dict(tables.first_m) | dict(tables.first_f)
    names = sorted(name for name in table if held_back(name) == held and len(name) > 1)
    return names, list(accumulate(2.0 ** (_FLATTENED * table[name]) for name in names))


@cache
def _syllables() -> tuple[list[str], list[str], list[str]]:
    """First, inner and last syllables of rare surnames and of names from elsewhere."""
    names = [name for name, size in load_gazetteers().surnames.items() if size <= 8 and name.isalpha()]
    parts: tuple[set[str], set[str], set[str]] = (set(), set(), set())
    for name in names:
        cut = _cut(name)
        if len(cut) > 1 and max(map(len, cut)) <= MAX_SYLLABLE_CHARS:
            parts[0].add(cut[0])
            parts[1].update(cut[1:-1])
            parts[2].add(cut[-1])
    return sorted(parts[0]), sorted(parts[1]), sorted(parts[2])


def _cut(name: str) -> list[str]:
    """Syllables, roughly: each ends with a vowel or the consonant before two more."""
    cut, begin = [], 0
    for at in range(1, len(name) - 1):
        vowel_after = name[at + 1] in "aeiouy"
        if name[at] not in "aeiouy" and vowel_after and any(c in "aeiouy" for c in name[begin:at]):
            cut.append(name[begin:at])
            begin = at
    return [*cut, name[begin:]]


def _weighted(rng: random.Random, forms: Sequence[tuple[float, str]]) -> str:
    return rng.choices([form for _, form in forms], [weight for weight, _ in forms])[0]
