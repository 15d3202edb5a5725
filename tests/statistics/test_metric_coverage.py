"""Bootstrap intervals and tests of a metric keep what they promise; RMSE, whose truth is known, stands for all."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.metrics import base
from odviz.metrics.rmse import plugin


@pytest.fixture(autouse=True)
def few_replicates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A percentile of 400 replicates is a little coarser than one of 2,000, and five times as fast."""
    monkeypatch.setattr(base, "RESAMPLES", 400)


def test_intervals_and_differences_cover() -> None:
    rng = np.random.default_rng(0)
    covered, differences = 0, 0
    for _ in range(300):
        common = rng.normal(0, 1, 150)  # both models find the same items hard
        own, parent = ((common + rng.normal(0, spread, 150)) ** 2 for spread in (1, 0.5))
        interval, difference = plugin.interval(own), plugin.difference(own, parent)
        covered += interval.low <= 2**0.5 <= interval.high
        differences += difference.low <= 2**0.5 - 1.25**0.5 <= difference.high
    assert 0.91 <= covered / 300 <= 0.985
    assert 0.91 <= differences / 300 <= 0.985


def test_equal_models_are_seldom_called_different() -> None:
    rng = np.random.default_rng(1)
    p_values = [plugin.p_value(*(rng.normal(0, 1, (2, 150)) ** 2)) for _ in range(300)]
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.09
