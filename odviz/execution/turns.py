"""Timing and pages of the same process take turns: two cores of a processor can slow each other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_S = 1.0
"""Longest wait for the other: what takes longer than that (a page makes a file, a round has very many variants) stops
neither."""

_TURN = threading.RLock()


@contextmanager
def turn() -> Iterator[None]:
    """Do the body while the other does nothing, or from `WAIT_S` on in any case."""
    taken = _TURN.acquire(timeout=WAIT_S)
    try:
        yield
    finally:
        if taken:
            _TURN.release()
