from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from odviz.measurement.timing import time_block


class Machine:
    """A world in which time passes only when something is done."""

    def __init__(self, durations: list[int], reading_cpu: int = 0) -> None:
        self.durations = iter(durations)
        self.wall_ns = self.cpu_ns = 0
        self.reading_cpu = reading_cpu
        self.collecting: list[bool] = []

    def invoke(self) -> None:
        spent = next(self.durations)
        self.wall_ns += spent
        self.cpu_ns += spent // 2
        self.collecting.append(gc.isenabled())

    def wall(self) -> int:
        return self.wall_ns

    def cpu(self) -> int:
        self.cpu_ns += self.reading_cpu
        return self.cpu_ns


def block(machine: Machine, discard: int, timed: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    invoke: Callable[[], object] = machine.invoke
    return time_block(invoke, discard, timed, machine.wall, machine.cpu)


def test_keeps_every_timed_inference_and_none_of_the_discarded() -> None:
    wall, _ = block(Machine([1000, 900, 10, 20, 30]), 2, 3)
    assert wall == (10, 20, 30)


def test_cpu_time_is_shared_out_without_the_discarded() -> None:
    _, cpu = block(Machine([1000, 10, 20, 30]), 1, 3)
    assert cpu == (10, 10, 10)


def test_what_reading_the_cpu_clock_costs_is_taken_off() -> None:
    _, cpu = block(Machine([10, 20, 30], reading_cpu=700), 0, 3)
    assert cpu == (10, 10, 10)


def test_the_collector_waits_and_is_let_go_again() -> None:
    machine = Machine([1, 1, 1])
    block(machine, 1, 2)
    assert machine.collecting == [False] * 3
    assert gc.isenabled()


def test_the_collector_is_let_go_after_a_failure_too() -> None:
    def invoke() -> None:
        raise RuntimeError("no inference")

    with pytest.raises(RuntimeError, match="no inference"):
        time_block(invoke, 0, 1)
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        block(Machine([1]), 0, 1)
        assert not gc.isenabled()
    finally:
        gc.enable()
