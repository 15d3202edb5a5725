from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.objective import Limits
from odviz.objectives import ACCURACY, ENERGY, LATENCY, MEMORY, SIZE
from odviz.pareto.choice import Binding, binding, hypervolume, keeps, knee

VALUES = {
    ACCURACY: np.array([0.95, 0.90, 0.80, 0.70]),
    LATENCY: np.array([8e-3, 4e-3, 2e-3, 1e-3]),
    ENERGY: np.array([np.nan, 1.0, 1.0, 1.0]),
    MEMORY: np.full(4, np.nan),
    SIZE: np.full(4, np.nan),
}


def test_without_limits_nothing_binds():
    assert binding(VALUES, Limits()) is None


def test_limits_are_met_at_their_value():
    assert keeps(VALUES[LATENCY], LATENCY, 4e-3).tolist() == [False, True, True, True]
    assert keeps(VALUES[ACCURACY], ACCURACY, 0.8).tolist() == [True, True, True, False]


@pytest.mark.parametrize("right", range(100, 200))
def test_a_limit_in_percent_is_met_by_the_very_same_share(right):
    values, typed = np.array([right / 200, right / 200 - 1e-6]), 100 * right / 200
    assert keeps(values, ACCURACY, typed * 1e-2).tolist() == [True, False]


def test_an_unknown_figure_keeps_to_no_limit():
    assert keeps(VALUES[ENERGY], ENERGY, 5).tolist() == [False, True, True, True]
    assert binding(VALUES, Limits({MEMORY: 1e9})) == Binding(MEMORY, 4)


def test_the_limit_that_binds_is_the_one_whose_removal_admits_most():
    assert binding(VALUES, Limits({LATENCY: 2e-3, ACCURACY: 0.75})) == Binding(LATENCY, 2)
    assert binding(VALUES, Limits({LATENCY: 5e-3, ACCURACY: 0.85})) == Binding(ACCURACY, 2)
    assert binding(VALUES, Limits({LATENCY: 4e-3, ACCURACY: 0.75})) == Binding(ACCURACY, 1)


def test_no_single_limit_binds_where_each_point_breaks_two():
    assert binding(VALUES, Limits({MEMORY: 1, SIZE: 1})) is None


def test_the_knee_bulges_most():
    points = np.array([[0, 10], [1, 2], [5, 1], [10, 0], [9, 9]], float)
    assert knee(points) == 1
    assert knee(points * [1e6, 1e-3]) == 1  # whatever the units


@pytest.mark.parametrize(
    "points",
    [
        [[0, 1], [1, 0]],
        [[0, 1], [0, 1], [1, 0]],
        [[0, 2], [1, 1], [2, 0]],  # straight
        [[0, 10], [6, 9], [10, 0]],  # bulges the wrong way
    ],
)
def test_no_knee_where_nothing_bulges(points):
    assert knee(np.array(points, float)) is None


def test_hypervolume_of_two_boxes():
    assert hypervolume(np.array([[1.0, 2], [2, 1], [9, 9]]), [3, 3]) == 3
