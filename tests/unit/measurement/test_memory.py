from __future__ import annotations

from pathlib import Path

import pytest

from odviz.measurement import memory
from odviz.measurement.memory import BY_KERNEL, BY_STEPS, Gauge


def proc(folder: Path, status: str) -> Path:
    (folder / "clear_refs").touch()
    (folder / "status").write_text(status)
    return folder


def test_gauge_reads_the_kernels_peak(tmp_path: Path) -> None:
    gauge = Gauge(proc(tmp_path, "Name:\tpython\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\n"))
    assert gauge.method == BY_KERNEL
    assert gauge.reset() == 200 * 1024
    assert gauge.peak() == 300 * 1024
    assert (tmp_path / "clear_refs").read_text() == "5"


@pytest.mark.parametrize("status", ["", "VmRSS:\t1 kB\n"], ids=["empty", "no peak"])
def test_gauge_falls_back_without_a_kernel_peak(tmp_path: Path, status: str) -> None:
    assert Gauge(proc(tmp_path, status)).method == BY_STEPS


def test_gauge_without_proc_keeps_the_highest_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = iter([100, 250, 180])
    monkeypatch.setattr(Gauge, "_resident", staticmethod(lambda: next(values)))
    gauge = Gauge(tmp_path / "missing")
    assert gauge.method == BY_STEPS
    assert [gauge.reset(), gauge.peak(), gauge.peak()] == [100, 250, 250]


@pytest.mark.skipif(not (memory.PROC / "clear_refs").exists(), reason="needs Linux's /proc")
def test_peak_includes_memory_that_was_freed() -> None:
    gauge = Gauge()
    start = gauge.reset()
    block = bytearray(b"x") * (64 << 20)
    del block
    assert gauge.peak() - start > 60 << 20
    start = gauge.reset()
    assert gauge.peak() - start < 60 << 20
