"""Small charts for tests: lines written with their slots marked, stored as ingestion would store them, asked as the engine asks.

A line is written ``"{date|2024-03-01} {name|Hemoglobin A1c}: {value|8.2} {unit|%}"``: what stands after the bar is the text of the slot.
Dates are written true; the policy decides what the stored text shows and how far times are moved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answering.candidates import Candidates
from rag.answering.charts import ChartAnswer, answer_chart, open_chart
from rag.answering.composed import Composed
from rag.answering.evidence import Selection
from rag.answering.typed.calendar import Calendar
from rag.answering.typed.chart import Chart
from rag.citations import text_sha256
from rag.citing import Cited, cite
from rag.deidentification.calendar import policy_date
from rag.store.database import Database
from rag.store.documents import write_documents
from rag.store.records import DocumentRecord
from rag.threads import NEW_THREAD, ThreadState
from rag.types import Document, Fact, FactSlot, Policy, ResourceSpan, Scope, Statement

SCOPE = Scope(frozenset({"charts"}), frozenset({"p-1"}))
DATE_SLOTS = frozenset({"date", "onset", "abated", "recorded", "start", "stop"})
_MARK = re.compile(r"\{(?P<name>[a-z_]+)\|(?P<text>[^}]*)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line and the fact it states; fields left empty are read from the slots."""

    kind: str
    written: str
    code: str = ""
    display: str = ""
    time: str | None = None
    status: str | None = None
    assertion: str = "present"
    experiencer: str = "patient"
    origin: str = "resource"
    clock: str = ""
    doc: str = ""


def coded(kind: str, written: str, **more: str) -> Line:
    """A resource's line: coded, in the document of the chart."""
    return Line(kind, written, **{"code": "c", **more})  # type: ignore[arg-type]


def told(kind: str, written: str, time: str | None, **more: str) -> Line:
    """A sentence of a note of that true date."""
    return Line(kind, written, time=time, **{"origin": "text", "doc": f"note-{time}", **more})  # type: ignore[arg-type]


def lab(date: str, value: str, unit: str = "%", name: str = "Hemoglobin A1c", **more: str) -> Line:
    """A coded result: ``2024-03-01: Hemoglobin A1c 8.2 %, final``."""
    of_unit = f" {{unit|{unit}}}" if unit else ""
    return coded("observation", f"{{date|{date}}}: {{name|{name}}} {{value|{value}}}{of_unit}, {{status|final}}", **{"code": name, **more})


def drug(date: str, name: str, status: str = "active", **more: str) -> Line:
    """A coded prescription."""
    return coded("medication", f"{{date|{date}}}: {{name|{name}}}, {{status|{status}}}", **{"code": name, **more})


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a reader sees it, and what is behind it. ``near`` holds the kind and quote of each near miss."""

    found: ChartAnswer
    cited: Cited
    lead: str
    texts: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    reader: SilentReader

    @property
    def text(self) -> str:
        """All statements."""
        return " ".join(self.texts)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What holds."""
        return self.cited.statements

    def quotes(self, number: int = 0) -> list[str]:
        """The quotes of one statement."""
        by_number = {citation.n: citation.quote for citation in self.cited.citations}
        return [by_number[n] for n in self.statements[number].citations]

    @property
    def everything(self) -> str:
        """All that a stored answer would show, in one string; moved dates inside parts left out."""
        series = [(s.label, s.unit, [(p.date, p.value) for p in s.points]) for s in self.cited.series]
        near = [quote for _, quote in self.near]
        return repr(
            (self.texts, series, near, self.found.interpretation, self.found.composed.notices, [c.date for c in self.cited.citations])
        )


class SilentReader:
    """Passages that never hold an answer; ``selected`` are the questions they were asked."""

    def __init__(self) -> None:
        self.selected: list[str] = []

    def candidates(self, question: str, scopes: Sequence[Scope]) -> tuple[Candidates, np.ndarray]:
        """Nothing."""
        empty = np.zeros((0, 4), dtype=np.float32)
        return Candidates((), empty, empty), np.zeros(4, dtype=np.float32)

    def select(self, question: str, scope: Scope) -> Selection:
        """Nothing."""
        self.selected.append(question)
        return Selection((), 0)

    def compose(self, question: str, selection: Selection, *, chart: bool) -> Composed:
        """Nothing."""
        return Composed("", (), ())


def written(line: Line, calendar: Calendar, start: int, doc_id: str) -> tuple[str, Fact]:
    """The stored text of a line that begins at ``start``, and its fact (without the hash of its document)."""
    text, slots, at = "", [], 0
    for mark in _MARK.finditer(line.written):
        text += line.written[at : mark.start()]
        name, shown, time = mark["name"], mark["text"], None
        if name in DATE_SLOTS:
            time = moved(shown, calendar)
            shown = policy_date(shown, calendar.policy, calendar.offset_days) or ""
        slots.append(FactSlot(name, start + len(text), start + len(text) + len(shown), shown, time))
        text += shown
        at = mark.end()
    text += line.written[at:]
    held = {slot.name: slot for slot in reversed(slots)}
    end = next((held[name].time for name in ("abated", "stop") if name in held), None)
    fact = Fact(
        patient="p-1",
        kind=line.kind,
        code=line.code,
        display=line.display or (held["name"].text if "name" in held else line.code),
        value=held["value"].text if "value" in held else None,
        unit=held["unit"].text if "unit" in held else None,
        time=moved(line.time, calendar) if line.time else held["date"].time if "date" in held else None,
        status=line.status if line.status is not None else held["status"].text if "status" in held else "",
        assertion=line.assertion,
        doc_id=doc_id,
        start=start,
        end=start + len(text),
        origin=line.origin,
        clock=line.clock,
        end_time=end,
        experiencer=line.experiencer,
        slots=tuple(slots),
    )
    return text, fact


def moved(iso: str, calendar: Calendar) -> str | None:
    """A true date as ``Fact.time`` holds it."""
    return iso if calendar.policy is Policy.NONE else policy_date(iso, Policy.DATE_SHIFT, calendar.offset_days)


def store(database: Database, lines: Sequence[Line], calendar: Calendar) -> tuple[Document, ...]:
    """Write the lines as documents: those without a document of their own make up the chart."""
    documents = []
    for doc_id in dict.fromkeys(line.doc or "chart" for line in lines):
        text, facts, spans = "", [], []
        own = [line for line in lines if (line.doc or "chart") == doc_id]
        for number, line in enumerate(own):
            made, fact = written(line, calendar, len(text), doc_id)
            facts.append(fact)
            spans.append(ResourceSpan(fact.start, fact.end, f"r-{doc_id}-{number}"))
            text += made + "\n"
        sha256 = text_sha256(text)
        time = next((fact.time for fact in facts if fact.origin == "text"), None)
        date = calendar.printed(time) if time else None
        resources = tuple(spans) if own[0].origin == "resource" else ()
        document = Document(
            doc_id, sha256, "charts", "p-1", "note", "Note", date, f"{doc_id}.txt", text, resources, (), time=time
        )  # fmt: skip
        record = DocumentRecord(
            f"key-{doc_id}", f"s-{sha256[:8]}", document, (), (), tuple(replace(f, doc_sha256=sha256) for f in facts), b""
        )
        write_documents(database, [record], "pipe")
        documents.append(document)
    return tuple(documents)


def ask_chart(chart: Chart, question: str, thread: ThreadState = NEW_THREAD) -> Told:
    """Ask and cite, as the engine does."""
    reader = SilentReader()
    found = answer_chart(question, chart, reader, thread)  # type: ignore[arg-type]
    cited = cite(chart.database, found.composed, found.documents)
    return Told(
        found,
        cited,
        found.composed.lead,
        tuple(statement.text for statement in cited.statements),
        tuple((kind, evidence.quote) for kind, evidence in found.misses),
        tuple(notice.code for notice in found.composed.notices),
        reader,
    )


def open_small_chart(database: Database, lines: Sequence[Line], calendar: Calendar, as_of: str | None) -> Chart:
    """Store the lines and open the chart."""
    store(database, lines, calendar)
    return open_chart(database, SCOPE, calendar, as_of)
