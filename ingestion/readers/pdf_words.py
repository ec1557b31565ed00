"""What stands on a PDF page: words with their boxes, and lines of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median


@dataclass(frozen=True, slots=True)
class Word:
    """One printed word and its box in points, y upwards."""

    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    size: float


@dataclass(frozen=True)
class TextLine:
    """One printed line. ``hyphenated`` when it ended with a hyphen that the PDF layer took away; ``is_row`` for a table's row."""

    words: tuple[Word, ...]
    hyphenated: bool = False
    is_row: bool = False

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def x0(self) -> float:
        return min(word.x0 for word in self.words)

    @cached_property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @cached_property
    def y(self) -> float:
        return median(word.y0 for word in self.words)

    @cached_property
    def size(self) -> float:
        return round(median(word.size for word in self.words), 1)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, its height in points and its lines in reading order."""

    number: int
    height: float
    lines: list[TextLine]
