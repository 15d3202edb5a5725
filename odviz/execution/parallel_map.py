"""Doing one thing to many items, several at once, where that disturbs no measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind

T = TypeVar("T")

_FATAL = (FailureKind.CANCELLED, FailureKind.DISK_FULL)
"""Failures that end everything rather than one item."""


def spread(
    items: Sequence[T], work: Callable[[T], Any], workers: int, on_done: Callable[[int, T], None]
) -> dict[T, Failure]:
    """Work on every item.

    Args:
        items: hashable things to work on.
        work: may raise RunFailed.
        workers: how many at once.
        on_done: is told after each how many are over, and which it was.

    Returns:
        The failures by item; an item that is not there went well.

    Raises:
        RunFailed: an item was cancelled, or the disk is full; items not yet begun are left.
    """
    failures: dict[T, Failure] = {}
    with ThreadPoolExecutor(max(1, workers)) as pool:
        futures = {pool.submit(work, item): item for item in items}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                item = futures[future]
                try:
                    future.result()
                except RunFailed as error:
                    if error.failure.kind in _FATAL:
                        raise
                    failures[item] = error.failure
                on_done(done, item)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return failures
