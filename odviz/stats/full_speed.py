"""Selection of the blocks that were timed while the machine ran at full speed, and correction of the others.

A block is timed between two runs of a fixed piece of work, the reference loop (`odviz.measurement.reference`). Where it
takes longer than at its best, something slowed the machine: a neighbour on the same physical core, which a virtual
machine reports nowhere, a lower clock, another program. How much a network is slowed differs from network to network,
so that such blocks are left out where at least `LEAST` launches have others. Elsewhere the blocks of a launch that has
no others are corrected by the variant's sensitivity: by how much its times grow where the loop's do, in logarithms. It
is found from the launches that have both kinds of blocks, by the normal posterior of a mean over launches whose prior
is what networks have in general; what stays uncertain of it widens the interval.

Measured on a virtual machine whose neighbours slowed the loop by 1.6 to 1.8 for 40 to 96 % of the time: medians of six
sessions of 22 s spread by 12 % with all blocks, by 6 % with a correction by regression on the loop, by 1.3 % with this
selection. Where fewer than three launches had a block at full speed, a correction that is the same for all networks was
off by 15 to 20 %, the same way in each rerun; this one was off by 5 % (standard deviation; 115 reruns, 58 variants).
Coverage on reruns is in docs/benchmarks.md, section "Coverage".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import TypeVar

import numpy as np

from odviz.domain.result import Block
from odviz.stats.moves import Moves, moves

K = TypeVar("K")

TOLERANCE = 1.2
"""Most that the reference loop may take, over its time at full speed."""

LEAST = 3
"""Fewest blocks at full speed, and launches with one, to judge a variant by them alone: two launches tell no spread."""

SENSITIVITY = 0.9
"""How much a slower machine slows a network, over how much it slows the reference loop, in logarithms; on average."""

SENSITIVITY_SD = 0.35
"""Standard deviation of that over networks: from 0.15 for a large one to 1.4 for small ones was measured."""

HIGHEST_SENSITIVITY = SENSITIVITY + 2 * SENSITIVITY_SD
"""Above that of nearly all networks."""

_ONE_LAUNCH_SD = 0.2
"""Standard deviation of the sensitivity that one launch shows: a launch has few blocks at full speed."""

SLOWED = 1.45
"""Least time of the reference loop, over that at full speed, of the blocks that show a sensitivity."""

_REMEMBERED = 60
"""Launches that are remembered: a machine can become slower for good."""

_FASTEST = 0.02
"""The quantile of the reference loop's times that counts as full speed: the very shortest ones are chance."""


@dataclass(frozen=True)
class SteadyBlocks:
    """The blocks that count for one variant.

    Attributes:
        blocks: those at full speed; with fewer of them than `LEAST` says, also the blocks of launches that have none,
            with corrected times.
        timed: all blocks, as they were timed.
        full_speed_ns: time of the reference loop at full speed; 0 without a reference.
        slowdown: time of the reference loop over that at full speed, median of all blocks; None without a reference.
        at_full_speed: whether `blocks` are those at full speed, and enough; True without a reference.
        correction_sd: standard deviation that the correction leaves in the logarithm of the p50.
    """

    blocks: Sequence[Block]
    timed: Sequence[Block]
    full_speed_ns: float = 0.0
    slowdown: float | None = None
    at_full_speed: bool = True
    correction_sd: float = 0.0

    @cached_property
    def moves(self) -> Moves:
        """What moves the p50 of `blocks`: found once, for all choices for which replicates of it are drawn."""
        return moves(self.blocks)


UNTIMED = SteadyBlocks((), ())
"""Of a variant that was not timed."""


def full_speed_ns(blocks: Iterable[Block], known: float = 0.0) -> float:
    """Time of the reference loop at the machine's full speed, nanoseconds; 0 if no block has a reference.

    Args:
        blocks: of all variants of a benchmark.
        known: the same from earlier benchmarks; 0 if there are none. It decides if it is shorter: a machine can be
            slowed for the whole length of a benchmark.
    """
    times = [block.reference_ns for block in blocks if block.reference_ns]
    if not times:
        return 0.0
    own = float(np.quantile(times, _FASTEST))
    return min(own, known) if known else own


def usual_full_speed_ns(earlier: Sequence[float]) -> float:
    """Full speed of a machine from what single benchmarks or launches found, newest first; 0 if there are none.

    The lower quartile of the last ones: one that was lucky does not make all later ones look slow.
    """
    return float(np.quantile(earlier[:_REMEMBERED], 0.25)) if earlier else 0.0


def is_at_full_speed(block: Block, full_speed: float) -> bool:
    """Whether a block was timed at full speed; True for a block without a reference.

    Args:
        block: the block.
        full_speed: from `full_speed_ns`.
    """
    return block.reference_ns <= TOLERANCE * full_speed


def steady(blocks_by_variant: Mapping[K, Sequence[Block]], known: float = 0.0) -> dict[K, SteadyBlocks]:
    """The blocks that count, for each variant.

    Args:
        blocks_by_variant: all blocks of a benchmark; the machine's full speed is found from all of them.
        known: as in `full_speed_ns`.
    """
    full_speed = full_speed_ns((block for blocks in blocks_by_variant.values() for block in blocks), known)
    return {key: _select(blocks, full_speed) for key, blocks in blocks_by_variant.items()}


def _select(blocks: Sequence[Block], full_speed: float) -> SteadyBlocks:
    times = [block.reference_ns for block in blocks if block.reference_ns]
    if not times:
        return SteadyBlocks(blocks, blocks)
    slowdown = float(np.median(times)) / full_speed
    fast = [block for block in blocks if is_at_full_speed(block, full_speed)]
    launches, all_launches = {block.launch for block in fast}, {block.launch for block in blocks}
    enough = len(fast) >= min(LEAST, len(blocks))
    if enough and len(launches) >= min(LEAST, len(all_launches)):
        return SteadyBlocks(fast, blocks, full_speed, slowdown)
    slow = [block for block in blocks if block.launch not in launches]
    mean, sd = sensitivity(blocks, full_speed)
    corrected = [_corrected(block, full_speed, mean) for block in slow]
    slowdowns = [median(_log_slowdown(block, full_speed) for block in launch) for launch in _by_launch(slow)]
    return SteadyBlocks(
        [*fast, *corrected],
        blocks,
        full_speed,
        slowdown,
        at_full_speed=False,
        correction_sd=sd * sum(slowdowns) / len(all_launches),
    )


def sensitivity(blocks: Iterable[Block], full_speed: float) -> tuple[float, float]:
    """How much a variant is slowed where the reference loop is, in logarithms: its mean and standard deviation.

    Args:
        blocks: of the variant.
        full_speed: from `full_speed_ns`.
    """
    slopes = []
    for launch in _by_launch(block for block in blocks if block.reference_ns):
        rows = [(block.reference_ns / full_speed, float(np.median(block.wall_ns))) for block in launch]
        fast = [row for row in rows if row[0] <= TOLERANCE]
        slow = [row for row in rows if row[0] >= SLOWED]
        if fast and len(slow) >= LEAST:
            loop, time = np.log(np.median(slow, axis=0) / np.median(fast, axis=0))
            slopes.append(time / loop)
    return posterior(slopes, SENSITIVITY, SENSITIVITY_SD, _ONE_LAUNCH_SD)


def posterior(values: Sequence[float], prior: float, prior_sd: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of a quantity after some measurements of it, all normal; the prior's without any.

    The values enter by their median, because a block can change its speed half way and make one of them wild. A prior
    that they contradict gives way: its standard deviation is at least its distance from the median.

    Args:
        values: measurements.
        prior: mean before any.
        prior_sd: standard deviation before any.
        sd: standard deviation of a measurement.
    """
    if not values:
        return prior, prior_sd
    distance = float(np.median(values)) - prior
    prior_sd = max(prior_sd, abs(distance))
    precision = 1 / prior_sd**2 + len(values) / sd**2
    return prior + distance * (1 - 1 / (prior_sd**2 * precision)), precision**-0.5


def _by_launch(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """The blocks of each launch."""
    launches: dict[int, list[Block]] = {}
    for block in blocks:
        launches.setdefault(block.launch, []).append(block)
    return launches.values()


def _log_slowdown(block: Block, full_speed: float) -> float:
    return math.log(max(1.0, block.reference_ns / full_speed))


def _corrected(block: Block, full_speed: float, slope: float) -> Block:
    """The block as it would be at full speed."""
    factor = math.exp(-slope * _log_slowdown(block, full_speed))
    wall_ns = tuple(max(1, round(time * factor)) for time in block.wall_ns)
    return replace(block, wall_ns=wall_ns, cpu_ns=round(block.cpu_ns * factor))
