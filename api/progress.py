"""Progress on stderr for work longer than two seconds; silent when stderr is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

T = TypeVar("T")


def track(items: Iterable[T], unit: str, total: int | None = None) -> Iterator[T]:
    """The items, with a bar that counts them."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as rich_track

    yield from rich_track(items, description=unit, total=total, console=Console(stderr=True), transient=True)


class Counters(AbstractContextManager["Counters"]):
    """One bar per stage, growing as its work becomes known."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Counters:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
            self._progress.start()
        return self

    def expect(self, stage: str, count: int) -> None:
        """``count`` more of ``stage`` will come."""
        if self._progress is not None:
            task = self._task(stage)
            self._progress.update(task, total=(self._progress.tasks[task].total or 0) + count)

    def advance(self, stage: str, count: int) -> None:
        """``count`` more of ``stage`` are done."""
        if self._progress is not None:
            self._progress.advance(self._task(stage), count)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._progress is not None:
            self._progress.stop()

    def _task(self, stage: str) -> TaskID:
        if stage not in self._tasks and self._progress is not None:
            self._tasks[stage] = self._progress.add_task(stage, total=0)
        return self._tasks[stage]
