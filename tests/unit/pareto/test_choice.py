from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.objective import Budget, Objective
from odviz.pareto import Binding, binding, hypervolume, keeps, knee

VALUES = {
    Objective.ACCURACY: np.array([0.95, 0.90, 0.80, 0.70]),
    Objective.LATENCY: np.array([8e-3, 4e-3, 2e-3, 1e-3]),
    Objective.ENERGY: np.array([np.nan, 1.0, 1.0, 1.0]),
}


def test_without_limits_nothing_binds():
    assert binding(VALUES, Budget()) is None


def test_limits_are_met_at_their_value():
    assert keeps(VALUES[Objective.LATENCY], Objective.LATENCY, 4e-3).tolist() == [False, True, True, True]
    assert keeps(VALUES[Objective.ACCURACY], Objective.ACCURACY, 0.8).tolist() == [True, True, True, False]


@pytest.mark.parametrize("right", range(100, 200))
def test_a_limit_in_percent_is_met_by_the_very_same_share(right):
    values, typed = np.array([right / 200, right / 200 - 1e-6]), 100 * right / 200
    assert keeps(values, Objective.ACCURACY, typed * 1e-2).tolist() == [True, False]


def test_an_unknown_figure_keeps_to_no_limit():
    assert keeps(VALUES[Objective.ENERGY], Objective.ENERGY, 5).tolist() == [False, True, True, True]
    assert binding(VALUES, Budget(memory_bytes=1e9)) == Binding(Objective.MEMORY, 4)


def test_the_limit_that_binds_is_the_one_whose_removal_admits_most():
    assert binding(VALUES, Budget(deadline_s=2e-3, accuracy_floor=0.75)) == Binding(Objective.LATENCY, 2)
    assert binding(VALUES, Budget(deadline_s=5e-3, accuracy_floor=0.85)) == Binding(Objective.ACCURACY, 2)
    assert binding(VALUES, Budget(deadline_s=4e-3, accuracy_floor=0.75)) == Binding(Objective.ACCURACY, 1)


def test_no_single_limit_binds_where_each_point_breaks_two():
    assert binding(VALUES, Budget(memory_bytes=1, size_bytes=1)) is None


def test_figures_of_different_points_are_refused():
    with pytest.raises(ValueError, match="same points"):
        binding({Objective.ACCURACY: np.ones(2), Objective.LATENCY: np.ones(3)}, Budget())


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
