from __future__ import annotations

from datetime import timedelta

import pytest

from odviz.measurement import environment
from odviz.measurement.environment import Environment, cpu_fields, snapshot
from odviz.serialization import from_json, to_json

X86 = """processor\t: 0
model name\t: Some CPU @ 3 GHz
cpu MHz\t\t: 2445.4
flags\t\t: fpu avx2 avx512_vnni hypervisor

processor\t: 1
model name\t: Another
"""
ARM = "processor\t: 0\nFeatures\t: fp asimd asimddp\n\nHardware\t: Some Board\n"


def test_first_core_of_x86() -> None:
    assert cpu_fields(X86) == {
        "model": "Some CPU @ 3 GHz",
        "flags": "fpu avx2 avx512_vnni hypervisor",
        "mhz": "2445.4",
    }


def test_arm_and_empty_text() -> None:
    assert cpu_fields(ARM) == {"model": "Some Board", "flags": "fp asimd asimddp", "mhz": ""}
    assert set(cpu_fields("").values()) == {""}


def _with_cpuinfo(monkeypatch: pytest.MonkeyPatch, text: str) -> Environment:
    monkeypatch.setattr(environment, "_read", lambda path: text if path == environment.CPUINFO else "")
    return snapshot()


def test_dot_products_and_hypervisor_are_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    vnni = _with_cpuinfo(monkeypatch, X86)
    assert vnni.int8_dot_product and vnni.flags == ("avx2", "avx512_vnni")
    assert "virtual machine" in vnni.virtual
    assert vnni.frequency_hz == pytest.approx(2.4454e9)
    assert _with_cpuinfo(monkeypatch, ARM).int8_dot_product
    assert not _with_cpuinfo(monkeypatch, X86.replace("avx512_vnni", "")).int8_dot_product


def test_unknown_fields_are_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    host = _with_cpuinfo(monkeypatch, "")
    assert (host.frequency_hz, host.governor, host.flags) == (None, "", ())
    assert host.cpu  # at least the architecture


def test_snapshot_survives_a_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    host = snapshot()
    assert from_json(Environment, to_json(host)) == host
    assert host.thread_variables["OMP_NUM_THREADS"] == "1"
    assert host.taken.utcoffset() == timedelta(0)
    assert host.runtimes["null"] and 1 <= host.usable_cores <= host.logical_cores
