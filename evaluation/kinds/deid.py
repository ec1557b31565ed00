"""Texts with marked identifiers: what was replaced of them, and what else was.

An identifier counts as replaced when all its letters and digits are; another word as touched when one of its is. Clinical words are
those that the clinical lists name things with, numbers with their units, sides and negations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from evaluation.build import Build, needed
from evaluation.items import Data, DeidItem, Item
from evaluation.kinds.kind import Kind, Take
from evaluation.scores import Score, Tally
from rag.types import Span

BLOCK = 32
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W_]+(?:[.'/-][^\W_]+)*")
_LEAST_LETTERS = 4
"""Shorter words of the clinical lists are everyday words too often."""


class DeidSample(Data):
    """What was replaced, in offsets of the text as given."""

    spans: tuple[tuple[int, int], ...]


@contextmanager
def _taking(build: Build, _folder: object) -> Iterator[Take]:
    deidentify = needed(build.deidentify, "de-identification")

    def take(items: Sequence[Item]) -> list[Data]:
        texts = [item.text for item in items if isinstance(item, DeidItem)]
        return [DeidSample(spans=tuple((span.start, span.end) for span in spans)) for spans in deidentify(texts)]

    yield take


def _score(item: Item, sample: Data) -> Score:
    if not isinstance(item, DeidItem) or not isinstance(sample, DeidSample):
        raise TypeError(f"{type(item).__name__} with {type(sample).__name__}")
    text = item.text
    covered = {at for start, end in sample.spans for at in range(start, end)}
    gold = {at for span in item.spans for at in range(span.start, span.end)}
    all_of, found = Counter(span.type for span in item.spans), Counter[str]()
    for span in item.spans:
        found[span.type] += covered.issuperset(at for at in range(span.start, span.end) if text[at].isalnum())
    words = [places for places in _words(text) if not gold.intersection(places)]
    clinical = clinical_places(text)
    ours = [places for places in words if clinical.intersection(places)]
    tallies = {
        "recall": Tally(found.total(), all_of.total()),
        "words_touched": Tally(sum(bool(covered.intersection(places)) for places in words), len(words)),
        "clinical_words_touched": Tally(sum(bool(covered.intersection(places)) for places in ours), len(ours)),
    }
    missed = tuple(f"{all_of[kind] - found[kind]} {kind} left" for kind in sorted(all_of) if found[kind] < all_of[kind])
    return Score(item.id, tallies, {"recall": {kind: Tally(found[kind], n) for kind, n in sorted(all_of.items())}}, missed)


def _words(text: str) -> list[list[int]]:
    """Where the letters and digits of each word stand."""
    return [[at for at in range(*word.span()) if text[at].isalnum()] for word in _WORD.finditer(text)]


def clinical_places(text: str) -> set[int]:
    """Where clinical words stand in a text."""
    from rag.clinical.concepts.lexicon import written_words
    from rag.clinical.cues import cues_of, tokens_of
    from rag.clinical.units import find_quantities
    from rag.verification.sides import sides_of

    spans = [quantity.span for quantity in find_quantities(text) if quantity.unit] + [side.span for side in sides_of(text)]
    tokens = tokens_of(text, 0, len(text))
    cues = [cue for cue in cues_of(tokens) if any(name.startswith("negated") for name in cue.names)]
    spans += [Span(tokens[cue.first].start, tokens[cue.last - 1].end) for cue in cues]
    known = written_words()
    spans += [Span(*word.span()) for word in _LETTERS.finditer(text) if word[0].lower() in known and len(word[0]) >= _LEAST_LETTERS]
    return {at for span in spans for at in range(span.start, span.end)}


DEID = Kind("deid", DeidSample, _taking, _score, block=BLOCK)
