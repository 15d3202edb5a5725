"""Intervals of accuracies, their differences and small repeats cover as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.stats import joint_accuracy, paired_difference, repeats, wilson


@pytest.mark.parametrize(("count", "truth"), [(50, 0.9), (748, 0.95), (10_000, 0.91)])
def test_wilson_covers(count, truth):
    drawn = np.random.default_rng(1).binomial(count, truth, 4000)
    cache = {right: wilson(right, count) for right in np.unique(drawn).tolist()}
    covered = np.mean([cache[right].low <= truth <= cache[right].high for right in drawn.tolist()])
    assert 0.93 <= covered <= 0.975


@pytest.mark.parametrize("count", [300, 3000])
@pytest.mark.parametrize(("gained", "lost"), [(0.01, 0.01), (0.02, 0.03), (0.03, 0.12)])
def test_paired_difference_covers(count, gained, lost):
    rng = np.random.default_rng(2)
    covered, narrower = 0, 0
    for _ in range(1000):
        place = rng.random(count)
        own, parent = place < 0.8 + gained, (place < 0.8) | (place > 1 - lost)
        figure = paired_difference(own, parent)
        covered += figure.low <= gained - lost <= figure.high
        sides = [wilson(int(side.sum()), count) for side in (own, parent)]
        narrower += figure.high - figure.low < np.hypot(*(side.high - side.low for side in sides))
    few = count * (gained + lost) < 10  # a handful of discordant items: wide, and meant to be
    assert 0.93 <= covered / 1000 <= (1 if few else 0.985)
    assert narrower / 1000 > 0.95  # pairing is what it is for


def test_joint_accuracy_spreads_as_the_paired_difference():
    rng = np.random.default_rng(3)
    place = rng.random(2000)
    correct = np.stack([place < 0.90, (place < 0.88) | (place > 0.97)], axis=1)
    draws = joint_accuracy(correct, 4000, rng)
    figure = paired_difference(correct[:, 0], correct[:, 1])
    low, high = np.quantile(draws[:, 0] - draws[:, 1], [0.025, 0.975])
    assert (high - low) / (figure.high - figure.low) == pytest.approx(1, abs=0.08)
    assert draws.mean(axis=0) == pytest.approx(correct.mean(axis=0), abs=0.002)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_repeats_cover(count):
    rng = np.random.default_rng(5)
    drawn = rng.normal(20e6, 2e5, (2000, count))
    figures = [repeats(row.tolist(), "B", "process") for row in drawn]
    assert 0.93 <= np.mean([each.low <= 20e6 <= each.high for each in figures]) <= 0.985
