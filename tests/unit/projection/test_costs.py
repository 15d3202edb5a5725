"""Fits whose answer is known."""

import numpy as np
import pytest

from odviz.projection.costs import logarithmic, relative, robust_mean

USUAL = np.array([1e7, 1.0, 50.0])
"""Of a call, a MAC and an activation."""


def counts(count=30, seed=0):
    draw = np.random.default_rng(seed)
    macs = np.exp(draw.uniform(np.log(1e7), np.log(3e9), count))
    return np.column_stack([np.ones(count), macs, macs * draw.uniform(0.005, 0.05, count)])


@pytest.mark.parametrize("speed", [1e-12, 1e-9])
def test_usual_proportions_at_any_speed_are_found_exactly(speed):
    terms = counts()
    costs = logarithmic(terms, terms @ (speed * USUAL), USUAL, 1.0)
    assert costs == pytest.approx(speed * USUAL, rel=1e-2)


def test_unusual_proportions_are_found_where_the_counts_tell_them_apart():
    terms, true = counts(), 1e-10 * np.array([4e7, 1.0, 10.0])
    assert logarithmic(terms, terms @ true, USUAL, 1.0) == pytest.approx(true, rel=0.2)


def test_counts_that_rise_together_share_the_time_as_usual():
    macs = np.exp(np.linspace(16, 21, 20))
    terms = np.column_stack([np.ones(20), macs, macs / 50])
    costs = logarithmic(terms, 1e-10 * (1e7 + 4 * macs), USUAL, 1.0)
    assert costs[2] / costs[1] == pytest.approx(USUAL[2] / USUAL[1], rel=0.1)


def test_a_small_spread_keeps_the_proportions():
    terms, true = counts(), 1e-10 * np.array([4e7, 1.0, 10.0])
    stiff, free = (logarithmic(terms, terms @ true, USUAL, spread) for spread in (0.01, 2.0))
    assert stiff[2] / stiff[1] > 2 * free[2] / free[1]


def test_a_count_that_nobody_has_does_not_matter():
    terms = counts()
    terms[:, 2] = 0
    costs = logarithmic(terms, terms @ (1e-10 * USUAL), USUAL, 1.0)
    assert np.isfinite(costs).all() and costs[1] == pytest.approx(1e-10, rel=0.02)


@pytest.mark.parametrize("fit", [lambda terms, seconds: logarithmic(terms, seconds, USUAL, 1.0), relative])
def test_no_cost_is_negative_and_one_wrong_measurement_does_not_lead(fit):
    terms = counts()
    seconds = terms @ (1e-10 * USUAL)
    seconds[7] *= 20
    costs = fit(terms, seconds)
    assert (costs >= 0).all()
    assert np.median(np.abs(np.log(terms @ costs / (terms @ (1e-10 * USUAL))))) < 0.1


def test_relative_hardly_sees_networks_that_fall_back_to_another_processor():
    """A third of the networks takes twenty times as long: the others are still predicted."""
    terms = counts(60)
    fast = terms @ (1e-10 * USUAL)
    slow = np.arange(60) % 3 == 0
    costs = relative(terms, np.where(slow, 20 * fast, fast))
    assert np.median(np.abs(np.log(terms[~slow] @ costs / fast[~slow]))) < 0.15


@pytest.mark.parametrize(("values", "mean"), [([0.3], 0.3), ([0.1, 0.3], 0.2), ([0.1, 0.2, 0.3, 9.0], 0.25)])
def test_robust_mean(values, mean):
    assert robust_mean(np.array(values)) == pytest.approx(mean, abs=0.06)
