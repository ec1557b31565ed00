"""A response as statements: what can be supported or not by itself, each at its place in the response.

A sentence is a statement; so are list items and clauses that a semicolon joins. A heading, a bullet or a "Yes." goes with the statement
it introduces, so that every letter and digit of the response belongs to one statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.clinical.lines import LIST_ITEM
from rag.clinical.sentences import split_sentences
from rag.types import Span

MIN_CLAUSE_WORDS = 3
"""A clause beside a semicolon is a statement of its own from this many words on ("metformin; lisinopril" is one list)."""
MAX_HEADING_WORDS = 8
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_SEMICOLON = re.compile(r";\s+")
_LEAD = re.compile(r"\s*(?:yes|no)\b[\s.,:;!–—-]*$", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:\[\d{1,3}(?:\s?[,–-]\s?\d{1,3})*\])+|[*_`#]{1,6}(?=\S|\s|$)")
_JOINT = re.compile(r",?\s+(?:and|but|while|whereas|although|which|who)\s+|[,;:–—]\s+", re.IGNORECASE)
_OPEN, _CLOSE = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Part:
    """One statement: ``response[span]`` with what introduces it; ``body`` is the part to be judged, heading and bullet left out.

    ``body`` begins no later than a leading "Yes:" or "No:", which changes what the statement says.
    """

    span: Span
    body: Span


def split_statements(response: str) -> tuple[Part, ...]:
    """The statements in order: disjoint, holding every letter and digit; none where there is no letter or digit. Linear."""
    pieces = [piece for sentence in split_sentences(response) for piece in _clauses(response, sentence)]
    found: list[Part] = []
    start: int | None = None
    lead: int | None = None
    for piece in pieces:
        if not _WORD.search(response, piece.start, piece.end):
            continue
        begins = piece.start if start is None else start
        after = _after_bullet(response, piece)
        if _LEAD.match(response[after : piece.end]):
            start, lead = begins, after
        elif _introduces(response[piece.start : piece.end]):
            start = begins
        else:
            body = Span(after if lead is None else lead, piece.end)
            found.append(Part(Span(begins, piece.end), body))
            start = lead = None
    if start is None:
        return tuple(found)
    last = next(piece.end for piece in reversed(pieces) if _WORD.search(response, piece.start, piece.end))
    return (*found, Part(Span(start, last), Span(start, last)))


def plain(text: str) -> str:
    """The text with citation marks ("[2]") and Markdown's marks blanked out, at the same offsets."""
    return _MARK.sub(lambda match: " " * len(match[0]), text)


def facts_of(text: str) -> tuple[str, ...]:
    """The clauses and enumerated parts of one statement, which may be supported one by one; the whole text where it has one. Linear."""
    parts = [part.strip() for part in _JOINT.split(text)]
    kept = [part for part in parts if _WORD.search(part)]
    return tuple(kept) or (text,)


def _introduces(piece: str) -> bool:
    """Whether a piece is a heading or a label over what follows."""
    words = len(_WORD.findall(piece))
    return words <= MAX_HEADING_WORDS and (piece.endswith((":", ":**")) or piece.startswith("#"))


def _after_bullet(response: str, piece: Span) -> int:
    marker = LIST_ITEM.match(response, piece.start, piece.end)
    return marker.end() if marker and _WORD.search(response, marker.end(), piece.end) else piece.start


def _clauses(response: str, sentence: Span) -> Iterator[Span]:
    """A sentence cut at its semicolons outside brackets, where both sides say enough."""
    start = sentence.start
    depth, at = 0, sentence.start
    for match in _SEMICOLON.finditer(response, sentence.start, sentence.end):
        for letter in response[at : match.start()]:
            depth = depth + 1 if letter in _OPEN else max(0, depth - 1) if letter in _CLOSE else depth
        at = match.start()
        if depth or not _says_enough(response[start : match.start()]) or not _says_enough(_next(response, match.end(), sentence.end)):
            continue
        yield Span(start, match.start() + 1)
        start = match.end()
    yield Span(start, sentence.end)


def _next(response: str, start: int, end: int) -> str:
    """What follows up to the next semicolon."""
    stop = _SEMICOLON.search(response, start, end)
    return response[start : stop.start() if stop else end]


def _says_enough(clause: str) -> bool:
    return sum(1 for _ in _WORD.finditer(clause)) >= MIN_CLAUSE_WORDS
