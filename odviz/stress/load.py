"""Load: requests that arrive at random times, on a quiet machine and beside a busy core."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.objectives.base import Outcome
from odviz.objectives.loaded_latency import RATES, Condition, name_of
from odviz.stress.base import Bench, StressData, StressTest, Tester, Trial
from odviz.stress.settings import Setting, some_numbers
from odviz.worker.protocol import DescribeHost
from odviz.worker.stress_requests import AnswerArrivals, KeepBusy

_ITEMS = 16
_PATIENCE_S = 1.0
_FOREVER_S = 1e6
_BURST_S = 0.5


REQUEST_RATES = Setting(
    "load_rates",
    RATES,
    some_numbers(0.1, 10_000),
    "Requests a second under load, with commas between them; by default 30,100. The first counts as an objective.",
)


class LoadTest(StressTest):
    """Outcomes are latencies in seconds, (windows, requests), by condition and rate; infinite without an answer."""

    name = "load"
    title = "Busy machine"
    summary = "Requests come when they want, in part several at once, while another program keeps the processor busy."
    seconds = 15.0
    settings = (REQUEST_RATES,)
    alone = True

    def __init__(self, windows: int = 16, requests: int = 40) -> None:
        self._windows, self._requests = windows, requests

    def prepare(self, data: StressData, folder: Path) -> Trial:
        """See StressTest.prepare; each window takes one of a few inputs.

        All variants get the same requests, so that they are compared by window.
        """
        inputs, path = data.examples.inputs, folder / "inputs.npy"
        np.save(path, inputs[np.linspace(0, len(inputs) - 1, _ITEMS).astype(int)], allow_pickle=False)
        gaps = np.random.default_rng(data.seed).exponential(1.0, (self._windows, self._requests))
        arrivals_ns = {
            rate: tuple(map(tuple, (np.cumsum(gaps, axis=1) / rate * 1e9).astype(np.int64).tolist()))
            for rate in REQUEST_RATES.read(data.settings)
        }

        def run(bench: Bench) -> Outcome:
            outcome: dict[str, Array] = {}
            with bench.child() as child:
                child.request(bench.load(path))
                for condition in Condition:
                    with _busy_cores(bench, 1 if condition is Condition.BUSY else 0, data.seed):
                        for rate, windows in arrivals_ns.items():
                            outcome[name_of(condition, rate)] = _latencies(child, windows)
            return outcome

        return run


def _latencies(child: Tester, windows: tuple[tuple[int, ...], ...]) -> Array:
    """Latencies of the requests of each window, seconds; infinite for those that were not answered."""
    latencies = np.full((len(windows), len(windows[0])), np.inf)
    for row, arrivals in zip(latencies, windows, strict=True):
        answered = child.request(AnswerArrivals(arrivals, round(_PATIENCE_S * 1e9))).latency_ns
        row[: len(answered)] = np.array(answered) / 1e9
    return latencies


@contextmanager
def _busy_cores(bench: Bench, programs_per_core: int, seed: int) -> Iterator[None]:
    """Keep every core busy with so many programs while the body runs."""
    programs = programs_per_core * (os.cpu_count() or 1)
    with ThreadPoolExecutor(max(1, programs)) as pool, ExitStack() as stack:  # children end before the pool waits
        for number in range(programs):
            child = stack.enter_context(bench.child())
            child.request(DescribeHost())  # it has started
            pool.submit(child.request, KeepBusy(_FOREVER_S, seed + number, _BURST_S))
        yield


plugin = LoadTest()
