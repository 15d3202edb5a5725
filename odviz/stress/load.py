"""Load: requests that arrive at random times, on a quiet machine and beside a busy core."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from odviz.arrays import Array
from odviz.objectives.base import Outcome
from odviz.objectives.loaded_latency import RATES, Condition, name_of
from odviz.stress.base import Bench, StressData, StressTest, Tester
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


@dataclass(frozen=True, eq=False)
class PreparedLoad:
    """What all variants share.

    Attributes:
        inputs: `.npy` file of a few inputs, of which each window takes one.
        arrivals_ns: of each window at each rate; the same for all variants, so that they are compared by window.
        seed: of the benchmark.
    """

    inputs: Path
    arrivals_ns: dict[float, tuple[tuple[int, ...], ...]]
    seed: int


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

    def prepare(self, data: StressData, folder: Path) -> PreparedLoad:
        """See StressTest.prepare."""
        inputs = data.examples.inputs
        np.save(folder / "inputs.npy", inputs[np.linspace(0, len(inputs) - 1, _ITEMS).astype(int)], allow_pickle=False)
        rng = np.random.default_rng(data.seed)
        gaps = rng.exponential(1.0, (self._windows, self._requests))
        arrivals = {
            rate: (np.cumsum(gaps, axis=1) / rate * 1e9).astype(np.int64) for rate in REQUEST_RATES.read(data.settings)
        }
        return PreparedLoad(
            folder / "inputs.npy",
            {rate: tuple(map(tuple, windows.tolist())) for rate, windows in arrivals.items()},
            data.seed,
        )

    def run(self, prepared: PreparedLoad, bench: Bench) -> Outcome:
        """See StressTest.run."""
        outcome: dict[str, Array] = {}
        with bench.child() as child:
            child.request(bench.load(prepared.inputs))
            for condition in Condition:
                with _busy_cores(bench, 1 if condition is Condition.BUSY else 0, prepared.seed):
                    for rate, windows in prepared.arrivals_ns.items():
                        outcome[name_of(condition, rate)] = _latencies(child, windows)
        return outcome


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
