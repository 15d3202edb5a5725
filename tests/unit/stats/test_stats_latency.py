from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from odviz.domain.result import Block
from odviz.stats import half_width, joint_p50, latency, speedup
from tests.noise import Noise, as_blocks

MS = 1_000_000


def block(launch: int, number: int, *wall_ms: float, cpu_ms: float | None = None) -> Block:
    wall = tuple(int(ms * MS) for ms in wall_ms)
    return Block(launch, number, wall, wall if cpu_ms is None else (int(cpu_ms * MS),) * len(wall))


def simulated(seed: int, launches: int = 5, rounds: int = 10):
    return as_blocks(Noise(launch=0.01).times(np.random.default_rng(seed), launches, rounds)[0])


def test_p50_is_the_geometric_mean_of_the_launches_medians():
    found = latency([block(0, 0, 1, 1, 9), block(0, 1, 1, 1, 9), block(1, 0, 4, 4, 9), block(1, 1, 4, 4, 9)]).p50
    assert found.value == pytest.approx(2e-3)
    # two launches at 1 and 4 ms: t with one degree of freedom on log medians, worked by hand
    half = 12.7062047 * math.sqrt(((math.log(4) / 2) ** 2 * 2) / 2)
    assert found.high == pytest.approx(2e-3 * math.exp(half))
    assert found.low == pytest.approx(2e-3 * math.exp(-half))
    assert (found.unit, found.n, found.level) == ("s", 12, 0.95)


def test_launches_that_agree_by_luck_do_not_narrow_the_interval_below_their_rounds():
    blocks = [block(launch, number, 1 + number / 10) for launch in range(3) for number in range(5)]
    found = latency(blocks).p50
    assert found.value == pytest.approx(1.2e-3)
    assert found.relative_half_width > 0.05


def test_percentiles_are_in_order_and_inside_their_intervals():
    found = latency(simulated(1))
    figures = [found.minimum, found.p50, found.p90, found.p99]
    assert all(low.value <= high.value for low, high in pairwise(figures))
    assert all(figure.low <= figure.value <= figure.high for figure in figures)


def test_minimum_reaches_from_the_fastest_to_the_fastest_of_the_slowest_launch():
    found = latency([block(0, 0, 3, 2), block(1, 0, 5, 4)]).minimum
    assert (found.value, found.low, found.high) == pytest.approx((2e-3, 2e-3, 4e-3))
    assert found.level == 1.0


def test_p99_of_few_inferences_reaches_above_the_slowest_seen():
    blocks = simulated(2, launches=3, rounds=3)
    slowest = max(ns for each in blocks for ns in each.wall_ns) / 1e9
    found = latency(blocks)
    assert found.p99.high > slowest
    assert found.p99.relative_half_width > 5 * found.p50.relative_half_width


def test_more_launches_make_p99_surer():
    few, many = latency(simulated(3, 3, 10)).p99, latency(simulated(3, 12, 100)).p99
    assert many.high - many.low < few.high - few.low


def test_noise_is_wall_time_beyond_cpu_time_on_one_thread():
    busy = [block(launch, 0, 1.2, 1.2, cpu_ms=1.0) for launch in range(3)]
    calm = [block(launch, 0, 1.05, 1.05, cpu_ms=1.0) for launch in range(3)]
    assert latency(busy).noisy
    assert not latency(busy, threads=2).noisy
    assert not latency(calm).noisy
    assert latency(busy).cpu_p50.value == pytest.approx(1e-3)


def test_one_launch_says_that_others_may_differ():
    assert "one process only" in latency(simulated(4, launches=1)).p50.scope
    assert latency(simulated(4)).p50.scope == ""


def test_single_inference_claims_no_more_than_was_seen():
    found = latency([block(0, 0, 2)])
    for figure in (found.p50, found.p90, found.p99):
        assert (figure.low, figure.value, figure.high) == pytest.approx((2e-3,) * 3)
        assert figure.level == 1.0
        assert "unknown" in figure.scope
    assert half_width([block(0, 0, 2)]) == math.inf


def test_a_clock_that_stands_still_gives_a_finite_figure():
    found = latency([Block(0, number, (0, 0), (0, 0)) for number in range(3)])
    assert found.p50.value == pytest.approx(1e-9)


@pytest.mark.parametrize("blocks", [[], [Block(0, 0, (), ())]])
def test_nothing_timed_is_refused(blocks):
    with pytest.raises(ValueError, match="without timed"):
        latency(blocks)


@pytest.mark.parametrize("launches", [1, 2, 5])
def test_half_width_is_that_of_the_p50(launches):
    blocks = simulated(5, launches=launches, rounds=4)
    figure = latency(blocks).p50
    assert half_width(blocks) == pytest.approx((figure.high - figure.low) / 2 / figure.value)


def test_order_and_uneven_blocks_do_not_matter():
    blocks = [*simulated(6, 3, 4), block(3, 0, 1, 1.1, 1.2)]
    assert latency(blocks) == latency(blocks[::-1])
    assert half_width(blocks) == half_width(blocks[::-1])


def test_speedup_is_the_parents_time_over_ones_own():
    parent = [block(launch, number, 3 + launch) for launch in range(3) for number in range(4)]
    own = [block(launch, number, (3 + launch) / 2) for launch in range(3) for number in range(4)]
    found = speedup(parent, own)
    assert (found.low, found.value, found.high) == pytest.approx((2, 2, 2))
    assert (found.unit, found.n, found.scope) == ("1", 12, "paired by round")


def test_speedup_pairs_only_rounds_both_ran():
    parent = [block(launch, number, 2 * (1 + number)) for launch in range(3) for number in range(4)]
    own = [block(launch, number, 1 + number) for launch in range(3) for number in (1, 3)]
    assert speedup(parent, own).value == pytest.approx(2)
    assert speedup(parent, own).n == 6


def test_speedup_without_a_common_round_says_so():
    found = speedup(simulated(7, 3, 4), [block(9, number, 0.5, 0.51) for number in range(4)])
    assert found.value == pytest.approx(2, rel=0.05)
    assert "not paired" in found.scope


def test_speedup_of_one_round_claims_no_interval():
    found = speedup([block(0, 0, 2, 2)], [block(0, 0, 1, 1)])
    assert (found.low, found.value, found.high, found.level) == pytest.approx((2, 2, 2, 1))
    assert "unknown" in found.scope


def test_joint_replicates_are_in_the_mappings_order_and_repeatable():
    points = {"slow": as_blocks(5 * Noise().times(np.random.default_rng(8), 3, 4)[0]), "fast": simulated(9, 3, 4)}
    draws = joint_p50(points, 200, np.random.default_rng(0))
    assert draws.shape == (200, 2)
    assert (draws[:, 0] > draws[:, 1]).all()
    assert (draws == joint_p50(points, 200, np.random.default_rng(0))).all()


def test_joint_replicates_of_equal_points_are_equal():
    draws = joint_p50({"a": simulated(10), "b": simulated(10)}, 100, np.random.default_rng(0))
    assert draws[:, 0] == pytest.approx(draws[:, 1], rel=1e-12)


def test_joint_replicates_of_a_point_timed_once_are_wide():
    draws = joint_p50({"once": [block(0, 0, 1)], "well": simulated(11)}, 500, np.random.default_rng(0))
    once, well = draws.std(axis=0) / draws.mean(axis=0)
    assert once > 10 * well
