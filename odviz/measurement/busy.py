"""Work that keeps a core busy, as another program on the same machine does."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np

_LARGE, _SMALL = 2_000_000, 128
"""Numbers of an array that exceeds every cache (16 MB), and rows of a matrix that stays in one."""


def keep_busy(seconds: float, seed: int, burst_s: float, pause_s: float, report: Callable[[], None]) -> None:
    """Work in bursts of random length: memory traffic and arithmetic in turns.

    Args:
        seconds: how long.
        seed: of the random lengths.
        burst_s: mean length of a burst; lengths are exponential.
        pause_s: mean length of a pause; 0 to work without one.
        report: called a few times a second.
    """
    lengths = random.Random(seed)
    large, small = np.ones(_LARGE), np.ones((_SMALL, _SMALL))
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        report()
        until = min(end, now + (lengths.expovariate(1 / burst_s)))
        while time.monotonic() < until:
            np.multiply(large, 1.0, out=large)
            small @ small
        if pause_s:
            time.sleep(min(max(0.0, end - time.monotonic()), lengths.expovariate(1 / pause_s)))
