import math

import numpy as np
import pytest

from odviz.projection.conformal import FLOOR, POOLED_FACTOR, Residuals, cautious, quantile


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (4, 4), (8, 8), (9, 9), (10, 10), (18, 17), (30, 28), (99, 90)])
def test_rank_is_the_one_that_covers_nine_in_ten(count, rank):
    assert quantile(np.arange(1.0, count + 1)[::-1]) == rank


def test_no_errors_reach_nowhere():
    assert quantile(np.array([])) == 0.0


def test_one_large_easy_family_does_not_set_the_width():
    sizes = np.array([0.1] * 30 + [1.0, 1.1, 1.2])
    groups = np.array([0] * 30 + [1, 1, 1])
    assert quantile(sizes) < 1.1
    assert cautious(sizes, groups) >= 1.1


def test_one_family_or_two_are_stretched_and_three_are_not():
    sizes = np.tile([0.5, 1.0], 6)
    one, two, three = (cautious(sizes, np.arange(12) // 2 % groups) for groups in (1, 2, 3))
    assert three == 1.0
    assert one > 1.5 * two > 1.5 * 1.2


def test_an_interval_is_never_narrower_than_two_copies_of_a_board_differ():
    assert Residuals(np.array([0.01, -0.01, 0.02]), np.arange(3)).factor == pytest.approx(FLOOR)


@pytest.mark.parametrize(("own", "families"), [(0.05, 4), (2.0, 4), (0.05, 45)])
def test_a_microcontroller_leans_on_the_others_the_more_the_fewer_families_it_has(own, families):
    half = Residuals(np.full(families, own), np.arange(families), pooled=True).half_width
    pooled = math.log(POOLED_FACTOR)
    assert min(own, pooled) < half < max(own, pooled)
    assert math.log(half / pooled) / math.log(own / pooled) == pytest.approx(families / (families + 5))


def test_a_network_is_not_covered_by_its_own_error():
    """Nine good networks and a bad one: only its own error could have covered it."""
    residuals = Residuals(np.array([0.1] * 9 + [2.0]), np.arange(10))
    assert residuals.covered().tolist() == [True] * 9 + [False]


def test_error_is_relative_to_the_measurement():
    assert Residuals(np.log([1.1, 1.1, 2.0]), np.arange(3)).error(0.5) == pytest.approx(0.1)
