"""Which lines of a note belong together: hard-wrapped prose is joined, lists, labels, tables and chart lines are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

LIST_ITEM = re.compile(r"(?:[-*+•●▪◦‣·–—>]|o(?=\s)|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)](?!\w)|\(?[ivxIVX]{1,4}[.)])\s")
LABEL = re.compile(r"[A-Z#][^:.\n]{0,48}:(?=\s|$)")
_CAPITALS = re.compile(r"[^a-z\n]{3,80}$")
_TABLE = re.compile(r"\t|\S[ ]{3,}\S|\s\|\s|^\|")
_DOSE = re.compile(r"\d\s?(?:mg|mcg|ug|g|ml|units?|meq|%|mEq|MG|ML)\b")
_OPEN_END = re.compile(
    r"(?:,|[(/&]|\b(?:and|or|of|the|a|an|with|without|to|in|on|at|by|for|from|no|not|is|are|was|were|has|had|that|which|as|than|her|his|their|evidence))$",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"(?:is|are|was|were|has|had|have|and|or|but|with|without|who|which|of|to|for|in|on|at|by|from|that|the|an?|as|than|not|due)\b"
)
_ENDS_SENTENCE = re.compile(r"[.?!][\"'”’)\]]*$")
_TITLE_END = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|No|Fig)\.$")
_MIN_WRAP_CHARS = 40
_MAX_WRAP_CHARS = 130
_MIN_OPEN_CHARS = 20  # table cells may end in "no" or "A"
_LOWER_SHARE = 0.4

_Line = tuple[int, int]


def blocks(text: str) -> Iterator[_Line]:
    """Ranges that no sentence crosses, without outer white space, in order: paragraphs, list items, headings, chart lines. Linear."""
    paragraph: list[_Line] = []
    for match in re.finditer(r"[^\n]*\n|[^\n]+$", text):
        start, end = _trimmed(text, match.start(), match.end())
        if start < end:
            paragraph.append((start, end))
        elif paragraph:
            yield from _joined(text, paragraph)
            paragraph = []
    if paragraph:
        yield from _joined(text, paragraph)


def _trimmed(text: str, start: int, end: int) -> _Line:
    line = text[start:end]
    body = line.strip()
    if not body:
        return start, start
    start += len(line) - len(line.lstrip())
    return start, start + len(body)


def _joined(text: str, lines: list[_Line]) -> Iterator[_Line]:
    """Join the lines of one paragraph where one runs on into the next."""
    if len(lines) == 1:
        yield lines[0]
        return
    width = max(end - start for start, end in lines)
    lower = sum(text[start].islower() for start, _ in lines[1:])
    wrapped = _MIN_WRAP_CHARS <= width <= _MAX_WRAP_CHARS and lower >= _LOWER_SHARE * (len(lines) - 1)
    start, end = lines[0]
    line = text[start:end]
    for next_start, next_end in lines[1:]:
        following = text[next_start:next_end]
        if not _runs_on(line, following, width if wrapped else None):
            yield start, end
            start = next_start
        end, line = next_end, following
    yield start, end


def _runs_on(line: str, following: str, width: int | None) -> bool:
    """Whether ``following`` continues the sentence of ``line``; ``width`` is the column at which the paragraph is wrapped, if it is."""
    if LIST_ITEM.match(following) or LABEL.match(following) or line[-1] == ":" or is_capitals(line) or is_capitals(following):
        return False
    if line[0] in "#|" or following[0] in "#|" or _TABLE.search(line) or _TABLE.search(following):
        return False
    if _ENDS_SENTENCE.search(line[-8:]):
        return bool(_TITLE_END.search(line[-6:])) or (width is not None and following[0].islower())
    if len(line) >= _MIN_OPEN_CHARS and _OPEN_END.search(line[-12:]):
        return True
    if following[0].islower():
        return bool(_CONTINUES.match(following)) or (len(line) >= _MIN_WRAP_CHARS and not (_DOSE.search(line) and _DOSE.search(following)))
    return width is not None and len(line) + 1 + len(following.split(None, 1)[0]) > width


def is_capitals(line: str) -> bool:
    """Whether the line is a heading in capitals: 3 to 80 characters, letters, none of them small."""
    return len(line) <= 80 and bool(_CAPITALS.match(line)) and sum(c.isalpha() for c in line) >= max(3, len(line) // 2)
