from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest

from odviz.measurement.timing import KEPT, BlockTimes, quantiles, time_block


class Machine:
    """Clocks that advance only with inferences and readings."""

    def __init__(self, durations: list[int], reading_cpu: int = 0) -> None:
        self.durations = iter(durations)
        self.wall_ns = self.cpu_ns = 0
        self.reading_cpu = reading_cpu
        self.collecting: list[bool] = []

    def invoke(self) -> None:
        duration = next(self.durations)
        self.wall_ns += duration
        self.cpu_ns += duration // 2
        self.collecting.append(gc.isenabled())

    def wall(self) -> int:
        return self.wall_ns

    def cpu(self) -> int:
        self.cpu_ns += self.reading_cpu
        return self.cpu_ns


def block(machine: Machine, discard: int, timed: int, reference: Callable[[], int] = lambda: 0) -> BlockTimes:
    invoke: Callable[[], object] = machine.invoke
    return time_block(invoke, discard, timed, reference, machine.wall, machine.cpu)


def test_wall_times_are_those_of_timed_inferences() -> None:
    times = block(Machine([1000, 900, 10, 20, 30]), 2, 3)
    assert times.wall_ns == (10, 20, 30) and times.timed == 3


def test_cpu_time_excludes_discarded_inferences() -> None:
    assert block(Machine([1000, 10, 20, 30]), 1, 3).cpu_ns == 10


def test_cost_of_reading_the_cpu_clock_is_subtracted() -> None:
    assert block(Machine([10, 20, 30], reading_cpu=700), 0, 3).cpu_ns == 10


def test_the_reference_loop_runs_before_the_first_and_after_the_last_inference() -> None:
    machine, order = Machine([1, 1, 1]), []

    def reference() -> int:
        order.append(len(machine.collecting))
        return [70, 90][len(order) - 1]

    assert block(machine, 1, 2, reference).reference_ns == 90
    assert order == [0, 3]


@pytest.mark.parametrize("count", [1, KEPT - 1, KEPT])
def test_few_times_are_kept_as_they_are(count: int) -> None:
    times = list(range(count, 0, -1))
    assert quantiles(times) == tuple(times)


@pytest.mark.parametrize("count", [KEPT + 1, 350, 4000])
def test_many_times_are_kept_as_their_quantiles(count: int) -> None:
    rng = np.random.default_rng(count)
    times = rng.lognormal(9, 0.3, count).astype(int).tolist()
    kept = quantiles(times)
    assert len(kept) == KEPT and list(kept) == sorted(kept) and kept[0] == min(times)
    for share in (0.1, 0.5, 0.9, 0.99):
        below, above = np.quantile(times, [max(share - 0.01, 0), min(share + 0.01, 1)])
        assert below <= np.quantile(kept, share) <= above


def test_garbage_collection_is_disabled_during_a_block() -> None:
    machine = Machine([1, 1, 1])
    block(machine, 1, 2)
    assert machine.collecting == [False] * 3
    assert gc.isenabled()


def test_garbage_collection_is_enabled_after_a_failure() -> None:
    def invoke() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        time_block(invoke, 0, 1, lambda: 0)
    assert gc.isenabled()


def test_disabled_garbage_collection_stays_disabled() -> None:
    gc.disable()
    try:
        block(Machine([1]), 0, 1)
        assert not gc.isenabled()
    finally:
        gc.enable()
