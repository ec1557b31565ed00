"""A run: a sample of every item, taken in blocks, recorded one by one, then scored. What is recorded already is not taken again."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from evaluation.build import Build
from evaluation.items import Data, Item
from evaluation.kinds.kind import Kind, Take
from evaluation.kinds.table import KINDS
from evaluation.records import RunFolder, SampleRecord
from evaluation.scores import Score
from evaluation.suite import Part, Suite
from rag.errors import InputError, ServiceError

NOT_TAKEN = "no sample was taken"


class Progress(Protocol):
    """How far a run is, by part."""

    def expect(self, stage: str, count: int) -> None:
        """``count`` more will come."""

    def advance(self, stage: str, count: int) -> None:
        """``count`` more are done."""


@dataclass(frozen=True, slots=True)
class ScoredItem:
    """An item with its score; the sample is None where there is none. ``ms`` is what its block took, shared evenly."""

    item: Item
    sample: Data | None
    score: Score
    ms: float


@dataclass(frozen=True, slots=True)
class ScoredPart:
    """A part with all its items, in their order."""

    part: Part
    items: tuple[ScoredItem, ...]

    @property
    def scores(self) -> list[Score]:
        """The scores alone."""
        return [one.score for one in self.items]


def run(suite: Suite, build: Build, folder: Path, progress: Progress) -> tuple[ScoredPart, ...]:
    """Take what is missing of the suite's samples into the folder, and score all of them.

    A sample that fails is recorded as failed and its item has no score; a service that is down ends the run, to be resumed.

    Raises:
        InputError: the folder holds another run, or the build lacks what a part needs.
        ServiceError: a model or store that the build needs is down.
    """
    with RunFolder(folder, suite.name, suite.sha256, build.identity) as records:
        known = records.read()
        for part in suite.parts:
            progress.expect(part.name, len(part.items))
            progress.advance(part.name, sum((part.name, item.id) in known for item in part.items))
        for part in suite.parts:
            _take_part(part, build, records, known, progress)
    return tuple(score_part(part, known) for part in suite.parts)


def score_part(part: Part, records: dict[tuple[str, str], SampleRecord]) -> ScoredPart:
    """Every item of a part scored by its record; without one its score is missing."""
    kind = KINDS[part.kind]
    return ScoredPart(part, tuple(_scored(kind, item, records.get((part.name, item.id))) for item in part.items))


def _take_part(part: Part, build: Build, records: RunFolder, known: dict[tuple[str, str], SampleRecord], progress: Progress) -> None:
    kind = KINDS[part.kind]
    blocks = [part.items[at : at + kind.block] for at in range(0, len(part.items), kind.block)]
    unfinished = [block for block in blocks if any((part.name, item.id) not in known for item in block)]
    if not unfinished:
        return
    with ExitStack() as stack:
        take = stack.enter_context(kind.take(build, part.folder))
        for block in unfinished:
            for record in _taken(part.name, block, take):
                if (part.name, record.item) not in known:
                    records.append(record)
                    known[part.name, record.item] = record
                    progress.advance(part.name, 1)


def _taken(part: str, block: Sequence[Item], take: Take) -> list[SampleRecord]:
    """The records of a block; where it fails as a whole its items are tried one by one, and who fails alone has no sample."""
    started = time.perf_counter()
    try:
        samples = take(block)
        if len(samples) != len(block):
            raise ValueError(f"{len(samples)} samples of {len(block)} items")
    except (ServiceError, InputError):
        raise
    except Exception as error:  # whatever a sample does to a build, the others are taken and the gate fails
        if len(block) > 1:
            return [record for item in block for record in _taken(part, [item], take)]
        return [SampleRecord(part=part, item=block[0].id, ms=0.0, sample=None, failed=_named(error))]
    ms = round(1000 * (time.perf_counter() - started) / len(block), 3)
    return [
        SampleRecord(part=part, item=item.id, ms=ms, sample=sample.model_dump(mode="json"))
        for item, sample in zip(block, samples, strict=True)
    ]


def _named(error: BaseException) -> str:
    """The kind of an error and where it was raised, without its message, which may hold text of a chart."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}"


def _scored(kind: Kind, item: Item, record: SampleRecord | None) -> ScoredItem:
    if record is None or record.sample is None:
        why = NOT_TAKEN if record is None else f"the sample failed: {record.failed}"
        return ScoredItem(item, None, Score(item.id, missing=why), 0.0 if record is None else record.ms)
    try:
        sample = kind.sample.model_validate(record.sample)
    except ValidationError:
        return ScoredItem(item, None, Score(item.id, missing="the record is not a sample of this kind"), record.ms)
    score = kind.score(item, sample)
    bad = [name for name, tally in score.tallies.items() if not math.isfinite(tally.hits + tally.of)]
    if bad:
        score = Score(item.id, missing=f"{', '.join(bad)}: not a number")
    return ScoredItem(item, sample, score, record.ms)
