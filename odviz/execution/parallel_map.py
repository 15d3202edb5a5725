"""One function applied to many items at once, for work that disturbs no measurement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TypeVar

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure
from odviz.domain.rights import Right
from odviz.library.rights import require

T = TypeVar("T")


def parallel_map(
    items: Sequence[T],
    work: Callable[[T], Any],
    workers: int,
    on_done: Callable[[int, T], None],
    cancel: Callable[[], None] = lambda: None,
) -> dict[T, Failure]:
    """Call `work` with every item, in several threads.

    Args:
        items: hashable values.
        work: may raise RunFailed.
        workers: number of threads.
        on_done: called after each item with the number of items that are done, and the item.
        cancel: called when an error, or a signal to this process, ends all: what runs is waited for in any case.

    Returns:
        The failures by item.

    Raises:
        Forbidden: this session may not start anything; other threads would not know.
        RunFailed: an item was cancelled, or the disk is full; items that have not started are left out.
    """
    require(Right.CHANGE)
    failures: dict[T, Failure] = {}
    with ThreadPoolExecutor(max(1, workers)) as pool:
        futures = {pool.submit(work, item): item for item in items}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                item = futures[future]
                try:
                    future.result()
                except RunFailed as error:
                    if error.failure.kind.ends_benchmark:
                        raise
                    failures[item] = error.failure
                on_done(done, item)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            cancel()
            raise
    return failures
