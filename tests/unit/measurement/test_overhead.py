"""Overhead of the harness over a loop that only reads the clock, on the null runtime."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from odviz.domain.model import Layout
from odviz.measurement.timing import time_block
from odviz.runtimes.null import plugin


def _bare(invoke: Callable[[], object], count: int) -> list[int]:
    times = []
    for _ in range(count):
        start = time.perf_counter_ns()
        invoke()
        times.append(time.perf_counter_ns() - start)
    return times


def test_harness_overhead_is_small() -> None:
    invoke = plugin.load(Path(__file__), Layout.TOKENS, 1).prepare(np.zeros(1))
    ratios = []
    for _ in range(5):
        harness: list[int] = []
        bare: list[int] = []
        for _ in range(200):
            harness += time_block(invoke, 2, 10, lambda: 0).wall_ns
            bare += _bare(invoke, 12)[2:]
        ratios.append(statistics.median(harness) / statistics.median(bare))
    assert min(ratios) < 1.25  # of about 100 ns: 0.2 % of a network of 15 µs
