"""Invented addresses in the forms of some fifty countries: patterns and ordinary words (``data/address_draws.yaml``), filled by draws.

Who draws says which streets and towns may come up, so that validation has streets and towns of its own.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate

HOME = "united_states"
_APART = frozenset(("street", "town", "rue", "romand"))  # drawn again until they may be used
_MAX_TRIES = 2_000
_MARK = re.compile(r"\{(\w+)\}|[~#@%¤]")
_COMMAS = re.compile(r"\s*,(?:\s*,)*")
_LETTERS = "ABCEGHJLMNPRSTVWXY"
_LINE_JOINS = (", ", "\n", " ", ",\n", " - ", "; ")
_JOIN_WEIGHTS = (62, 18, 12, 4, 2, 2)
_COUNTRY_SHARE, _STREET_SHARE, _CAPITALS_SHARE, _PLAIN_LETTERS_SHARE = 0.25, 0.12, 0.06, 0.2
_UNFOLDED = str.maketrans(dict(zip("ßøØłŁđĐæıþÞð", ("ss", "o", "O", "l", "L", "d", "D", "ae", "i", "th", "Th", "d"), strict=True)))
Lists = Mapping[str, Sequence[str]]


class AddressDraws:
    """Draws with one generator of random numbers; ``names`` draws what is called "surname", "first" and "place" in patterns; ``may_use``
    tells of a street or town, in small letters without accents, whether it may be drawn."""

    def __init__(self, rng: random.Random, names: Mapping[str, Callable[[], str]], may_use: Callable[[str], bool]) -> None:
        self._rng = rng
        self._names = names
        self._may_use = may_use

    def address(self, country: str | None = None) -> str:
        """An address, whole or in part, of one line or more; of any country but the United States where none is named."""
        rng, lists = self._rng, _lists_of(country or self._country())
        if rng.random() < _STREET_SHARE:
            return self._finished(self._numbered(lists))
        lines = self._filled(rng.choice(lists["address"]), lists)
        if rng.random() < _COUNTRY_SHARE:
            lines += f";{rng.choice(lists['country'])}"
        return self._finished(lines)

    def street(self, country: str | None = None) -> str:
        """A street on one line, half of them with a number."""
        lists = _lists_of(country or self._country())
        return self._finished(self._numbered(lists) if self._rng.random() < 0.5 else self._drawn("street", lists), joined=", ")

    def town(self, country: str | None = None) -> str:
        """A town."""
        return self._finished(self._drawn("town", _lists_of(country or self._country())), joined=", ")

    def _country(self) -> str:
        names, weights = _weighted_countries()
        return self._rng.choices(names, cum_weights=weights)[0]

    def _numbered(self, lists: Lists) -> str:
        """The line of an address that its street stands in."""
        lines = [line for pattern in lists["address"] for line in pattern.split(";") if "{street}" in line and "{number}" in line]
        return self._filled(self._rng.choice(lines or ["{number} {street}"]), lists)

    def _filled(self, pattern: str, lists: Lists) -> str:
        return _MARK.sub(lambda match: self._drawn(match[1], lists) if match[1] else self._sign(match[0]), pattern)

    def _drawn(self, name: str, lists: Lists) -> str:
        if name in self._names:
            return self._names[name]()
        for _ in range(_MAX_TRIES):
            value = self._filled(self._rng.choice(lists[name]), lists)
            if name not in _APART or self._may_use(plain_letters(value).casefold()):
                break
        return value

    def _sign(self, sign: str) -> str:
        rng = self._rng
        if sign == "%":
            return str(rng.randrange(1, 200 if rng.random() < 0.3 else 40))
        return {"~": str(rng.randrange(1, 10)), "#": str(rng.randrange(10)), "@": rng.choice(_LETTERS), "¤": "#"}[sign]

    def _finished(self, lines: str, *, joined: str = "") -> str:
        """The lines joined, now and then all in capitals or without accents."""
        rng = self._rng
        joined = joined or rng.choices(_LINE_JOINS, _JOIN_WEIGHTS)[0]
        text = joined.join(" ".join(line.split()) for line in lines.split(";") if line.strip()).strip(" ,-")
        text = _COMMAS.sub(",", text)
        if rng.random() < _PLAIN_LETTERS_SHARE:
            text = plain_letters(text)
        return text.upper() if rng.random() < _CAPITALS_SHARE else text


def plain_letters(text: str) -> str:
    """The text without accents, as a typewriter of English has it; other scripts stay."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.translate(_UNFOLDED)) if not unicodedata.combining(c))


@cache
def countries() -> Mapping[str, Lists]:
    """Each country's lists, with those of its languages."""
    import yaml

    read = yaml.safe_load(resources.files("finetune").joinpath("data", "address_draws.yaml").read_text(encoding="utf-8"))
    split = {name: {key: [part.strip() for part in words.split("|")] for key, words in lists.items()} for name, lists in read.items()}
    whole: dict[str, Lists] = {}
    for name, lists in split.items():
        if "address" in lists:
            languages = lists.get("of", [""])[0].split()
            whole[name] = {key: words for part in (*languages[::-1], name) for key, words in split[part].items()}
    return whole


def _lists_of(country: str) -> Lists:
    return countries()[country]


@cache
def _weighted_countries() -> tuple[list[str], list[float]]:
    names = [name for name in countries() if name != HOME]
    return names, list(accumulate(float(countries()[name].get("weight", ["1"])[0]) for name in names))
