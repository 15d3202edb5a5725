"""Coverage of the intervals of shares, paired differences and means over processes, by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.stats import joint_accuracy, paired_difference, process_mean, wilson


@pytest.mark.parametrize(("count", "truth"), [(50, 0.9), (748, 0.95), (10_000, 0.91)])
def test_wilson_covers(count, truth):
    counts = np.random.default_rng(1).binomial(count, truth, 4000)
    cache = {right: wilson(right, count) for right in np.unique(counts).tolist()}
    covered = np.mean([cache[right].low <= truth <= cache[right].high for right in counts.tolist()])
    assert 0.93 <= covered <= 0.975


@pytest.mark.parametrize("count", [300, 3000])
@pytest.mark.parametrize(("gained", "lost"), [(0.01, 0.01), (0.02, 0.03), (0.03, 0.12)])
def test_paired_difference_covers(count, gained, lost):
    rng = np.random.default_rng(2)
    covered, narrower = 0, 0
    for _ in range(1000):
        position = rng.random(count)
        own, parent = position < 0.8 + gained, (position < 0.8) | (position > 1 - lost)
        figure = paired_difference(own, parent)
        covered += figure.low <= gained - lost <= figure.high
        sides = [wilson(int(side.sum()), count) for side in (own, parent)]
        narrower += figure.high - figure.low < np.hypot(*(side.high - side.low for side in sides))
    few = count * (gained + lost) < 10  # with a handful of discordant items the interval is wide by design
    assert 0.93 <= covered / 1000 <= (1 if few else 0.985)
    assert narrower / 1000 > 0.95  # narrower than two independent intervals


def test_joint_accuracy_spreads_like_the_paired_difference():
    rng = np.random.default_rng(3)
    position = rng.random(2000)
    correct = np.stack([position < 0.90, (position < 0.88) | (position > 0.97)], axis=1)
    replicates = joint_accuracy(correct, 4000, rng)
    figure = paired_difference(correct[:, 0], correct[:, 1])
    low, high = np.quantile(replicates[:, 0] - replicates[:, 1], [0.025, 0.975])
    assert (high - low) / (figure.high - figure.low) == pytest.approx(1, abs=0.08)
    assert replicates.mean(axis=0) == pytest.approx(correct.mean(axis=0), abs=0.002)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_process_mean_covers(count):
    rng = np.random.default_rng(5)
    samples = rng.normal(20e6, 2e5, (2000, count))
    estimates = [process_mean(row.tolist(), "B", "process") for row in samples]
    assert 0.93 <= np.mean([estimate.low <= 20e6 <= estimate.high for estimate in estimates]) <= 0.985
