"""What the census knows of names and places, and which words are ordinary. Facts as compiled; see ``data/SOURCES.md``."""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’ʻ][^\W\d_]+)*")
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХУавеѕіјкмнорстху" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοιν" + "’‘ʼ`´",
    "ABESIJKMHOPCTXYabesijkmhopctxy" + "ABEZHIKMNOPTYXaoiv" + "'''''",
)


@dataclass(frozen=True, slots=True)
class Gazetteers:
    """Look-up tables keyed by folded words (see :func:`fold`). Values are binary logarithms of counts.

    ``surnames``: bearers in the US; ``first_f`` and ``first_m``: bearers per 100,000 of that sex; ``places``: people;
    ``ordinary``: uses in lower case in the texts counted; ``kept_zip3``: prefixes that more than 20,000 people share;
    ``world_given`` and ``world_family``: words of names of many languages, without counts.
    """

    surnames: Mapping[str, int]
    first_f: Mapping[str, int]
    first_m: Mapping[str, int]
    places: Mapping[str, int]
    ordinary: Mapping[str, int]
    kept_zip3: frozenset[str]
    world_given: frozenset[str]
    world_family: frozenset[str]


@cache
def load_gazetteers() -> Gazetteers:
    """Read the tables once per process: about 0.1 s and 30 MB."""
    first: dict[str, dict[str, int]] = {"f": {}, "m": {}}
    for line in _lines("first_names.txt.gz"):
        sex, bucket, *names = line.split()
        first[sex].update(dict.fromkeys(names, int(bucket)))
    return Gazetteers(
        surnames=_buckets("surnames.txt.gz"),
        first_f=first["f"],
        first_m=first["m"],
        places=_buckets("places.txt.gz"),
        ordinary=_buckets("ordinary_words.txt.gz"),
        kept_zip3=frozenset(_lines("zip3.txt.gz")[0].split()),
        world_given=_words_in(world_names("given")),
        world_family=_words_in(world_names("family")),
    )


def world_names(kind: str) -> list[str]:
    """Given or family names of many languages, as written there."""
    lines = (line.split("|") for line in _lines("world_names.txt.gz"))
    return [name for line in lines if line[0] == kind for name in line[2:]]


def _words_in(names: Iterable[str]) -> frozenset[str]:
    return frozenset(fold(word) for name in names for word in _NAME_WORD.findall(name) if len(word) > 1)


def fold(word: str) -> str:
    """The word in lower-case ASCII where it has one: accents off, look-alike Cyrillic and Greek letters as Latin."""
    if word.isascii():
        return word.lower()
    plain = word.translate(_LOOK_ALIKES)
    if plain.isascii():
        return plain.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).lower()


def _lines(name: str) -> list[str]:
    return gzip.decompress((DATA / name).read_bytes()).decode().splitlines()


def _buckets(name: str) -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _lines(name):
        bucket, _, values = line.partition("|")
        table.update(dict.fromkeys(values.split("|"), int(bucket)))
    return table
