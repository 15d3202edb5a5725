"""Sustained load: inferences without a pause for minutes, beside the reference loop."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import numpy as np

from odviz.objectives.base import Outcome
from odviz.stats.slowing import POINTS
from odviz.stress.base import Bench, StressData, StressTest, Trial
from odviz.worker.protocol import TimeBlock

SECONDS = 120.0
_BLOCK_S = 0.2
"""Long against the two runs of the reference loop, which take 1 ms: the load hardly pauses."""

_REST_S = 2.0
"""Pause before each variant, so that it does not begin where the one before it left the machine."""


class SustainedTest(StressTest):
    """Outcomes are, for each block, the end of it, the median time of its inferences and that of the reference loop."""

    name = "sustained"
    title = "Minutes without a pause"
    summary = "The network works for minutes without a pause: does it become slower, as a phone that becomes hot?"
    seconds = 122.0
    alone = True

    def __init__(self, seconds: float = SECONDS, rest_s: float = _REST_S) -> None:
        self._seconds, self._rest_s = seconds, rest_s

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; each block takes one of a few inputs."""
        inputs, path = data.examples.inputs, folder / "inputs.npy"
        np.save(path, inputs[np.linspace(0, len(inputs) - 1, 16).astype(int)], allow_pickle=False)

        def run(bench: Bench) -> Outcome:
            rows: list[tuple[float, float, float]] = []
            with bench.child() as child:
                child.request(bench.load(path))
                once = child.request(TimeBlock(2, 3))
                timed = max(1, round(min(_BLOCK_S, self._seconds / POINTS) * 1e9 / max(1, min(once.wall_ns))))
                time.sleep(self._rest_s)
                start = time.monotonic()
                while len(rows) < POINTS or time.monotonic() - start < self._seconds:
                    block = child.request(TimeBlock(0, timed))
                    row = time.monotonic() - start, statistics.median(block.wall_ns) / 1e9, block.reference_ns / 1e9
                    rows.append(row)
            elapsed, median, reference = np.array(rows).T
            return {"elapsed_s": elapsed, "median_s": median, "reference_s": reference}

        return run


plugin = SustainedTest()
