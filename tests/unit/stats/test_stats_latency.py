from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from odviz.domain.estimate import LEVEL
from odviz.domain.result import Block
from odviz.stats import half_width, joint_p50, latency, location, moves, speedup
from odviz.stats.location import NORMAL
from odviz.stats.sessions import across_sessions
from tests.noise import Noise, as_blocks

MS = 1_000_000


def block(launch: int, number: int, *wall_ms: float, cpu_ms: float | None = None) -> Block:
    wall = tuple(int(ms * MS) for ms in wall_ms)
    return Block(launch, number, wall, int((min(wall_ms) if cpu_ms is None else cpu_ms) * MS))


def simulated(seed: int, launches: int = 5, rounds: int = 10):
    return as_blocks(Noise(launch=0.01).times(np.random.default_rng(seed), launches, rounds)[0])


def test_p50_is_the_geometric_mean_of_launch_medians():
    estimate = latency(
        [block(0, 0, 1, 1, 9), block(0, 1, 1, 1, 9), block(1, 0, 1.21, 1.21, 9), block(1, 1, 1.21, 1.21, 9)]
    ).p50
    assert estimate.value == pytest.approx(1.1e-3)
    # Student's t with one degree of freedom on the log medians of two launches, 1 and 1.21 ms
    half = 12.7062047 * math.sqrt(((math.log(1.21) / 2) ** 2 * 2) / 2)
    assert estimate.high == pytest.approx(1.1e-3 * math.exp(half))
    assert estimate.low == pytest.approx(1.1e-3 * math.exp(-half))
    assert (estimate.unit, estimate.n, estimate.level) == ("s", 12, 0.95)


def test_interval_is_never_narrower_than_that_of_the_rounds():
    blocks = [block(launch, number, 1 + number / 10) for launch in range(3) for number in range(5)]
    estimate = latency(blocks).p50
    assert estimate.value == pytest.approx(1.2e-3)
    assert estimate.relative_half_width > 0.05


def test_percentiles_are_ordered_and_inside_their_intervals():
    estimate = latency(simulated(1, 10, 20))
    figures = [estimate.minimum, estimate.p50, estimate.p90, estimate.p99]
    assert all(low.value <= high.value for low, high in pairwise(figures))
    assert all(figure.low <= figure.value <= figure.high for figure in figures)


def test_minimum_ranges_over_the_fastest_of_each_launch():
    estimate = latency([block(0, 0, 3, 2), block(1, 0, 5, 4)]).minimum
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx((2e-3, 2e-3, 4e-3))
    assert estimate.level == 1.0


@pytest.mark.parametrize(("name", "share", "least"), [("p90", 0.90, 36), ("p99", 0.99, 368)])
def test_a_percentile_is_given_from_the_least_sample_with_a_finite_interval(name, share, least):
    def independent(count):
        times = np.exp(0.1 * np.random.default_rng(0).standard_normal((1, 1, count)))
        return latency(as_blocks(1e-3 * times))

    few, enough = independent(least - 1), independent(least)
    assert getattr(few, name) is None and few.needs[name] == 1
    assert name not in enough.needs
    slowest = np.exp(0.1 * np.random.default_rng(0).standard_normal(least)).max()
    assert getattr(enough, name).value <= 1e-3 * slowest


def test_dependent_inferences_need_more_for_a_percentile():
    estimate = latency(simulated(2, launches=3, rounds=3))
    assert estimate.p99 is None and estimate.needs["p99"] >= 368 - 90


def test_more_launches_narrow_the_p99_interval():
    few, many = latency(simulated(3, 8, 20)).p99, latency(simulated(3, 24, 100)).p99
    assert many.high - many.low < few.high - few.low


def test_noisy_means_wall_time_above_cpu_time_on_one_thread():
    busy = [block(launch, 0, 1.2, 1.2, cpu_ms=1.0) for launch in range(3)]
    calm = [block(launch, 0, 1.05, 1.05, cpu_ms=1.0) for launch in range(3)]
    assert latency(busy).noisy
    assert not latency(busy, threads=2).noisy
    assert not latency(calm).noisy
    assert latency(busy).cpu_p50.value == pytest.approx(1e-3)


def test_scope_names_a_single_launch():
    assert "one process only" in latency(simulated(4, launches=1)).p50.scope
    assert latency(simulated(4)).p50.scope == ""


def test_single_inference_has_no_interval():
    estimate = latency([block(0, 0, 2)])
    figure = estimate.p50
    assert (figure.low, figure.value, figure.high) == pytest.approx((2e-3,) * 3)
    assert figure.level == 1.0 and "unknown" in figure.scope
    assert estimate.p90 is None and estimate.p99 is None and estimate.between_launches is None
    assert half_width([block(0, 0, 2)]) == math.inf


def test_zero_times_give_a_finite_estimate():
    estimate = latency([Block(0, number, (0, 0), 0) for number in range(3)])
    assert estimate.p50.value == pytest.approx(1e-9)


@pytest.mark.parametrize("blocks", [[], [Block(0, 0, (), 0)]])
def test_no_inference_is_rejected(blocks):
    with pytest.raises(ValueError, match="inferences"):
        latency(blocks)


@pytest.mark.parametrize("launches", [1, 2, 5])
def test_half_width_is_that_over_launches_and_the_p50_adds_the_spread_of_sessions(launches):
    blocks = simulated(5, launches=launches, rounds=4)
    runs, figure = location.launches(blocks), latency(blocks).p50
    assert half_width(blocks) == pytest.approx(math.sinh(location.locate_p50(runs).half))
    expected = math.sinh(across_sessions(runs).half)
    assert (figure.high - figure.low) / 2 / figure.value == pytest.approx(expected) and expected > half_width(blocks)


def test_order_of_blocks_does_not_matter():
    blocks = [*simulated(6, 3, 4), block(3, 0, 1, 1.1, 1.2)]
    assert latency(blocks) == latency(blocks[::-1])
    assert half_width(blocks) == half_width(blocks[::-1])


def test_speedup_is_parent_time_over_own_time():
    parent = [block(launch, number, 3 + launch) for launch in range(3) for number in range(4)]
    own = [block(launch, number, (3 + launch) / 2) for launch in range(3) for number in range(4)]
    estimate = speedup(parent, own)
    assert (estimate.low, estimate.value, estimate.high) == pytest.approx((2, 2, 2))
    assert (estimate.unit, estimate.n, estimate.scope) == ("1", 12, "paired by round")


def test_speedup_pairs_only_common_rounds():
    parent = [block(launch, number, 2 * (1 + number)) for launch in range(3) for number in range(4)]
    own = [block(launch, number, 1 + number) for launch in range(3) for number in (1, 3)]
    assert speedup(parent, own).value == pytest.approx(2)
    assert speedup(parent, own).n == 6


def two_speeds(launches: int, *, own_slowed: float, fast: int) -> tuple[list[Block], list[Block]]:
    """Launches of ten rounds, of which the first ones are at full speed; elsewhere the loop and the parent double."""
    loops = {number: 1000 if number < fast else 2000 for number in range(10)}
    places = [(launch, number) for launch in range(launches) for number in range(10)]
    pairs = [(4_000_000, 2_000_000) if number < fast else (8_000_000, round(2e6 * own_slowed)) for _, number in places]
    return tuple(  # type: ignore[return-value]
        [
            Block(*place, (times[side],), times[side], reference_ns=loops[place[1]])
            for place, times in zip(places, pairs, strict=True)
        ]
        for side in (0, 1)
    )


def test_speedup_is_that_at_full_speed_where_a_slower_machine_changes_it():
    estimate = speedup(*two_speeds(3, own_slowed=3.0, fast=2))
    assert (estimate.low, estimate.value, estimate.high) == pytest.approx((2, 2, 2)) and estimate.n == 30


def test_speedup_of_launches_that_were_slowed_is_corrected_and_wider():
    parent, own = two_speeds(3, own_slowed=3.0, fast=2)
    slowed = [[block for block in blocks if block.launch == 0 or block.round >= 2] for blocks in (parent, own)]
    estimate = speedup(*slowed, full_speed=1000)
    assert 2 * 4 / 3 / 2 < estimate.value < 2 and estimate.low < 2 < estimate.high
    raw = speedup(*([replace(block, reference_ns=0) for block in blocks] for blocks in slowed))
    assert raw.value < estimate.value


def test_speedup_leaves_out_rounds_in_which_the_machine_changed_its_speed():
    parent, own = two_speeds(3, own_slowed=2.0, fast=10)
    odd = [replace(block, wall_ns=(9_000_000,), reference_ns=2000) if block.round == 3 else block for block in own]
    estimate = speedup(parent, odd)
    assert estimate.n == 27 and estimate.value == pytest.approx(2)


def test_speedup_without_a_common_round_is_unpaired():
    estimate = speedup(simulated(7, 3, 4), [block(9, number, 0.5, 0.51) for number in range(4)])
    assert estimate.value == pytest.approx(2, rel=0.05)
    assert "not paired" in estimate.scope


def test_speedup_of_one_round_has_no_interval():
    estimate = speedup([block(0, 0, 2, 2)], [block(0, 0, 1, 1)])
    assert (estimate.low, estimate.value, estimate.high, estimate.level) == pytest.approx((2, 2, 2, 1))
    assert "unknown" in estimate.scope


def test_joint_replicates_keep_the_order_and_are_reproducible():
    points = [moves(as_blocks(5 * Noise().times(np.random.default_rng(8), 3, 4)[0])), moves(simulated(9, 3, 4))]
    replicates = joint_p50(points, 200, np.random.default_rng(0))
    assert replicates.shape == (200, 2)
    assert (replicates[:, 0] > replicates[:, 1]).all()
    assert (replicates == joint_p50(points, 200, np.random.default_rng(0))).all()


def test_joint_replicates_of_equal_points_are_equal():
    replicates = joint_p50([moves(simulated(10)), moves(simulated(10))], 100, np.random.default_rng(0))
    assert replicates[:, 0] == pytest.approx(replicates[:, 1], rel=1e-12)


def test_joint_replicates_spread_by_what_a_correction_leaves():
    blocks = simulated(10)
    replicates = np.log(joint_p50([moves(blocks), moves(blocks)], 4000, np.random.default_rng(0), [0.0, 0.2]))
    assert (replicates[:, 1] - replicates[:, 0]).std() == pytest.approx(0.2, rel=0.05)
    estimate = latency(blocks, correction_sd=0.2).p50
    half = math.log(latency(blocks).p50.high / estimate.value)
    assert math.log(estimate.high / estimate.value) == pytest.approx(math.hypot(half, 1.96 * 0.2), rel=1e-3)


def test_joint_replicates_of_a_point_timed_once_are_wide():
    replicates = joint_p50([moves([block(0, 0, 1)]), moves(simulated(11))], 500, np.random.default_rng(0))
    once, often = replicates.std(axis=0) / replicates.mean(axis=0)
    assert once > 10 * often


def test_the_normal_quantile_is_that_of_the_level():
    assert special.ndtri((1 + LEVEL) / 2) == NORMAL
