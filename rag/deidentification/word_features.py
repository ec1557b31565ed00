"""What the tagger is told of each word piece beside the piece itself: its word's writing, what the lists say of it, and its line.

The encoder's word pieces are without case and cannot know the census; these numbers can. Every piece of a word has its word's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.deidentification.gazetteers import load_gazetteers
from rag.deidentification.terms import load_terms
from rag.deidentification.words import WORD_CACHE_SIZE, Word, WordFacts, words_of
from rag.types import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LISTS = (
    "titles", "soft_titles", "credentials", "relatives", "labels", "before_name", "person_verbs", "name_particles", "products", "states",
    "eponyms", "eponym_nouns", "never_alone", "place_cues", "street_suffixes", "facility_words", "facility_heads", "facility_kinds",
)  # fmt: skip
_LOGS = ("first", "surname", "place", "ordinary")
_SCALES = (12.0, 21.0, 24.0, 20.0)
_OF_A_WORD = (
    "word", "capital", "shouted", "letter", "coined", "digits_at_end", "world_given", "world_family",
    *(f"{name}_listed" for name in _LOGS), *_LOGS, *LISTS,
)  # fmt: skip
_OF_A_PLACE = ("opens", "line_shouting", "line_opens", "line_closes", "comma_before", "comma_after", "colon_before", "hyphen_beside")
_OF_SIGNS = ("digit", "line_before")
FEATURES = (*_OF_A_WORD, *_OF_A_PLACE, *_OF_SIGNS)
"""Names of the columns."""
GAZETTEER_COLUMNS = tuple(
    FEATURES.index(name) for name in ("world_given", "world_family", *(f"{log}_listed" for log in _LOGS[:3]), *_LOGS[:3])
)
"""What the lists of names say; a name that no list holds has zeros here."""


def piece_features(text: str, pieces: Sequence[Span]) -> NDArray[np.float32]:
    """Float32[len(pieces), len(FEATURES)], between 0 and 1; ``pieces`` are ordered spans of ``text``, empty ones get zeros. Linear."""
    import numpy as np

    rows = np.zeros((len(pieces), len(FEATURES)), dtype=np.float32)
    words = words_of(text)
    at, until = 0, 0
    for row, piece in zip(rows, pieces, strict=True):
        if piece.start == piece.end:
            continue
        while at < len(words) and words[at].end <= piece.start:
            at += 1
        if at < len(words) and words[at].start <= piece.start:
            _of_word(row, text, words, at)
        else:
            row[-2] = text[piece.start].isdigit()
        row[-1] = "\n" in text[until : piece.start]
        until = piece.end
    return rows


def _of_word(row: NDArray[np.float32], text: str, words: Sequence[Word], at: int) -> None:
    word = words[at]
    row[: len(_OF_A_WORD)] = _of_facts(word.facts, text[word.end - 1].isdigit())
    before, after = word.gap, words[at + 1].gap if at + 1 < len(words) else text[word.end : word.end + 4]
    row[len(_OF_A_WORD) : -2] = (
        word.opens, word.shouting, at == 0 or "\n" in before, at + 1 == len(words) or "\n" in after, before.lstrip()[:1] == ",",
        after.lstrip()[:1] == ",", ":" in before, before == "-" or after == "-",
    )  # fmt: skip


@lru_cache(maxsize=WORD_CACHE_SIZE)
def _of_facts(facts: WordFacts, numbered: bool) -> tuple[float, ...]:
    terms, tables = load_terms(), load_gazetteers()
    logs = (facts.first, facts.surname, tables.places.get(facts.folded, -1), facts.ordinary)
    return (
        1.0, facts.capital, facts.shouted, len(facts.folded) == 1, facts.coined, numbered,
        facts.folded in tables.world_given, facts.folded in tables.world_family,
        *(log >= 0 for log in logs), *(max(0.0, log) / scale for log, scale in zip(logs, _SCALES, strict=True)),
        *(facts.folded in getattr(terms, name) for name in LISTS),
    )  # fmt: skip
