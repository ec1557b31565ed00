"""The way back: what was replaced, sealed under the workspace key, and put back only for a stated purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.types import Span


@dataclass(frozen=True, slots=True)
class Replacement:
    """``input[start:end]`` was ``original`` and is ``surrogate`` at ``output[new_start:new_end]``. Holds PHI: seal it, never log it."""

    start: int
    end: int
    new_start: int
    new_end: int
    entity_type: str
    original: str
    surrogate: str
    detectors: tuple[str, ...]


def pack_replacements(replacements: Sequence[Replacement]) -> list[list[object]]:
    """Plain rows for a record that is sealed as a whole."""
    return [[r.start, r.end, r.new_start, r.new_end, r.entity_type, r.original, r.surrogate, list(r.detectors)] for r in replacements]


def unpack_replacements(rows: Iterable[tuple[int, int, int, int, str, str, str, Sequence[str]]]) -> tuple[Replacement, ...]:
    """The replacements of :func:`pack_replacements`."""
    return tuple(
        Replacement(start, end, new_start, new_end, kind, original, surrogate, tuple(detectors))
        for start, end, new_start, new_end, kind, original, surrogate, detectors in rows
    )


def reveal(text: str, replacements: Sequence[Replacement], span: Span | None = None) -> str:
    """The original of ``text[span]`` (of all of ``text`` without a span), character by character.

    A span that cuts through a surrogate gets the whole original of it. Linear in the span and the replacements.
    """
    span = span or Span(0, len(text))
    pieces: list[str] = []
    cursor = span.start
    for replacement in sorted(replacements, key=lambda r: r.new_start):
        if replacement.new_end <= span.start or replacement.new_start >= span.end:
            continue
        pieces += (text[cursor : max(cursor, replacement.new_start)], replacement.original)
        cursor = replacement.new_end
    pieces.append(text[cursor : max(cursor, span.end)])
    return "".join(pieces)
