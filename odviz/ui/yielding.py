"""Pages yield to a benchmark: while one is measured here, one session computes at a time, at a lower priority."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from odviz.domain.errors import OdvizError
from odviz.execution import starter
from odviz.ui import data

NICE = 5
"""Added to the nice value: of a core that it shares with a starting child, a page gets about a quarter."""

WAIT_S = 1.0
"""Longest wait for another session: what takes longer than that (a new file is made) does not stop all pages."""

_TURN = threading.RLock()


@contextmanager
def yielding() -> Iterator[None]:
    """Compute a page, or a part that refreshes itself, in the body."""
    if not _is_measuring():
        yield
        return
    _lower_priority()
    taken = _TURN.acquire(timeout=WAIT_S)
    try:
        yield
    finally:
        if taken:
            _TURN.release()


def _is_measuring() -> bool:
    """Whether a benchmark is measured on this computer; this server makes its runner first, at its own priority."""
    try:
        data.runner()
        return data.store().is_measuring()
    except OdvizError:  # the page reports it
        return False


def _lower_priority() -> None:
    """Lower the priority of this thread, which ends with the run of the page; only Linux knows one of a thread."""
    if sys.platform == "linux":
        starter.begin()
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, os.getpid()) + NICE)
