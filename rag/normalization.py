"""Text as it was sent, made one text: characters that mean the same become the same, and every move is on a map.

An ``OffsetMap`` ties two versions of a text. It holds the runs whose length or extent changed ("edits");
everything between two edits is shifted as a block. Offsets are Unicode code points, zero-based, half-open.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.types import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """``old[old_start:old_end]`` became ``new[new_start:new_end]``; either may be empty (insertion, deletion)."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where each character of one version of a text stands in another: edits ordered and disjoint on both sides."""

    edits: tuple[Edit, ...] = ()

    @staticmethod
    def identity() -> OffsetMap:
        """The map of a text onto itself."""
        return OffsetMap()

    def to_new(self, span: Span) -> Span:
        """The span in the new text; one that touches an edited run grows to hold all of it. O(log edits)."""
        edits = self.edits
        start, end = span.start, span.end
        i = bisect_right(edits, start, key=_old_start) - 1
        if i >= 0:
            edit = edits[i]
            start = edit.new_start if start < edit.old_end else edit.new_end + start - edit.old_end
        j = bisect_left(edits, end, key=_old_end)
        if j < len(edits) and edits[j].old_start < end:
            end = edits[j].new_end
        elif j > 0:
            end += edits[j - 1].new_end - edits[j - 1].old_end
        return Span(min(start, end), max(start, end))

    def to_old(self, span: Span) -> Span:
        """The span in the old text; one that touches an edited run grows to hold all of it. O(log edits)."""
        edits = self.edits
        start, end = span.start, span.end
        i = bisect_right(edits, start, key=_new_start) - 1
        if i >= 0:
            edit = edits[i]
            start = edit.old_start if start < edit.new_end else edit.old_end + start - edit.new_end
        j = bisect_left(edits, end, key=_new_end)
        if j < len(edits) and edits[j].new_start < end:
            end = edits[j].old_end
        elif j > 0:
            end += edits[j - 1].old_end - edits[j - 1].new_end
        return Span(min(start, end), max(start, end))

    def then(self, later: OffsetMap) -> OffsetMap:
        """The map from this one's old text to ``later``'s new text. Linear in the edits of both.

        Edits of the two that overlap in the middle text become one edit.
        """
        if not self.edits:
            return later
        if not later.edits:
            return self
        return OffsetMap(tuple(_compose(self.edits, later.edits)))


def _old_start(edit: Edit) -> int:
    return edit.old_start


def _old_end(edit: Edit) -> int:
    return edit.old_end


def _new_start(edit: Edit) -> int:
    return edit.new_start


def _new_end(edit: Edit) -> int:
    return edit.new_end


def _compose(first: tuple[Edit, ...], second: tuple[Edit, ...]) -> Iterator[Edit]:
    """Sweep over the middle text; ``shift_*`` is what to add to a middle offset to stand in the outer texts."""
    items = sorted([(e.new_start, e.new_end, 0, e) for e in first] + [(e.old_start, e.old_end, 1, e) for e in second], key=lambda i: i[:3])
    shift_old = shift_new = 0
    i = 0
    while i < len(items):
        start, end = items[i][0], items[i][1]
        old_start, new_start = start + shift_old, start + shift_new
        while i < len(items) and (items[i][0] < end or items[i][:2] == (start, end)):
            _, item_end, which, edit = items[i]
            end = max(end, item_end)
            if which == 0:
                shift_old = edit.old_end - edit.new_end
            else:
                shift_new = edit.new_end - edit.old_end
            i += 1
        yield Edit(old_start, end + shift_old, new_start, end + shift_new)


@dataclass(frozen=True, slots=True)
class Normalized:
    """A rewritten text and the map from the text it was made from."""

    text: str
    offsets: OffsetMap


def rewrite(text: str, replacements: Iterable[tuple[int, int, str]]) -> Normalized:
    """Put each ``(start, end, replacement)`` in place of ``text[start:end]``. Linear; equal replacements make no edit.

    Raises:
        ValueError: the replacements are not ordered and disjoint, or lie outside the text.
    """
    pieces: list[str] = []
    edits: list[Edit] = []
    cursor = length = 0
    for start, end, replacement in replacements:
        if not cursor <= start <= end <= len(text):
            raise ValueError(f"replacement [{start}:{end}] overlaps or leaves the text of {len(text)} characters")
        if text[start:end] == replacement:
            continue
        pieces += (text[cursor:start], replacement)
        new_start = length + start - cursor
        length = new_start + len(replacement)
        edits.append(Edit(start, end, new_start, length))
        cursor = end
    if not edits:
        return Normalized(text, OffsetMap.identity())
    pieces.append(text[cursor:])
    return Normalized("".join(pieces), OffsetMap(tuple(edits)))


# Invisible characters: controls, soft hyphen, zero-width, bidi and interlinear controls, fillers, variation selectors, tags, BOM.
_REMOVED = (
    "\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
# Latin ligatures only: other compatibility characters (superscripts, fractions, micro) carry meaning.
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LENGTH_CHANGING = re.compile(f"\r(?=\n)|[{_REMOVED}]+|[ﬀ-ﬆ]")
_ONE_FOR_ONE: dict[int, str] = {
    **dict.fromkeys(map(ord, "\r\x0b\x0c\x85\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\x1c\x1d\x1e\x1f\xa0\u1680\u202f\u205f\u3000"), " "),
    **dict.fromkeys(range(0x2000, 0x200B), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011"), "-"),
    **dict.fromkeys(map(ord, "\uf0a7\uf0b7"), "•"),  # bullets of the Symbol and Wingdings fonts
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # fullwidth ASCII
}
_TO_SUBSTITUTE = re.compile(
    "[\r\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2010\u2011\u2028\u2029\u202f\u205f\u3000\uf0a7\uf0b7\uff01-\uff5e]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_ASCII = re.compile("[\x00-\x7f]?[^\x00-\x7f]+")
_MAX_QUICK_CHECK_CHARS = 256
_MAX_MARKS = 30  # Source: UAX #15, Stream-Safe Text Format; sorting longer runs is quadratic.


def normalise(text: str) -> Normalized:
    """The text with one form per character, and the map back. Linear; plain ASCII with ``\\n`` is returned as it is.

    Line ends (CRLF, CR, NEL, LS, PS, VT, FF) become ``\\n``; NUL, controls, zero-width, soft hyphens and bidi controls go;
    no-break and other spaces become a space, no-break hyphens a hyphen, Latin ligatures and fullwidth ASCII their letters,
    lone surrogates U+FFFD; the rest is NFC (of at most 30 marks in a row). Tabs and newlines stay. Idempotent.
    """
    kept = rewrite(text, ((m.start(), m.end(), _LIGATURES.get(m[0], "")) for m in _LENGTH_CHANGING.finditer(text)))
    result = _TO_SUBSTITUTE.sub(lambda m: _ONE_FOR_ONE[ord(m[0])], kept.text)
    if result.isascii():
        return Normalized(result, kept.offsets)
    composed = rewrite(_LONE_SURROGATE.sub("\ufffd", result), _compositions(result))
    return Normalized(composed.text, kept.offsets.then(composed.offsets))


def _compositions(text: str) -> Iterator[tuple[int, int, str]]:
    """Every combining sequence that NFC changes, with its composed form."""
    for match in _NOT_ASCII.finditer(text):
        run = match[0]
        if len(run) <= _MAX_QUICK_CHECK_CHARS and unicodedata.is_normalized("NFC", run):
            continue
        start = 0
        while start < len(run):
            end = start + 1
            while end < len(run) and end - start <= _MAX_MARKS and _continues(run[end]):
                end += 1
            sequence = run[start:end]
            composed = unicodedata.normalize("NFC", sequence)
            if composed != sequence:
                yield match.start() + start, match.start() + end, composed
            start = end


def _continues(character: str) -> bool:
    """Whether NFC may join or reorder this character with the one before it: marks, and Hangul vowels and finals."""
    return unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"
