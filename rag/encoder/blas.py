"""NumPy's matrix products beside an encoder, on one thread."""

from __future__ import annotations


def one_blas_thread() -> None:
    """For the whole process. A question's products are too small to share: two BLAS threads gain 2 of 7 ms on idle cores, and on busy
    ones their waiting for each other costs hundreds; beside the torch encoder they take its core (140 ms a batch, not 85)."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")
