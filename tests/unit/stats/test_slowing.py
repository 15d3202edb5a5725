from __future__ import annotations

import numpy as np
import pytest

from odviz.stats.slowing import POINTS, Slowed, curve, slowing, swaps


def test_a_curve_is_the_log_of_medians_of_equal_parts() -> None:
    values = np.repeat(np.arange(1.0, POINTS + 1), 3)
    values[::3] = 1000  # the median does not see it
    np.testing.assert_allclose(curve(values), np.log(np.arange(1, POINTS + 1)))
    with pytest.raises(ValueError, match="few"):
        curve(values[: POINTS - 1])


def test_a_curve_without_any_noise_does_not_rise() -> None:
    flat = np.zeros(POINTS)
    found = slowing(flat, flat)
    assert found.cause is Slowed.NOTHING and found.factor.value == 1


def test_a_rise_below_three_percent_is_not_named_however_certain() -> None:
    step = np.arange(POINTS) >= 30
    assert slowing(0.02 * step, np.zeros(POINTS)).cause is Slowed.NOTHING
    found = slowing(0.05 * step, np.zeros(POINTS))
    assert found.cause is Slowed.NETWORK and found.start == pytest.approx(0.5)
    assert found.factor.value == pytest.approx(np.exp(0.05))


def test_times_that_fall_are_no_slowing() -> None:
    assert slowing(-0.5 * (np.arange(POINTS) >= 30), np.zeros(POINTS)).cause is Slowed.NOTHING


def test_a_single_variant_swaps_with_none() -> None:
    assert swaps({"only": np.zeros(POINTS)}) == ()
