"""Growth is told apart: linear work passes, quadratic work does not, and a disturbed try does not decide."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable

import pytest

from tests import growth
from tests.growth import BOUND, grows_linearly, repeated


@pytest.mark.parametrize("work", [lambda size: sum(range(20 * size)), lambda size: sorted(range(size, 0, -1)), lambda size: "a" * size])
def test_linear_work_passes(work: Callable[[int], object]) -> None:
    assert grows_linearly(work, 500)


@pytest.mark.parametrize(
    "work",
    [
        lambda size: sum(1 for _ in range(size) for _ in range(size)),
        lambda size: [list(range(size)).index(i) for i in range(size)],
        lambda size: re.findall(r"a+b", "a" * size),
    ],
)
def test_quadratic_work_fails(work: Callable[[int], object]) -> None:
    assert not grows_linearly(work, 200)


def test_quadratic_work_on_top_of_as_much_linear_work_fails() -> None:
    assert not grows_linearly(lambda size: (sum(range(200 * size)), sum(sum(range(size)) for _ in range(size))), 200)


@pytest.mark.parametrize(("ratios", "linear"), [([60, 60, 9], True), ([60, 60, 60], False), ([9], True), ([BOUND, BOUND, BOUND], False)])
def test_one_undisturbed_try_of_three_is_enough(monkeypatch: pytest.MonkeyPatch, ratios: list[float], linear: bool) -> None:
    measured = iter(ratios)
    monkeypatch.setattr(growth, "_ratio", lambda work, small: next(measured))
    assert grows_linearly(lambda size: None, 1) is linear


def test_garbage_is_collected_again_after_work_that_fails() -> None:
    def fail(size: int) -> None:
        assert not gc.isenabled()
        raise ValueError

    with pytest.raises(ValueError):
        grows_linearly(fail, 1)
    assert gc.isenabled()


def test_no_two_repeated_texts_are_the_same() -> None:
    first, second = repeated("ab, ", 10), repeated("ab, ", 10)
    assert first != second and first[:11] == second[:11] == "ab, ab, ab "
