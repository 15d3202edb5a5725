from dataclasses import replace

import pytest

from odviz.analysis.device_estimate import estimate_on
from odviz.domain.estimate import Estimate, Provenance
from odviz.measurement import device_power
from odviz.services import devices
from tests.unit.analysis.test_device_estimate import SMALL

TIME = Estimate(2.0, 1.0, 4.0, "s", Provenance.PROJECTED, n=20, level=0.9)


def test_energy_ranges_from_idle_to_busy_power():
    estimate = device_power.energy(devices.profile("raspberry-pi-5"), TIME)
    assert (estimate.value, estimate.low, estimate.high) == (None, pytest.approx(2.8), pytest.approx(4 * 9.7))
    assert estimate.provenance is Provenance.MODELLED and "geerling" in estimate.source


def test_energy_needs_both_powers():
    assert device_power.energy(devices.profile("macbook-m1"), TIME) is None


def test_estimate_uses_whole_device_power():
    board = devices.profile("raspberry-pi-5")
    estimate = estimate_on(board, board.default, SMALL)
    assert estimate.energy.low == pytest.approx(2.8 * estimate.latency.low)
    untimed = estimate_on(board, board.default, replace(SMALL, macs=0))
    assert untimed.latency is None and untimed.energy is None  # computing alone is not comparable


def test_order_of_powers_does_not_matter():
    board = devices.profile("raspberry-pi-5")
    swapped = {**board.facts, "idle_w": board.facts["busy_w"], "busy_w": board.facts["idle_w"]}
    estimate = device_power.energy(replace(board, facts=swapped), TIME)
    assert (estimate.low, estimate.high) == (pytest.approx(2.8), pytest.approx(4 * 9.7))
