"""The gate's error rates and power, by simulation with the functions that decide."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import special

from odviz.domain.estimate import LEVEL
from odviz.stats import paired_difference
from odviz.stats.noninferiority import NonInferiority, widening

RUNS = 40_000
MOST_FAIL, MOST_PASS = 0.05, 0.05
CLAUSES = (1, 3, 10)
Z = special.ndtri((1 + LEVEL) / 2)


def student(harm, margin, launches, clauses, runs=RUNS, spread=0.03):
    """Clauses decided on t intervals of launches, as those of speed-ups; arrays of shape (runs, clauses)."""
    values = np.random.default_rng(launches).normal(harm, spread, (runs, clauses, launches))
    centre = values.mean(axis=-1)
    half = special.stdtrit(launches - 1, (1 + LEVEL) / 2) * values.std(axis=-1, ddof=1) / np.sqrt(launches)
    return NonInferiority(centre, centre - half, centre + half, margin, widening(clauses, launches - 1.0))


def pairs(loss, margin, items, discordance, clauses, runs=RUNS):
    """Clauses decided on Bonett and Price's intervals of paired accuracies."""
    gains, losses = (discordance - loss) / 2, (discordance + loss) / 2
    drawn = np.random.default_rng(items).multinomial(items, [gains, losses, 1 - discordance], (runs, clauses))
    up, down = ((drawn[..., side] + 1) / (items + 2) for side in (1, 0))
    half = Z * np.sqrt((up + down - (up - down) ** 2) / (items + 2))
    centre = (drawn[..., 1] - drawn[..., 0]) / items
    low, high = np.minimum(up - down - half, centre), np.maximum(up - down + half, centre)
    return NonInferiority(centre, low, high, margin, widening(clauses, items - 1.0))


@pytest.mark.parametrize("clauses", CLAUSES)
@pytest.mark.parametrize("launches", [3, 5, 12])
@pytest.mark.parametrize("margin", [0.0, 0.05, 0.1])
def test_the_same_file_twice_hardly_ever_fails_by_its_time(clauses, launches, margin):
    failing = student(0.0, margin, launches, clauses).fails.any(axis=1).mean()
    assert failing <= MOST_FAIL
    if not margin:  # the correction costs no more than it must
        assert failing == pytest.approx((1 - LEVEL) / 2, abs=0.004)


@pytest.mark.parametrize("clauses", CLAUSES)
@pytest.mark.parametrize(("items", "discordance"), [(200, 0.02), (1000, 0.05), (5000, 0.01)])
@pytest.mark.parametrize("margin", [0.0, 0.02])
def test_as_many_losses_as_gains_hardly_ever_fail(clauses, items, discordance, margin):
    assert pairs(0.0, margin, items, discordance, clauses, RUNS // 4).fails.any(axis=1).mean() <= MOST_FAIL


@pytest.mark.parametrize("launches", [3, 5, 12])
def test_a_true_slow_down_of_the_margin_hardly_ever_passes(launches):
    passing = student(math.log(1.1), math.log(1.1), launches, 1).passes.mean()
    assert passing == pytest.approx((1 - LEVEL) / 2, abs=0.004) and passing <= MOST_PASS


@pytest.mark.parametrize(("items", "discordance"), [(200, 0.05), (1000, 0.05), (5000, 0.03)])
def test_a_true_loss_of_two_points_hardly_ever_passes(items, discordance):
    assert pairs(0.02, 0.02, items, discordance, 1).passes.mean() <= MOST_PASS


def test_a_policy_passes_less_often_than_its_clauses():
    """All clauses must pass: one that is at its margin keeps the chance below 2.5 % whatever the others are."""
    margins = np.array([math.log(1.1), 1.0, 1.0])
    tests = student(math.log(1.1), margins, 5, 3)
    assert tests.passes.all(axis=1).mean() <= 0.03 and tests.passes[:, 1:].all()


def test_a_fixed_rule_fires_on_noise_where_the_gate_does_not():
    """A 5 % rule on three launches that spread by 5 %: what it takes for a slow-down is noise."""
    tests = student(0.0, math.log(1.05), 3, 1, spread=0.07)
    assert (tests.centre > math.log(1.05)).mean() > 0.1 and tests.fails.mean() < 0.025


@pytest.mark.parametrize("clauses", CLAUSES)
def test_the_power_curve_tells_how_often_each_verdict_comes(clauses):
    error, margin, harms = 0.03, 0.1, np.array([-0.05, 0.0, 0.05, 0.1, 0.2])
    factor = widening(clauses)
    passes, fails = NonInferiority(0.0, -Z * error, Z * error, margin, factor).power(harms)
    centres = np.random.default_rng(0).normal(harms, error, (RUNS, len(harms)))
    tests = NonInferiority(centres, centres - Z * error, centres + Z * error, margin, factor)
    assert tests.passes.mean(axis=0) == pytest.approx(passes, abs=0.01)
    assert tests.fails.mean(axis=0) == pytest.approx(fails, abs=0.01)
    assert all(first > second for first, second in pairwise(passes)) and fails[-1] > fails[0]


@pytest.mark.parametrize("harm", [-0.02, 0.0, 0.06, 0.15, 0.3])
@pytest.mark.parametrize("clauses", CLAUSES)
def test_as_many_observations_as_named_settle_it_in_four_of_five_cases(harm, clauses):
    error, margin, factor = 0.2, 0.1, widening(clauses)
    needed = NonInferiority(harm, harm - Z * error, harm + Z * error, margin, factor).needed()
    smaller = error / math.sqrt(needed)
    centres = np.random.default_rng(0).normal(harm, smaller, RUNS)
    tests = NonInferiority(centres, centres - Z * smaller, centres + Z * smaller, margin, factor)
    assert (tests.passes | tests.fails).mean() == pytest.approx(0.8, abs=0.01)


def test_the_intervals_are_those_of_odviz():
    own = pairs(0.02, 0.02, 300, 0.1, 1, runs=1)
    drawn = np.random.default_rng(300).multinomial(300, [0.04, 0.06, 0.9], (1, 1))[0, 0]
    kinds = np.repeat([0, 1, 2], drawn)
    change = paired_difference(kinds != 1, kinds != 0)
    assert (-change.high, -change.low) == pytest.approx((own.low[0, 0], own.high[0, 0]))
