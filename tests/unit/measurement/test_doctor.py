from __future__ import annotations

from dataclasses import replace
from itertools import count, repeat

import pytest

from odviz.confinement import Confinement
from odviz.measurement import doctor
from odviz.measurement.doctor import Usability, clock_step_ns, examine
from odviz.measurement.environment import snapshot
from odviz.measurement.meters import METERS
from odviz.runtimes import RUNTIMES


def test_every_probe_gives_one_finding() -> None:
    findings = examine()
    assert len({finding.topic for finding in findings}) == len(findings)
    assert len(findings) == len(list(RUNTIMES)) + len(list(METERS)) + 8
    for finding in findings:
        assert finding.detail.endswith("."), finding
        assert ".." not in finding.detail, finding


def test_clock_step_is_the_smallest_difference() -> None:
    ticks = (value for step in count(step=10) for value in repeat(step, 3))
    assert clock_step_ns(lambda: next(ticks), tries=5) == 10


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(1.0, Usability.YES), (1.5, Usability.LIMITED)], ids=["quiet", "something else runs"]
)
def test_noise(monkeypatch: pytest.MonkeyPatch, ratio: float, verdict: Usability) -> None:
    monkeypatch.setattr(doctor, "_busy_loop", lambda: (ratio, 0.01))
    assert doctor._noise().verdict is verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [("performance", Usability.YES), ("powersave", Usability.LIMITED), ("", Usability.LIMITED)],
)
def test_governor(monkeypatch: pytest.MonkeyPatch, name: str, verdict: Usability) -> None:
    monkeypatch.setattr(doctor, "governor", lambda: name)
    finding = doctor._governor()
    assert finding.verdict is verdict and name in finding.detail


def test_wall_time_of_busy_loop_is_at_least_its_cpu_time() -> None:
    ratio, spread = doctor._busy_loop()
    assert ratio > 0.9 and spread >= 0


@pytest.mark.parametrize(
    ("held", "verdicts"),
    [
        (Confinement("", ""), [Usability.YES, Usability.YES]),
        (Confinement("", "Not here."), [Usability.YES, Usability.NO]),
        (Confinement("Not here.", "Not here."), [Usability.NO, Usability.NO]),
    ],
)
def test_what_model_files_can_reach(
    monkeypatch: pytest.MonkeyPatch, held: Confinement, verdicts: list[Usability]
) -> None:
    monkeypatch.setattr(doctor.confinement, "supported", lambda: held)
    findings = doctor._confined()
    assert [finding.verdict for finding in findings] == verdicts
    assert all("Not here." in finding.detail for finding in findings if finding.verdict is Usability.NO)


def test_virtual_machine_is_reported() -> None:
    host = snapshot()
    assert doctor._virtual(replace(host, virtual="")).verdict is Usability.YES
    assert "KVM" in doctor._virtual(replace(host, virtual="KVM")).detail
