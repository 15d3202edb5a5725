from dataclasses import replace
from datetime import UTC, datetime

from odviz.domain.environment import BenchmarkEnvironment
from odviz.domain.result import BackgroundLoad, BenchmarkResult, State
from odviz.services.disturbance import disturbance
from tests.fakes import plan

QUIET = BenchmarkResult("b", plan(), State.DONE, datetime.now(UTC), BenchmarkEnvironment(usable_cores=2))


def test_a_quiet_benchmark_has_nothing_to_tell():
    assert disturbance(QUIET) == ""
    assert disturbance(replace(QUIET, background=(BackgroundLoad(0, 2.0, 0.05, programs={"shell": 0.04}),))) == ""


def test_busy_programs_are_named_with_what_they_took_on_average():
    background = (
        BackgroundLoad(0, 2.0, 0.9, programs={"chromium": 0.6, "backup": 0.3}),
        BackgroundLoad(1, 2.0, 0.01),
        BackgroundLoad(2, 2.0, 0.5, 0.2, programs={"chromium": 0.4}),
    )
    words = disturbance(replace(QUIET, background=background))
    assert "0.80 of 2 cores" in words and "chromium 0.50, backup 0.15" in words
