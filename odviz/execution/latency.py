"""Third phase: memory and timing in launches of fresh processes, in shuffled rounds, while nothing else runs.

In a launch every variant has a process of its own, all alive at once and idle but for the one that runs its block.
So a crash ends one variant only, the variants of a round run under the same conditions, and the spread between
launches (memory layout, drift of the machine) enters the intervals. While a process loads its model, the peak memory of
that is measured.

How the time is spent:

- A block lasts `BLOCK_S` or `LEAST` inferences, whichever is longer.
- A variant takes part in further rounds of a launch until enough of its blocks were timed at the machine's full speed
  (`odviz.stats.full_speed`), and in any case for `REPAID` times as long as the launch took to start: so most of the
  time is timing, while a launch that is cheap to start is short and more of them fit into the time, which narrows an
  interval more than rounds do (Kalibera and Jones, ISMM 2013).
- Launches follow each other until every p50 is known well enough. Later ones are for the points of which it is not, as
  long as a front or the recommendation can depend on them (`odviz.execution.contest`), and for their parents.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, count
from os import cpu_count
from pathlib import Path

from odviz.domain.errors import RunFailed
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import REPAID
from odviz.domain.result import Block, Stage
from odviz.domain.target import OperatingPoint, parent_of
from odviz.execution.child import Child
from odviz.execution.contest import Contest
from odviz.execution.parallel_map import parallel_map
from odviz.execution.progress import Phase, Progress
from odviz.execution.session import BenchmarkSession
from odviz.formats import FORMATS
from odviz.formats.base import digest
from odviz.measurement.background import BackgroundMeter
from odviz.measurement.schedule import shuffled_rounds
from odviz.stats import full_speed_ns, half_width, is_at_full_speed, steady
from odviz.store import Reading
from odviz.units import percent
from odviz.worker.protocol import MeasureMemory, TimeBlock
from odviz.worker.request import Load

BLOCK_S = 0.01
"""Length of a block. The machine's speed can change within milliseconds, and a block should see only one of them."""

LEAST = 4
"""Fewest timed inferences of a block."""

MEMORY_RUNS = 5
"""Inferences before the peak memory is read: runtimes allocate in the first ones."""


@dataclass
class _Live:
    """A run that has started, and its child."""

    point: OperatingPoint
    run: int
    stack: ExitStack = field(default_factory=ExitStack)
    child: Child = field(init=False)
    start_s: float = 0.0
    timed: int = 0
    ended: bool = False
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Timing:
    """State of the phase while it runs.

    Attributes:
        session: the benchmark.
        loads: how a child loads each point.
        sha256: of the file of each.
        contest: tells which points an answer can depend on.
        full_speed_ns: time of the reference loop at full speed, from earlier benchmarks; 0 if there are none.
        blocks: blocks timed so far, by point; in a resumed benchmark, earlier ones too.
        failures: failures of the points that are no longer timed.
        first: the first launch since the benchmark was resumed.
        spent_s: seconds spent on rounds; starting processes does not count, nor does waiting for one that failed.
        widths: relative half widths of the p50s that an answer can depend on, when last compared with the plan.
    """

    session: BenchmarkSession
    loads: Mapping[OperatingPoint, Load]
    sha256: Mapping[OperatingPoint, str]
    contest: Contest
    full_speed_ns: float = 0.0
    blocks: dict[OperatingPoint, list[Block]] = field(default_factory=dict)
    failures: dict[OperatingPoint, Failure] = field(default_factory=dict)
    first: int = 0
    spent_s: float = 0.0
    widths: Mapping[OperatingPoint, float] = field(default_factory=dict)

    def run(self) -> dict[OperatingPoint, Failure]:
        """Time every point until the intervals of all p50 are narrow enough, or the time is up.

        Returns:
            The failures of the points that failed; all blocks finished before that are stored.

        Raises:
            RunFailed: the benchmark was cancelled.
        """
        effort = self.session.plan.effort
        files = {point.key: self.sha256[point] for point in self.loads}
        stored = self.session.store.blocks(self.session.benchmark, files)
        self.blocks = {point: list(stored.get(point.key, ())) for point in self.loads}
        self.first = launch = 1 + max((block.launch for blocks in stored.values() for block in blocks), default=-1)
        while True:
            planned = self.first + effort.launches - launch
            points = self._alive() if planned > 0 else self._wide()
            left_s = effort.time_s - self.spent_s
            if not points or (launch > self.first and left_s <= 0):
                return self.failures
            with self.session.forking(MeasureMemory, TimeBlock):  # a new server: another memory layout
                self._launch(launch, points, self.spent_s + left_s / max(planned, 1))
            launch += 1

    def _alive(self) -> list[OperatingPoint]:
        return [point for point in self.loads if point not in self.failures]

    def _wide(self) -> list[OperatingPoint]:
        """Points of which more must be known, with the parents they are compared with."""
        timed = steady({point: self.blocks[point] for point in self._alive()}, self.full_speed_ns)
        open_points = self.contest.open_points(timed) if timed else []  # none if every variant failed meanwhile
        self.widths = {point: half_width(timed[point].blocks, timed[point].correction_sd) for point in open_points}
        wide = [point for point, width in self.widths.items() if width > self.session.plan.effort.confidence]
        wanted = {*wide, *map(parent_of, wide)}
        return [point for point in self._alive() if point in wanted]

    def _launch(self, launch: int, points: list[OperatingPoint], until_s: float) -> None:
        """Time points in fresh processes, until so many seconds of the phase's time are spent."""
        self._report(launch, {}, f"starting {_count_of(len(points))} in a fresh process")
        begun: dict[OperatingPoint, _Live] = {}  # all of them are ended below in every case
        side_by_side = cpu_count() or 1
        try:
            parallel_map(  # starting side by side disturbs no timing
                points, partial(self._start, launch, begun), side_by_side, lambda *_: None, self.session.cancel
            )
            live = [begun[point] for point in points if not begun[point].ended]
            meter = BackgroundMeter([entry.child.pid for entry in live], self.session.server)
            self._rounds(launch, live, sum(entry.start_s for entry in live) / side_by_side, until_s)
            full_speed = full_speed_ns(chain.from_iterable(entry.blocks for entry in live))
            load = replace(meter.read(launch), full_speed_ns=full_speed)
            self.session.store.add_background(self.session.benchmark, load)
        except RunFailed as error:
            self._end(begun.values(), error.failure)
            raise
        finally:
            self._end(begun.values(), None)

    def _rounds(self, launch: int, live: list[_Live], start_s: float, until_s: float) -> None:
        """Time rounds until each point has enough blocks at full speed, and as long as the start took."""
        enough, repaid_s = self.session.plan.effort.rounds, self.spent_s + REPAID * start_s
        rounds = shuffled_rounds(live, seed=self.session.plan.seed + launch)
        counted: Mapping[OperatingPoint, int] = {}
        for number in count():
            self.session.check()
            entries = [entry for entry in next(rounds) if not entry.ended]
            if number and self.spent_s >= repaid_s:
                entries = [entry for entry in entries if counted[entry.point] < enough]
            if not entries:
                return
            began = time.monotonic()
            self._round(launch, number, entries)
            self.spent_s += time.monotonic() - began
            counted = self._counted(live)
            self._report(launch, counted)
            if self.spent_s >= until_s and launch + number > 0:
                return  # an estimate needs at least two rounds

    def _round(self, launch: int, number: int, entries: list[_Live]) -> None:
        """Time one block of each entry, and store them together: a transaction for each would take longer."""
        blocks = []
        try:
            for entry in entries:
                if (block := self._block(entry, launch, number)) is not None:
                    blocks.append((entry.run, block))
                    entry.blocks.append(block)
                    self.blocks[entry.point].append(block)
        finally:
            self.session.store.add_blocks(blocks)

    def _counted(self, entries: Iterable[_Live]) -> dict[OperatingPoint, int]:
        """How many blocks at full speed each entry has in this launch."""
        full_speed = full_speed_ns(chain.from_iterable(self.blocks.values()), self.full_speed_ns)
        return {entry.point: sum(is_at_full_speed(block, full_speed) for block in entry.blocks) for entry in entries}

    def _start(self, launch: int, begun: dict[OperatingPoint, _Live], point: OperatingPoint) -> None:
        """Add a loaded child for a point to `begun`; on failure the point is dropped and its run ended."""
        store = self.session.store
        run = store.start_run(
            self.session.benchmark, point.key, Stage.LATENCY, launch=launch, sha256=self.sha256[point]
        )
        entry = begun[point] = _Live(point, run)
        began = time.monotonic()
        try:
            self._check_file(point)
            entry.child = entry.stack.enter_context(self.session.child())
            memory = entry.child.request(MeasureMemory(self.loads[point], MEMORY_RUNS))
            store.add_reading(run, Reading(memory.peak_bytes, memory.baseline_bytes, "B", memory.method))
            entry.timed = self._warm(entry)
            entry.start_s = time.monotonic() - began
        except RunFailed as error:
            self._drop(entry, error.failure)

    def _check_file(self, point: OperatingPoint) -> None:
        """Compare a file with the one that predicted; it is read again only if its size or time has changed.

        Raises:
            RunFailed: it is another one.
        """
        load = self.loads[point]
        with suppress(OSError):  # the child says that it is gone
            if digest(FORMATS[load.format].files(Path(load.path))) != self.sha256[point]:
                reason = f"The model file {load.path} was changed after it had predicted; it is not timed any more."
                raise RunFailed(Failure(FailureKind.ERROR, reason))

    def _warm(self, entry: _Live) -> int:
        """Run a first block, which is not kept: it warms the runtime and decides how many inferences a block has."""
        times = entry.child.request(TimeBlock(self.session.plan.effort.discard, LEAST))
        return max(LEAST, round(BLOCK_S * 1e9 / max(1, min(times.wall_ns))))

    def _block(self, entry: _Live, launch: int, number: int) -> Block | None:
        """Time a block; None if the child failed."""
        began = time.monotonic()
        try:
            times = entry.child.request(TimeBlock(self.session.plan.effort.discard, entry.timed))
        except RunFailed as error:
            self.spent_s -= time.monotonic() - began  # the others need not pay for a child that hung
            self._drop(entry, error.failure)
            return None
        return Block(launch, number, times.wall_ns, times.cpu_ns, times.timed, times.reference_ns)

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

    def _report(self, launch: int, counted: Mapping[OperatingPoint, int], label: str = "") -> None:
        """Report how many blocks at full speed there are, of those that the launches so far and planned need.

        Args:
            launch: the launch.
            counted: blocks at full speed that each point has in it.
            label: what is done; that points are timed by default.
        """
        effort = self.session.plan.effort
        number, per_launch = launch - self.first, effort.rounds * max(1, len(self._alive()))
        done = number * per_launch + sum(min(blocks, effort.rounds) for blocks in counted.values())
        total = max(effort.launches, number + 1) * per_launch
        if done == total and self._wide():
            total += per_launch
        label = label or f"{_count_of(len(self._alive()))} in a process of its own"
        label += f", launch {launch + 1}"
        widest = max(self.widths.values(), default=math.inf)
        if widest < 1:  # a single launch has no spread between launches
            label += f"; between launches every median (p50) that can decide is within ± {percent(widest, 1)}"
            label += f", target: ± {percent(effort.confidence)}"
        left_s = max(0.0, effort.time_s - self.spent_s)
        self.session.report(Progress(Phase.LATENCY, done, total, label, left_s, within_s=effort.time_s))


def _count_of(variants: int) -> str:
    return f"each of {variants} variants" if variants > 1 else "the variant"
