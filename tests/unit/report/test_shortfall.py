"""What a benchmark lacks is said, and is a failure of the command that ran it."""

import pytest

from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.analysis.estimates import summarise
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import NoteKind
from odviz.execution.executor import execute
from odviz.report.shortfall import shortfall
from odviz.services.benchmark import main_failure
from odviz.store import open_store
from tests.fakes import TOY, World, plan, point

CRASH = Failure(FailureKind.CRASH, "It crashed.")
UNSUPPORTED = Failure(FailureKind.UNSUPPORTED, "No kernel for it.")


@pytest.fixture
def measured(tmp_path):
    def measure(launches=2, **faults):
        world = World(faults={("int8-static", do): fault for do, fault in faults.items()})
        with open_store(f"sqlite:///{tmp_path / 'test.db'}") as store:
            effort = {"launches": launches, "rounds": 3, "confidence": 0.9}
            mine = store.create_benchmark(plan("int8-static", **effort), [point(), point("int8-static")])
            execute(store, mine, TOY, lambda _: None, make_child=world.child)
            return summarise(load_benchmark_data(store, mine))

    return measure


def test_a_benchmark_that_is_complete_lacks_nothing(measured):
    result = measured()
    assert shortfall(result) == [] and main_failure(result) is None
    assert [point.latency.launches for point in result.points] == [2, 2]


def test_a_variant_that_was_not_measured_is_named_with_its_reason(measured):
    result = measured(compress=CRASH)
    (sentence,) = shortfall(result)
    assert "1 of 2 variants" in sentence and CRASH.reason in sentence
    assert main_failure(result) == CRASH


def test_what_a_runtime_does_not_support_is_a_finding(measured):
    result = measured(measure_memory=UNSUPPORTED)
    assert shortfall(result) == [] and main_failure(result) is None


def test_runs_that_failed_are_said_and_are_a_failure_also_beside_figures(measured):
    result = measured(measure_memory=[None, CRASH])
    assert result.points[1].usable and main_failure(result) == CRASH
    failed, one_launch = shortfall(result)
    assert "1 of 2 variants" in failed and CRASH.reason in failed
    assert "1 of 2 variants" in one_launch and "one launch" in one_launch
    assert [{note.kind for note in point.notes} & {NoteKind.ONE_LAUNCH} for point in result.points] == [
        set(), {NoteKind.ONE_LAUNCH},
    ]  # fmt: skip


def test_a_plan_of_one_launch_is_marked_and_is_no_failure(measured):
    result = measured(launches=1)
    assert main_failure(result) is None
    (sentence,) = shortfall(result)
    assert "2 of 2 variants" in sentence
