from __future__ import annotations

import time

import moocore
import numpy as np
import pytest

from odviz.pareto.dominance import fronts, non_dominated


def by_moocore(points):
    return moocore.is_nondominated(points, keep_weakly=True)


def test_front_of_a_small_example():
    points = np.array([[1, 4], [2, 2], [4, 1], [3, 3], [2, 5]], float)
    assert non_dominated(points).tolist() == [True, True, True, False, False]


def test_equal_points_do_not_dominate_each_other():
    points = np.array([[1, 2], [1, 2], [2, 3], [2, 3]], float)
    assert non_dominated(points).tolist() == [True, True, False, False]


def test_no_worse_in_one_objective_and_better_in_the_other_dominates():
    assert non_dominated(np.array([[1.0, 2], [1, 3], [2, 2]])).tolist() == [True, False, False]


def test_no_points_and_one_point():
    assert non_dominated(np.zeros((0, 2))).tolist() == []
    assert non_dominated(np.full((1, 2), np.inf)).tolist() == [True]


def test_infinity_is_dominated_by_finite_values():
    assert non_dominated(np.array([[np.inf, np.inf], [1, 1], [np.inf, 0]])).tolist() == [False, True, True]


@pytest.mark.parametrize("values", [np.zeros(3), np.zeros((2, 3)), np.array([[1.0, np.nan]])])
def test_invalid_values_are_rejected(values):
    with pytest.raises(ValueError, match="dominance"):
        non_dominated(values)


@pytest.mark.parametrize("noise", [0.001, 0.1, 10])
def test_fronts_equal_those_of_each_replicate(noise):
    rng = np.random.default_rng(0)
    replicates = rng.random((1, 40, 2)) + noise * rng.random((600, 40, 2))
    replicates[..., 0] = np.round(replicates[..., 0], 2)  # ties
    assert (fronts(replicates) == [by_moocore(replicate) for replicate in replicates]).all()


@pytest.mark.parametrize("steady", [0, 1])
def test_fronts_are_equal_whichever_objective_is_steadier(steady):
    rng = np.random.default_rng(2)
    replicates = rng.random((1, 60, 2)) + rng.random((300, 60, 2)) * np.where(np.arange(2) == steady, 0, 0.5)
    assert (fronts(replicates) == [by_moocore(replicate) for replicate in replicates]).all()


@pytest.mark.parametrize("replicate", [0, 299])
def test_nan_in_any_replicate_is_rejected(replicate):
    replicates = np.random.default_rng(3).random((300, 900, 2))
    replicates[replicate, 7, 1] = np.nan
    with pytest.raises(ValueError, match="without NaN"):
        fronts(replicates)


def test_fronts_accept_any_memory_order_and_integers():
    replicates = np.random.default_rng(4).integers(0, 50, (2, 40, 30))
    expected = fronts(np.ascontiguousarray(np.moveaxis(replicates, 0, -1), float))
    assert (fronts(np.moveaxis(replicates, 0, -1)) == expected).all()


def test_fronts_are_faster_than_a_loop_over_moocore():
    """40 points, 1,000 replicates: about ten times faster on an idle machine; only "faster" is asserted."""
    rng = np.random.default_rng(1)
    base = np.stack([np.exp(rng.uniform(-9, -4, 40)), rng.uniform(-0.95, -0.6, 40)], axis=1)
    replicates = base * np.exp(0.01 * rng.standard_normal((1000, 40, 2)))

    def best(function) -> tuple[float, object]:
        times = []
        for _ in range(7):
            start = time.process_time()
            result = function()
            times.append(time.process_time() - start)
        return min(times), result

    ours, front = best(lambda: fronts(replicates))
    theirs, expected = best(lambda: np.array([by_moocore(replicate) for replicate in replicates]))
    assert (front == expected).all()
    assert ours < theirs
