"""Members on data whose answer is known."""

import numpy as np
import pytest

from odviz.projection import ensemble
from odviz.projection.members import NOISE, LogLinear, Neighbours, Physical

ALL = (0, 1, 2, 3, 4)
COSTS = np.array([2e-3, 1e-10, 8e-10, 3e-10, 5e-5, 1e-9])  # overhead, dense, depthwise, activations, layers, parameters


def networks(count, seed=0):
    draw = np.random.default_rng(seed)
    macs = np.exp(draw.uniform(np.log(1e7), np.log(5e9), count))
    return np.stack(
        [
            macs,
            macs * draw.uniform(0, 0.2, count),
            macs * draw.uniform(0.005, 0.05, count),
            draw.integers(10, 80, count).astype(float),
            macs * draw.uniform(0.002, 0.05, count),
        ],
        axis=1,
    )


def seconds(counts):
    terms = np.column_stack([np.ones(len(counts)), counts[:, 0] - counts[:, 1], counts[:, 1:]])
    return terms @ COSTS


def test_physical_predicts_what_it_describes():
    counts = networks(60)
    model = Physical.fit(counts, seconds(counts), ALL)
    fresh = networks(40, seed=1)
    assert np.abs(model.log_seconds(fresh) - np.log(seconds(fresh))).max() < 0.15
    assert (model.costs >= 0).all()


def test_physical_is_not_carried_off_by_one_wrong_measurement():
    counts = networks(40)
    times = seconds(counts)
    times[7] *= 20
    model = Physical.fit(counts, times, ALL)
    fresh = networks(40, seed=1)
    assert np.median(np.abs(model.log_seconds(fresh) - np.log(seconds(fresh)))) < 0.15


def test_physical_costs_stay_positive_where_a_count_seems_to_help():
    counts = networks(30)
    model = Physical.fit(counts, 1e-10 * counts[:, 0] / counts[:, 3], ALL)
    assert (model.costs >= 0).all()


def test_log_linear_finds_a_power_law():
    counts = networks(60)
    model = LogLinear.fit(counts, 1e-9 * counts[:, 0] ** 0.8, (0,))
    assert model.slopes[0] == pytest.approx(0.8, abs=0.05)


def test_neighbours_remember_what_is_near_and_forget_what_is_far():
    counts = networks(20)
    rest = np.full(20, 0.3)
    near = Neighbours.fit(counts, rest, (0,))
    far = counts * np.array([1e9, 1, 1, 1, 1])
    assert near.mean(counts) == pytest.approx(0.3, abs=0.02)
    assert np.abs(near.mean(far)).max() < 0.01
    assert (near.variance(counts) < near.variance(far)).all()
    assert near.variance(counts).min() >= NOISE**2


def test_unit_of_a_count_does_not_matter():
    counts = networks(30)
    scale = np.array([1e3, 1e3, 1e3, 1.0, 1e3])
    one = Physical.fit(counts, seconds(counts), ALL).log_seconds(counts)
    other = Physical.fit(counts * scale, seconds(counts), ALL).log_seconds(counts * scale)
    assert one == pytest.approx(other, abs=1e-3)


def test_ensemble_leans_on_the_member_that_predicts_unseen_families():
    counts = networks(40)
    fitted = ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL)
    assert fitted.weights.sum() == pytest.approx(1)
    assert fitted.weights[0] > fitted.weights[1]  # the truth is physical, not a power law


def test_tiny_network_costs_the_overhead_and_not_nothing():
    counts = networks(40)
    fitted = ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL)
    tiny = np.array([[1e3, 0, 50, 2, 50]])
    mean, _ = fitted.log_seconds(tiny)
    assert np.exp(mean[0]) == pytest.approx(COSTS[0] + 2 * COSTS[4], rel=0.5)


def test_doubt_grows_away_from_what_is_known():
    counts = networks(40)
    fitted = ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL)
    strange = counts[:1] * np.array([[1, 1, 1, 1, 1e4]])
    assert fitted.log_seconds(strange)[1][0] > fitted.log_seconds(counts[:1])[1][0]
