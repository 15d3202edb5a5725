from __future__ import annotations

import numpy as np
import pytest

from odviz.domain.result import Membership
from odviz.pareto.membership import three_state

FRONT, AMBIGUOUS, DOMINATED = Membership.FRONT, Membership.AMBIGUOUS, Membership.DOMINATED


def replicates_of(*counts: int) -> np.ndarray:
    """100 replicates of a rival at (1, 1) and points that it dominates in all but the first `counts` of them."""
    replicates = np.empty((100, 1 + len(counts), 2))
    replicates[:, 0] = 1
    for point, count in enumerate(counts, start=1):
        replicates[:, point] = (2, 2)
        replicates[:count, point] = (2 + point, 0.5 - point / 10)  # incomparable with the other points too
    return replicates


@pytest.mark.parametrize(
    ("count", "membership"),
    [(0, DOMINATED), (5, DOMINATED), (6, AMBIGUOUS), (94, AMBIGUOUS), (95, FRONT), (100, FRONT)],
)
def test_thresholds_are_inclusive(count, membership):
    memberships, probability = three_state(replicates_of(count), np.ones(2, bool))
    assert memberships == (FRONT, membership)
    assert probability == pytest.approx([1, count / 100])


def test_a_projected_point_never_dominates_an_observed_one():
    replicates = np.tile(np.array([[2.0, 2], [1, 1], [3, 3]]), (10, 1, 1))
    memberships, _ = three_state(replicates, np.array([True, False, False]))
    assert memberships == (FRONT, FRONT, DOMINATED)


def test_an_observed_point_dominates_a_projected_one():
    replicates = np.tile(np.array([[1.0, 1], [2, 2]]), (10, 1, 1))
    assert three_state(replicates, np.array([True, False]))[0] == (FRONT, DOMINATED)


def test_equal_points_are_both_on_the_front():
    assert three_state(np.ones((10, 2, 2)), np.ones(2, bool))[0] == (FRONT, FRONT)


def test_no_points_give_empty_results():
    memberships, probability = three_state(np.ones((10, 0, 2)), np.ones(0, bool))
    assert memberships == ()
    assert probability.shape == (0,)


@pytest.mark.parametrize(
    ("replicates", "observed"),
    [
        (np.ones((0, 1, 2)), np.ones(1, bool)),
        (np.ones((5, 2, 2)), np.ones(1, bool)),
        (np.full((5, 1, 2), np.nan), np.ones(1, bool)),
    ],
)
def test_invalid_replicates_are_rejected(replicates, observed):
    with pytest.raises(ValueError):
        three_state(replicates, observed)
