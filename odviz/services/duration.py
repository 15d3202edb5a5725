"""Expected duration and precision of a benchmark."""

from __future__ import annotations

import os
from collections.abc import Sequence

from odviz.domain.plan import REPAID, BenchmarkPlan
from odviz.domain.result import State
from odviz.domain.target import OperatingPoint
from odviz.execution.fork_server import can_fork
from odviz.stats.sessions import expected_half_width
from odviz.store import BenchmarkRecord
from odviz.stress import STRESS_TESTS
from odviz.units import percent

LAUNCH_S = 0.15 if can_fork() else 0.4
"""Seconds to start a process and load a small model in a runtime, on one core."""

PREPARE_S = 1.5
"""Seconds to compress and inspect a variant, on one core."""

PREDICT_S = 2.0
"""Seconds to predict a test set, on one core."""

MIN_PAST = 3
"""Past benchmarks needed to correct both ends of the estimate."""


def expected(
    plan: BenchmarkPlan, points: Sequence[OperatingPoint], past: Sequence[tuple[BenchmarkRecord, int]] = ()
) -> tuple[float, float]:
    """Shortest and longest likely duration of a benchmark, seconds.

    The short end assumes that all files and predictions are cached.

    Args:
        plan: the benchmark.
        points: its operating points.
        past: benchmarks with their numbers of points; those that this machine completed correct the estimate.
    """
    estimate = _estimate(plan, len(points), len({point.variant for point in points}))
    ratios = sorted(
        record.duration_s / _estimate(record.plan, count, count)
        for record, count in past
        if record.state is State.DONE and not record.imported and record.duration_s is not None and count
    )
    if len(ratios) < MIN_PAST:
        return _shortest(plan, len(points)) + _stress(plan, len(points)), estimate * max([*ratios[-1:], 1.0])
    return estimate * ratios[0], estimate * ratios[-1]


def precision(plan: BenchmarkPlan) -> str:
    """How well the planned launches usually know a median, in words.

    More launches follow within the time of the plan if the machine is too unsteady for its target.
    """
    effort = plan.effort
    usual = expected_half_width(effort.launches)
    if usual >= 1:
        return "Each variant is timed in one process, which does not tell how well its median (p50) is known."
    return (
        f"Each variant is timed in {effort.launches} fresh processes, which usually tells its median (p50) to "
        f"± {percent(usual)}; more follow if they agree less well than ± {percent(effort.confidence)}, within "
        f"{effort.time_s:g} s of timing."
    )


def _estimate(plan: BenchmarkPlan, points: int, variants: int) -> float:
    """Preparation and predictions run on all cores; timing runs alone."""
    parallel = (variants * PREPARE_S + points * PREDICT_S) / _parallel_children(plan)
    return parallel + _starting(plan, points) + plan.effort.time_s + _stress(plan, points)


def _stress(plan: BenchmarkPlan, points: int) -> float:
    """Stress tests run on all cores, but for those that time."""
    tests = [STRESS_TESTS[name] for name in plan.stress if name in STRESS_TESTS]
    return sum(points * test.seconds / (1 if test.alone else _parallel_children(plan)) for test in tests)


def _shortest(plan: BenchmarkPlan, points: int) -> float:
    """Duration of the launches alone, each of which is timed for `REPAID` times as long as it takes to start."""
    starting = _starting(plan, points)
    return starting + min(REPAID * starting, plan.effort.time_s)


def _starting(plan: BenchmarkPlan, points: int) -> float:
    """Seconds in which the processes of the planned launches start."""
    return points * plan.effort.launches * LAUNCH_S / _parallel_children(plan)


def _parallel_children(plan: BenchmarkPlan) -> int:
    return max(1, (os.cpu_count() or 1) // plan.threads)
