"""Third phase: timing in launches of fresh processes, in shuffled rounds, while nothing else runs.

In a launch every variant has a process of its own, all alive at once and idle but for the one that runs its block.
So a crash ends one variant only, the variants of a round run under the same conditions, and the spread between
launches (memory layout, drift of the machine) enters the intervals.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from os import cpu_count

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Block, Stage
from odviz.domain.target import OperatingPoint, parent_of
from odviz.execution.child import Child
from odviz.execution.progress import Phase, Progress
from odviz.execution.session import BenchmarkSession
from odviz.measurement.schedule import shuffled_rounds
from odviz.stats import half_width
from odviz.units import percent
from odviz.worker.protocol import Load, TimeBlock

BLOCK_S = 0.1
"""A block aims to end within this: slow variants run fewer inferences per block, never fewer than LEAST."""

LEAST = 3
"""Fewest timed inferences of a block."""


@dataclass
class _Live:
    """A run that has started, and its child."""

    point: OperatingPoint
    run: int
    stack: ExitStack = field(default_factory=ExitStack)
    child: Child = field(init=False)
    timed: int = 0
    ended: bool = False


@dataclass
class Timing:
    """State of the phase while it runs.

    Attributes:
        session: the benchmark.
        loads: how a child loads each point.
        sha256: of the file of each.
        blocks: blocks timed so far, by point; in a resumed benchmark, earlier ones too.
        failures: failures of the points that are no longer timed.
        first: the first launch since the benchmark was resumed.
    """

    session: BenchmarkSession
    loads: Mapping[OperatingPoint, Load]
    sha256: Mapping[OperatingPoint, str]
    blocks: dict[OperatingPoint, list[Block]] = field(default_factory=dict)
    failures: dict[OperatingPoint, Failure] = field(default_factory=dict)
    first: int = 0

    def run(self) -> dict[OperatingPoint, Failure]:
        """Time every point until the intervals of all p50 are narrow enough, or the time is up.

        Returns:
            The failures of the points that failed; all blocks finished before that are stored.

        Raises:
            RunFailed: the benchmark was cancelled.
        """
        effort = self.session.plan.effort
        deadline = time.monotonic() + effort.time_s
        files = {point.key: self.sha256[point] for point in self.loads}
        stored = self.session.store.blocks(self.session.benchmark, files)
        self.blocks = {point: list(stored.get(point.key, ())) for point in self.loads}
        self.first = launch = 1 + max((block.launch for blocks in stored.values() for block in blocks), default=-1)
        while True:
            active = self._active() if launch >= self.first + effort.launches else self._alive()
            if not active or (launch > self.first and time.monotonic() >= deadline):
                return self.failures
            self._launch(launch, active, deadline)
            launch += 1

    def _alive(self) -> list[OperatingPoint]:
        return [point for point in self.loads if point not in self.failures]

    def _active(self) -> list[OperatingPoint]:
        """Points whose intervals are too wide, with the parents they are compared with."""
        wide = [p for p in self._alive() if half_width(self.blocks[p]) > self.session.plan.effort.confidence]
        wanted = {*wide, *map(parent_of, wide)}
        return [point for point in self._alive() if point in wanted]

    def _launch(self, launch: int, points: list[OperatingPoint], deadline: float) -> None:
        effort, session = self.session.plan.effort, self.session
        done = (launch - self.first) * effort.rounds
        total = max(effort.rounds * effort.launches, done + effort.rounds)
        self._say(done, total, f"starting {_count_of(len(points))} in a fresh process, launch {launch + 1}", deadline)
        begun: dict[OperatingPoint, _Live] = {}  # all of them are ended below in every case
        try:
            with ThreadPoolExecutor(cpu_count() or 1) as pool:  # starting side by side disturbs no timing
                list(pool.map(lambda point: self._start(launch, point, begun), points))
            live = [begun[point] for point in points if not begun[point].ended]
            rounds = shuffled_rounds(live, seed=session.plan.seed + launch)
            for number in range(effort.rounds):
                session.check()
                for entry in next(rounds):
                    if entry.point not in self.failures:
                        self._block(entry, launch, number)
                self._report(launch, number, deadline)
                if time.monotonic() >= deadline and launch + number > 0:
                    return  # an estimate needs at least two rounds
        except RunFailed as error:
            self._end(begun.values(), error.failure)
            raise
        finally:
            self._end(begun.values(), None)

    def _start(self, launch: int, point: OperatingPoint, begun: dict[OperatingPoint, _Live]) -> None:
        """Add a loaded child for a point to `begun`; on failure the point is dropped and its run ended."""
        run = self.session.store.start_run(
            self.session.benchmark, point.key, Stage.LATENCY, launch=launch, sha256=self.sha256[point]
        )
        entry = begun[point] = _Live(point, run)
        try:
            entry.child = entry.stack.enter_context(self.session.child())
            entry.child.request(self.loads[point])
            entry.timed = self._warm(entry)
        except RunFailed as error:
            self._drop(entry, error.failure)

    def _warm(self, entry: _Live) -> int:
        """Run a first block, which is not kept: it warms the runtime and decides how many inferences a block has."""
        effort = self.session.plan.effort
        times = entry.child.request(TimeBlock(effort.discard, LEAST))
        fastest_ns = max(1, min(times.wall_ns))
        return max(LEAST, min(effort.timed, round(BLOCK_S * 1e9 / fastest_ns)))

    def _block(self, entry: _Live, launch: int, number: int) -> None:
        try:
            times = entry.child.request(TimeBlock(self.session.plan.effort.discard, entry.timed))
        except RunFailed as error:
            self._drop(entry, error.failure)
            return
        block = Block(launch, number, times.wall_ns, times.cpu_ns)
        self.session.store.add_block(entry.run, block)
        self.blocks[entry.point].append(block)

    def _drop(self, entry: _Live, failure: Failure) -> None:
        """Drop a point that failed: later launches would only fail again."""
        self.failures[entry.point] = failure
        self._end([entry], failure)
        if failure.kind is FailureKind.CANCELLED:
            raise RunFailed(failure)

    def _end(self, entries: Iterable[_Live], failure: Failure | None) -> None:
        ending = [entry for entry in entries if not entry.ended]
        for entry in ending:  # all children first: an error of the store must not leave one running
            entry.ended = True
            entry.stack.close()
        for entry in ending:
            self.session.store.end_run(entry.run, failure)

    def _report(self, launch: int, number: int, deadline: float) -> None:
        effort = self.session.plan.effort
        alive = self._alive()
        widest = max((half_width(self.blocks[point]) for point in alive), default=0.0)
        done = (launch - self.first) * effort.rounds + number + 1
        label = f"{_count_of(len(alive))} in a process of its own, launch {launch + 1}"
        if launch and widest < 1:  # a single launch has no spread between launches
            label += f"; between launches every median (p50) is within ± {percent(widest, 1)}"
            label += f", target: ± {percent(effort.confidence)}"
        expected = max(effort.launches, launch - self.first + 1)
        if done == expected * effort.rounds and widest > effort.confidence:
            expected += 1  # another launch follows, unless the time is up
        self._say(done, expected * effort.rounds, label, deadline)

    def _say(self, done: int, total: int, label: str, deadline: float) -> None:
        within_s = self.session.plan.effort.time_s
        left_s = max(0.0, deadline - time.monotonic())
        self.session.report(Progress(Phase.LATENCY, done, total, label, left_s, within_s=within_s))


def _count_of(variants: int) -> str:
    return f"each of {variants} variants" if variants > 1 else "the variant"
