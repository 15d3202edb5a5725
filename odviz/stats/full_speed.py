"""Selection of the blocks that were timed while the machine ran at full speed.

A block is timed between two runs of a fixed piece of work, the reference loop (`odviz.measurement.reference`). Where it
takes longer than at its best, something slowed the machine: a neighbour on the same physical core, which a virtual
machine reports nowhere, a lower clock, another program. How much a network is slowed differs from network to network
(by 0.15 to 1.3 of what the loop is, in logarithms), so that such blocks are left out. Only a variant that has hardly
any others keeps them, corrected by the middle of that range and with an interval that holds all of it.

Measured on a virtual machine whose neighbours slowed the loop by 1.6 to 1.8 for 40 to 96 % of the time: medians of six
sessions of 22 s spread by 12 % with all blocks, by 6 % with a correction by regression on the loop, by 1.3 % with this
selection. Coverage on reruns is in docs/benchmarks.md, section "Coverage".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from odviz.domain.result import Block

K = TypeVar("K")

TOLERANCE = 1.2
"""Most that the reference loop may take, over its time at full speed."""

LEAST = 3
"""Fewest blocks at full speed, and launches with one, to judge a variant by them alone: two launches tell no spread."""

SENSITIVITY = 0.75
"""How much a slower machine slows a network, over how much it slows the reference loop, in logarithms."""

SENSITIVITY_SPREAD = 0.6
"""How far networks differ in that, either way."""

_REMEMBERED = 60
"""Launches that are remembered: a machine can become slower for good."""

_FASTEST = 0.02
"""The quantile of the reference loop's times that counts as full speed: the very shortest ones are chance."""


@dataclass(frozen=True, slots=True)
class SteadyBlocks:
    """The blocks that count for one variant.

    Attributes:
        blocks: those at full speed; all blocks, with corrected times, if those are too few (see `LEAST`).
        slowdown: time of the reference loop over that at full speed, median of all blocks; None without a reference.
        at_full_speed: whether `blocks` are those at full speed; True without a reference.
    """

    blocks: Sequence[Block]
    slowdown: float | None = None
    at_full_speed: bool = True


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
        return SteadyBlocks(blocks)
    slowdown = float(np.median(times)) / full_speed
    selected = [block for block in blocks if is_at_full_speed(block, full_speed)]
    if _launches(selected) >= min(LEAST, _launches(blocks)) and len(selected) >= min(LEAST, len(blocks)):
        return SteadyBlocks(selected, slowdown)
    return SteadyBlocks([_corrected(block, full_speed) for block in blocks], slowdown, at_full_speed=False)


def _launches(blocks: Sequence[Block]) -> int:
    """Number of launches that the blocks are of."""
    return len({block.launch for block in blocks})


def _corrected(block: Block, full_speed: float) -> Block:
    """The block as it would be at full speed, for a network of middle sensitivity."""
    if block.reference_ns <= full_speed:
        return block
    factor = (full_speed / block.reference_ns) ** SENSITIVITY
    wall_ns = tuple(max(1, round(time * factor)) for time in block.wall_ns)
    return replace(block, wall_ns=wall_ns, cpu_ns=round(block.cpu_ns * factor))
