"""Did clinical meaning survive? The readers of ``rag.clinical`` read the neighbourhood of every replacement.

A dose, a result, a drug, a side or a negation that a replacement took or cut is marked for review. Nothing is blocked:
"Dr. Left" lives in Norco, CA.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from rag.clinical.cues import cues_of, tokens_of
from rag.clinical.lexicon import load_words
from rag.clinical.mentions.drug_names import find_drug_names, words_of
from rag.clinical.mentions.measurements import find_measurements
from rag.clinical.terms import stem
from rag.clinical.units import find_quantities
from rag.deidentification.findings import EntityType
from rag.deidentification.reversal import Replacement
from rag.types import Span
from rag.verification.sides import SIDES, sides_of

NEIGHBOURHOOD_CHARS = 24
"""How far around a replacement is read: the rest of a dose, of a drug's name or of a cue stands nearer."""
_MEASURED_CHARS = 60
"""How far before a number what it measures is looked for."""
_MOST_DIGITS_MEASURED = 6
"""More digits are a telephone or record number, no result ("120/80" has five)."""
_DIGIT_NEAR = re.compile(r"\d\D?$")

Meaning = tuple[int, int, str]
"""Start, end and what is said there."""


def survival_marks(text: str, replacements: Sequence[Replacement]) -> tuple[str, ...]:
    """``survival:KIND[start:end]`` for every replacement that touched clinical meaning; offsets of the replacement in ``text``.

    KIND is quantity (a number and its unit), measurement (a result, vital sign or score), drug, side or negation. What the
    surrogate says again is not touched, and ages over 89 are meant to go. O(replacements).
    """
    return tuple(
        f"survival:{kind}[{replacement.start}:{replacement.end}]"
        for replacement in replacements
        if replacement.entity_type != EntityType.AGE
        for kind in _touched(text, replacement)
    )


def _touched(text: str, replacement: Replacement) -> Iterator[str]:
    left = text[max(0, replacement.start - NEIGHBOURHOOD_CHARS) : replacement.start]
    right = text[replacement.end : replacement.end + NEIGHBOURHOOD_CHARS]
    before, after = left + replacement.original + right, left + replacement.surrogate + right
    held = Span(len(left), len(left) + len(replacement.original))
    digits = sum(map(str.isdigit, replacement.original))
    if (digits or _DIGIT_NEAR.search(left)) and _lost(_quantities, before, after, held):
        yield "quantity"
    if 0 < digits <= _MOST_DIGITS_MEASURED and _measured(text, replacement):
        yield "measurement"
    words = (stem(word) for word, start, end in words_of(before) if start < held.end and end > held.start)
    if not _telling_words().isdisjoint(words):
        yield from (kind for kind, read in _WORD_READERS.items() if _lost(read, before, after, held))


def _lost(read: Callable[[str], Iterable[Meaning]], before: str, after: str, held: Span) -> bool:
    """Whether something that the reader reads at ``before[held]`` is not read afterwards."""
    told = {meaning for start, end, meaning in read(before) if start < held.end and end > held.start}
    return bool(told) and not told <= {meaning for _, _, meaning in read(after)}


def _measured(text: str, replacement: Replacement) -> bool:
    """Whether the number is the value of something that is measured, and is another one afterwards."""
    if not find_quantities(replacement.original):
        return False
    first = max(0, replacement.start - _MEASURED_CHARS)
    left = text[max(first, text.rfind("\n", first, replacement.start) + 1) : replacement.start]
    before, after = (
        {(found.canonical, found.value) for found in find_measurements(left + value, ())}
        for value in (replacement.original, replacement.surrogate)
    )
    return not before <= after


@cache
def _telling_words() -> frozenset[str]:
    """Every word of the lists that the word readers read: a span with none of them holds nothing of theirs."""
    lists = [load_words(name) for name in ("drugs", "drug_classes", "assertions")]
    phrases = [phrase for words in lists for name, found in words.items() for phrase in (name, *found)]
    phrases += [word for side in SIDES for word in load_words("verification")[side]]
    return frozenset(stem(word) for phrase in phrases for word, _, _ in words_of(phrase))


def _quantities(text: str) -> Iterable[Meaning]:
    return [(q.span.start, q.span.end, f"{q.value} {q.unit}") for q in find_quantities(text) if q.unit]


def _drugs(text: str) -> Iterable[Meaning]:
    return [(name.start, name.end, name.canonical) for name in find_drug_names(text, words_of(text))]


def _sides(text: str) -> Iterable[Meaning]:
    return [(side.span.start, side.span.end, side.side) for side in sides_of(text)]


def _negations(text: str) -> Iterable[Meaning]:
    tokens = tokens_of(text, 0, len(text))
    for cue in cues_of(tokens):
        if any(name.startswith("negated") for name in cue.names):
            yield tokens[cue.first].start, tokens[cue.last - 1].end, " ".join(t.word for t in tokens[cue.first : cue.last])


_WORD_READERS: dict[str, Callable[[str], Iterable[Meaning]]] = {"drug": _drugs, "side": _sides, "negation": _negations}
