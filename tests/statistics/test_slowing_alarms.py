"""False alarms and power of the test for slowing down under a sustained load, and of swaps of the ranking."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.stats.slowing import POINTS, Slowed, rises, slowing, swaps

CURVES = 2000
"""Standard error 0.005 at a rate of 0.05."""


def correlated(rng: np.random.Generator, count: int, correlation: float) -> np.ndarray:
    """Steady curves with autoregressive noise of variance 1, shape (count, POINTS)."""
    noise = rng.standard_normal((count, POINTS))
    for point in range(1, POINTS):
        noise[:, point] = correlation * noise[:, point - 1] + np.sqrt(1 - correlation**2) * noise[:, point]
    return noise


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8])
def test_a_steady_machine_is_seldom_said_to_slow_down(correlation: float) -> None:
    assert rises(correlated(np.random.default_rng(1), CURVES, correlation)).certain.mean() <= 0.06


@pytest.mark.parametrize("shape", ["early step", "step", "ramp"])
def test_a_rise_of_five_times_the_noise_is_found_and_its_interval_covers(shape: str) -> None:
    curves = correlated(np.random.default_rng(2), 500, 0.5)
    points = np.arange(POINTS)
    curves += 5 * {"early step": points >= 10, "step": points >= 30, "ramp": points / (POINTS - 1)}[shape]
    fit = rises(curves)
    assert fit.certain.mean() > 0.95
    assert ((fit.lows <= 5) & (fit.highs >= 5)).mean() > 0.93


@pytest.mark.parametrize(
    ("network", "machine", "cause"),
    [(0.0, 0.0, Slowed.NOTHING), (0.2, 0.2, Slowed.MACHINE), (0.05, 0.2, Slowed.MACHINE), (0.2, 0.0, Slowed.NETWORK)],
)
def test_the_machine_is_told_apart_from_the_network(network: float, machine: float, cause: Slowed) -> None:
    rng, step = np.random.default_rng(3), np.arange(POINTS) >= 20
    noise = 0.01 * correlated(rng, 100, 0.5)
    found = [
        slowing(own + network * step, other + machine * step).cause
        for own, other in zip(noise, noise[::-1], strict=True)
    ]
    assert found.count(cause) >= 95


def test_the_ranking_is_seldom_said_to_swap_where_it_does_not() -> None:
    rng = np.random.default_rng(4)
    noise = 0.02 * correlated(rng, 120, 0.8).reshape(20, 6, POINTS) + 0.02 * rng.standard_normal((20, 6, 1))
    assert sum(bool(swaps(dict(enumerate(curves)))) for curves in noise) <= 1


def test_a_swap_is_found_with_both_its_ratios() -> None:
    noise = 0.01 * correlated(np.random.default_rng(5), 2, 0.5)
    throttled, steady = noise[0] + 0.4 * (np.arange(POINTS) >= 30), noise[1] + 0.2
    (swap,) = swaps({"steady": steady, "throttled": throttled})
    assert (swap.first, swap.second) == ("throttled", "steady")
    assert swap.before.low <= np.exp(-0.2) <= swap.before.high < 1
    assert swap.after.high >= np.exp(0.2) >= swap.after.low > 1
