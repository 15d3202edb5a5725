"""Bias and coverage of the calibration error, by simulation."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from odviz.stats.calibration import Sureness, calibration_error

WORLDS = {
    "calibrated": lambda confidence: confidence,
    "one point too sure": lambda confidence: confidence - 0.01,
    "too sure in the middle": lambda confidence: confidence - 0.21 * confidence * (1 - confidence),
    "far too sure": lambda confidence: confidence - 0.12 * np.sin(np.pi * confidence) - 0.02,
    "wrong between 60 and 70 %": lambda c: np.where((c > 0.6) & (c < 0.7), c - 0.3, c),
}
"""Share of right predictions by confidence."""


def confidences(count, rng):
    """Mostly sure, as networks are."""
    sure = 1 - 0.5 * rng.beta(1, 60, count)
    return np.where(rng.random(count) < 0.6, sure, 0.4 + 0.6 * rng.beta(2, 1.5, count))


def drawn(world, count, rng):
    confidence = confidences(count, rng)
    return Sureness(confidence, rng.random(count) < WORLDS[world](confidence))


@cache
def many():
    return np.sort(confidences(300_000, np.random.default_rng(9)))


def truth(world, bins):
    """The error of so many bins, without chance."""
    confidence = many()
    gaps = WORLDS[world](confidence) - confidence
    return np.mean([abs(part.mean()) for part in np.array_split(gaps, bins)])


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize(("count", "bins"), [(300, 6), (2800, 15), (10_000, 15)])
def test_the_interval_covers_and_the_value_is_less_biased_than_the_plain_one(world, count, bins):
    rng, true = np.random.default_rng(4), truth(world, bins)
    samples = [drawn(world, count, rng) for _ in range(120)]
    estimates = [calibration_error(sample) for sample in samples]
    plain = np.mean([np.mean([abs(part.mean()) for part in split(sample, bins)]) for sample in samples])
    assert np.mean([one.low <= true + 1e-6 and true <= one.high for one in estimates]) >= 0.90
    values = np.array([one.value for one in estimates])
    assert abs(values.mean() - true) <= max(0.6 * (plain - true), 0.2 * true + 0.001)


def split(sample, bins):
    order = np.argsort(sample.confidence)
    return np.array_split(sample.gaps[order], bins)
