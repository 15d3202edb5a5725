from __future__ import annotations

from odviz.measurement.open_loop import answer_arrivals


class Machine:
    """A clock that advances only with inferences and sleep; each reading takes 1 ns."""

    def __init__(self, *durations: int) -> None:
        self.now, self.durations, self.slept = 0, iter(durations), 0

    def clock(self) -> int:
        self.now += 1
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept += 1
        self.now += round(seconds * 1e9)

    def invoke(self) -> None:
        self.now += next(self.durations)


def latencies(machine: Machine, arrivals: tuple[int, ...], patience: int = 10**9) -> list[float]:
    times = answer_arrivals(machine.invoke, arrivals, patience, machine.clock, machine.sleep)
    return [round(time / 1e6, 1) for time in times]


def test_each_latency_counts_from_its_arrival_not_from_the_start_of_its_inference() -> None:
    machine = Machine(5_000_000, 1_000_000, 1_000_000, 1_000_000)
    assert latencies(machine, (0, 1_000_000, 2_000_000, 20_000_000)) == [5.0, 5.0, 5.0, 1.0]
    assert machine.slept == 1  # the others were late


def test_requests_that_come_when_nothing_waits_take_one_inference() -> None:
    machine = Machine(1_000_000, 1_000_000)
    assert latencies(machine, (10_000_000, 30_000_000)) == [1.0, 1.0]
    assert machine.slept == 2


def test_a_machine_that_cannot_keep_up_gives_up_after_a_while() -> None:
    machine = Machine(*[10_000_000] * 50)
    answered = latencies(machine, tuple(range(0, 50_000_000, 1_000_000)), patience=50_000_000)
    assert 9 <= len(answered) <= 11
    assert answered[-1] > answered[0]
