"""Fits whose answer is known."""

import numpy as np
import pytest

from odviz.projection.costs import local_costs

USUAL = np.array([1e7, 1.0, 50.0])
"""Of a call, a MAC and an activation."""


def counts(count=30, seed=0):
    draw = np.random.default_rng(seed)
    macs = np.exp(draw.uniform(np.log(1e7), np.log(3e9), count))
    return np.column_stack([np.ones(count), macs, macs * draw.uniform(0.005, 0.05, count)])


def alike(count=30):
    return np.ones((1, count))


def test_usual_proportions_at_any_speed_are_found_exactly():
    terms = counts()
    for speed in (1e-12, 1e-9):
        costs = local_costs(terms, np.log(terms @ (speed * USUAL)), alike(), USUAL)[0]
        assert costs == pytest.approx(speed * USUAL, rel=1e-2)


def test_unusual_proportions_are_found_where_the_counts_tell_them_apart():
    terms, true = counts(), 1e-10 * np.array([4e7, 1.0, 10.0])
    costs = local_costs(terms, np.log(terms @ true), alike(), USUAL)[0]
    assert costs == pytest.approx(true, rel=0.2)


def test_counts_that_rise_together_share_the_time_as_usual():
    macs = np.exp(np.linspace(16, 21, 20))
    terms = np.column_stack([np.ones(20), macs, macs / 50])
    costs = local_costs(terms, np.log(1e-10 * (1e7 + 4 * macs)), alike(20), USUAL)[0]
    assert costs[2] / costs[1] == pytest.approx(USUAL[2] / USUAL[1], rel=0.1)


def test_each_fit_follows_its_own_likeness():
    terms = counts()
    first = np.arange(30) < 15
    target = np.log(terms @ (1e-10 * USUAL)) + np.where(first, 0, np.log(3))
    share = np.stack([np.where(first, 1, 1e-6), np.where(first, 1e-6, 1)])
    one, other = local_costs(terms, target, share, USUAL)
    assert one == pytest.approx(1e-10 * USUAL, rel=0.05)
    assert other == pytest.approx(3e-10 * USUAL, rel=0.05)


def test_a_count_that_nobody_has_does_not_matter():
    terms = counts()
    terms[:, 2] = 0
    costs = local_costs(terms, np.log(terms @ (1e-10 * USUAL)), alike(), USUAL)[0]
    assert np.isfinite(costs).all() and costs[1] == pytest.approx(1e-10, rel=0.02)


def test_a_network_that_counts_for_nothing_is_not_known():
    terms, stay = counts(), np.arange(30) % 5 > 0
    target = np.log(terms @ (1e-10 * USUAL)) + np.where(stay, 0, 5)
    hidden = local_costs(terms, target, stay[None].astype(float), USUAL)
    assert hidden == pytest.approx(local_costs(terms[stay], target[stay], alike(stay.sum()), USUAL), rel=1e-9)


def test_fits_do_not_depend_on_those_that_are_solved_with_them():
    terms = counts()
    target = np.log(terms @ (1e-10 * np.array([4e7, 1.0, 10.0])))
    share = np.random.default_rng(0).uniform(0.01, 1, (6, 30))
    together = local_costs(terms, target, share, USUAL)
    assert together[2:3] == pytest.approx(local_costs(terms, target, share[2:3], USUAL), rel=1e-9)
