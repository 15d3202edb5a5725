"""MAE, R² and closeness: what the contract does not say of them."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics import METRICS
from odviz.metrics.mae import Mae

MAE, R2, CLOSENESS = METRICS["mae"], METRICS["r2"], METRICS["closeness"]


def test_the_mean_of_the_sizes_of_the_errors() -> None:
    scores = MAE.score((np.array([[1.0], [4.0], [2.0]]),), np.array([1.0, 2.0, 3.0]))
    assert scores.tolist() == [0, 2, 1] and MAE.value(scores) == 1
    assert Mae("mae-celsius", "°C").interval(scores).unit == "°C"


def test_chance_of_mae_is_the_median_of_each_value() -> None:
    targets = np.array([[0.0, 0], [1, 2], [10, 4]])
    assert MAE.chance_scores(targets).tolist() == [1.5, 0, 5.5]


def test_r2_is_the_mean_of_all_values_of_an_item() -> None:
    targets = np.array([[0.0, 0], [2, 4], [4, 8]])
    scores = R2.score((np.array([[0.0, 4], [2, 4], [4, 4]]),), targets)
    assert R2.value(scores) == pytest.approx((1 + 0) / 2)
    assert R2.value(R2.chance_scores(targets)) == pytest.approx(0)


def test_equal_targets_have_an_r2_of_1_or_0_as_in_scikit_learn() -> None:
    targets = np.array([3.3, 3.3, 3.3, 9.1])
    scores = R2.score((np.array([3.3, 3.3, 3.4, 9.1]),), targets)
    assert R2.aggregate(scores, np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 2]])).tolist() == [1, 0, 1]


def test_r2_over_groups_stays_below_1_and_may_be_negative() -> None:
    rng = np.random.default_rng(0)
    targets, groups = rng.normal(0, 1, 60), np.arange(60) % 4
    good = R2.interval(R2.score((targets + rng.normal(0, 0.2, 60),), targets), groups)
    assert 0.8 < good.low < good.centre < good.high < 1
    bad = R2.interval(R2.score((targets + rng.normal(0, 2, 60),), targets), groups)
    assert bad.low < bad.centre < 0
    perfect = R2.interval(R2.score((targets,), targets), groups)
    assert perfect.low == perfect.high == 1


@pytest.mark.parametrize(("value", "words"), [(0.93, "93 %"), (-0.2, "worse")])
def test_r2_in_words(value: float, words: str) -> None:
    assert words in R2.describe(value)


def test_closeness_is_the_cosine_of_all_values_of_an_item() -> None:
    parent = np.array([[[3.0, 4]], [[1, 0]], [[1, 0]], [[0, 0]], [[0, 0]]])
    own = np.array([[[6.0, 8]], [[1, 1]], [[-1, 0]], [[0, 0]], [[0, 1]]])
    assert CLOSENESS.score((own,), parent) == pytest.approx([1, 0.5**0.5, 0, 1, 0])
    assert CLOSENESS.agreement((own,), (parent,)).tolist() == [False, False, False, True, False]
    assert CLOSENESS.agreement((parent * 1.05,), (parent,)).all()


def test_closeness_of_single_values_is_refused() -> None:
    with pytest.raises(ValueError, match="R²"):
        CLOSENESS.score((np.zeros((3, 1)),), np.zeros((3, 1)))


def test_closeness_of_outputs_that_are_no_numbers_is_none() -> None:
    scores = CLOSENESS.score((np.array([[np.nan, 1], [np.inf, 1], [1, 1]]),), np.ones((3, 2)))
    assert np.isnan(scores).tolist() == [True, True, False]
