"""One resource as one line of plain clinical English, with the spans that de-identification must know.

Words of our own, coded displays, values and units are ``clear``; dates are known as dates; free text is neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.readers.fhir_elements import Concept, day, one_line
from ingestion.records import RawFact
from rag.types import Span


@dataclass(frozen=True, slots=True)
class Line:
    """A finished line; spans and facts are offsets into ``text``. ``moment`` orders lines inside a document."""

    text: str
    moment: str
    clear: tuple[Span, ...]
    dates: tuple[Span, ...]
    facts: tuple[RawFact, ...]


class LineWriter:
    """Builds one ``Line`` left to right. Values that are blank write nothing, label included."""

    def __init__(self, stamp: str = "") -> None:
        self._parts: list[str] = []
        self._length = 0
        self._clear: list[Span] = []
        self._dates: list[Span] = []
        self._facts: list[tuple[str, Concept, str | None, str | None, str | None, str, str]] = []
        self.date = day(stamp)
        self._moment = stamp if self.date else ""
        if self.date:
            self.day(self.date).words(" ")

    def words(self, literal: str) -> LineWriter:
        """Write words of our own or of a code system."""
        start = self._put(literal)
        if self._clear and self._clear[-1].end == start:
            start = self._clear.pop().start
        self._clear.append(Span(start, self._length))
        return self

    def free(self, prose: str) -> LineWriter:
        """Write free text, which may hold a name."""
        self._put(one_line(prose))
        return self

    def day(self, date: str) -> LineWriter:
        """Write an ISO date."""
        start = self._put(date)
        self._dates.append(Span(start, self._length))
        return self

    def concept(self, value: Concept) -> LineWriter:
        """Write a concept: in clear where it is a code's own display."""
        return self.words(value.display) if value.coded and not value.typed else self.free(value.display)

    def coded(self, label: str, value: str) -> LineWriter:
        """Write ``, label value`` in clear."""
        return self.words(f", {label}{' ' if label else ''}{one_line(value)}") if value.strip() else self

    def prose(self, label: str, value: str) -> LineWriter:
        """Write ``, label value`` with the value as free text."""
        return self.words(f", {label}{' ' if label else ''}").free(value) if value.strip() else self

    def on(self, label: str, stamp: str) -> LineWriter:
        """Write ``, label 2014-03-02`` where ``stamp`` is a FHIR date."""
        date = day(stamp)
        return self.words(f", {label} ").day(date) if date else self

    def between(self, start: str, end: str, label: str = "from") -> LineWriter:
        """Write ``, from START to END``, or ``on`` where both are one day, or the one that is known."""
        if start and start == end:
            return self.words(", on ").day(start) if start != self.date else self
        if start and (start != self.date or end):
            self.words(f", {label} ").day(start)
            return self.words(" to ").day(end) if end else self
        return self.words(", until ").day(end) if end and not start else self

    def listed(self, label: str, values: Iterable[Concept], separator: str = "; ") -> LineWriter:
        """Write ``, label A; B`` for the concepts that say anything, each once."""
        unique = {value.display: value for value in values if value}
        for position, value in enumerate(unique.values()):
            self.words(separator if position else f", {label}{' ' if label else ''}").concept(value)
        return self

    def notes(self, resource_notes: Iterable[str], label: str = "note") -> LineWriter:
        """Write each note as free text."""
        for note in resource_notes:
            self.prose(f"{label}:", note)
        return self

    def fact(
        self,
        kind: str,
        what: Concept,
        status: str,
        *,
        value: str | None = None,
        unit: str | None = None,
        time: str | None = None,
        assertion: str = "present",
    ) -> LineWriter:
        """State a fact that the whole line supports. ``time`` defaults to the line's date."""
        self._facts.append((kind, what, value or None, unit or None, time or self.date or None, status, assertion))
        return self

    def done(self) -> Line:
        """The line, its facts spanning all of it."""
        whole = "".join(self._parts)
        facts = tuple(
            RawFact(kind, what.code, what.display if what.coded else "", value, unit, time, status, 0, len(whole), assertion)
            for kind, what, value, unit, time, status, assertion in self._facts
        )
        return Line(whole, self._moment, tuple(self._clear), tuple(self._dates), facts)

    def _put(self, words: str) -> int:
        start = self._length
        self._parts.append(words)
        self._length += len(words)
        return start
