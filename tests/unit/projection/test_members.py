"""Members on data whose answer is known."""

import math

import numpy as np
import pytest

from odviz.projection import ensemble
from odviz.projection.members import Local, Related, Typical, local_left_out

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


def whole(counts, times):
    return Local(ALL, counts, times, math.inf)


def off(model, counts):
    return np.abs(model.log_seconds(counts) - np.log(seconds(counts)))


FITS = pytest.mark.parametrize("fit", [whole, lambda counts, times: Typical.fit(counts, times, ALL)])


@FITS
def test_predicts_what_it_describes(fit):
    counts = networks(60)
    assert off(fit(counts, seconds(counts)), networks(40, seed=1)).max() < 0.15


@FITS
def test_is_not_carried_off_by_one_wrong_measurement(fit):
    counts = networks(40)
    times = seconds(counts)
    times[7] *= 20
    assert np.median(off(fit(counts, times), networks(40, seed=1))) < 0.15


@FITS
def test_costs_stay_positive_where_a_count_seems_to_help(fit):
    counts = networks(30)
    times = 1e-10 * counts[:, 0] / counts[:, 3]
    deeper = counts * np.array([1, 1, 1, 2, 1])
    model = fit(counts, times)
    assert (model.log_seconds(deeper) >= model.log_seconds(counts) - 1e-9).all()


@FITS
def test_unit_of_time_does_not_matter(fit):
    counts, fresh = networks(30), networks(20, seed=1)
    one, other = fit(counts, seconds(counts)), fit(counts, 1e3 * seconds(counts))
    assert other.log_seconds(fresh) - one.log_seconds(fresh) == pytest.approx(math.log(1e3), abs=1e-2)


def with_cache(counts):
    """Seconds on a machine that takes three times as long once a network has more than 200 million MACs."""
    return seconds(counts) * np.where(counts[:, 0] > 2e8, 3, 1)


def test_near_networks_say_more_than_far_ones():
    counts, fresh = networks(80), networks(60, seed=1)
    errors = {
        reach: np.median(
            np.abs(Local(ALL, counts, with_cache(counts), reach).log_seconds(fresh) - np.log(with_cache(fresh)))
        )
        for reach in (0.5, math.inf)
    }
    assert errors[0.5] < 0.7 * errors[math.inf]


def test_likeness_is_one_for_equal_counts_and_fades():
    counts = networks(20)
    model = Local(ALL, counts, seconds(counts), 0.5)
    assert np.diag(model.likeness(counts)) == pytest.approx(1)
    assert model.likeness(counts * np.array([[1e9, 1, 1, 1, 1]])).max() < 1e-6


def test_typical_hardly_sees_networks_that_fall_back_to_another_processor():
    """A third takes a hundred times as long as its counts say: no model knows which, but most must come out right."""
    counts = networks(30)
    times = seconds(counts) * np.where(np.arange(30) % 3 == 0, 100, 1)
    fresh = networks(40, seed=1)
    assert np.median(off(Typical.fit(counts, times, ALL), fresh)) < 0.3


def families(seed):
    """Five sizes each of eight kinds of network, and seconds on a machine that is faster for some kinds."""
    kinds, sizes = networks(8), np.exp(np.random.default_rng(seed).uniform(-1, 1, (8, 5)))
    counts = np.concatenate([kind * size[:, None] ** [1, 1, 1, 0, 1] for kind, size in zip(kinds, sizes, strict=True)])
    return counts, seconds(counts) * np.repeat([2.0, 0.5, 1.5, 0.6, 1.0, 0.7, 1.0, 1.8], 5)


def test_relatives_tell_what_typical_costs_do_not():
    (counts, times), (fresh, wanted) = families(0), families(1)
    typical = Typical.fit(counts, times, ALL)
    related = Related.fit(counts, times, typical)
    plain, better = (np.median(np.abs(each.log_seconds(fresh) - np.log(wanted))) for each in (typical, related))
    assert better < 0.5 * plain


def test_far_from_all_relatives_typical_costs_stand_alone():
    (counts, times), far = families(0), networks(3, seed=1) * 1e9
    typical = Typical.fit(counts, times, ALL)
    related = Related.fit(counts, times, typical)
    assert related.log_seconds(far) == pytest.approx(typical.log_seconds(far), abs=1e-3)


def test_left_out_at_once_is_left_out_one_by_one():
    counts, group = networks(30), np.arange(30) % 3
    times = seconds(counts)
    found = local_left_out(counts, times, np.arange(30), group != group[:, None], ALL, 0.5)
    for number in range(3):
        out = group == number
        for said, reach in zip(found, (math.inf, 0.5), strict=True):
            alone = Local(ALL, counts[~out], times[~out], reach)
            assert said[out] == pytest.approx(alone.log_seconds(counts[out]), abs=1e-6)


def test_networks_that_are_wrong_by_far_do_not_choose():
    """A quarter falls back to another processor: the member that is right about the others leads alone."""
    counts = networks(60)
    times = seconds(counts) * np.where(np.arange(60) % 4 == 0, 4, 1)
    fitted = ensemble.fit(counts, times, np.arange(60) % 5, ALL, related=False)
    assert fitted.weights[2] > 0.95


def test_relatives_have_a_say_only_when_they_are_asked_about():
    counts = networks(40)
    new, known = (ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL, each) for each in (False, True))
    assert (len(new.weights), len(known.weights)) == (3, 4)


def test_ensemble_leans_on_the_neighbourhood_where_costs_differ():
    counts = networks(80)
    fitted = ensemble.fit(counts, with_cache(counts), np.arange(80) % 8, ALL, related=False)
    assert fitted.weights.sum() == pytest.approx(1)
    assert fitted.weights.argmax() == 1


def test_ensemble_that_cannot_compare_takes_the_stiffest():
    counts = networks(4)
    assert ensemble.fit(counts, seconds(counts), np.zeros(4, dtype=np.int64), ALL, related=False).weights.tolist() == [
        1,
        0,
        0,
    ]


def test_tiny_network_costs_the_overhead_and_not_nothing():
    counts = networks(40)
    fitted = ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL, related=False)
    tiny = np.array([[1e3, 0, 50, 2, 50]])
    mean, _ = fitted.log_seconds(tiny)
    assert np.exp(mean[0]) == pytest.approx(COSTS[0] + 2 * COSTS[4], rel=0.5)


def test_doubt_grows_away_from_what_is_known():
    counts = networks(40)
    fitted = ensemble.fit(counts, seconds(counts), np.arange(40) % 8, ALL, related=False)
    strange = counts[:1] * np.array([[1, 1, 1, 1, 1e4]])
    assert fitted.log_seconds(strange)[1][0] > fitted.log_seconds(counts[:1])[1][0]
