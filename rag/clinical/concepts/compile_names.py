"""Make ``names.txt.gz`` and ``name_words.txt.gz`` after a word list changed: ``python -m rag.clinical.concepts.compile_names``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from rag.clinical.concepts.compile_tables import write_lines
from rag.clinical.concepts.lexicon import LISTS, asked_list, listed_words, word_list
from rag.clinical.concepts.name_index import NAMES_FILE, WORDS_FILE, Entry, names_lines, words_lines
from rag.clinical.concepts.words import bag


def indexed() -> dict[frozenset[str], tuple[Entry, ...]]:
    """Names by their atoms: written before asked, canonical ones before further ones, list by list."""
    found: defaultdict[frozenset[str], dict[tuple[str, str], bool]] = defaultdict(dict)
    lists: tuple[tuple[Callable[[str], Mapping[str, tuple[str, ...]]], bool], ...] = ((word_list, False), (asked_list, True))
    for listed, asked in lists:
        for kind in LISTS:
            for name in listed(kind):
                found[bag(name)].setdefault((kind, name), asked)
        for kind in LISTS:
            for name, phrases in listed(kind).items():
                for phrase in phrases:
                    found[bag(phrase)].setdefault((kind, name), asked)
    return {
        words: tuple((kind, name, asked) for (kind, name), asked in names.items())
        for words, names in found.items()
        if words and not "".join(words).isdigit()
    }


def main() -> None:
    """Write both files."""
    write_lines(NAMES_FILE, names_lines(indexed(), LISTS))
    written, asked = listed_words()
    write_lines(WORDS_FILE, words_lines(written, asked))


if __name__ == "__main__":
    main()
