"""Headings of notes and guidelines, and what stands under each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from rag.clinical.headings import kind_of_heading, kind_of_label
from rag.clinical.lines import is_capitals
from rag.types import Section

_LINE = re.compile(r"[^\n]+")
_MARKDOWN = re.compile(r"(#{1,6})\s+(.+?)\s*#*$")
_LABEL = re.compile(r"([A-Z][A-Za-z&/,.()' -]{1,60}?)\s?:(?=\s|$)")
_NUMBERED = re.compile(r"(?:(?:section|chapter|part|appendix)\s+)?\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?=[A-Z])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;,][\"'”’)\]]*$")
_MAX_HEADING_CHARS = 100
_MAX_PLAIN_HEADING_CHARS = 70
_MIN_PROSE_CHARS = 80


def find_sections(text: str) -> tuple[Section, ...]:
    """The sections of ``text``: ordered, contiguous, covering it all; none for an empty text. Linear.

    ``kind`` is a canonical word (``rag.clinical.headings``) or "other"; text before the first heading is "other" with an
    empty title. A heading that says no kind of its own, below one that does, inherits it ("Hypertension" in a plan).
    """
    if not text:
        return ()
    sections: list[Section] = []
    start, title, kind = 0, "", "other"
    for at, new_title, new_kind in _headings(text):
        if at > start:
            sections.append(Section(start, at, title, kind))
        start, title, kind = at, new_title, kind if new_kind is None else new_kind
    sections.append(Section(start, len(text), title, kind))
    return tuple(sections)


def section_at(sections: Sequence[Section], offset: int) -> Section | None:
    """The section that holds ``offset``; None where there is none. O(log sections)."""
    i = bisect_right(sections, offset, key=lambda section: section.start) - 1
    return sections[i] if i >= 0 and offset < sections[i].end else None


def _headings(text: str) -> Iterator[tuple[int, str, str | None]]:
    """Each heading's offset, title and kind; None for one that inherits."""
    level_of_kind = 0
    for match in _LINE.finditer(text):
        raw = match[0] if match.end() - match.start() <= 400 else text[match.start() : match.start() + 400]
        line = raw.strip()
        if not line or not (line[0].isupper() or line[0] in "#0123456789"):
            continue
        at = match.start() + raw.index(line[0])
        if line[0] == "#" and (markdown := _MARKDOWN.match(line)):
            level, kind = len(markdown[1]), kind_of_heading(markdown[2])
            inherits = kind is None and level > level_of_kind > 0
            yield at, markdown[2], None if inherits else kind or "other"
            if not inherits:
                level_of_kind = level if kind else 0
        elif label := _LABEL.match(line):
            alone = label.end() == len(line)
            found = kind_of_heading(label[1]) if alone and is_capitals(label[1]) else kind_of_label(label[1])
            if found or (alone and _is_unknown_heading(label[1])):
                yield at, label[1], found or "other"
                level_of_kind = 0
        elif heading := _plain_heading(text, match, line):
            yield at, line, heading[0]
            level_of_kind = 0


def _plain_heading(text: str, match: re.Match[str], line: str) -> tuple[str | None] | None:
    """The kind, in a tuple, of a line that is a heading without a mark: known words, capitals, a section number, or a short title."""
    if len(line) > _MAX_HEADING_CHARS or _SENTENCE_END.search(line):
        return None
    numbered = _NUMBERED.match(line)
    words = line[numbered.end() :] if numbered else line
    if len(words) > 1 and (kind := kind_of_label(words)):
        return (kind,)
    if numbered and len(words) <= _MAX_PLAIN_HEADING_CHARS:
        return (None,)
    if _is_unknown_heading(line):
        return (kind_of_heading(line) or "other",)
    if len(line) <= _MAX_PLAIN_HEADING_CHARS and not any(c.isdigit() for c in line) and _stands_over_prose(text, match):
        return (None,)
    return None


def _is_unknown_heading(line: str) -> bool:
    return is_capitals(line) and len(line) >= 5 and (" " in line or "." in line or len(line) >= 7) and not any(c.isdigit() for c in line)


def _stands_over_prose(text: str, match: re.Match[str]) -> bool:
    """Whether the line has a blank line (or nothing) before and after it, and prose below."""
    before = text[max(0, match.start() - 2) : match.start()]
    after = text[match.end() : match.end() + 2 + _MIN_PROSE_CHARS]
    if before not in ("\n\n", "") or not after.startswith("\n\n"):
        return False
    prose = after[2:]
    return len(prose) == _MIN_PROSE_CHARS and "\n" not in prose and prose[0].isupper()
