"""The passages of guidelines that were found, each laid out with what it is read with: title, heading, column names, list."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answering.candidates import Candidate, is_bare, lay_out
from rag.answering.features import feature_table
from rag.answering.guideline_asked import asked_of, named_in
from rag.answering.guideline_features import Judged, Passage, Piece, judge, log_odds
from rag.answering.guideline_passages import tells
from rag.answering.lexical import profile_question
from rag.answering.passages import Found
from rag.answering.scorer import packaged_scorer
from rag.clinical.outline import heading_over
from rag.types import Chunk, Evidence, SourceSpan

MAX_CAPTION_CHARS = 160
MAX_ITEMS = 12
_ITEM = re.compile(r"\s*(?:[-*•●▪◦‣–]|\(?\d{1,2}[.)]|\(?[a-z]\))\s")
_LABELLED_ROW = re.compile(r"[^:;|\n]{1,60}: [^;\n]+; [^:;\n]{1,60}: ")
_PLAIN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """The line of a chunk that a passage stands in, and the lines around it without the empty ones."""

    lines: Sequence[str]
    at: int

    @property
    def text(self) -> str:
        return self.lines[self.at]


def judged_passages(question: str, found: Found, titles: Mapping[str, str], about: frozenset[str] = frozenset()) -> list[Judged]:
    """Every distinct sentence found that says something, with its features for the question; some ms for 30 chunks.

    Where ``about`` is given, a passage must have one of these folded terms itself, in its heading or title.
    """
    candidates = lay_out(found.hits, found.vectors)
    if not candidates.sentences:
        return []
    table = feature_table(profile_question(question), found.vector, candidates)
    _, probabilities, _ = packaged_scorer().score(table.values)
    chunks = {(hit.chunk.doc_id, hit.chunk.start): hit.chunk for hit in found.hits}
    placed: dict[str, list[Chunk]] = {}
    for chunk in chunks.values():
        placed.setdefault(chunk.doc_id, []).append(chunk)
    rows = _distinct(candidates.sentences, placed)
    passages = [_read(candidates.sentences[row], placed, titles) for row in rows]
    kept = [at for at, passage in enumerate(passages) if not about or _is_about(passage, about)]
    rows, passages = [rows[at] for at in kept], [passages[at] for at in kept]
    like = (candidates.vectors @ found.vector)[rows] if rows else candidates.vectors[:0, 0]
    scored = {at: log_odds(float(probabilities[row])) for at, row in enumerate(rows)}
    texts = [f"{passage.candidate.text} {passage.over} {passage.columns}" for passage in passages]
    everywhere = frozenset().union(*(named_in(text) for text in texts))
    return judge(asked_of(question), passages, like, scored, everywhere)


def _distinct(sentences: Sequence[Candidate], placed: Mapping[str, list[Chunk]]) -> list[int]:
    """The first of equal sentences of a document, without headings and what else says nothing."""
    seen: set[tuple[str, str]] = set()
    rows = []
    for row, candidate in enumerate(sentences):
        key = (candidate.span.doc_id, _PLAIN.sub(" ", candidate.text.casefold()).strip())
        evidence = Evidence(candidate.span, candidate.text, 0.0, candidate.section)
        if key not in seen and not is_bare(candidate.text) and tells(evidence, placed):
            rows.append(row)
            seen.add(key)
    return rows


def _read(candidate: Candidate, placed: Mapping[str, list[Chunk]], titles: Mapping[str, str]) -> Passage:
    span = candidate.span
    title = titles.get(span.doc_id, "")
    chunk = next((one for one in placed[span.doc_id] if one.start <= span.start and span.end <= one.end), None)
    if chunk is None:
        return Passage(candidate, "", title, "")
    heading = heading_over(chunk.text, span.start - chunk.start) or chunk.section.replace("_", " ")
    line = _line_of(chunk, span.start - chunk.start)
    columns, caption = _table(line)
    over = f"{title}\n{heading}\n{caption}"
    if _is_row(line.text):
        return Passage(candidate, columns, over, "")
    if _ITEM.match(line.text):
        lead = _lead(chunk, span)
        return Passage(candidate, columns, over, lead.text if lead else "", lead=lead)
    whole = _with_items(chunk, span)
    if whole is not None:
        return Passage(candidate, columns, over, whole.text[len(candidate.text) :], whole=whole)
    return Passage(candidate, columns, over, _neighbours(chunk, span))


def _line_of(chunk: Chunk, offset: int) -> _Line:
    before = [line for line in chunk.text[:offset].split("\n")[:-1] if line.strip()]
    start = chunk.text.rfind("\n", 0, offset) + 1
    after = [line for line in chunk.text[start:].split("\n") if line.strip()]
    return _Line([*before, *(after or [""])], len(before))


def _table(line: _Line) -> tuple[str, str]:
    """For the row of a table, its first row, where the row does not name its columns itself, and the line above that."""
    if not _is_row(line.text):
        return "", ""
    first = line.at
    while first and _is_row(line.lines[first - 1]):
        first -= 1
    caption = line.lines[first - 1][:MAX_CAPTION_CHARS] if first else ""
    head = line.lines[first]
    named = _LABELLED_ROW.match(line.text) is not None or first == line.at
    return ("" if named else head), caption


def _is_row(text: str) -> bool:
    return " | " in text or _LABELLED_ROW.match(text) is not None


def _lead(chunk: Chunk, span: SourceSpan) -> Piece | None:
    """The sentence before the list that an item stands in; none where the list stands first under its heading."""
    for at in range(_place(chunk, span) - 1, -1, -1):
        piece = _piece(chunk, chunk.sentences[at].start, chunk.sentences[at].end)
        line = _line_of(chunk, piece.span.start - chunk.start).text
        if not _ITEM.match(line):
            return None if line.startswith("#") or _is_row(line) else piece
    return None


def _with_items(chunk: Chunk, span: SourceSpan) -> Piece | None:
    """A sentence with the items of the list that follows it, at most ``MAX_ITEMS``; none where none follows at once."""
    end = None
    for sentence in chunk.sentences[_place(chunk, span) + 1 :][:MAX_ITEMS]:
        if not _ITEM.match(_line_of(chunk, sentence.start - chunk.start).text):
            break
        end = sentence.end
    return _piece(chunk, span.start, end) if end is not None else None


def _neighbours(chunk: Chunk, span: SourceSpan) -> str:
    """The sentences before and after one, without headings and rows of tables."""
    at = _place(chunk, span)
    near = (*chunk.sentences[max(0, at - 1) : at], *chunk.sentences[at + 1 : at + 2])
    texts = [chunk.text[one.start - chunk.start : one.end - chunk.start] for one in near]
    return "\n".join(text for text in texts if not text.startswith("#") and not _is_row(text))


def _place(chunk: Chunk, span: SourceSpan) -> int:
    return next(at for at, sentence in enumerate(chunk.sentences) if (sentence.start, sentence.end) == (span.start, span.end))


def _piece(chunk: Chunk, start: int, end: int) -> Piece:
    return Piece(SourceSpan(chunk.doc_id, chunk.doc_sha256, start, end), chunk.text[start - chunk.start : end - chunk.start])


def _is_about(passage: Passage, about: frozenset[str]) -> bool:
    held = named_in(f"{passage.candidate.text}\n{passage.over}\n{passage.columns}")
    return any(f"~{term}" in held for term in about)
