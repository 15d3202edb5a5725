from __future__ import annotations

import numpy as np
import pytest

from odviz.stats.open_loop import deadline_misses, responses


def test_few_requests_give_no_high_percentile_and_say_what_it_needs() -> None:
    windows = np.random.default_rng(0).exponential(0.01, (10, 10))
    known = responses(windows, "a busy core")
    assert set(known.percentiles) == {"p50", "p90"} and known.percentiles["p50"].scope == "a busy core"
    assert known.needs["p99"] > 200
    assert known.percentiles["p50"].low <= np.median(windows) <= known.percentiles["p50"].high
    assert "p90" in responses(windows[:, :2]).needs


def test_requests_without_an_answer_are_late_and_have_no_latency() -> None:
    windows = np.random.default_rng(0).exponential(0.01, (20, 50))
    windows[:, 30:] = np.inf
    known = responses(windows)
    assert known.answered == pytest.approx(0.6) and known.percentiles["p50"].high < np.inf
    assert "p90" not in known.percentiles and known.needs["p90"] == 0
    assert deadline_misses(windows, 10.0).value == pytest.approx(0.4)


def test_no_miss_leaves_room_for_some() -> None:
    windows = np.random.default_rng(0).exponential(0.001, (10, 40))
    misses = deadline_misses(windows, 1.0)
    assert misses.value == 0 and 0.005 < misses.high < 0.05


def test_a_single_window_tells_next_to_nothing() -> None:
    misses = deadline_misses([np.linspace(0, 1, 100)], 0.5)
    assert misses.high - misses.low > 0.5
