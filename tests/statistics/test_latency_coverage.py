"""Coverage of latency intervals over reruns of the whole benchmark, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.stats import half_width, joint_p50, latency, moves, speedup
from odviz.stats.location import launches, locate_p50
from odviz.stats.tails import TooFew, tail
from tests.noise import Noise, as_blocks

REGIMES = {
    "calm": Noise(slow=0.02),
    "drift": Noise(drift=0.01, block=0.01),
    "launches": Noise(launch=0.02, drift=0.005),
    "both": Noise(launch=0.007, drift=0.01),
}
RERUNS = 500
"""Standard error 0.01 at a coverage of 0.95; the bounds below are three standard errors outside 95 ± 3 %."""

LOWEST = 0.90


def long_run(noise: Noise, rounds: int) -> tuple[float, np.ndarray]:
    """Log p50 that reruns scatter around, and log ratios of all inferences to their launch's median."""
    times = np.log(noise.times(np.random.default_rng(99), 4000, rounds)[0].reshape(4000, -1))
    medians = np.median(times, axis=1, keepdims=True)
    return float(medians.mean()), (times - medians).ravel()


@pytest.mark.parametrize(("runs", "rounds"), [(3, 4), (5, 10)])
@pytest.mark.parametrize("regime", REGIMES)
def test_p50_covers_reruns(regime, runs, rounds):
    truth, _ = long_run(REGIMES[regime], rounds)
    rng = np.random.default_rng(1)
    locations = [locate_p50(launches(as_blocks(REGIMES[regime].times(rng, runs, rounds)[0]))) for _ in range(RERUNS)]
    assert np.mean([abs(location.centre - truth) <= location.half for location in locations]) >= LOWEST


@pytest.mark.parametrize("regime", ["launches", "both"])
def test_p50_interval_is_not_too_wide(regime):
    truth, _ = long_run(REGIMES[regime], 10)
    rng = np.random.default_rng(2)
    locations = [locate_p50(launches(as_blocks(REGIMES[regime].times(rng, 5, 10)[0]))) for _ in range(RERUNS)]
    assert np.mean([abs(location.centre - truth) <= location.half for location in locations]) <= 0.98
    assert np.mean([abs(location.centre - truth) <= location.half / 2 for location in locations]) <= 0.80  # t4: 0.76


def test_single_launch_does_not_cover_reruns():
    noise = REGIMES["launches"]
    truth, _ = long_run(noise, 10)
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(200):
        location = locate_p50(launches(as_blocks(noise.times(rng, 1, 10)[0])))
        covered += abs(location.centre - truth) <= location.half
    assert covered / 200 < 0.6  # so the interval needs the spread of launches
    assert "one process only" in latency(as_blocks(noise.times(rng, 1, 10)[0])).p50.scope


def test_sequential_stopping_still_covers():
    """A benchmark adds launches until the half width is 2 %; sequential stopping costs little coverage."""
    noise = Noise(launch=0.02)
    truth, _ = long_run(noise, 4)
    rng = np.random.default_rng(4)
    covered = 0
    for _ in range(300):
        times = noise.times(rng, 20, 4)[0]
        runs = launches(as_blocks(times))
        stop = next((n for n in range(5, 20) if locate_p50(runs[:n]).half <= 0.02), 20)
        location = locate_p50(runs[:stop])
        covered += abs(location.centre - truth) <= location.half
    assert covered / 300 >= 0.885  # simulated 0.92 to 0.95


@pytest.mark.parametrize(("share", "runs", "rounds"), [(0.9, 3, 4), (0.99, 8, 10), (0.99, 12, 10)])
@pytest.mark.parametrize("regime", ["drift", "launches"])
def test_high_percentiles_cover(regime, share, runs, rounds):
    centre, over = long_run(REGIMES[regime], rounds)
    truth = centre + np.quantile(over, share)
    rng = np.random.default_rng(5)
    covered, shown = 0, 0
    while shown < 200:
        parts = launches(as_blocks(REGIMES[regime].times(rng, runs, rounds)[0]))
        location, above = locate_p50(parts), tail(parts, share)
        if isinstance(above, TooFew):
            continue
        shown += 1
        value = location.centre + above.ratio
        low, high = value - np.hypot(location.half, above.below), value + np.hypot(location.half, above.above)
        covered += low <= truth <= high
    assert covered / 200 >= 0.90


@pytest.mark.parametrize("noise", [REGIMES["both"], Noise(launch=0.01, drift=0.01, burst=0.1)])
@pytest.mark.parametrize(("runs", "rounds"), [(3, 4), (5, 10)])
def test_speedup_of_identical_variants_covers_one(noise, runs, rounds):
    rng = np.random.default_rng(6)
    covered = 0
    for _ in range(250):
        parent, own = noise.times(rng, runs, rounds, variants=2)
        figure = speedup(as_blocks(parent), as_blocks(own))
        covered += figure.low <= 1 <= figure.high
    assert 0.90 <= covered / 250 <= 0.995


def test_pairing_by_round_cancels_shared_drift():
    noise = Noise(drift=0.05, block=0.002)
    rng = np.random.default_rng(7)
    parent, own = noise.times(rng, 5, 10, variants=2)
    ratio = speedup(as_blocks(parent), as_blocks(own))
    assert ratio.relative_half_width < 0.3 * half_width(as_blocks(own))


@pytest.mark.parametrize(("runs", "rounds"), [(1, 10), (3, 4), (5, 10)])
def test_joint_replicates_spread_like_the_interval(runs, rounds):
    rng = np.random.default_rng(8)
    points = [as_blocks(REGIMES["both"].times(rng, runs, rounds)[0]) for _ in range(3)]
    replicates = joint_p50([moves(blocks) for blocks in points], 20_000, rng)
    for column, blocks in enumerate(points):
        figure = latency(blocks).p50
        low, high = np.quantile(replicates[:, column], [0.025, 0.975])
        assert (high - low) / (figure.high - figure.low) == pytest.approx(1, abs=0.06)


def test_joint_replicates_of_identical_points_cover_no_difference():
    """Joint replicates keep shared drift, which cancels in the difference of two points."""
    noise = Noise(drift=0.03, launch=0.003)
    rng = np.random.default_rng(9)
    covered, widths, single_widths = 0, [], []
    for _ in range(200):
        points = [moves(as_blocks(times)) for times in noise.times(rng, 5, 4, variants=2)]
        log_replicates = np.log(joint_p50(points, 500, rng))
        low, high = np.quantile(log_replicates[:, 0] - log_replicates[:, 1], [0.025, 0.975])
        covered += low <= 0 <= high
        widths.append(high - low)
        single_widths.append(np.ptp(np.quantile(log_replicates[:, 0], [0.025, 0.975])))
    assert covered / 200 >= 0.90
    assert np.median(widths) < 0.7 * np.median(single_widths)
