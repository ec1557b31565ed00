"""Every name of the lexicon by its atoms, and every word of its lists, compiled: read in a tenth of the time that the lists take.

``data/names.txt.gz``: a line per set of atoms, then the names written so, each a letter for its list (a capital one: only asked so) and the
canonical name. ``data/name_words.txt.gz``: the words, those that are only asked after a ``+``. Both are made from the word lists by
``python -m rag.clinical.concepts.compile_names``; a test fails where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import ascii_lowercase

from rag.clinical.concepts.tables import read_lines

NAMES_FILE, WORDS_FILE = "names.txt.gz", "name_words.txt.gz"
BETWEEN = "\t"
ONLY_ASKED = "+"
Entry = tuple[str, str, bool]
"""Kind, canonical name, and whether the atoms are only asked, not written."""


def read_names(kinds: Iterable[str]) -> Iterator[tuple[frozenset[str], tuple[Entry, ...]]]:
    """Atoms with their names in order; ``kinds`` are the kinds of the lists in the order compiled."""
    letters = dict(zip(ascii_lowercase, kinds, strict=False))
    for line in read_lines(NAMES_FILE):
        atoms, *names = line.split(BETWEEN)
        yield frozenset(atoms.split()), tuple((letters[name[0].lower()], name[1:], name[0].isupper()) for name in names)


def read_words() -> tuple[frozenset[str], frozenset[str]]:
    """The words of what is written, and those of what is only asked."""
    lines = list(read_lines(WORDS_FILE))
    return frozenset(line for line in lines if line[0] != ONLY_ASKED), frozenset(line[1:] for line in lines if line[0] == ONLY_ASKED)


def names_lines(index: Mapping[frozenset[str], Iterable[Entry]], kinds: Iterable[str]) -> Iterator[str]:
    """The lines of the names file."""
    letters = dict(zip(kinds, ascii_lowercase, strict=False))
    for atoms, entries in index.items():
        names = [(letters[kind].upper() if asked else letters[kind]) + name for kind, name, asked in entries]
        yield BETWEEN.join([" ".join(sorted(atoms)), *names])


def words_lines(written: Iterable[str], asked: Iterable[str]) -> Iterator[str]:
    """The lines of the words file."""
    yield from sorted(written)
    yield from sorted(ONLY_ASKED + word for word in asked)
