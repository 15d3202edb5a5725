from __future__ import annotations

from collections.abc import Callable

import pytest

from odviz.domain.errors import Unavailable
from odviz.measurement import energy
from odviz.measurement.energy import first_meter, measure_energy
from odviz.measurement.meters.powercap import Powercap


class FakeMachine:
    """A machine with 3 W idle power, on which an inference takes 10 ms and 0.5 J above idle; also its meter."""

    name, title, scope = "fake", "Fake", "everything"

    def __init__(self) -> None:
        self.now = self.energy = 0.0

    def unavailable(self) -> str:
        return ""

    def open(self) -> Callable[[], float]:
        return lambda: self.energy

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.energy += 3 * seconds

    def invoke(self) -> None:
        self.sleep(0.01)
        self.energy += 0.5


def test_idle_power_is_subtracted() -> None:
    machine = FakeMachine()
    reading = measure_energy(machine.invoke, machine, 5.0, machine.clock, machine.sleep)
    assert (reading.meter, reading.scope) == ("fake", "everything, above idle")
    assert reading.joules == pytest.approx((0.5,) * energy.WINDOWS)


def test_inference_longer_than_a_window_counts_once_per_window() -> None:
    machine = FakeMachine()
    reading = measure_energy(machine.invoke, machine, 0.05, machine.clock, machine.sleep)
    assert reading.joules == pytest.approx((0.5,) * energy.WINDOWS)


def test_first_meter_is_the_first_available_one(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(energy, "METERS", [Powercap(tmp_path)])  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="RAPL"):
        first_meter()
    machine = FakeMachine()
    monkeypatch.setattr(energy, "METERS", [Powercap(tmp_path), machine])  # type: ignore[arg-type]
    assert first_meter() is machine
