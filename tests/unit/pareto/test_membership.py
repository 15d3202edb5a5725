from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.result import Membership
from odviz.pareto import three_state

FRONT, AMBIGUOUS, DOMINATED = Membership.FRONT, Membership.AMBIGUOUS, Membership.DOMINATED


def shares(*won: int) -> np.ndarray:
    """100 replicates of a rival at (1, 1) and points that escape it in the first `won` of them."""
    table = np.empty((100, 1 + len(won), 2))
    table[:, 0] = 1
    for column, count in enumerate(won, start=1):
        table[:, column] = (2, 2)
        table[:count, column] = (2 + column, 0.5 - column / 10)  # incomparable with the others too
    return table


@pytest.mark.parametrize(
    ("won", "state"),
    [(0, DOMINATED), (5, DOMINATED), (6, AMBIGUOUS), (94, AMBIGUOUS), (95, FRONT), (100, FRONT)],
)
def test_thresholds_belong_to_the_sure_side(won, state):
    states, chance = three_state(shares(won), np.ones(2, bool))
    assert states == (FRONT, state)
    assert chance == pytest.approx([1, won / 100])


def test_a_projected_point_never_dominates_an_observed_one():
    table = np.tile(np.array([[2.0, 2], [1, 1], [3, 3]]), (10, 1, 1))
    states, _ = three_state(table, np.array([True, False, False]))
    assert states == (FRONT, FRONT, DOMINATED)


def test_an_observed_point_dominates_a_projected_one():
    table = np.tile(np.array([[1.0, 1], [2, 2]]), (10, 1, 1))
    assert three_state(table, np.array([True, False]))[0] == (FRONT, DOMINATED)


def test_equal_points_are_both_on_the_front():
    assert three_state(np.ones((10, 2, 2)), np.ones(2, bool))[0] == (FRONT, FRONT)


def test_no_points_have_no_states():
    states, chance = three_state(np.ones((10, 0, 2)), np.ones(0, bool))
    assert states == ()
    assert chance.shape == (0,)


@pytest.mark.parametrize(
    ("table", "observed", "sure"),
    [
        (np.ones((0, 1, 2)), np.ones(1, bool), 0.95),
        (np.ones((5, 2, 2)), np.ones(1, bool), 0.95),
        (np.ones((5, 1, 2)), np.ones(1, bool), 0.5),
        (np.full((5, 1, 2), np.nan), np.ones(1, bool), 0.95),
    ],
)
def test_what_does_not_fit_is_refused(table, observed, sure):
    with pytest.raises(ValueError):
        three_state(table, observed, sure)
