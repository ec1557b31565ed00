"""Preparation in worker processes of this machine, in order, surviving workers that die.

A document whose worker is killed is tried once more alone; killed again, it is quarantined with a reason.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path
from types import TracebackType

from ingestion.preparation import Job, Outcome, Preparer, Quarantined, open_preparer

JOBS_IN_FLIGHT_PER_WORKER = 24
_preparer: Preparer | None = None


def _open_in_worker(key_path: Path, max_tokens: int) -> None:
    global _preparer
    _preparer = open_preparer(key_path, max_tokens)


def _prepare_in_worker(job: Job) -> Outcome:
    if _preparer is None:
        raise RuntimeError("the worker was not opened")
    return _preparer.prepare(job)


class WorkerPool(AbstractContextManager["WorkerPool"]):
    """``workers`` spawned processes, each with its own detectors. Opened with ``with``."""

    def __init__(self, key_path: Path, max_tokens: int, workers: int) -> None:
        self._initargs = (key_path, max_tokens)
        self._workers = workers
        self._pool = self._start()

    def map(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs; at most ``JOBS_IN_FLIGHT_PER_WORKER`` per worker are held."""
        waiting: deque[tuple[Job, Future[Outcome]]] = deque()
        for job in jobs:
            waiting.append((job, self._submit(job)))
            if len(waiting) >= JOBS_IN_FLIGHT_PER_WORKER * self._workers:
                yield self._collect(waiting)
        while waiting:
            yield self._collect(waiting)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=kind is None, cancel_futures=True)

    def _start(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, mp_context=context, initializer=_open_in_worker, initargs=self._initargs)

    def _submit(self, job: Job) -> Future[Outcome]:
        try:
            return self._pool.submit(_prepare_in_worker, job)
        except BrokenProcessPool:
            self._pool = self._start()
            return self._pool.submit(_prepare_in_worker, job)

    def _collect(self, waiting: deque[tuple[Job, Future[Outcome]]]) -> Outcome:
        job, future = waiting.popleft()
        try:
            return future.result()
        except BrokenProcessPool:
            return self._retry_alone(job, waiting)

    def _retry_alone(self, job: Job, waiting: deque[tuple[Job, Future[Outcome]]]) -> Outcome:
        self._pool = self._start()
        try:
            outcome: Outcome = self._pool.submit(_prepare_in_worker, job).result()
        except BrokenProcessPool:
            outcome = Quarantined(job.doc_id, job.key_digest, "worker_killed")
            self._pool = self._start()
        for position, (later, future) in enumerate(waiting):  # the others died with the pool through no fault of theirs
            if future.done() and isinstance(future.exception(), BrokenProcessPool):
                waiting[position] = (later, self._submit(later))
        return outcome


class LazyPool(AbstractContextManager["LazyPool"]):
    """A worker pool that starts with its first job: a run that finds nothing to do starts no process.

    With no ``workers`` the documents are prepared in this process.
    """

    def __init__(self, key_path: Path, max_tokens: int, workers: int) -> None:
        self._key_path = key_path
        self._max_tokens = max_tokens
        self._workers = workers
        self._pool: WorkerPool | None = None

    def map(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs."""
        waiting = iter(jobs)
        first = next(waiting, None)
        if first is None:
            return
        if self._workers == 0:
            yield from map(open_preparer(self._key_path, self._max_tokens).prepare, chain([first], waiting))
            return
        if self._pool is None:
            self._pool = WorkerPool(self._key_path, self._max_tokens, self._workers)
        yield from self._pool.map(chain([first], waiting))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.__exit__(kind, error, trace)
