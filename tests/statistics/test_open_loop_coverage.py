"""Coverage of percentiles and deadline misses of a queue, in windows on a machine whose speed varies."""

from __future__ import annotations

import numpy as np
import pytest

from odviz.stats.open_loop import deadline_misses, responses

RERUNS = 100
"""Standard error 0.022 at a coverage of 0.95."""


def queues(rng: np.random.Generator, shape: tuple[int, int, int], load: float, spread: float) -> np.ndarray:
    """Latencies of requests in windows (reruns, windows, requests); 2 % of them take four times as long on average.

    Args:
        rng: source of the arrivals.
        shape: of the result.
        load: arrivals for each service time.
        spread: of the machine's speed between windows, in log time.
    """
    gaps = rng.exponential(1 / load, shape)
    speed = np.exp(spread * rng.standard_normal((*shape[:2], 1)))
    service = speed * (1 + (rng.random(shape) < 0.02) * rng.exponential(3, shape))
    latencies = service.copy()
    for place in range(1, shape[2]):
        waiting = np.maximum(0.0, latencies[..., place - 1] - gaps[..., place])
        latencies[..., place] += waiting
    return latencies


@pytest.mark.parametrize(("load", "spread"), [(0.1, 0.0), (0.7, 0.1), (0.5, 0.15)])
def test_percentiles_and_misses_of_a_queue_cover(load: float, spread: float) -> None:
    rng, shape = np.random.default_rng(1), (RERUNS, 16, 40)
    truth, samples = queues(rng, shape, load, spread).ravel(), queues(rng, shape, load, spread)
    for name, share in (("p50", 0.5), ("p90", 0.9)):
        estimates = [responses(windows).percentiles.get(name) for windows in samples]
        known = [estimate for estimate in estimates if estimate]
        value = np.quantile(truth, share)
        assert len(known) > RERUNS / 2
        assert np.mean([estimate.low <= value <= estimate.high for estimate in known]) >= 0.88
    for deadline in np.quantile(truth, [0.8, 0.97]):
        misses = [deadline_misses(windows, deadline) for windows in samples]
        assert np.mean([one.low <= (truth > deadline).mean() <= one.high for one in misses]) >= 0.9


def test_the_p99_is_given_and_covers_where_requests_seldom_wait() -> None:
    rng, shape = np.random.default_rng(2), (60, 20, 100)
    value = np.quantile(queues(rng, shape, 0.05, 0.0), 0.99)
    known = [responses(windows).percentiles.get("p99") for windows in queues(rng, shape, 0.05, 0.0)]
    assert np.mean([estimate is not None and estimate.low <= value <= estimate.high for estimate in known]) >= 0.9
