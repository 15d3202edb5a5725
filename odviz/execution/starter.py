"""One thread that starts processes and threads for all others."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

from odviz.domain.rights import Right
from odviz.library.rights import require

T = TypeVar("T")


def start(action: Callable[[], T]) -> T:
    """Call a function in the thread that starts things, and wait for its result.

    Linux kills a child when the thread that started it ends (see isolation), and gives what is started the priority of
    that thread, which those of pages lower.

    Raises:
        Forbidden: this session may not start anything.
        BaseException: what the function raises.
    """
    require(Right.CHANGE)
    result: Future[T] = Future()
    _starts().put((action, result))
    return result.result()


def begin() -> None:
    """Start the thread itself, if nothing was started yet; before the calling thread lowers its own priority."""
    _starts()


@cache
def _starts() -> queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]]:
    """Where the thread takes what it is to start.

    Threads of an executor end when the interpreter shuts down, while benchmarks still have to be ended; this one does
    not.
    """
    starts: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = queue.SimpleQueue()

    def work() -> None:
        while True:
            action, result = starts.get()
            try:
                result.set_result(action())
            except BaseException as error:  # whoever waits for the result raises it
                result.set_exception(error)

    threading.Thread(target=work, name="odviz-starter", daemon=True).start()
    return starts
