from __future__ import annotations

from collections.abc import Callable

import pytest

from odviz.domain.errors import Unavailable
from odviz.measurement import energy
from odviz.measurement.energy import first_meter, measure_energy
from odviz.measurement.meters.powercap import Powercap


class Bench:
    """A machine of 3 W idle on which an inference takes 10 ms and 0.5 J above idle; also its meter."""

    name, title, scope = "bench", "Bench", "everything"

    def __init__(self) -> None:
        self.now = self.used = 0.0

    def unavailable(self) -> str:
        return ""

    def open(self) -> Callable[[], float]:
        return lambda: self.used

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.used += 3 * seconds

    def invoke(self) -> None:
        self.sleep(0.01)
        self.used += 0.5


def test_idle_power_is_taken_off() -> None:
    bench = Bench()
    reading = measure_energy(bench.invoke, bench, 5.0, bench.clock, bench.sleep)
    assert reading.idle_watts == pytest.approx(3.0)
    assert reading.scope == "everything, above idle"
    assert reading.joules == pytest.approx((0.5,) * energy.WINDOWS)
    assert reading.inferences == pytest.approx(400, abs=energy.WINDOWS)


def test_an_inference_longer_than_a_window_still_counts() -> None:
    bench = Bench()
    reading = measure_energy(bench.invoke, bench, 0.05, bench.clock, bench.sleep)
    assert reading.inferences == energy.WINDOWS
    assert reading.joules == pytest.approx((0.5,) * energy.WINDOWS)


def test_first_meter_says_why_none_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(energy, "METERS", [Powercap(tmp_path)])  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="RAPL"):
        first_meter()
    bench = Bench()
    monkeypatch.setattr(energy, "METERS", [Powercap(tmp_path), bench])  # type: ignore[arg-type]
    assert first_meter() is bench
