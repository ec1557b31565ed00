"""What a sentence of a note says of what was asked: the assertion at the words that name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.answering.candidates import Candidate
from rag.answering.units_asked import Unit, held_by
from rag.clinical.assertions import Assertion, assess
from rag.clinical.headings import kind_of_heading
from rag.types import Span

_NOT_DONE = re.compile(
    r"\b(?:not|never|no longer|nor) (?:\w+ ){0,2}?(?:recommended|indicated|required|needed|given|done|started|warranted|necessary)\b",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[^\s/]+")


def assert_of(candidate: Candidate, own: Sequence[Unit]) -> Assertion:
    """What the sentence says of the heaviest unit it names; negated where it denies any of them."""
    section = kind_of_heading(candidate.heading.strip(" :#")) or candidate.section
    pieces = [(match.span(), held_by(match[0])) for match in _PIECE.finditer(candidate.text)]
    told = []
    for unit in sorted(own, key=lambda u: -u.weight):
        atoms = frozenset(atom for form in unit.forms if form <= held_by(candidate.text) for atom in form)
        spans = [span for span, held in pieces if held & atoms]
        first, last = (spans[0][0], spans[0][1]) if spans else (0, len(candidate.text))
        told.append(assess(candidate.text, Span(first, last), section))
    if _NOT_DONE.search(candidate.text) and not told[0].negated:
        return replace(told[0], negated=True)
    return next((one for one in told if one.negated), told[0])
