from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from odviz.measurement.timing import time_block


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


def block(machine: Machine, discard: int, timed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    invoke: Callable[[], object] = machine.invoke
    return time_block(invoke, discard, timed, machine.wall, machine.cpu)


def test_wall_times_are_those_of_timed_inferences() -> None:
    wall, _ = block(Machine([1000, 900, 10, 20, 30]), 2, 3)
    assert wall == (10, 20, 30)


def test_cpu_time_excludes_discarded_inferences() -> None:
    _, cpu = block(Machine([1000, 10, 20, 30]), 1, 3)
    assert cpu == (10, 10, 10)


def test_cost_of_reading_the_cpu_clock_is_subtracted() -> None:
    _, cpu = block(Machine([10, 20, 30], reading_cpu=700), 0, 3)
    assert cpu == (10, 10, 10)


def test_garbage_collection_is_disabled_during_a_block() -> None:
    machine = Machine([1, 1, 1])
    block(machine, 1, 2)
    assert machine.collecting == [False] * 3
    assert gc.isenabled()


def test_garbage_collection_is_enabled_after_a_failure() -> None:
    def invoke() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        time_block(invoke, 0, 1)
    assert gc.isenabled()


def test_disabled_garbage_collection_stays_disabled() -> None:
    gc.disable()
    try:
        block(Machine([1]), 0, 1)
        assert not gc.isenabled()
    finally:
        gc.enable()
