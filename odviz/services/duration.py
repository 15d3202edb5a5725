"""How long a benchmark will take, said before it is started."""

from __future__ import annotations

import os
from collections.abc import Sequence

from odviz.domain.plan import BenchmarkPlan
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.store import BenchmarkRecord

CHILD_S = 0.6
"""Starting a runtime in a fresh process and loading a small model into it, on one core."""

MAKE_S = 1.5
"""Making one variant and looking into its file, on one core."""

ASK_S = 2.0
"""Answering a held-out set, on one core."""

ENOUGH = 3
"""So many of them say how far the guess is off."""


def expected(
    plan: BenchmarkPlan, points: Sequence[OperatingPoint], past: Sequence[tuple[BenchmarkRecord, int]] = ()
) -> tuple[float, float]:
    """Shortest and longest likely time of a benchmark, seconds.

    What was already made or answered is found again and takes no time, which is why the short end is far below.

    Args:
        plan: what is asked.
        points: what it comes to.
        past: benchmarks of this machine with the number of their points; those that ended well correct the guess.
    """
    guess = _guess(plan, len(points), len({point.variant for point in points}))
    ratios = sorted(
        (record.ended - record.started).total_seconds() / _guess(record.plan, count, count)
        for record, count in past
        if record.state is State.DONE and record.started and record.ended and count
    )
    if len(ratios) < ENOUGH:  # what one or two did says little of another size
        return _least(plan, len(points)), guess * max([*ratios[-1:], 1.0])
    return guess * ratios[0], guess * ratios[-1]


def _guess(plan: BenchmarkPlan, points: int, variants: int) -> float:
    """Preparing, asking and weighing are spread over the cores; timing is not."""
    return (variants * MAKE_S + points * ASK_S) / _cores(plan) + _least(plan, points) + plan.effort.time_s


def _least(plan: BenchmarkPlan, points: int) -> float:
    """Where all files and answers are found again, and times are soon known: what starting processes takes."""
    return points * (plan.effort.launches + plan.effort.memory_repeats) * CHILD_S / _cores(plan)


def _cores(plan: BenchmarkPlan) -> int:
    """How many children run side by side."""
    return max(1, (os.cpu_count() or 1) // plan.threads)
