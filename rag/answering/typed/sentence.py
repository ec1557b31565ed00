"""Sentences made of parts: our own words, slots of facts as they stand, dates as the policy prints them, and results of counting.

Everything a sentence says of the patient is a slot, a date or a computed part of the facts it cites; the words between hold nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from rag.answering.typed.calendar import MONTH_CHARS, Calendar
from rag.types import Fact, FactSlot, Part, SourceSpan

SHOWN_DECIMALS = 2
SHOWN_DIGITS = 3
MAX_DIGITS = 27
"""Longer numbers are told as written: decimal arithmetic rounds to 28 digits."""
_ANNOTATION = "{"


class Sentence:
    """One statement under construction, left to right.

    ``facts`` are those it rests on, in the order they were used; ``computations`` its results: operation, text and the facts counted.
    """

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._parts: list[Part] = []
        self._places: set[tuple[str, str, int, int]] = set()
        self.facts: list[Fact] = []
        self.computations: list[tuple[str, str, tuple[Fact, ...]]] = []

    def words(self, text: str) -> Sentence:
        """Our own words: no number, date or name."""
        self._parts.append(Part("words", text))
        return self

    def slot(self, fact: Fact, slot: FactSlot | None, shown: str | None = None) -> Sentence:
        """What stands at a slot of ``fact``; ``shown`` where a number is rounded. Nothing without a slot."""
        if slot is not None:
            self.cite(fact)
            span = SourceSpan(fact.doc_id, fact.doc_sha256, slot.start, slot.end)
            self._parts.append(Part("slot", shown or slot.text, span=span))
        return self

    def whole(self, fact: Fact, text: str) -> Sentence:
        """The fact's whole line or sentence, verbatim."""
        self.cite(fact)
        self._parts.append(Part("slot", text, span=SourceSpan(fact.doc_id, fact.doc_sha256, fact.start, fact.end)))
        return self

    def date(self, fact: Fact, name: str = "date") -> Sentence:
        """The date of ``fact`` (its ``date`` slot or time), or of another of its date slots."""
        slot = fact.slot(name)
        time = slot.time if slot is not None and slot.time else fact.time if name == "date" else None
        if time is not None:
            self.cite(fact)
            span = SourceSpan(fact.doc_id, fact.doc_sha256, slot.start, slot.end) if slot is not None and slot.time == time else None
            self._parts.append(Part("date", self._calendar.printed(time), span=span, time=time))
        return self

    def on(self, fact: Fact, name: str = "date") -> Sentence:
        """The date as ``date`` gives it, after "on" or, where no day may be printed, "in"; nothing without one."""
        slot = fact.slot(name)
        time = slot.time if slot is not None and slot.time else fact.time if name == "date" else None
        if time is None:
            return self
        return self.words(" on " if len(self._calendar.printed(time)) > MONTH_CHARS else " in ").date(fact, name)

    def computed(self, text: str, operation: str, facts: Iterable[Fact] = ()) -> Sentence:
        """The result of ``operation`` over ``facts``, which are cited; it is computed again before the statement is shown."""
        over = tuple(facts)
        for fact in over:
            self.cite(fact)
        self.computations.append((operation, text, over))
        self._parts.append(Part("computed", text, operation=operation))
        return self

    def beside_value(self, fact: Fact, text: str, operation: str) -> Sentence:
        """The result of ``operation`` over ``fact`` in brackets after its value and unit; nothing where the value is not told."""
        value, unit = (_place(fact, fact.slot(name)) for name in ("value", "unit"))
        at = next((i for i, part in enumerate(self._parts) if value and part.span == value), None)
        if at is not None:
            after = self._parts[at + 1 : at + 3]
            at += 3 if unit and len(after) > 1 and after[1].span == unit else 1
            self.computations.append((operation, text, (fact,)))
            self._parts[at:at] = [Part("words", " ("), Part("computed", text, operation=operation), Part("words", ")")]
        return self

    def apart(self, earlier: str, later: str, operation: str) -> Sentence:
        """How far apart two fact times are; the interval goes along, so that a revealed answer can tell it finer."""
        told = self._calendar.distance(earlier, later)
        earlier, later = self._calendar.ends(earlier, later) or (earlier, later)
        self._parts.append(Part("computed", told, time=f"{earlier}/{later}", operation=operation))
        return self

    def stop(self) -> Sentence:
        """A full stop, where what stands last has none."""
        return self if self.text.endswith((".", "!", "?")) else self.words(".")

    def cite(self, fact: Fact) -> Sentence:
        """Rest the sentence on ``fact`` as well."""
        place = (fact.doc_id, fact.doc_sha256, fact.start, fact.end)
        if place not in self._places:
            self._places.add(place)
            self.facts.append(fact)
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts so far."""
        return tuple(self._parts)

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return "".join(part.text for part in self._parts)


def _place(fact: Fact, slot: FactSlot | None) -> SourceSpan | None:
    return SourceSpan(fact.doc_id, fact.doc_sha256, slot.start, slot.end) if slot is not None else None


def same_place(one: Fact, other: Fact) -> bool:
    """Whether two facts stand in one line of one document version: they are cited once."""
    return (one.doc_id, one.doc_sha256, one.start, one.end) == (other.doc_id, other.doc_sha256, other.start, other.end)


def number_of(fact: Fact) -> Decimal | None:
    """The fact's value as a number; None where it is words or absent."""
    try:
        value = Decimal((fact.value or "").replace(",", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def shown_number(value: Decimal) -> str:
    """A number to two decimals or three digits, whichever is finer; shorter ones as written."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    places = max(SHOWN_DECIMALS, SHOWN_DIGITS - 1 - value.adjusted() if value else 0)
    if decimals <= places or value.adjusted() + places >= MAX_DIGITS:
        return f"{value:f}"
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN):f}"


def shown_mean(value: Decimal) -> str:
    """A mean to two decimals or three digits, without zeros that say nothing."""
    shown = shown_number(value)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def write_number(sentence: Sentence, fact: Fact) -> Sentence:
    """The value of ``fact`` without its unit."""
    value, number = fact.slot("value"), number_of(fact)
    return sentence.slot(fact, value, shown_number(number) if number is not None and value is not None else None)


def write_value(sentence: Sentence, fact: Fact) -> Sentence:
    """The value and unit of ``fact``; a unit that is only an annotation in braces is left out."""
    write_number(sentence, fact)
    unit = fact.slot("unit")
    if unit is not None and not unit.text.startswith(_ANNOTATION):
        sentence.words(" ").slot(fact, unit)
    return sentence
