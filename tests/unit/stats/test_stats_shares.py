from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from odviz.stats import joint_accuracy, mcnemar, paired_difference, process_mean, share, wilson


@pytest.mark.parametrize(("right", "count"), [(0, 10), (7, 10), (10, 10), (9100, 10_000)])
def test_wilson_equals_scipy(right, count):
    expected = scipy_stats.binomtest(right, count).proportion_ci(method="wilson")
    estimate = wilson(right, count)
    assert (estimate.low, estimate.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert (estimate.value, estimate.n) == (right / count, count)


@pytest.mark.parametrize(("right", "count"), [(1, 0), (3, 2), (-1, 2)])
def test_wilson_rejects_impossible_counts(right, count):
    with pytest.raises(ValueError, match="no share"):
        wilson(right, count)


def test_share_is_the_mean():
    assert share(np.array([True, False, True, True])).value == 0.75


def scores(both: int, own: int, parent: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    """Correctness of a variant and its parent, from the numbers of items that both, one or neither get right."""
    counts = [both, own, parent, neither]
    return np.repeat([True, True, False, False], counts), np.repeat([True, False, True, False], counts)


def test_paired_difference_of_a_small_example():
    estimate = paired_difference(*scores(80, 5, 10, 5))
    up, down = 6 / 102, 11 / 102
    half = 1.959964 * ((up + down - (up - down) ** 2) / 102) ** 0.5
    assert estimate.value == pytest.approx(-0.05)
    assert (estimate.low, estimate.high) == pytest.approx((up - down - half, up - down + half))


def test_paired_difference_of_equal_scores_has_a_width():
    estimate = paired_difference(*scores(9000, 0, 0, 1000))
    assert estimate.value == 0
    assert 1e-4 < estimate.high < 5e-4
    assert estimate.low == -estimate.high


def test_paired_difference_stays_within_minus_one_and_one():
    estimate = paired_difference(*scores(0, 0, 3, 0))
    assert (estimate.low, estimate.value) == (-1, -1)


def test_mcnemar_is_the_sign_test_on_discordant_items():
    assert mcnemar(*scores(50, 1, 7, 3)) == pytest.approx(scipy_stats.binomtest(1, 8).pvalue)
    assert mcnemar(*scores(50, 0, 0, 3)) == 1.0


@pytest.mark.parametrize("function", [paired_difference, mcnemar])
def test_different_items_are_rejected(function):
    with pytest.raises(ValueError, match="same items"):
        function(np.ones(3, bool), np.ones(4, bool))


def test_joint_accuracy_resamples_the_same_items_for_all_points():
    right = np.random.default_rng(0).random(300) < 0.8
    replicates = joint_accuracy(np.stack([right, right, ~right], axis=1), 50, np.random.default_rng(1))
    assert replicates.shape == (50, 3)
    assert (replicates[:, 0] == replicates[:, 1]).all()
    assert replicates[:, 0] + replicates[:, 2] == pytest.approx(np.ones(50))
    assert len(np.unique(replicates[:, 0])) > 5


def test_process_mean_has_a_t_interval():
    estimate = process_mean([10e6, 11e6, 12e6], "B", "process")
    expected = scipy_stats.t.interval(0.95, 2, 11e6, 1e6 / 3**0.5)
    assert (estimate.low, estimate.high) == pytest.approx(expected)
    assert (estimate.value, estimate.n, estimate.scope) == (11e6, 3, "process")


def test_interval_of_bytes_is_at_least_a_page_each_way():
    estimate = process_mean([8e6, 8e6], "B", "")
    assert (estimate.low, estimate.high) == (8e6 - 4096, 8e6 + 4096)
    assert process_mean([0.0, 0.0], "B", "").low == 0
    assert process_mean([2.0, 2.0], "J", "").high == 2.0


def test_single_process_has_no_interval():
    estimate = process_mean([8e6], "B", "process")
    assert estimate.level == 1.0
    assert (estimate.low, estimate.high) == (8e6 - 4096, 8e6 + 4096)
    assert "one process only" in estimate.scope


def test_no_process_is_rejected():
    with pytest.raises(ValueError, match="measurement"):
        process_mean([], "B", "")
