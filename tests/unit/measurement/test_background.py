"""Load of other programs, beside a real one."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import psutil
import pytest

from odviz.measurement import background
from odviz.measurement.background import PAGES, BackgroundMeter
from odviz.measurement.reference import reference_ns

BUSY = "import sys\nprint(1, flush=True)\nwhile True: pass"


def test_a_busy_program_is_measured_and_named() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as neighbour:
        assert neighbour.stdout is not None
        neighbour.stdout.readline()
        name = psutil.Process(neighbour.pid).name()
        meter, own = BackgroundMeter([]), BackgroundMeter([neighbour.pid])  # at once: other programs come and go
        time.sleep(0.7)
        load, without = meter.read(3), own.read(4)
        neighbour.kill()
    assert load.launch == 3 and load.others > 0.2 and load.is_busy
    assert load.programs[name] > 0.2
    assert without.programs.get(name, 0.0) < load.programs[name]  # a measured process is no neighbour


def test_the_server_counts_as_another_program_and_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "_NAMED", 1000)  # programs of a busy machine may take more
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        meter = BackgroundMeter([], server.pid)
        time.sleep(0.5)
        load = meter.read(0)
        server.kill()
    assert load.programs[PAGES] > 0.05
    assert load.others >= load.programs[PAGES] - 0.05


def test_what_measures_is_no_other_program(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = iter([0.0, 1000.0])
    monkeypatch.setattr(background, "_processor_time", lambda: {os.getpid(): ("this program", next(spent))})
    load = BackgroundMeter([]).read(0)
    assert not load.programs and load.others == 0


def test_the_reference_loop_takes_a_fraction_of_a_millisecond() -> None:
    assert 20_000 < min(reference_ns() for _ in range(20)) < 5_000_000


def test_the_reference_loop_is_read_from_the_clock() -> None:
    readings = iter([100, 850])
    assert reference_ns(lambda: next(readings)) == 750
