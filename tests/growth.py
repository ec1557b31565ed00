"""Growth in place of time: whether work takes some eight times as long on eight times as much, and not sixty-four times.

A limit in seconds fails on a busy machine and passes quadratic work on a quick one. A ratio of two measurements of one machine does
neither, as long as both sizes are large enough for the part that grows to outweigh the part that does not.
"""

from __future__ import annotations

import gc
import itertools
import math
import time
from collections.abc import Callable

FACTOR = 8
"""The large size as a multiple of the small one: linear work takes 8 times as long, quadratic work 64 times."""
BOUND = 24
"""Still linear; near the geometric mean of 8 and 64, so either side has a factor of over 2.6 for noise and for what does not grow."""
CLOCK_SECONDS = 0.02
"""Shorter work is repeated until it fills this much: some kernels count a thread's time in ticks of up to 10 ms."""
SMALL_RUNS = 3
TRIES = 3
_NUMBERS = itertools.count()


def grows_linearly(work: Callable[[int], object], small: int) -> bool:
    """Whether ``work(8 * small)`` stays below 24 times the processor time of ``work(small)``.

    Of the small size the least of three measurements counts, so that one that was disturbed, or that loaded the tables, does not hide
    quadratic work. Up to three tries, and one within the bound is enough: a neighbour has to disturb all three to fail linear work,
    while quadratic work fails each. Costs about eleven times the small work (or three times 20 ms, where that is more) when the first
    try is within the bound. Counts this thread only; the collector of garbage rests meanwhile.

    ``work`` is called many times with the same size: where results are kept by text, each call needs a text of its own, as
    ``repeated`` gives.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return any(_ratio(work, small) < BOUND for _ in range(TRIES))
    finally:
        if collecting:
            gc.enable()


def repeated(unit: str, size: int) -> str:
    """``unit`` over and over for ``size`` characters, then a number: no two calls give the same text."""
    return f"{(unit * (size // len(unit) + 1))[:size]} {next(_NUMBERS)}"


def _ratio(work: Callable[[int], object], small: int) -> float:
    least = min(_seconds(work, small) for _ in range(SMALL_RUNS))
    return _seconds(work, FACTOR * small) / least


def _seconds(work: Callable[[int], object], size: int) -> float:
    """Of one run, measured over as many as fill ``CLOCK_SECONDS``."""
    runs = 1
    while True:
        start = time.thread_time()
        for _ in range(runs):
            work(size)
        spent = time.thread_time() - start
        if spent >= CLOCK_SECONDS:
            return spent / runs
        runs = max(2 * runs, min(100 * runs, math.ceil(1.2 * runs * CLOCK_SECONDS / spent))) if spent else 10 * runs
