"""Chunks: runs of whole sentences that fit the encoder, cut where the author cut.

A chunk begins and ends with a sentence, so no sentence, number or dose is divided; where the limit forces a cut it
falls at the border of a section, else of a paragraph, else of a line, else of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from uuid import UUID, uuid5

from rag.clinical.sections import find_sections
from rag.clinical.sentences import halve, split_sentences
from rag.types import Chunk, Document, Section, Span

DEFAULT_MAX_TOKENS = 256
_CHUNK_NAMESPACE = UUID("6f0c1d52-1d0e-4a53-9d5b-1c3a1c0f7e0a")
_MIN_SHARE = 4  # a chunk of less than a quarter of the limit is joined to a neighbour where it fits
_MAX_SECTION_NAME_CHARS = 80
_MAX_LINE_CHARS = 400
_LINE = re.compile(r"[^\n]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

TokenCounter = Callable[[Sequence[str]], Sequence[int]]


class _Border:
    """How good a place to cut is, before a sentence."""

    AFTER_LEAD_IN = -1  # the sentence before is a heading or ends with a colon
    SENTENCE = 0
    LINE = 1
    PARAGRAPH = 2
    SECTION = 3


@dataclass(frozen=True, slots=True)
class _Piece:
    """One sentence, its section and size, and the border before it."""

    start: int
    end: int
    section: str
    border: int
    tokens: int = 0


def chunk_document(document: Document, count_tokens: TokenCounter, *, max_tokens: int = DEFAULT_MAX_TOKENS) -> tuple[Chunk, ...]:
    """The chunks of a document in order: disjoint, holding every non-blank character, none for a blank text.

    ``count_tokens`` gives each text's word pieces as the encoder would count them, special tokens included; it is
    called once for all sentences. No chunk is over ``max_tokens``; a sentence that alone is over is divided at a clause
    or word until its parts fit (unless a single word does not). Sections under a quarter of the limit share a chunk.
    Documents rendered from several resources are packed line by line, a line being a sentence, without regard to headings. Linear.
    """
    special = count_tokens([""])[0]
    pieces = _fitted(document.text, _pieces(document), count_tokens, special, max_tokens - special)
    if not pieces:
        return ()
    cuts = _cuts(pieces, max_tokens - special, sections_matter=not _is_rendered(document))
    return tuple(_chunk(document, ordinal, pieces[first:last]) for ordinal, (first, last) in enumerate(pairwise(cuts)))


def _is_rendered(document: Document) -> bool:
    return len({resource.start for resource in document.resources}) > 1


def _chunk(document: Document, ordinal: int, pieces: Sequence[_Piece]) -> Chunk:
    start, end = pieces[0].start, pieces[-1].end
    return Chunk(
        chunk_id=str(uuid5(_CHUNK_NAMESPACE, f"{document.doc_id}:{document.sha256}:{ordinal}")),
        doc_id=document.doc_id,
        doc_sha256=document.sha256,
        ordinal=ordinal,
        start=start,
        end=end,
        text=document.text[start:end],
        section=pieces[0].section,
        sentences=tuple(Span(piece.start, piece.end) for piece in pieces),
    )


def _pieces(document: Document) -> Iterator[_Piece]:
    """The document's sentences, each with the border before it."""
    text = document.text
    sections = [Section(0, len(text), "", "other")] if _is_rendered(document) else find_sections(text)
    before = 0
    lead_in = False
    for section in sections:
        name = section.title[:_MAX_SECTION_NAME_CHARS] if section.kind == "other" else section.kind
        border = _Border.SECTION
        for number, span in enumerate(_lines(text) if _is_rendered(document) else split_sentences(text, section.start, section.end)):
            if number:
                border = _Border.AFTER_LEAD_IN if lead_in else _border(text[before : span.start])
            yield _Piece(span.start, span.end, name, border)
            is_heading = number == 0 and bool(section.title) and span.end - section.start <= len(section.title) + 8
            before, lead_in = span.end, is_heading or text[span.end - 1] == ":"


def _lines(text: str) -> Iterator[Span]:
    """The lines of a rendered document, each a statement of its own; one of more than 400 characters by its sentences."""
    for line in _LINE.finditer(text):
        spans = split_sentences(text, *line.span())
        if len(spans) > 1 and line.end() - line.start() <= _MAX_LINE_CHARS:
            spans = (Span(spans[0].start, spans[-1].end),)
        yield from spans


def _border(gap: str) -> int:
    if "\n" not in gap:
        return _Border.SENTENCE
    return _Border.PARAGRAPH if _BLANK_LINE.search(gap) else _Border.LINE


def _fitted(text: str, pieces: Iterator[_Piece], count_tokens: TokenCounter, special: int, budget: int) -> list[_Piece]:
    """The pieces with their sizes; those over the budget are halved until they fit or cannot be."""
    waiting = list(pieces)
    counts = count_tokens([text[piece.start : piece.end] for piece in waiting])
    fitted: list[_Piece] = []
    for piece, count in zip(waiting, counts, strict=True):
        if count - special <= budget:
            fitted.append(_Piece(piece.start, piece.end, piece.section, piece.border, count - special))
            continue
        parts = halve(text, Span(piece.start, piece.end))
        if len(parts) < 2:
            fitted.append(_Piece(piece.start, piece.end, piece.section, piece.border, count - special))
            continue
        borders = (piece.border, _Border.SENTENCE)
        halves = (_Piece(part.start, part.end, piece.section, border) for part, border in zip(parts, borders, strict=True))
        fitted += _fitted(text, halves, count_tokens, special, budget)
    return fitted


def _cuts(pieces: Sequence[_Piece], budget: int, *, sections_matter: bool) -> list[int]:
    """Indices between which the chunks lie, from 0 to ``len(pieces)``."""
    total = [0, *accumulate(piece.tokens for piece in pieces)]
    least = budget // _MIN_SHARE
    cuts = [0]
    while cuts[-1] < len(pieces):
        first = cuts[-1]
        last = first + 1
        at_section = False
        while last < len(pieces) and total[last + 1] - total[first] <= budget:
            at_section = sections_matter and pieces[last].border == _Border.SECTION and total[last] - total[first] >= least
            if at_section:
                break
            last += 1
        if last < len(pieces) and not at_section:
            enough = total[first] + budget // 2
            choices = [i for i in range(first + 1, last + 1) if total[i] >= enough] or [last]
            last = max(choices, key=lambda i: (pieces[i].border, i))
        cuts.append(last)
    if len(cuts) > 2 and total[cuts[-1]] - total[cuts[-2]] < least:
        _even_out(pieces, total, cuts, budget)
    return cuts


def _even_out(pieces: Sequence[_Piece], total: Sequence[int], cuts: list[int], budget: int) -> None:
    """Give a small last chunk to the one before it, or divide the two anew at the best border."""
    first, end = cuts[-3], cuts[-1]
    if total[end] - total[first] <= budget:
        del cuts[-2]
        return
    middle = (total[first] + total[end]) / 2
    choices = [i for i in range(first + 1, end) if total[i] - total[first] <= budget and total[end] - total[i] <= budget]
    cuts[-2] = max(choices, key=lambda i: (pieces[i].border >= _Border.LINE, -abs(total[i] - middle)), default=cuts[-2])
