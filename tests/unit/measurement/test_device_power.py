from dataclasses import replace

import pytest

from odviz.analysis.device_estimate import estimate_on
from odviz.domain.estimate import Estimate, Provenance
from odviz.measurement import device_power
from odviz.services import devices
from tests.unit.analysis.test_device_estimate import SMALL

TIME = Estimate(2.0, 1.0, 4.0, "s", Provenance.PROJECTED, n=20, level=0.9)


def test_energy_reaches_from_rest_to_full_load():
    found = device_power.energy(devices.profile("raspberry-pi-5"), TIME)
    assert (found.value, found.low, found.high) == (None, pytest.approx(2.8), pytest.approx(4 * 9.7))
    assert found.provenance is Provenance.MODELLED and "2.8 to 9.7 W" in found.scope and "geerling" in found.source


def test_one_power_is_not_enough():
    assert device_power.energy(devices.profile("macbook-m1"), TIME) is None


def test_a_board_without_published_power_gets_the_whole_device_and_not_computing_alone():
    board = devices.profile("raspberry-pi-5")
    found = estimate_on(board, board.default, SMALL)
    assert found.energy.low == pytest.approx(2.8 * found.latency.low)
    untimed = estimate_on(board, board.default, replace(SMALL, macs=0))
    assert untimed.latency is None and untimed.energy is None  # computing alone would not compare with the others


def test_powers_in_any_order_span_the_range():
    board = devices.profile("raspberry-pi-5")
    swapped = {**board.facts, "idle_w": board.facts["busy_w"], "busy_w": board.facts["idle_w"]}
    found = device_power.energy(replace(board, facts=swapped), TIME)
    assert (found.low, found.high) == (pytest.approx(2.8), pytest.approx(4 * 9.7))
