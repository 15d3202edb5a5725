from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics.rmse import Rmse, plugin


def test_the_root_of_the_mean_of_the_squares() -> None:
    targets = np.array([1.0, 2.0, 3.0])
    scores = plugin.score((np.array([[1.0], [4.0], [2.0]]),), targets)
    assert scores.tolist() == [0, 4, 1]
    assert plugin.value(scores) == pytest.approx((5 / 3) ** 0.5)
    assert plugin.value(plugin.chance_scores(targets)) == pytest.approx(targets.std())


def test_several_values_of_an_item_count_alike() -> None:
    scores = plugin.score((np.array([[3.0, 0], [0, 1]]),), np.zeros((2, 2)))
    assert scores.tolist() == [4.5, 0.5]


@pytest.mark.parametrize("shape", [(3, 2), (3, 1, 1), (2,)])
def test_outputs_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        plugin.score((np.zeros(shape),), np.zeros(3))


def test_outputs_that_are_no_numbers_have_no_score() -> None:
    assert np.isnan(plugin.score((np.array([np.nan, 1.0]),), np.zeros(2))).tolist() == [True, False]


def test_agreement_is_judged_by_the_spread_of_the_parent() -> None:
    parent = np.array([0.0, 10, 20, 30])
    near = plugin.agreement((parent + np.array([0, 1.1, 1.2, -1]),), (parent,))
    assert near.tolist() == [True, True, False, True]


def test_its_unit_is_that_of_the_targets() -> None:
    metric = Rmse("rmse-celsius", "°C")
    assert (metric.interval(np.array([1.0, 4.0, 9.0])).unit, metric.name) == ("°C", "rmse-celsius")
