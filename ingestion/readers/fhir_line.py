"""One resource as one line of plain clinical English, with the spans that de-identification must know and the parts facts are made of.

Words of our own, coded displays, values and units are ``clear``; dates are known as dates; free text is neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingestion.readers.fhir_elements import Concept, day, one_line
from ingestion.records import RawFact, RawFactSlot
from rag.types import Span

_WHOLE_LINE = 0
"""The part of a line whose slots every fact of the line has."""


@dataclass(frozen=True, slots=True)
class Line:
    """A finished line; spans, facts and their slots are offsets into ``text``. ``moment`` orders lines inside a document."""

    text: str
    moment: str
    clear: tuple[Span, ...]
    dates: tuple[Span, ...]
    facts: tuple[RawFact, ...]


class LineWriter:
    """Builds one ``Line`` left to right. Values that are blank write nothing, label included.

    ``slot`` names what a piece is of the fact that the line states; several facts of one line share what is written outside of
    their ``part``.
    """

    def __init__(self, stamp: str = "") -> None:
        self._parts: list[str] = []
        self._length = 0
        self._clear: list[Span] = []
        self._dates: list[Span] = []
        self._facts: list[tuple[int, RawFact]] = []
        self._slots: list[tuple[int, RawFactSlot]] = []
        self._part = _WHOLE_LINE
        self._parts_begun = 0
        self.date = day(stamp)
        self._moment = stamp if self.date else ""
        if self.date:
            self.day(self.date, "date").words(" ")

    def words(self, literal: str, slot: str = "") -> LineWriter:
        """Write words of our own or of a code system."""
        start = self._put(literal, slot)
        if self._clear and self._clear[-1].end == start:
            start = self._clear.pop().start
        self._clear.append(Span(start, self._length))
        return self

    def free(self, prose: str, slot: str = "") -> LineWriter:
        """Write free text, which may hold a name."""
        self._put(one_line(prose), slot)
        return self

    def day(self, date: str, slot: str = "") -> LineWriter:
        """Write an ISO date."""
        start = self._put(date, slot, date)
        self._dates.append(Span(start, self._length))
        return self

    def concept(self, value: Concept, slot: str = "") -> LineWriter:
        """Write a concept: in clear where it is a code's own display."""
        return self.words(value.display, slot) if value.coded and not value.typed else self.free(value.display, slot)

    def coded(self, label: str, value: str, slot: str = "") -> LineWriter:
        """Write ``, label value`` in clear."""
        return self.words(f", {label}{' ' if label else ''}").words(one_line(value), slot) if value.strip() else self

    def prose(self, label: str, value: str, slot: str = "") -> LineWriter:
        """Write ``, label value`` with the value as free text."""
        return self.words(f", {label}{' ' if label else ''}").free(value, slot) if value.strip() else self

    def on(self, label: str, stamp: str, slot: str = "") -> LineWriter:
        """Write ``, label 2014-03-02`` where ``stamp`` is a FHIR date."""
        date = day(stamp)
        return self.words(f", {label} ").day(date, slot) if date else self

    def between(self, start: str, end: str, label: str = "from", slots: tuple[str, str] = ("start", "stop")) -> LineWriter:
        """Write ``, from START to END``, or ``on`` where both are one day, or the one that is known."""
        first, last = slots
        if start and start == end:
            return self.words(", on ").day(start, first) if start != self.date else self
        if start and (start != self.date or end):
            self.words(f", {label} ").day(start, first)
            return self.words(" to ").day(end, last) if end else self
        return self.words(", until ").day(end, last) if end and not start else self

    def listed(self, label: str, values: Iterable[Concept], slot: str = "", separator: str = "; ") -> LineWriter:
        """Write ``, label A; B`` for the concepts that say anything, each once and each a slot."""
        unique = {value.display: value for value in values if value}
        for position, value in enumerate(unique.values()):
            self.words(separator if position else f", {label}{' ' if label else ''}").concept(value, slot)
        return self

    def notes(self, resource_notes: Iterable[str], label: str = "note") -> LineWriter:
        """Write each note as free text."""
        for note in resource_notes:
            self.prose(f"{label}:", note, "text")
        return self

    def part(self) -> LineWriter:
        """Begin what belongs to the next fact alone."""
        self._parts_begun += 1
        self._part = self._parts_begun
        return self

    def again(self, slot: str, written: Span) -> LineWriter:
        """Name something written before as a slot of the part being written."""
        self._slots.append((self._part, RawFactSlot(slot, written.start, written.end)))
        return self

    def slots_since(self, offset: int) -> frozenset[str]:
        """The names of the slots written at or after an offset."""
        return frozenset(slot.name for _, slot in self._slots if slot.start >= offset)

    @property
    def at(self) -> int:
        """Where the next piece will start."""
        return self._length

    def fact(
        self,
        kind: str,
        what: Concept,
        status: str,
        *,
        value: str | None = None,
        unit: str | None = None,
        end: str = "",
        assertion: str = "present",
        experiencer: str = "patient",
    ) -> LineWriter:
        """State a fact that the whole line supports, at the line's date, ending with its part if one was begun. ``end`` is a FHIR date."""
        display = what.display if what.coded else ""
        fact = RawFact(kind, what.code, display, value or None, unit or None, self.date or None, status, 0, 0, assertion)
        fact = replace(fact, clock=self._moment[len(self.date) :], end_time=day(end) or None, experiencer=experiencer)
        self._facts.append((self._part, fact))
        self._part = _WHOLE_LINE
        return self

    def done(self) -> Line:
        """The line, its facts spanning all of it, each with the slots of its part and of the whole line."""
        whole = "".join(self._parts)
        facts = tuple(
            replace(fact, end=len(whole), slots=tuple(slot for owner, slot in self._slots if owner in (_WHOLE_LINE, part)))
            for part, fact in self._facts
        )
        return Line(whole, self._moment, tuple(self._clear), tuple(self._dates), facts)

    def _put(self, words: str, slot: str = "", date: str | None = None) -> int:
        start = self._length
        self._parts.append(words)
        self._length += len(words)
        if slot and words:
            self._slots.append((self._part, RawFactSlot(slot, start, self._length, date)))
        return start
