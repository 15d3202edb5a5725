from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from odviz.stats import joint_accuracy, mcnemar, paired_difference, repeats, share, wilson


@pytest.mark.parametrize(("right", "count"), [(0, 10), (7, 10), (10, 10), (9100, 10_000)])
def test_wilson_equals_scipys(right, count):
    expected = scipy_stats.binomtest(right, count).proportion_ci(method="wilson")
    found = wilson(right, count)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert (found.value, found.n) == (right / count, count)


@pytest.mark.parametrize(("right", "count"), [(1, 0), (3, 2), (-1, 2)])
def test_wilson_refuses_impossible_counts(right, count):
    with pytest.raises(ValueError, match="no share"):
        wilson(right, count)


def test_share_counts_what_is_true():
    assert share(np.array([True, False, True, True])).value == 0.75


def answers(both: int, own: int, parent: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = [both, own, parent, neither]
    return np.repeat([True, True, False, False], counts), np.repeat([True, False, True, False], counts)


def test_paired_difference_of_a_worked_example():
    found = paired_difference(*answers(80, 5, 10, 5))
    up, down = 6 / 102, 11 / 102
    half = 1.959964 * ((up + down - (up - down) ** 2) / 102) ** 0.5
    assert found.value == pytest.approx(-0.05)
    assert (found.low, found.high) == pytest.approx((up - down - half, up - down + half))


def test_agreement_everywhere_still_has_a_width():
    found = paired_difference(*answers(9000, 0, 0, 1000))
    assert found.value == 0
    assert 1e-4 < found.high < 5e-4
    assert found.low == -found.high


def test_paired_difference_stays_within_minus_one_and_one():
    found = paired_difference(*answers(0, 0, 3, 0))
    assert (found.low, found.value) == (-1, -1)


def test_mcnemar_is_the_sign_test_on_discordant_items():
    assert mcnemar(*answers(50, 1, 7, 3)) == pytest.approx(scipy_stats.binomtest(1, 8).pvalue)
    assert mcnemar(*answers(50, 0, 0, 3)) == 1.0


@pytest.mark.parametrize("function", [paired_difference, mcnemar])
def test_different_items_are_refused(function):
    with pytest.raises(ValueError, match="same items"):
        function(np.ones(3, bool), np.ones(4, bool))


def test_joint_accuracy_draws_the_same_items_for_all():
    right = np.random.default_rng(0).random(300) < 0.8
    draws = joint_accuracy(np.stack([right, right, ~right], axis=1), 50, np.random.default_rng(1))
    assert draws.shape == (50, 3)
    assert (draws[:, 0] == draws[:, 1]).all()
    assert draws[:, 0] + draws[:, 2] == pytest.approx(np.ones(50))
    assert len(np.unique(draws[:, 0])) > 5


def test_repeats_is_a_t_interval():
    found = repeats([10e6, 11e6, 12e6], "B", "process")
    expected = scipy_stats.t.interval(0.95, 2, 11e6, 1e6 / 3**0.5)
    assert (found.low, found.high) == pytest.approx(expected)
    assert (found.value, found.n, found.scope) == (11e6, 3, "process")


def test_equal_bytes_are_still_unsure_by_a_page():
    found = repeats([8e6, 8e6], "B", "")
    assert (found.low, found.high) == (8e6 - 4096, 8e6 + 4096)
    assert repeats([0.0, 0.0], "B", "").low == 0
    assert repeats([2.0, 2.0], "J", "").high == 2.0


def test_one_repeat_says_that_its_spread_is_unknown():
    found = repeats([8e6], "B", "process")
    assert found.level == 1.0
    assert found.scope == "process; one process only: its spread is unknown"


def test_no_repeats_are_refused():
    with pytest.raises(ValueError, match="without a measurement"):
        repeats([], "B", "")
