"""Time of the operators of a network, by a runtime's profiler, less what the profiler itself takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median
from time import monotonic
from typing import Generic, TypeVar

from odviz.measurement.readings import BlockTimes, OperatorReading
from odviz.measurement.timing import time_block
from odviz.runtimes.base import OperatorRun

CHAIN = 8, 72
"""Operators of the short and of the long network that compute almost nothing."""

READS = 1, 3
"""Tensors that each of their operators reads: of one kind of such networks, and of the other."""

BLOCK_S = 0.01
"""Length of a block of timed inferences."""

LEAST_ROUNDS = 12
"""Fewest rounds, whatever time they take."""

_LEAST, _MOST = 3, 150
"""Inferences of a block."""

_CONTROL = frozenset(("If", "Loop", "Scan"))
"""Operators whose time is that of the operators within them."""

K = TypeVar("K")
Run = tuple[OperatorRun, ...]
Invoke = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Rounds(Generic[K]):
    """Blocks of several networks, timed in turns.

    Attributes:
        blocks: of each network, one a round.
        inferences: of each block of a network, with the one at its head that is not timed.
    """

    blocks: Mapping[K, tuple[BlockTimes, ...]]
    inferences: Mapping[K, int]

    def medians(self, name: K) -> list[float]:
        """Median time of one inference of a network in each round, seconds."""
        return [1e-9 * median(block.wall_ns) for block in self.blocks[name]]

    def p50(self, name: K) -> float:
        """Median time of one inference of a network over all rounds, seconds."""
        return 1e-9 * median(time for block in self.blocks[name] for time in block.wall_ns)

    def runs(self, name: K, runs: Sequence[Run]) -> list[Sequence[Run]]:
        """The profiled runs of each round of a network, from all runs of its session; without untimed ones."""
        count = self.inferences[name]
        first = len(runs) - count * len(self.blocks[name])
        return [runs[start + 1 : start + count] for start in range(first, len(runs), count)]


def timed_rounds(invokes: Mapping[K, Invoke], seconds: float, reference: Callable[[], int]) -> Rounds[K]:
    """Time several networks in turns, a block of each in every round.

    Args:
        invokes: runs one inference of each network.
        seconds: after so long no further round begins.
        reference: see `time_block`.
    """
    counts = {}
    for name, invoke in invokes.items():
        first = time_block(invoke, 2, _LEAST, reference)
        counts[name] = min(_MOST, max(_LEAST, round(BLOCK_S * 1e9 / max(1, min(first.wall_ns)))))
    blocks: dict[K, list[BlockTimes]] = {name: [] for name in invokes}
    end, turn = monotonic() + seconds, 0
    order = list(invokes)
    while turn < LEAST_ROUNDS or monotonic() < end:
        for name in order[turn % len(order) :] + order[: turn % len(order)]:  # none is always behind the same one
            blocks[name].append(time_block(invokes[name], 1, counts[name], reference))
        turn += 1
    return Rounds(
        {name: tuple(timed) for name, timed in blocks.items()}, {name: count + 1 for name, count in counts.items()}
    )


@dataclass(frozen=True, slots=True)
class Overheads:
    """What an operator costs in one round, beside its work.

    Attributes:
        call_s: seconds of an inference without operators.
        node_s: seconds of an operator that computes almost nothing.
        base_s: seconds that the profiler adds to an operator, whatever it reads.
        read_s: seconds that it adds for each tensor that is read, because it writes down its shape.
    """

    call_s: float
    node_s: float
    base_s: float
    read_s: float


def overheads(medians: Mapping[tuple[int, int], float], profiled: Mapping[int, float]) -> Overheads:
    """Overheads from networks of operators that compute almost nothing.

    Args:
        medians: seconds of an inference without the profiler, by the number of operators and what each reads.
        profiled: seconds of an operator as the profiler counts it, by what it reads.
    """
    (short, long), (few, many) = CHAIN, READS
    nodes = {reads: max(0.0, (medians[long, reads] - medians[short, reads]) / (long - short)) for reads in READS}
    added = {reads: max(0.0, profiled[reads] - nodes[reads]) for reads in READS}
    read_s = max(0.0, (added[many] - added[few]) / (many - few))
    return Overheads(max(0.0, medians[short, few] - short * nodes[few]), nodes[few], added[few] - few * read_s, read_s)


def mean_times(runs: Sequence[Run]) -> dict[tuple[str, str], float]:
    """Mean time of each operator over the inferences of middle length, by type and name, in running order.

    A profiler counts whole microseconds: means are finer than medians. Now and then it also stops to make room for its
    records, which the inferences of middle length do not contain.
    """
    ordered = sorted(runs, key=lambda run: sum(one.time_s for one in run))
    quarter = len(ordered) // 4
    middle = ordered[quarter : max(quarter + 1, len(ordered) - quarter)]
    times: dict[tuple[str, str], float] = {}
    for one in chain.from_iterable(middle):
        if one.operator not in _CONTROL:
            times[one.operator, one.name] = times.get((one.operator, one.name), 0.0) + one.time_s
    return {key: total / len(middle) for key, total in times.items()}


def operator_times(
    rounds: Sequence[Sequence[Run]], costs: Sequence[Overheads], medians: Sequence[float], p50: float
) -> tuple[tuple[OperatorReading, ...], float]:
    """Time of each operator: the median over rounds of its share of the inference, at the speed of the p50.

    What a profiler does between operators also empties caches, which no calibration on small operators shows: where
    operators take longer together than the inference without the call, the excess is taken from all in proportion.

    Args:
        rounds: profiled runs of each round.
        costs: overheads in each round.
        medians: seconds of an inference without the profiler in each round.
        p50: the same over all rounds.

    Returns:
        The operators in the order in which they run, and their sum over the time they were in, before it was reduced.
    """
    reads = {(one.operator, one.name): one.reads for run in rounds[0] for one in run}
    shares: dict[tuple[str, str], list[float]] = {}
    for runs, cost, whole in zip(rounds, costs, medians, strict=True):
        for key, mean in mean_times(runs).items():
            added = cost.base_s + cost.read_s * len(reads.get(key, ()))
            shares.setdefault(key, []).append(max(0.0, mean - added) / whole)
    times = {key: p50 * median(values) for key, values in shares.items()}
    within = p50 * (1 - median(cost.call_s / whole for cost, whole in zip(costs, medians, strict=True)))
    counted = sum(times.values()) / within if within > 0 else 1.0
    return tuple(
        OperatorReading(*key, reads.get(key, ()), time_s / max(1.0, counted)) for key, time_s in times.items()
    ), counted
