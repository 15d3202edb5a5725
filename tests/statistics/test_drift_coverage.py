"""Coverage of p50 and speed-up on machines that drift, after a benchmark was continued again and again."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._drift import MACHINES, as_blocks
from odviz.stats import speedup
from odviz.stats.location import launches, locate_p50
from odviz.stats.sessions import across_sessions

CONTINUATIONS = (0, 1, 3, 5)
RERUNS = 250
"""Standard error 0.016 at a coverage of 0.93."""


@pytest.mark.parametrize("name", MACHINES)
def test_p50_covers_other_sessions_after_each_continuation(name: str) -> None:
    machine, rng, batch = MACHINES[name], np.random.default_rng(1), 3
    covered = np.zeros(len(CONTINUATIONS))
    for _ in range(RERUNS):
        logs = machine.times(rng, batch * (1 + max(CONTINUATIONS)), 4, batch)[0]
        runs = launches(as_blocks(logs))
        truth = np.log(1e-3) + machine.typical
        for column, continued in enumerate(CONTINUATIONS):
            location = across_sessions(runs[: batch * (1 + continued)])
            covered[column] += abs(location.centre - truth) <= location.half
    assert (covered / RERUNS >= 0.93).all()


def test_launches_alone_do_not_cover_slow_drift() -> None:
    machine, rng = MACHINES["drift over 120 s"], np.random.default_rng(2)
    locations = [locate_p50(launches(as_blocks(machine.times(rng, 18, 4, 3)[0]))) for _ in range(100)]
    assert np.mean([abs(location.centre - np.log(1e-3)) <= location.half for location in locations]) < 0.6


def test_more_launches_narrow_the_interval_down_to_the_spread_of_sessions() -> None:
    runs = launches(as_blocks(MACHINES["launches differ, no drift"].times(np.random.default_rng(3), 200, 4, 3)[0]))
    halves = [across_sessions(runs[:count]).half for count in (3, 6, 18, 200)]
    assert halves == sorted(halves, reverse=True)
    assert halves[-1] == pytest.approx(1.96 * 1.4**0.5 * 0.014, rel=0.15)


@pytest.mark.parametrize("name", ["launches differ, no drift", "drift over 5 s", "drift over 120 s"])
def test_speedup_covers_and_stays_narrow(name: str) -> None:
    machine, rng = MACHINES[name], np.random.default_rng(4)
    ratios = []
    for _ in range(RERUNS):
        parent, own = machine.times(rng, 5, 10, 5, variants=2)
        ratios.append(speedup(as_blocks(parent), as_blocks(own)))
    assert 0.91 <= np.mean([ratio.low <= 1 <= ratio.high for ratio in ratios]) <= 0.99
    assert np.median([ratio.relative_half_width for ratio in ratios]) < 0.03
