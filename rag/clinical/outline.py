"""The heading that a passage of a guideline stands under, in documents with marked headings and in those that only print them apart."""

from __future__ import annotations

import re

WINDOW_CHARS = 24_000
"""How far back a heading is looked for: about six printed pages."""
_MAX_HEADING_CHARS = 90
_MAX_HEADING_WORDS = 12
_LONG_LINE_CHARS = 60
_MAX_CAPTION_CHARS = 160
_MARKED = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_BULLET = re.compile(r"(?:[-*+•●▪◦‣·–—○❑✓]|o(?=\s)|\(?\d{1,2}[).]|\(?[a-z][).])\s")
_TABLE = re.compile(r"(?:table|figure|fig|exhibit)(?:\.|\s?\d)", re.IGNORECASE)
_LABELLED_VALUE = re.compile(r"[A-Z][^:\n]{0,60}:\s+\S")
_NAMED_PART = re.compile(
    r"(?:recommendation|section|chapter|part|appendix|box|step|module|standard|statement)\s(?:\d{1,2}(?:\.\d{1,2})*|[A-Z])\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[A-Z]")
_ENDS_AS_TEXT = re.compile(r"(?:[.;,!?]|\b(?:and|or|of|the|a|an|with|to|in|on|at|by|for|from|see|is|are))$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")


def heading_over(text: str, offset: int, floor: int = 0) -> str | None:
    """The nearest heading above ``offset`` and not above ``floor``, as written without its marks; None where there is none near.

    Where the document marks headings (``## First hour``) only those count. Else a heading is a short line without a full stop that
    stands at the start of a paragraph with text under it; for the row of a table without one, its caption. A heading is under itself.
    Linear in ``WINDOW_CHARS``.
    """
    start = max(floor, offset - WINDOW_CHARS)
    end = text.find("\n", offset)
    window = text[start : len(text) if end < 0 else end]
    marked = [match[1] for match in _MARKED.finditer(window)]
    if marked:
        return marked[-1].strip(" #") or None
    if floor == 0 and _MARKED.search(text, 0, WINDOW_CHARS):
        return None
    lines = window.split("\n")
    below = text[start + len(window) : start + len(window) + 200].split("\n")[1:3]
    if start > floor:
        lines[0] = ""  # cut in the middle
    for at in range(len(lines) - 1, -1, -1):
        if _is_heading(lines, at, below):
            return lines[at].strip().rstrip(":")
    captions = (line.strip() for line in reversed(lines) if " | " in lines[-1] and len(line) <= _MAX_CAPTION_CHARS)
    return next((line for line in captions if _TABLE.match(line)), None)


def _is_heading(lines: list[str], at: int, below: list[str]) -> bool:
    line = lines[at].strip()
    if not _may_be_heading(line):
        return False
    after = [part.strip() for part in (lines[at + 1 : at + 3] + below)[:2]]
    before = lines[at - 1].strip() if at else ""
    opens = not before or _SENTENCE_END.search(before) is not None or (len(before) <= _MAX_HEADING_CHARS and _may_be_heading(before))
    follows = next((part for part in after if part), "")
    apart = bool(after) and not after[0] and not before
    holds = len(follows) > max(_LONG_LINE_CHARS, len(line)) or bool(_BULLET.match(follows)) or _may_be_heading(follows)
    return opens and bool(follows) and (apart or holds)


def _may_be_heading(line: str) -> bool:
    if not 3 <= len(line) <= _MAX_HEADING_CHARS or not (line[0].isupper() or line[0].isdigit()) or " | " in line or line.startswith("http"):
        return False
    if _NAMED_PART.match(line) or (_NUMBERED.match(line) and not _ENDS_AS_TEXT.search(line)):
        return not _SENTENCE_END.search(line.rstrip(":"))
    if line[0].isdigit() or _BULLET.match(line) or _TABLE.match(line) or _LABELLED_VALUE.match(line) or _ENDS_AS_TEXT.search(line):
        return False
    letters = sum(character.isalpha() or character.isspace() for character in line)
    return len(line.split()) <= _MAX_HEADING_WORDS and letters >= 0.8 * len(line)
