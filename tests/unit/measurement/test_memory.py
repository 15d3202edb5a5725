from __future__ import annotations

from pathlib import Path

import pytest

from odviz.measurement import memory
from odviz.measurement.memory import BY_KERNEL, BY_STEPS, Gauge


def proc(folder: Path, status: str) -> Path:
    (folder / "clear_refs").touch()
    (folder / "status").write_text(status)
    return folder


def test_reads_what_the_kernel_says(tmp_path: Path) -> None:
    gauge = Gauge(proc(tmp_path, "Name:\tpython\nVmHWM:\t   300 kB\nVmRSS:\t   200 kB\n"))
    assert gauge.method == BY_KERNEL
    assert gauge.reset() == 200 * 1024
    assert gauge.peak() == 300 * 1024
    assert (tmp_path / "clear_refs").read_text() == "5"


@pytest.mark.parametrize("status", ["", "VmRSS:\t1 kB\n"], ids=["empty", "no peak"])
def test_falls_back_when_the_kernel_tells_no_peak(tmp_path: Path, status: str) -> None:
    assert Gauge(proc(tmp_path, status)).method == BY_STEPS


def test_falls_back_without_proc_and_keeps_the_highest_it_saw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([100, 250, 180])
    monkeypatch.setattr(Gauge, "_resident", staticmethod(lambda: next(seen)))
    gauge = Gauge(tmp_path / "nothing")
    assert gauge.method == BY_STEPS
    assert [gauge.reset(), gauge.peak(), gauge.peak()] == [100, 250, 250]


@pytest.mark.skipif(not (memory.PROC / "clear_refs").exists(), reason="needs Linux's /proc")
def test_a_peak_that_is_gone_again_is_still_seen() -> None:
    gauge = Gauge()
    start = gauge.reset()
    block = bytearray(b"x") * (64 << 20)
    del block
    assert gauge.peak() - start > 60 << 20
    forgotten = gauge.reset()
    assert gauge.peak() - forgotten < 60 << 20
