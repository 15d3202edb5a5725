"""The last two phases: memory and, where a meter can be read, energy."""

import signal

import pytest

from odviz.domain.failure import Failure, FailureKind
from odviz.domain.result import Stage, State
from odviz.execution import energy
from odviz.execution.executor import execute
from odviz.execution.progress import Phase
from odviz.store import Reading, open_store
from tests.fakes import TOY, World, plan, point

CRASH = Failure(FailureKind.CRASH, f"The child process was ended by {signal.Signals.SIGSEGV.name}.")


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'test.db'}") as opened:
        yield opened


@pytest.fixture(autouse=True)
def meter(monkeypatch):
    monkeypatch.setattr(energy, "first_meter", object)


def run(store, world, **options):
    benchmark = store.create_benchmark(plan("int8-static"), [point(), point("int8-static")])
    snapshots = []
    execute(store, benchmark, TOY, snapshots.append, make_child=world.child, **options)
    return benchmark, snapshots


def test_energy_is_metered_of_one_point_after_the_other(store):
    benchmark, snapshots = run(store, World(joules=[(0.25, 0.5), (2.0,)]))
    method = "scripted: everything, above idle"
    assert store.readings(benchmark, "J") == {
        point().key: [(Reading(0.25, 0.0, "J", method), Reading(0.5, 0.0, "J", method))],
        point("int8-static").key: [(Reading(2.0, 0.0, "J", method),)],
    }
    assert [(snapshot.done, snapshot.total) for snapshot in snapshots if snapshot.phase is Phase.ENERGY] == [
        (0, 2),
        (1, 2),
    ]


@pytest.mark.parametrize("recipe", ["fp32", "int8-static"])  # the last one too: nothing after it would notice
def test_who_cancels_while_energy_is_metered_is_heard(store, recipe):
    sessions, world = [], World()
    world.hook = lambda which, do: sessions[0].cancel() if (which, do) == (recipe, "measure_energy") else None
    benchmark, _ = run(store, world, on_session=sessions.append)
    record = store.load(benchmark)
    assert (record.state, record.failure.kind) == (State.CANCELLED, FailureKind.CANCELLED)
    assert world.requests[-1] == (recipe, "measure_energy") and all(run.ended for run in store.runs(benchmark))


def test_a_crash_while_energy_is_metered_takes_one_variant_with_it(store):
    benchmark, _ = run(store, World(faults={("fp32", "measure_energy"): CRASH}))
    assert store.load(benchmark).state is State.DONE
    assert list(store.readings(benchmark, "J")) == [point("int8-static").key]
    (failed,) = [run for run in store.runs(benchmark) if run.failure]
    assert (failed.key, failed.stage, failed.failure) == (point().key, Stage.ENERGY, CRASH)


def test_what_failed_whenever_its_memory_was_measured_is_not_metered(store):
    world = World(faults={("int8-static", "measure_memory"): CRASH})
    benchmark, _ = run(store, world)
    assert ("int8-static", "measure_energy") not in world.requests and ("fp32", "measure_energy") in world.requests
    assert list(store.readings(benchmark, "J")) == [point().key]
    assert store.load(benchmark).state is State.DONE


def test_a_variant_that_fails_in_a_later_launch_keeps_its_memory_and_is_not_metered(store):
    benchmark, _ = run(store, World(faults={("int8-static", "measure_memory"): [None, CRASH]}))
    assert set(store.readings(benchmark, "J")) == {point().key}
    memory = store.readings(benchmark, "B")
    assert [len(memory[key]) for key in (point().key, point("int8-static").key)] == [2, 1]


def test_memory_is_read_after_the_inferences_in_which_engines_still_allocate(store):
    benchmark, _ = run(store, World())
    peaks = [reading.value for process in store.readings(benchmark, "B")[point().key] for reading in process]
    assert peaks == [12_000_000] * 2  # the scripted runtime allocates in its first two
