"""The stress phase: after everything else, resumable, and without influence on what was measured before."""

import signal

import numpy as np
import pytest

from odviz.analysis.analysis import analyse
from odviz.analysis.benchmark_data import load_benchmark_data
from odviz.domain.failure import Failure, FailureKind
from odviz.domain.plan import BenchmarkPlan
from odviz.domain.recipe import parse_recipe
from odviz.domain.result import Stage, State
from odviz.execution.executor import execute
from odviz.execution.progress import Phase
from odviz.objectives import OBJECTIVES
from odviz.objectives.changed_items import changed_scores
from odviz.store import open_store
from tests.fakes import EFFORT, ITEMS, TOY, World, point

CRASH = Failure(FailureKind.CRASH, f"The child process was ended by {signal.Signals.SIGSEGV.name}.")
ROBUST = OBJECTIVES["robust_accuracy"].objective
INT8 = parse_recipe("int8-static")
FRAGILE = {"accuracy": {"fp32": 0.9, "int8-static": 0.9}, "fragility": {"fp32": 0.02, "int8-static": 0.1}}
"""Variants that are equally accurate until the items are disturbed."""


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


def submitted(store, *stress):
    plan = BenchmarkPlan("toy", ("net",), (INT8,), ("onnxruntime",), effort=EFFORT, stress=stress)
    return store.create_benchmark(plan, [point(), point("int8-static")])


def run(store, benchmark, world, **options):
    snapshots = []
    execute(store, benchmark, TOY, snapshots.append, make_child=world.child, **options)
    return snapshots


def robust(store, benchmark):
    """Robust accuracy by recipe."""
    analysis = analyse(load_benchmark_data(store, benchmark))
    return {
        str(candidate.host_point.variant.recipe): candidate.estimates[ROBUST].value
        for candidate in analysis.candidates
        if ROBUST in candidate.estimates
    }


def test_the_stress_phase_comes_last_and_its_objective_is_the_mean_over_all_disturbances(store):
    benchmark = submitted(store, "corruptions")
    snapshots = run(store, benchmark, World(**FRAGILE))
    assert [*dict.fromkeys(one.phase for one in snapshots)][-2:] == [Phase.LATENCY, Phase.STRESS]
    assert (snapshots[-1].done, snapshots[-1].total) == (2, 2)
    assert robust(store, benchmark) == pytest.approx({"fp32": 0.9 - 0.02 * 3, "int8-static": 0.9 - 0.1 * 3})
    changed = changed_scores(load_benchmark_data(store, benchmark).stress[point()]["corruptions"])
    assert np.array_equal(changed.items, np.arange(ITEMS)) and [*changed.by_kind] == ["missing", "noise", "swapped"]
    assert changed.joined.shape == (ITEMS, 15)


def test_a_benchmark_without_stress_tests_has_no_such_phase_and_no_such_objective(store):
    benchmark = submitted(store)
    snapshots = run(store, benchmark, World())
    assert Phase.STRESS not in {one.phase for one in snapshots}
    assert ROBUST not in load_benchmark_data(store, benchmark).objectives


def test_tests_that_are_added_later_are_all_that_runs(store):
    benchmark, world = submitted(store), World(**FRAGILE)
    run(store, benchmark, world)
    blocks = store.blocks(benchmark)
    store.reopen(benchmark, stress=("corruptions",))
    world.requests.clear()
    run(store, benchmark, world)
    assert store.load(benchmark).state is State.DONE
    assert store.blocks(benchmark) == blocks
    assert not {"time_block", "measure_memory"} & {request for _, request in world.requests}
    assert world.requests.count(("fp32", "predict")) == 1
    assert len(robust(store, benchmark)) == 2


def test_a_stopped_stress_test_keeps_what_it_found_and_goes_on_from_there(store):
    benchmark, world, sessions = submitted(store), World(**FRAGILE), []
    run(store, benchmark, world)
    store.reopen(benchmark, stress=("corruptions",))

    def stops(recipe, do):
        if do == "predict":
            sessions[0].cancel() if world.requests.count(("fp32", "predict")) > 1 and recipe == "int8-static" else None

    world.hook = stops
    run(store, benchmark, world, on_session=sessions.append)
    data = load_benchmark_data(store, benchmark)
    assert data.record.state is State.DONE  # as complete as it was before
    assert not data.failures
    world.hook = None
    before = world.requests.count(("fp32", "predict"))
    store.reopen(benchmark, stress=("corruptions",))
    run(store, benchmark, world)
    assert len(robust(store, benchmark)) == 2
    assert world.requests.count(("fp32", "predict")) - before <= 1


def test_what_was_predicted_is_used_by_the_next_benchmark(store):
    world = World(**FRAGILE)
    for _ in range(2):
        benchmark = submitted(store, "corruptions")
        run(store, benchmark, world)
    assert world.requests.count(("fp32", "predict")) == 2  # the test set and the disturbed items, once each
    assert len(robust(store, benchmark)) == 2


def test_a_failed_stress_test_costs_a_variant_nothing_else(store):
    world = World(**FRAGILE, faults={("int8-static", "predict"): [None, CRASH]})
    benchmark = submitted(store, "corruptions")
    run(store, benchmark, world)
    data = load_benchmark_data(store, benchmark)
    broken = point("int8-static")
    assert data.stress_failures == {broken: {"corruptions": CRASH}} and not data.failures
    assert {run.key for run in store.runs(benchmark) if run.failure} == {broken.key}
    analysis = analyse(data)
    (candidate,) = [one for one in analysis.candidates if one.host_point == broken]
    assert candidate.result.usable and ROBUST not in candidate.estimates and ROBUST in candidate.missing
    assert [run.stage for run in store.runs(benchmark) if run.test] == [Stage.STRESS] * 2


def test_outputs_that_do_not_fit_the_metric_are_a_failure_of_the_test_alone(store, monkeypatch):
    def refuse(*_):
        raise ValueError("other shapes")

    monkeypatch.setattr("odviz.metrics.copies.OverCopies.score", refuse)
    benchmark = submitted(store, "corruptions")
    run(store, benchmark, World())
    data = load_benchmark_data(store, benchmark)
    kinds = {failures["corruptions"].kind for failures in data.stress_failures.values()}
    assert kinds == {FailureKind.UNSUPPORTED} and data.record.state is State.DONE and not data.failures
