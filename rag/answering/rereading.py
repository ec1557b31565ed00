"""A question's second reading, by the words that the trained reader marked: taken where the rules' reading finds no fact, or another intent
is nearly sure. Either way the facts decide: a second reading without an answer in them is dropped."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.answering.typed.chart import Chart
from rag.answering.typed.compose import Typed, answer_part
from rag.question_reader import QuestionReader
from rag.questions.marked import Marked
from rag.questions.restating import reread, reread_by_time
from rag.questions.understood import Understood

EXACT = "exact"
SURE = 0.95
"""How probable an intent must be to be taken against the rules', where both find facts. Chosen on the project's development questions."""


def is_plain(typed: Sequence[Typed]) -> bool:
    """Whether the rules read one question to the end and answered it: its words name a thing just as the chart does."""
    return len(typed) == 1 and bool(typed[0].sentences) and all(match.how == EXACT for match in typed[0].resolution.matches)


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a second reading needs: the reader, the day that relative times count from, and the names of the chart."""

    reader: QuestionReader
    as_of: datetime.date
    names: Collection[str]

    def settle(self, question: str, typed: Sequence[Typed], chart: Chart) -> list[Typed]:
        """The parts as the rules read them, or as the marks do where that serves better.

        Raises:
            QuestionError: a window finer than the dates that may be shown.
        """
        marked = self.reader.read(question)
        if "several" in marked.flags and len(typed) > 1:
            return [settled for part in typed for settled in self._settle_part(part, chart)]
        return self._chosen(marked, typed, chart)

    def _settle_part(self, part: Typed, chart: Chart) -> list[Typed]:
        return [part] if part.sentences else self._chosen(self.reader.read(part.asked.text), [part], chart)

    def _chosen(self, marked: Marked, typed: Sequence[Typed], chart: Chart) -> list[Typed]:
        written = [part.asked for part in typed]
        said = all(part.sentences for part in typed)
        if said and (marked.intent_probability < SURE or [marked.intent] == [part.intent for part in written]):
            return list(typed)
        for asked in (reread_by_time(marked, written, as_of=self.as_of, names=self.names), self._whole(marked, written)):
            if not asked or (said and [part.intent for part in asked] == [part.intent for part in written]):
                continue
            again = [answer_part(part, chart) for part in asked]
            if all(part.sentences for part in again):
                return again
        return list(typed)

    def _whole(self, marked: Marked, written: Sequence[Understood]) -> tuple[Understood, ...]:
        part = reread(marked, written, as_of=self.as_of, names=self.names)
        return (part,) if part else ()
