import numpy as np
import pytest

from odviz.projection.conformal import Residuals, cautious, quantile


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (4, 4), (8, 8), (9, 9), (10, 10), (18, 17), (30, 28), (99, 90)])
def test_rank_is_the_one_that_covers_nine_in_ten(count, rank):
    assert quantile(np.arange(1.0, count + 1)[::-1]) == rank


def test_no_scores_reach_nowhere():
    assert quantile(np.array([])) == 0.0


def test_one_large_easy_family_does_not_set_the_width():
    scores = np.array([0.1] * 30 + [1.0, 1.1, 1.2])
    groups = np.array([0] * 30 + [1, 1, 1])
    assert quantile(scores) < 1.1
    assert cautious(scores, groups) >= 1.1


def test_one_family_or_two_are_stretched_and_three_are_not():
    scores = np.tile([0.5, 1.0], 6)
    said = [cautious(scores, np.arange(12) // 2 % groups) for groups in (1, 2, 3)]
    assert said[2] == 1.0
    assert said[0] > 1.5 * said[1] > 1.5 * 1.2


def test_factor_keeps_its_floor_and_grows_with_doubt():
    residuals = Residuals(np.array([0.01, -0.01, 0.02]), np.full(3, 0.1), np.arange(3), 1.3)
    assert residuals.factors(np.array([0.1])) == pytest.approx(1.3)
    assert residuals.factors(np.array([10.0]))[0] > 1.3


def test_a_network_is_not_covered_by_its_own_error():
    """Nine good networks and a bad one: only its own score could have covered it."""
    error = np.array([0.1] * 9 + [2.0])
    residuals = Residuals(error, np.ones(10), np.arange(10), 1.0)
    assert residuals.covered().tolist() == [True] * 9 + [False]


def test_error_is_relative_to_the_measurement():
    residuals = Residuals(np.log([1.1, 1.1, 2.0]), np.ones(3), np.arange(3), 1.0)
    assert residuals.error(0.5) == pytest.approx(0.1)
