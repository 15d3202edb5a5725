"""Coverage of intervals for new people, from test items of a few people, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._people import DIFFERENCE, RIGHT, People
from odviz.metrics.top1 import plugin

RERUNS = 600
"""Standard error 0.009 at a coverage of 0.95; the bounds below lie one outside 0.93 and 0.97."""


@pytest.mark.parametrize("correlation", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("count", [4, 10, 30])
def test_accuracy_and_paired_difference_cover_new_people(count: int, correlation: float) -> None:
    people, rng = People(count, correlation), np.random.default_rng(count)
    covered, differences = 0, 0
    for _ in range(RERUNS):
        parent, variant, person = people.predict(rng)
        accuracy, difference = plugin.interval(parent, person), plugin.difference(variant, parent, person)
        covered += accuracy.low <= RIGHT <= accuracy.high
        differences += difference.low <= DIFFERENCE <= difference.high
    assert 0.92 <= covered / RERUNS <= 0.98
    assert 0.92 <= differences / RERUNS <= 0.98


def test_items_alone_do_not_cover_new_people() -> None:
    rng = np.random.default_rng(1)
    intervals = [plugin.interval(People(4, 0.3).predict(rng)[0]) for _ in range(200)]
    assert np.mean([interval.low <= RIGHT <= interval.high for interval in intervals]) < 0.6


def test_equal_models_are_seldom_called_different_by_new_people() -> None:
    rng = np.random.default_rng(2)
    p_values = []
    for _ in range(400):
        first, _, person = People(10, 0.3).predict(rng)
        second = first ^ (rng.random(len(first)) < 0.1 * np.where(first, (1 - RIGHT), RIGHT))
        p_values.append(plugin.p_value(second, first, person))
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.09


def test_replicates_of_two_models_differ_as_their_paired_difference() -> None:
    parent, variant, person = People(10, 0.3).predict(np.random.default_rng(3))
    replicates = plugin.replicates((variant, parent), 20_000, np.random.default_rng(4), person)
    difference = plugin.difference(variant, parent, person)
    low, high = np.quantile(replicates[:, 0] - replicates[:, 1], [0.025, 0.975])
    assert (high - low) / (difference.high - difference.low) == pytest.approx(1, abs=0.15)
